import type { Metadata } from "next";
import { Suspense } from "react";
import "@/components/evidence/evidence.css";
import "@/components/run/report.css";
import { RunReport } from "@/components/run/run-report";
import { NeedsRole } from "@/components/shell/needs-role";

export const metadata: Metadata = { title: "Run report · TodiScope" };

export default async function RunPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  return (
    <Suspense>
      <NeedsRole role="READ" title="Run"><RunReport id={id} /></NeedsRole>
    </Suspense>
  );
}
