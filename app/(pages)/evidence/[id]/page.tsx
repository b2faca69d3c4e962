import type { Metadata } from "next";
import { Suspense } from "react";
import { EvidenceDetail } from "@/components/evidence/evidence-detail";
import { NeedsRole } from "@/components/shell/needs-role";

export const metadata: Metadata = { title: "Evidence record · TodiScope" };

export default async function EvidenceDetailPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  return (
    <Suspense>
      <NeedsRole role="READ" title="Evidence"><EvidenceDetail id={id} /></NeedsRole>
    </Suspense>
  );
}
