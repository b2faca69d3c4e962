import { roundHalfEven } from "../kernel/exact";
import { assert } from "../kernel/assert";
import { marketOf, type Netting, type Scenario } from "../risk";
import type { PortfolioColumns } from "./columns";
import { shocksOfRows } from "./cut";
import { debtResults } from "./debt-results";
import { FINE_SHARE, parts, unitsOf } from "./group-results";
import { stressPortfolio } from "./stress-portfolio";

/** Each debt before and under one scenario, in whole 1/10,000 units; rows as in the columns. */
export type InstrumentResults = {
  collateral: Float64Array;
  stressedCollateral: Float64Array;
  shortfall: Float64Array;
  stressedShortfall: Float64Array;
  buffer: Float64Array;
  /** The debts by falling increase of the shortfall, then as in the tape. */
  order: Uint32Array;
};

/**
 * What each debt comes to under a scenario. Its shortfall is its own under either netting: by
 * instrument they add up to the total, by portfolio the total nets what one has over with what
 * another lacks. Collateral and buffer add up to the totals of `stressPortfolio` to the unit; where
 * a total is rounded as a whole, each debt is within a unit of its own part of it.
 */
export function instrumentResults(
  columns: PortfolioColumns, scenario: Scenario, netting: Netting,
): InstrumentResults {
  const stressed = stressPortfolio(columns, { scenarios: [scenario], netting });
  assert(stressed.ok, "totals alone are one group");
  const total = stressed.value.totals.scenarios[0];
  assert(total, "one scenario has one result");
  const before = debtResults(columns, null);
  const after = debtResults(columns, scenario);
  if (netting === "portfolio" && scenario.segment_shocks === undefined && marketOf(scenario) !== 1) {
    const collateral = shareOut(total.collateral_value, Array.from(after.collateral, BigInt));
    collateral.forEach((units, debt) => {
      after.collateral[debt] = units;
      after.shortfall[debt] = Math.max(0, (columns.outstanding[debt] as number) - units);
    });
  }
  return {
    collateral: before.collateral, stressedCollateral: after.collateral,
    shortfall: before.shortfall, stressedShortfall: after.shortfall,
    buffer: shareOut(total.default_risk_buffer, bufferWeights(columns, scenario)),
    order: byIncrease(before.shortfall, after.shortfall),
  };
}

const shareOut = (amount: number, weights: readonly bigint[]): Float64Array =>
  unitsOf(amount) === 0n && weights.every((weight) => weight === 0n)
    ? new Float64Array(weights.length) : Float64Array.from(parts(amount, weights), Number);

/** What each debt owes times its own default increment, finely rounded. */
function bufferWeights(columns: PortfolioColumns, scenario: Scenario): bigint[] {
  const { of, shocks } = shocksOfRows(columns, scenario);
  const share = shocks.map(({ default_risk_increment_pct: increment }) =>
    BigInt(roundHalfEven(Math.max(0, increment) * FINE_SHARE)));
  const weights = new Array<bigint>(columns.debtCount).fill(0n);
  for (let debt = 0; debt < columns.debtCount; debt += 1) {
    const weight = share[of?.[debt] ?? 0] as bigint;
    if (weight !== 0n) weights[debt] = BigInt(columns.outstanding[debt] as number) * weight;
  }
  return weights;
}

function byIncrease(before: Float64Array, after: Float64Array): Uint32Array {
  const increase = after.map((units, debt) => units - (before[debt] as number));
  return Uint32Array.from(before.keys()).sort((a, b) =>
    (increase[b] as number) - (increase[a] as number) || a - b);
}

const AMOUNTS = ["collateral", "stressedCollateral", "shortfall", "stressedShortfall", "buffer"] as
  const;
const BYTES = AMOUNTS.length * 8 + 4;

/** The five amounts of all debts one after the other, then their order; little-endian. */
export function encodeInstrumentResults(results: InstrumentResults): Uint8Array<SharedArrayBuffer> {
  const count = results.order.length;
  const bytes = new Uint8Array(new SharedArrayBuffer(count * BYTES));
  const into = viewsOf(bytes.buffer, count);
  for (const name of [...AMOUNTS, "order"] as const) into[name].set(results[name]);
  return bytes;
}

/** Views on encoded results; null where the bytes are not those of so many debts. */
export const decodeInstrumentResults = (
  buffer: SharedArrayBuffer, debtCount: number,
): InstrumentResults | null => buffer.byteLength === debtCount * BYTES
  ? viewsOf(buffer, debtCount) : null;

function viewsOf(buffer: SharedArrayBuffer, count: number): InstrumentResults {
  const amounts = AMOUNTS.map((name, at) =>
    [name, new Float64Array(buffer, at * count * 8, count)] as const);
  return { ...Object.fromEntries(amounts) as Record<(typeof AMOUNTS)[number], Float64Array>,
    order: new Uint32Array(buffer, AMOUNTS.length * count * 8, count) };
}
