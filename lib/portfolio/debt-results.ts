import { atMarket, ExactSum, isInSegment, marketOf, shocksOn, type Scenario } from "../risk";
import { roundHalfEven } from "../kernel/exact";
import { valueAt } from "./columns";
import type { PortfolioColumns } from "./portfolio-columns";
import { shocksOfRows } from "./cut";

/** Each debt under one scenario, in whole 1/10,000 units; rows as in the columns. */
export type DebtResults = {
  collateral: Float64Array;
  /** What it owes beyond its own collateral. */
  shortfall: Float64Array;
  /** The same less the recoveries of distressed assets that are linked to it. */
  shortfallAfterRecovery: Float64Array;
};

/**
 * Section 4 for every debt: without a shock (null) and under a scenario. Debts under one stated
 * collateral share it in the order of their rows. Linked recoveries are rounded to 1/10,000 each.
 */
export function debtResults(columns: PortfolioColumns, scenario: Scenario | null): DebtResults {
  const { debtCount, outstanding, collateral } = columns;
  const results: DebtResults = { collateral: new Float64Array(debtCount),
    shortfall: new Float64Array(debtCount), shortfallAfterRecovery: new Float64Array(debtCount) };
  const lay = (debt: number, cover: number): void => {
    results.collateral[debt] = cover;
    results.shortfall[debt] = Math.max(0, (outstanding[debt] as number) - cover);
  };
  if (scenario?.segment_shocks === undefined) {
    const market = scenario === null ? 1 : marketOf(scenario);
    for (let debt = 0; debt < debtCount; debt += 1) {
      lay(debt, atMarket(collateral[debt] as number, market));
    }
  } else {
    const { of, shocks } = shocksOfRows(columns, scenario);
    const markets = shocks.map(marketOf);
    for (let debt = 0; debt < debtCount; debt += 1) {
      const market = markets[of?.[debt] ?? 0] as number;
      lay(debt, atMarket(collateral[debt] as number, market));
    }
  }
  shareStated(columns, results, scenario === null ? 1 : marketOf(scenario));
  recoverLinked(columns, results, scenario);
  return results;
}

function shareStated(columns: PortfolioColumns, results: DebtResults, market: number): void {
  columns.statedFrom.forEach((from, index) => {
    let left = atMarket(columns.collateral[from] as number, market);
    const to = columns.statedTo[index] as number;
    for (let debt = from; debt < to; debt += 1) {
      const owed = columns.outstanding[debt] as number;
      // What is over stays with the last of them, so that their collateral adds up.
      const cover = debt === to - 1 ? left : Math.min(Math.max(left, 0), owed);
      results.collateral[debt] = cover;
      results.shortfall[debt] = Math.max(0, owed - cover);
      left -= cover;
    }
  });
}

function recoverLinked(
  columns: PortfolioColumns, results: DebtResults, scenario: Scenario | null,
): void {
  results.shortfallAfterRecovery.set(results.shortfall);
  columns.linkedDebt.forEach((debt, asset) => {
    if (debt < 0) return;
    const product = new ExactSum();
    product.addProduct(columns.distressedValue[asset] as number,
      columns.recoveryRate[asset] as number);
    const row = columns.debtCount + asset;
    const change = scenario === null ? 0 : shocksOn(scenario, (index) =>
      isInSegment(scenario.segment_shocks?.[index]?.where ?? {},
        (dimension) => valueAt(columns, dimension, row))).recovery_degradation_pct;
    const recovery = roundHalfEven(
      Math.max(0, (Number(product.value()) / 1e8) * (1 + change)));
    results.shortfallAfterRecovery[debt] =
      Math.max(0, (results.shortfallAfterRecovery[debt] as number) - recovery);
  });
}
