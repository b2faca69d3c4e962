import type { Metadata } from "next";
import { Suspense } from "react";
import "@/components/evidence/evidence.css";
import { EvidenceList } from "@/components/evidence/evidence-list";
import { NeedsRole } from "@/components/shell/needs-role";

export const metadata: Metadata = { title: "Evidence · TodiScope" };

export default function EvidencePage() {
  return (
    <Suspense>
      <NeedsRole role="READ" title="Evidence"><EvidenceList /></NeedsRole>
    </Suspense>
  );
}
