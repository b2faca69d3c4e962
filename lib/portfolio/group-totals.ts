import type { ExactTotals, GroupDimension, GroupValue } from "../risk";
import type { PortfolioColumns } from "./columns";
import { addStated, sumMarkets } from "./market-sums";
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
 */
export function groupTotals(
  columns: PortfolioColumns, groupBy: readonly GroupDimension[], fall: number,
): { whole: GroupTotals; groups: GroupTotals[] } {
  const cut = cutFor(columns, { groupBy, scenarios: [] });
  const { cells } = cut;
  const markets = Float64Array.of(1, Math.max(0, 1 + fall));
  const sums = sumMarkets(cut, cut.profiles.map(() => markets), 0, cut.debts.count);
  addStated(cut, sums, markets);
  const found = cut.groupKeys.map((key, group) => ({ ...nothing(key),
    count: cut.counts[group] as number,
    shortfall: sums.shortfall.value(group * 2),
    stressedShortfall: sums.shortfall.value(group * 2 + 1) }));
  cells.group.forEach((group, cell) => {
    const { totals } = found[group] ?? nothing([]); // a cell without rows may have no group
    add(totals, {
      outstanding: cells.outstanding.value(cell),
      outstandingTimesRate: cells.outstandingTimesRate.value(cell),
      collateral: cells.collateral.value(cell), assets: cells.assetsValue.value(cell),
      distressedValue: cells.value.value(cell),
      distressedValueTimesRecovery: cells.valueTimesRecovery.value(cell),
      distressedCount: cells.assets[cell] as number,
    });
  });
  const whole = nothing([]);
  for (const group of found) {
    add(whole.totals, group.totals);
    whole.count += group.count;
    whole.shortfall += group.shortfall;
    whole.stressedShortfall += group.stressedShortfall;
  }
  return { whole, groups: groupBy.length === 0 ? [] : found };
}

const nothing = (key: GroupValue[]): GroupTotals => ({ key, count: 0,
  totals: { outstanding: 0n, outstandingTimesRate: 0n, collateral: 0n, assets: 0n,
    distressedValue: 0n, distressedValueTimesRecovery: 0n, distressedCount: 0 },
  shortfall: 0n, stressedShortfall: 0n });

function add(to: GroupTotals["totals"], more: GroupTotals["totals"]): void {
  to.outstanding += more.outstanding;
  to.outstandingTimesRate += more.outstandingTimesRate;
  to.collateral += more.collateral;
  to.assets += more.assets;
  to.distressedValue += more.distressedValue;
  to.distressedValueTimesRecovery += more.distressedValueTimesRecovery;
  to.distressedCount += more.distressedCount;
}
