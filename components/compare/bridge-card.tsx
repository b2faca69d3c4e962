"use client";

import { AttributionWaterfall } from "@/components/chart/attribution-waterfall";
import { percent, type MoneyScale } from "@/components/ui/format";
import { sideName, STEP_WORDS, type Comparison } from "./compare-words";

const OWED = "var(--chart-outstanding)";

function titleOf({ outstanding, base }: Comparison, scale: MoneyScale): string {
  const [from, to] = [outstanding.opening.amount, outstanding.closing.amount];
  if (from === to) return `Outstanding is the same as in ${sideName(base)}`;
  const change = from > 0 ? ` (${percent((to / from - 1) * 100, { plus: true })})` : "";
  const verb = to > from ? "rose" : "fell";
  return `Outstanding ${verb} by ${scale.inWords(Math.abs(to - from))}${change} `
    + `since ${sideName(base)}`;
}

/** From where on a step is seen: of the axis, not of the totals. */
const LEAST_SPAN = 0.3;

/**
 * Steps are small beside what is owed: then the axis begins below the lowest level, at a round
 * figure, and the card says so.
 */
export function axisStart(
  levels: readonly number[], divisor: number,
): number | undefined {
  const [low, high] = [Math.min(...levels), Math.max(...levels)];
  const span = high - low;
  if (low <= 0 || span === 0 || span > high * LEAST_SPAN) return undefined;
  const step = divisor * 10 ** Math.floor(Math.log10(span / divisor));
  const start = Math.floor((low - span / 2) / step) * step;
  return start > 0 ? start : undefined;
}

/** The levels between the steps. */
function levelsOf({ outstanding }: Comparison): number[] {
  let level = outstanding.opening.amount;
  return [level, ...outstanding.steps.map(({ amount }) => (level += amount))];
}

/** How outstanding went from one version to the other. */
export function BridgeCard({ comparison, scale, className, id = "bridge" }: {
  comparison: Comparison; scale: MoneyScale; className?: string; id?: string;
}) {
  const { outstanding, base, other } = comparison;
  const from = axisStart(levelsOf(comparison), scale.divisor);
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
    />
  );
}
