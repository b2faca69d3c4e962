"use client";

import { AttributionWaterfall } from "@/components/chart/attribution-waterfall";
import { axisStart } from "@/components/chart/axis-start";
import { scenarioName } from "@/lib/risk/scenario-name";
import { Select } from "@/components/ui/field";
import { FigureLink } from "@/components/ui/figure";
import type { MoneyScale } from "@/components/ui/format";
import { WorkedFigure } from "@/components/ui/worked";
import {
  explained, STEP_NAMES, workedStep, type ComparedScenario, type RunComparison,
} from "./compare-words";

const LOSS = "var(--chart-net)";

/** How a scenario's loss goes from the base run's to the other's. */
export function LossBridgeCard({ comparison, shown, shared, onShow, scale, className }: {
  comparison: RunComparison; shown: ComparedScenario; shared: readonly ComparedScenario[];
  onShow: (scenarioId: string) => void; scale: MoneyScale; className?: string;
}) {
  const { bridge } = shown;
  if (!bridge) return null;
  const isOneEngine = comparison.base.engine_version === comparison.other.engine_version;
  const from = axisStart(bridge, scale.divisor);
  return (
    <AttributionWaterfall
      id="bridge"
      className={className}
      title={explained(shown, scale)}
      sub={`Loss, ${scale.label}; data first, then netting, then shocks`
        + (from === undefined ? "" : `; the axis begins at ${scale.tick(from)}`)}
      from={from}
      subject="what explains the loss"
      terms={["loss", "netting", "shock"]}
      measure="Loss from the base run to the other"
      base={{ label: "Base run", amount: bridge.opening.amount, colour: LOSS }}
      drivers={bridge.steps.filter(({ step }) => step !== "engine" || !isOneEngine)
        .map(({ step, amount }) => ({ id: step, label: STEP_NAMES[step], amount }))}
      result={{ label: "Other run", amount: bridge.closing.amount, colour: LOSS }}
      scale={scale}
      figure={(id, text) => {
        const side = id === "base" ? shown.base : id === "result" ? shown.other : null;
        const step = bridge.steps.find((each) => each.step === id)?.step;
        return side ? <FigureLink href={`/evidence/${side.evidence_id}`}>{text}</FigureLink>
          : step ? (
            <WorkedFigure work={() => workedStep(shown, step, scale.label, scale.format)}>
              {text}
            </WorkedFigure>
          ) : text;
      }}
      foot={(
        <>
          {shared.length > 1 ? (
            <Select aria-label="Scenario" value={shown.scenario_id} onChange={onShow} options={
              shared.map(({ scenario_id: id }) => ({ value: id, label: scenarioName(id) }))} />
          ) : null}
          <span>
            Data: the other run&apos;s version under the base run&apos;s parameters. The steps add
            up to the difference.
          </span>
        </>
      )}
    />
  );
}
