import type { ExactTotals, GroupDimension, GroupValue } from "../risk";
import type { PortfolioColumns } from "./portfolio-columns";
import type { Cut } from "./cut";
import { addStated, sumMarkets, totalOf } from "./market-sums";
import { cutFor } from "./stress-portfolio";

/** Exact sums of the records of one group, in the units of `ExactTotals`. */
export type GroupTotals = {
  /** Values in the order of the grouping; none of the whole portfolio. */
  key: GroupValue[];
  /** Records. */
  count: number;
  totals: Omit<ExactTotals, "instrumentCount">;
  /** What each debt lacks in collateral of its own, before and after the market's fall. */
  shortfall: bigint;
  stressedShortfall: bigint;
};

/**
 * The sums of section 1 by up to two dimensions, and over all: equal to the unit to those of the
 * records. Groups come by falling outstanding, then by key with null last.
 * @param fall of the collaterals' market, -0.25 for a quarter less; a market is never below nothing
 * @param most groups that are given, the first ones; `groupCount` says how many there are
 */
export function groupTotals(
  columns: PortfolioColumns, groupBy: readonly GroupDimension[], fall: number, most = Infinity,
): { whole: GroupTotals; groups: GroupTotals[]; groupCount: number } {
  const cut = cutFor(columns, { groupBy, scenarios: [] });
  const markets = Float64Array.of(1, Math.max(0, 1 + fall));
  const sums = sumMarkets(cut, cut.profiles.map(() => markets), 0, cut.debts.count);
  addStated(cut, sums, markets);
  const whole = { key: [], count: cut.counts.reduce((sum, one) => sum + one, 0),
    totals: wholeTotals(cut),
    shortfall: totalOf(sums, "shortfall", 0), stressedShortfall: totalOf(sums, "shortfall", 1) };
  if (groupBy.length === 0) return { whole, groups: [], groupCount: 0 };
  const groups = cut.groupKeys.slice(0, most).map((key, group): GroupTotals => ({ key,
    count: cut.counts[group] as number, totals: nothing(),
    shortfall: sums.shortfall.value(group * 2),
    stressedShortfall: sums.shortfall.value(group * 2 + 1) }));
  cut.cells.group.forEach((group, cell) => {
    const found = groups[group];
    if (found) addCell(found.totals, cut.cells, cell);
  });
  return { whole, groups, groupCount: cut.groupKeys.length };
}

type Totals = GroupTotals["totals"];

const nothing = (): Totals => ({ outstanding: 0n, outstandingTimesRate: 0n, collateral: 0n,
  assets: 0n, distressedValue: 0n, distressedValueTimesRecovery: 0n, distressedCount: 0 });

function addCell(to: Totals, cells: Cut["cells"], cell: number): void {
  to.outstanding += cells.outstanding.value(cell);
  to.outstandingTimesRate += cells.outstandingTimesRate.value(cell);
  to.collateral += cells.collateral.value(cell);
  to.assets += cells.assetsValue.value(cell);
  to.distressedValue += cells.value.value(cell);
  to.distressedValueTimesRecovery += cells.valueTimesRecovery.value(cell);
  to.distressedCount += cells.assets[cell] as number;
}

const wholeTotals = ({ cells }: Cut): Totals => ({
  outstanding: cells.outstanding.total(),
  outstandingTimesRate: cells.outstandingTimesRate.total(),
  collateral: cells.collateral.total(), assets: cells.assetsValue.total(),
  distressedValue: cells.value.total(),
  distressedValueTimesRecovery: cells.valueTimesRecovery.total(),
  distressedCount: cells.assets.reduce((sum, one) => sum + one, 0),
});
