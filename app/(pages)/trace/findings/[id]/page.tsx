import type { Metadata } from "next";
import { Suspense } from "react";
import { NeedsRole } from "@/components/shell/needs-role";
import { FindingTrace } from "@/components/trace/finding-trace";

export const metadata: Metadata = { title: "Trace of a finding · TodiScope" };

export default async function FindingTracePage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  return (
    <Suspense>
      <NeedsRole role="READ" title="Trace of a finding"><FindingTrace id={id} /></NeedsRole>
    </Suspense>
  );
}
