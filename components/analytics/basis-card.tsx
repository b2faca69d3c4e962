"use client";

import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Field, Select } from "@/components/ui/field";
import { Segmented } from "@/components/ui/segmented";
import { scenarioName } from "@/lib/risk/scenario-name";
import { ShockSliders } from "@/components/workbench/shock-sliders";
import { DEFAULT_SCENARIOS } from "@/lib/risk";
import { SegmentList } from "@/components/run/segment-list";
import { SegmentWarnings } from "./segment-warnings";
import type { Basis } from "./use-basis";
import { OWN } from "./use-basis";
import { LIBRARY_SHOWN } from "./use-library";

const SCENARIOS = [
  ...DEFAULT_SCENARIOS.map(({ scenario_id: id }) => ({ value: id, label: scenarioName(id) })),
  { value: OWN, label: "Own shocks" },
];

/** Every choice, with the chosen one among them even where the library no longer offers it. */
function optionsOf({ library, choice }: Basis) {
  const known = [...SCENARIOS, ...library.options];
  return known.some(({ value }) => value === choice) ? known
    : [...known, { value: choice, label: library.name ?? "Scenario of the library" }];
}

function hintOf({ base, library }: Basis): string {
  const cut = library.isCut ? ` The newest ${LIBRARY_SHOWN} of the library are offered.` : "";
  const origin = library.name === null ? "" : `${library.name}. `;
  return `${origin}${base.description || (origin ? "" : "Four shocks of your own.")}${cut}`.trim();
}

const NETTING_OPTIONS = [
  { value: "portfolio", label: "Portfolio" }, { value: "instrument", label: "Instrument" },
] as const;

/** The inputs that sensitivity and reverse stress share. */
export function BasisCard({ basis }: { basis: Basis }) {
  const { scenario, base, isChanged, netting, choice } = basis;
  return (
    <Card id="basis" title="Scenario" className="ana-inputs"
      terms={["scenario", "shock", "netting"]}>
      <div className="form">
        <Field label="Shocks of" hint={hintOf(basis)}>
          <Select value={choice} options={optionsOf(basis)} onChange={basis.choose} />
        </Field>
        {scenario.segment_shocks ? (
          <div className="field">
            <span className="label">Segments with shocks of their own</span>
            <SegmentList segments={scenario.segment_shocks} />
            <SegmentWarnings basis={basis} />
          </div>
        ) : null}
        <fieldset className="ana-shocks">
          <legend className="vh">Shocks</legend>
          <ShockSliders shocks={scenario} base={base} onShock={basis.setShock} />
        </fieldset>
        {isChanged ? (
          <div className="row"><Button small kind="quiet" icon="undo" onClick={basis.reset}>
            Back to the scenario as it is
          </Button></div>
        ) : null}
        <div className="field">
          <span className="label">Netting</span>
          <Segmented label="Netting" value={netting} options={NETTING_OPTIONS}
            onChange={basis.setNetting} />
          <p className="hint">{netting === "portfolio"
            ? "Excess collateral of one loan covers another's shortfall."
            : "No loan's excess collateral covers another's shortfall."}</p>
        </div>
      </div>
    </Card>
  );
}
