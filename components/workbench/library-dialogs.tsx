"use client";

import { useRouter } from "next/navigation";
import { scenarioName } from "@/lib/risk/scenario-name";
import { draftOfScenario } from "@/components/scenario/scenario-draft";
import { ScenarioForm } from "@/components/scenario/scenario-form";
import { benchScenario } from "@/components/scenario/workbench-link";
import { useToast } from "@/components/ui/toast";
import { BENCH_SCENARIO_LIMIT } from "./draft";
import type { Draft } from "./draft";
import { LibraryDialog } from "./library-dialog";
import { PasteDialog } from "./paste-dialog";
import { SegmentsDialog } from "./segments-dialog";
import type { ScenarioControl } from "./use-scenario-actions";

/** The dialog about the library or about segments that is open, if one is. */
export function LibraryDialogs({ control, draft, versionId }: {
  control: ScenarioControl; draft: Draft; versionId: string;
}) {
  const toast = useToast();
  const router = useRouter();
  const { asked, ask, take, takeAll, putSegments } = control;
  const close = () => ask(null);
  if (asked === null) return null;
  if (asked.kind === "take") {
    return (
      <LibraryDialog onClose={close} onTake={(version) => {
        const scenario = benchScenario(version);
        if (typeof scenario === "string") toast.show({ title: scenario, state: "critical" });
        else take(scenario);
      }} />
    );
  }
  if (asked.kind === "paste") {
    return <PasteDialog room={BENCH_SCENARIO_LIMIT - draft.scenarios.length} onTake={takeAll}
      onClose={close} />;
  }
  const scenario = draft.scenarios
    .find((entry) => entry.scenario.scenario_id === asked.id)?.scenario;
  if (!scenario) return null;
  if (asked.kind === "segments") {
    return (
      <SegmentsDialog scenario={scenario} versionId={versionId} onClose={close}
        onSave={(segments) => putSegments(asked.id, segments)} />
    );
  }
  return (
    <ScenarioForm entry={null} start={draftOfScenario(scenario, scenarioName(asked.id))}
      onClose={close} onSaved={(entry) => {
        close();
        toast.show({ title: `${entry.latest.name} is in the library, as a draft`,
          action: { label: "Open it", onSelect: () =>
            router.push(`/scenarios/${entry.library_scenario_id}`) } });
      }} />
  );
}
