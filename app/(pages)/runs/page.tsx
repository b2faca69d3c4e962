import type { Metadata } from "next";
import { Suspense } from "react";
import "@/components/evidence/evidence.css";
import { RunHistory } from "@/components/run/run-history";
import { NeedsRole } from "@/components/shell/needs-role";

export const metadata: Metadata = { title: "Runs · TodiScope" };

export default function RunsPage() {
  return (
    <Suspense>
      <NeedsRole role="READ" title="Runs"><RunHistory /></NeedsRole>
    </Suspense>
  );
}
