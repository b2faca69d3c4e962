import type { Metadata } from "next";
import { Suspense } from "react";
import { ScenarioDetail } from "@/components/scenario/scenario-detail";
import { NeedsRole } from "@/components/shell/needs-role";

export const metadata: Metadata = { title: "Scenario · TodiScope" };

export default async function ScenarioPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  return (
    <Suspense>
      <NeedsRole role="READ" title="Scenario"><ScenarioDetail id={id} /></NeedsRole>
    </Suspense>
  );
}
