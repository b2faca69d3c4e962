"use client";

import type { Scenario, Shocks } from "@/lib/risk";
import { SegmentList } from "@/components/run/segment-list";
import { Button } from "@/components/ui/button";
import { isDefaultId } from "./draft";
import { ShockSliders } from "./shock-sliders";
import { scenarioName } from "@/lib/risk/scenario-name";

export interface ScenarioEditorProps {
  scenario: Scenario;
  /** As the last run recorded it; null when it did not run then. */
  recorded: Scenario | null;
  messages: Partial<Record<keyof Shocks, string>>;
  onShock: (shock: keyof Shocks, value: number) => void;
  onClone: (() => void) | null;
  onDetails: () => void;
  onSegments: () => void;
  onReset: (() => void) | null;
}

export function ScenarioEditor(props: ScenarioEditorProps) {
  const { scenario, recorded, messages, onShock, onClone, onDetails, onSegments, onReset } = props;
  return (
    <fieldset className="scen-edit">
      <legend className="vh">Shocks of {scenarioName(scenario.scenario_id)}</legend>
      {scenario.description ? <p className="hint">{scenario.description}</p> : null}
      <ShockSliders shocks={scenario} base={recorded} messages={messages} onShock={onShock} />
      <SegmentList segments={scenario.segment_shocks} />
      <div className="row wrap">
        <Button small icon="filter" onClick={onSegments}>Segments</Button>
        <Button small icon="copy" onClick={onClone ?? undefined}
          disabledReason={onClone ? null : "The list is full."}>
          Clone
        </Button>
        {isDefaultId(scenario.scenario_id) ? null : (
          <Button small icon="edit" onClick={onDetails}>Rename</Button>
        )}
        <span className="grow" />
        {onReset ? <Button small kind="quiet" onClick={onReset}>Reset</Button> : null}
      </div>
    </fieldset>
  );
}
