import { count, MINUS, plural, type MoneyScale } from "@/components/ui/format";
import type { Working } from "@/components/ui/worked";
import type { GroupColumn } from "@/lib/contract/facts";
import { recordsHref } from "./links";
import type { Segment } from "./segments";
import type { Grouping } from "./use-grouping";
import { groupWord } from "./words";

export type SegmentFigure = "outstanding" | "collateral" | "coverage" | "recovery" | "net";

const NAMES: { readonly [F in SegmentFigure]: string } = {
  outstanding: "Outstanding", collateral: "Collateral", coverage: "Coverage",
  recovery: "Recovery", net: "Net on its own",
};

const FORMULAS: { readonly [F in SegmentFigure]: string } = {
  outstanding: "\u03a3 principal", collateral: "\u03a3 collateral value", coverage: "C / O",
  recovery: "\u03a3 (distressed value \u00d7 recovery rate) / 100",
  net: `max(0, O ${MINUS} (C + R))`,
};

interface Of { versionId: string; column: GroupColumn; segment: Segment; scale: MoneyScale }

/** How a figure of a segment comes from its records; C, O and R are the amounts beside it. */
export function workedSegment(
  { versionId, column, segment, scale }: Of, figure: SegmentFigure,
): Working {
  const records = plural(segment.count, "record");
  const [owed, collateral, recovery] =
    [segment.total, segment.givenCollateral, segment.givenRecovery].map(scale.format);
  const filled = figure === "coverage" ? `${collateral} / ${owed}`
    : figure === "net" ? `max(0, ${owed} ${MINUS} (${collateral} + ${recovery}))` : records;
  return {
    title: `${NAMES[figure]} of ${segment.label}${figure === "coverage" ? "" : `, ${scale.label}`}`,
    formula: FORMULAS[figure], filled,
    sources: [{ name: `${groupWord(column)} ${segment.label}`, text: records,
      href: recordsHref(versionId, column, segment.value ?? null) }],
  };
}

/** How a figure in the foot of the table comes from the segments above it. */
export function workedSum(
  versionId: string, segments: number, totals: Grouping["totals"], column: string,
  scale: MoneyScale,
): Working {
  const isCoverage = column === "coverage";
  const name = column === "count" ? "Records" : NAMES[column as SegmentFigure];
  return {
    title: `${name} of all segments${isCoverage || column === "count" ? "" : `, ${scale.label}`}`,
    formula: isCoverage ? FORMULAS.coverage : "Sum of the column",
    filled: isCoverage
      ? `${scale.format(totals.collateral_value)} / ${scale.format(totals.total_outstanding)}`
      : `${count(segments)} segments`,
    sources: [{ name: "Consolidated exposure", text: "each figure with its formula",
      href: `/versions/${versionId}#exposure` }],
  };
}
