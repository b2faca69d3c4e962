"use client";

import { useMemo } from "react";
import { Card } from "@/components/ui/card";
import { Segmented } from "@/components/ui/segmented";
import { enabledScenarios } from "@/components/workbench/draft";
import { ScenarioChoice, useScenarioChoice } from "@/components/workbench/scenario-choice";
import { WhatIf } from "@/components/workbench/what-if-step";
import type { Version } from "./types";

const OPTIONS = [
  { value: "portfolio", label: "Portfolio" }, { value: "instrument", label: "Instrument" },
] as const;

/** What other facts of single records would make of the version's figures. */
export function WhatIfCard({ version, className }: { version: Version; className?: string }) {
  const state = useScenarioChoice();
  const { draft } = state;
  const subject = useMemo(() =>
    ({ version, netting: draft.netting, scenarios: enabledScenarios(draft) }), [version, draft]);
  return (
    <Card id="what-if" className={className} title="What if single records were others?"
      sub="Open a record above to choose it, or paste instrument ids"
      action={(
        <div className="tools">
          <Segmented label="Netting" options={OPTIONS} value={draft.netting}
            onChange={(netting) => state.edit({ ...draft, netting })} />
        </div>
      )}>
      <div className="stack">
        <ScenarioChoice state={state} versionId={version.dataset_version_id} />
        <WhatIf subject={subject} />
      </div>
    </Card>
  );
}
