import type { Metadata } from "next";
import { Suspense } from "react";
import { ScenarioLibrary } from "@/components/scenario/scenario-list";
import { NeedsRole } from "@/components/shell/needs-role";

export const metadata: Metadata = { title: "Scenarios · TodiScope" };

export default function ScenariosPage() {
  return (
    <Suspense>
      <NeedsRole role="READ" title="Scenarios"><ScenarioLibrary /></NeedsRole>
    </Suspense>
  );
}
