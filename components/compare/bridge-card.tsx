"use client";

import { AttributionWaterfall } from "@/components/chart/attribution-waterfall";
import { axisStart } from "@/components/chart/axis-start";
import { FigureLink } from "@/components/ui/figure";
import { percent, type MoneyScale } from "@/components/ui/format";
import { WorkedFigure } from "@/components/ui/worked";
import { sideName, STEP_WORDS, workedStep, type Comparison } from "./compare-words";

const OWED = "var(--chart-outstanding)";

function titleOf({ outstanding, base }: Comparison, scale: MoneyScale): string {
  const [from, to] = [outstanding.opening.amount, outstanding.closing.amount];
  if (from === to) return `Outstanding is the same as in ${sideName(base)}`;
  const change = from > 0 ? ` (${percent((to / from - 1) * 100, { plus: true })})` : "";
  const verb = to > from ? "rose" : "fell";
  return `Outstanding ${verb} by ${scale.inWords(Math.abs(to - from))}${change} `
    + `since ${sideName(base)}`;
}

/** How outstanding went from one version to the other. */
export function BridgeCard({ comparison, scale, className, id = "bridge" }: {
  comparison: Comparison; scale: MoneyScale; className?: string; id?: string;
}) {
  const { outstanding, base, other } = comparison;
  const from = axisStart(outstanding, scale.divisor);
  return (
    <AttributionWaterfall
      id={id}
      className={className}
      title={titleOf(comparison, scale)}
      sub={`Outstanding, ${scale.label}`
        + (from === undefined ? "" : `; the axis begins at ${scale.tick(from)}`)}
      from={from}
      subject="bridge of outstanding"
      measure="Outstanding carried over"
      base={{ label: sideName(base), amount: outstanding.opening.amount, colour: OWED }}
      drivers={outstanding.steps.map(({ step, amount }) =>
        ({ id: step, label: STEP_WORDS[step], amount }))}
      result={{ label: sideName(other), amount: outstanding.closing.amount, colour: OWED }}
      scale={scale}
      figure={(rowId, text) => {
        const side = rowId === "base" ? base : rowId === "result" ? other : null;
        if (side) {
          return (
            <FigureLink href={`/versions/${side.dataset_version_id}#exposure`}>{text}</FigureLink>
          );
        }
        const step = outstanding.steps.find((each) => each.step === rowId)?.step;
        return step ? (
          <WorkedFigure work={() => workedStep(comparison, step, scale.label, scale.format)}>
            {text}
          </WorkedFigure>
        ) : text;
      }}
    />
  );
}
