"use client";

import { PARAMETER_BOUNDS, SHOCK_NAMES } from "@/lib/risk";
import type { Scenario, Shocks } from "@/lib/risk";
import { SegmentList } from "@/components/run/segment-list";
import { Button } from "@/components/ui/button";
import { ErrorText } from "@/components/ui/field";
import { ShockField } from "@/components/ui/shock-field";
import { isDefaultId } from "./draft";
import { SHOCK_LABELS, shownShock, storedShock } from "./words";
import { scenarioName } from "@/components/run/scenario-name";

/** What the sliders span; more may be typed. */
const SLIDER: Record<keyof Shocks, readonly [low: number, high: number, step: number]> = {
  interest_rate_delta_pct: [-5, 5, 0.25],
  collateral_market_impact_pct: [-100, 20, 1],
  recovery_degradation_pct: [-100, 20, 1],
  default_risk_increment_pct: [0, 20, 0.5],
};

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
      {SHOCK_NAMES.map((name) => {
        const [sliderMin, sliderMax, step] = SLIDER[name];
        const { low, high } = PARAMETER_BOUNDS[name];
        return (
          <div key={name}>
            <ShockField
              label={SHOCK_LABELS[name]}
              value={shownShock(name, scenario[name])}
              unit={name === "interest_rate_delta_pct" ? "pts" : "%"}
              min={shownShock(name, low)}
              max={shownShock(name, high)}
              sliderMin={sliderMin}
              sliderMax={sliderMax}
              step={step}
              changed={recorded !== null && recorded[name] !== scenario[name]}
              onChange={(value) => onShock(name, storedShock(name, value))}
            />
            {messages[name] ? <ErrorText>{messages[name]}</ErrorText> : null}
          </div>
        );
      })}
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
