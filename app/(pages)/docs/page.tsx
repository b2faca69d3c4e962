import type { Metadata } from "next";
import { Suspense } from "react";
import { describeOperations } from "@/components/docs/describe";
import { DocsView } from "@/components/docs/docs-view";

export const metadata: Metadata = { title: "Docs · TodiScope" };

/** The operations table is read here, on the server: its schemas never reach the browser. */
export default function DocsPage() {
  return <Suspense><DocsView reference={describeOperations()} /></Suspense>;
}
