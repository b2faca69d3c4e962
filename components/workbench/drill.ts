import type { ResponseOf, QueryInputOf } from "@/lib/contract/operations";
import { allocateLoss, NO_SHOCKS, standaloneLosses } from "@/lib/risk";
import type { DebtExposure, Driver, Netting, Shocks, Stake } from "@/lib/risk";
import { roundedParts } from "@/components/chart/rounded-parts";
import { count } from "@/components/ui/format";
import type { MoneyScale } from "@/components/ui/format";

/** Figures whose way back to the raw rows can be walked. */
export const DRILL_FIGURES = ["loss", "loss-collateral", "loss-recovery", "loss-default", "net",
  "outstanding", "collateral", "recovery"] as const;
export type DrillFigure = (typeof DRILL_FIGURES)[number];

export const DRILL_GROUPS = ["sector", "country", "asset_class", "rating", "stage", "dpd_bucket",
  "collateral_type", "region", "obligor"] as const;
export type DrillGroup = (typeof DRILL_GROUPS)[number];

export const GROUP_WORDS: Record<DrillGroup, readonly [one: string, many: string]> = {
  sector: ["sector", "sectors"],
  country: ["country", "countries"],
  asset_class: ["asset class", "asset classes"],
  rating: ["rating", "ratings"],
  stage: ["stage", "stages"],
  dpd_bucket: ["days past due", "buckets"],
  collateral_type: ["collateral type", "collateral types"],
  region: ["region", "regions"],
  obligor: ["obligor", "obligors"],
};

/** How the address and the instruments' filter name the group without a value. */
export const NOT_GIVEN = "null";

export const segmentLabel = (key: string, group: DrillGroup): string => {
  if (key === NOT_GIVEN) return "Not given";
  return group === "stage" ? `Stage ${key}` : key;
};

const DRIVER_OF: Partial<Record<DrillFigure, Driver>> = {
  "loss-collateral": "collateral", "loss-recovery": "recovery", "loss-default": "default",
};

export const driverOf = (figure: DrillFigure): Driver | null => DRIVER_OF[figure] ?? null;
export const isLoss = (figure: DrillFigure): boolean => figure.startsWith("loss");

/** How a figure comes about: the shocks on the page, and whose collateral covers whom. */
export interface Basis {
  shocks: Shocks;
  netting: Netting;
}

/**
 * The shocks behind a figure: all of a loss's, one of a driver's, none of an exposure's. By
 * instrument a loss is shared out without the recoveries, which cover no single loan (MODEL.md
 * section 4).
 */
export function shocksBehind(figure: DrillFigure, { shocks, netting }: Basis): Shocks {
  switch (figure) {
    case "loss":
      return netting === "portfolio" ? shocks : { ...shocks, recovery_degradation_pct: 0 };
    case "loss-collateral": return { ...NO_SHOCKS,
      collateral_market_impact_pct: shocks.collateral_market_impact_pct };
    case "loss-recovery": return { ...NO_SHOCKS,
      recovery_degradation_pct: shocks.recovery_degradation_pct };
    case "loss-default": return { ...NO_SHOCKS,
      default_risk_increment_pct: shocks.default_risk_increment_pct };
    default: return NO_SHOCKS;
  }
}

type ExposureGroup = ResponseOf<"getExposure">["groups"][number];
export type InstrumentRow = ResponseOf<"listInstruments">["items"][number];

export interface Segment {
  key: string;
  label: string;
  /** The part of the shown figure; its own shortfall for the net exposure. */
  value: number;
  /** The value as the list shows it: the list adds up to the rounded figure. */
  shown: number;
  /** Before the portfolio's surplus absorbs anything. */
  own: number;
  count: number;
  stake: LoansStake;
}

export interface Segments {
  items: readonly Segment[];
  /** Sum of what the segments would lose, or fall short, on their own. */
  ownTotal: number;
  /** What the surplus of others takes off that sum; below 0 what lost recoveries add to it. */
  absorbed: number;
}

/** What several loans have at stake: what each of them lacks does not follow from the sums. */
export interface LoansStake extends Stake {
  shortfall?: number;
  stressedShortfall?: number;
}

type Exposed = DebtExposure & { stressed_shortfall?: number | undefined };

export const stakeOf = (exposure: Exposed): LoansStake => ({
  outstanding: exposure.total_outstanding,
  collateral: exposure.collateral_value,
  recovery: exposure.distressed_asset_recovery,
  ...(exposure.stressed_shortfall === undefined ? {} : {
    shortfall: exposure.collateral_shortfall, stressedShortfall: exposure.stressed_shortfall }),
});

/** What a stake's loans lack in collateral before and after its fall, each for itself. */
export function shortfallsOf(
  stake: LoansStake, fall: number,
): { before: number; after: number } {
  const { outstanding, collateral } = stake;
  const market = Math.max(0, 1 + fall);
  return {
    before: stake.shortfall ?? Math.max(0, outstanding - collateral),
    after: stake.stressedShortfall ?? Math.max(0, outstanding - collateral * market),
  };
}

/** What a stake loses on its own: by instrument its loans' shortfalls grow (MODEL.md section 4). */
export function ownLosses(
  figure: DrillFigure, stake: LoansStake, basis: Basis,
): { [D in Driver]: number } {
  const behind = shocksBehind(figure, basis);
  const losses = standaloneLosses(stake, behind);
  if (basis.netting === "portfolio") return losses;
  const fall = behind.collateral_market_impact_pct;
  if (fall === 0) return { ...losses, collateral: 0 };
  const { before, after } = shortfallsOf(stake, fall);
  return { ...losses, collateral: Math.max(0, after - before) };
}

