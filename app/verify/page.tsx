import { createHash } from "node:crypto";
import type { Metadata } from "next";
import { VerifyPage } from "@/components/verify/verify-page";
import { verifierBytes } from "@/lib/service/reports/run-bundle";

export const metadata: Metadata = { title: "Verify a bundle · TodiScope" };

/** For whoever holds a bundle, with an account or without. */
export default async function Page() {
  const sha256 = createHash("sha256").update(await verifierBytes()).digest("hex");
  return <VerifyPage verifierSha256={sha256} />;
}