/** The figure's worth in one stake, on its own. */
export function ownValue(figure: DrillFigure, stake: LoansStake, basis: Basis): number {
  switch (figure) {
    case "outstanding": return stake.outstanding;
    case "collateral": return stake.collateral;
    case "recovery": return stake.recovery;
    case "net": return basis.netting === "instrument" ? shortfallsOf(stake, 0).before
      : Math.max(0, stake.outstanding - stake.collateral - stake.recovery);
    default: {
      const losses = ownLosses(figure, stake, basis);
      return losses.collateral + losses.recovery + losses.default;
    }
  }
}

/** The question for a version's segments. */
export function segmentsQuery(
  group: DrillGroup, { shocks, netting }: Basis,
): QueryInputOf<"getExposure"> {
  return { group_by: group, ...(netting === "portfolio" ? {} : {
    netting, collateral_market_impact_pct: shocks.collateral_market_impact_pct }) };
}

/**
 * The segments of a figure, largest first. A loss is shared out in proportion to what each
 * segment would lose alone, so the parts add up to `total`; net exposures stay each its own.
 * Shown are whole multiples of `step`.
 */
export function segmentsOf(
  figure: DrillFigure, group: DrillGroup, groups: readonly ExposureGroup[], total: number,
  basis: Basis, step: number,
): Segments {
  const own = groups.map((entry) => ownValue(figure, stakeOf(entry), basis));
  const ownTotal = own.reduce((sum, value) => sum + value, 0);
  const shared = isLoss(figure) && total > 0 && ownTotal > 0;
  const values = shared ? allocateLoss(total, own) : isLoss(figure) ? own.map(() => 0) : own;
  const shown = roundedParts(values, step, isLoss(figure) ? Math.max(0, total) : ownTotal);
  const items = groups.map((entry, index): Segment => {
    const key = entry.key[group] ?? NOT_GIVEN;
    return { key, label: segmentLabel(key, group), value: values[index] ?? 0,
      shown: shown[index] ?? 0, own: own[index] ?? 0, count: entry.count, stake: stakeOf(entry) };
  });
  items.sort((a, b) => b.value - a.value);
  const hasSurplus = isLoss(figure) || figure === "net";
  const gap = hasSurplus ? ownTotal - Math.max(0, total) : 0;
  // Float sums differ in their last bits; that is no surplus.
  return { items, ownTotal, absorbed: Math.abs(gap) > 0.005 + ownTotal * 1e-9 ? gap : 0 };
}

const SORT: Partial<Record<DrillFigure, string>> = {
  net: "-principal", outstanding: "-principal", collateral: "-collateral_value",
  recovery: "-distressed_recovery",
};

export const INSTRUMENTS_AT_ONCE = 6;

/** The question for a segment's instruments, those that matter most first. */
export function instrumentQuery(
  figure: DrillFigure, group: DrillGroup, segment: string | null, basis: Basis,
): QueryInputOf<"listInstruments"> {
  const behind = shocksBehind(figure, basis);
  return {
    limit: INSTRUMENTS_AT_ONCE,
    sort: SORT[figure] ?? "-stress_impact",
    ...(segment === null ? {} : { [group]: segment }),
    ...(isLoss(figure) ? {
      collateral_market_impact_pct: behind.collateral_market_impact_pct,
      recovery_degradation_pct: behind.recovery_degradation_pct,
      default_risk_increment_pct: behind.default_risk_increment_pct,
      ...(basis.netting === "portfolio" ? {} : { netting: basis.netting }),
    } : {}),
  };
}

export const stakeOfInstrument = (row: InstrumentRow): Stake => ({
  outstanding: row.principal, collateral: row.collateral_value, recovery: row.distressed_recovery,
});

export function instrumentValue(figure: DrillFigure, row: InstrumentRow, basis: Basis): number {
  if (isLoss(figure) && row.stress_impact !== null) return row.stress_impact;
  return ownValue(figure, stakeOfInstrument(row), basis);
}

export const instrumentLabel = (row: InstrumentRow): string =>
  row.instrument_id ?? `Row ${count(row.row)}`;

/**
 * A figure too small for the page's unit is not zero: "<0.1". `shown` is the value as it is
 * rounded within its list.
 */
export function fineFormat(scale: MoneyScale): (value: number, shown?: number) => string {
  const least = 10 ** -scale.decimals;
  return (value, shown = value) => {
    const text = scale.format(shown);
    return value > 0 && !/[1-9]/.test(text) ? `<${least.toFixed(scale.decimals)}` : text;
  };
}

/** The figures of a list: with the rest of it they add up to what the whole is shown as. */
export function listFigures(
  values: readonly number[], whole: number | null, hasRest: boolean, step: number,
): { shown: number[]; rest: number } {
  if (whole === null || hasRest) {
    const shown = values.map((value) => Math.round(value / step) * step);
    const listed = shown.reduce((sum, value) => sum + value, 0);
    return { shown, rest: Math.max(0, Math.round((whole ?? 0) / step) * step - listed) };
  }
  return { shown: roundedParts(values, step, whole), rest: 0 };
}
