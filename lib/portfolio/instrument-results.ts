import { roundHalfEven } from "../kernel/exact";
import { assert } from "../kernel/assert";
import {
  ExactSum, exposureOf, marketOf, stressOf, type Netting, type Scenario, type StressResult,
} from "../risk";
import type { PortfolioColumns } from "./portfolio-columns";
import { shocksOfRows } from "./cut";
import { debtResults, type DebtResults } from "./debt-results";
import { FINE_SHARE, parts, unitsOf } from "./group-results";
import { stressPortfolio } from "./stress-portfolio";

/** Each debt before and under one scenario, in whole 1/10,000 units; rows as in the columns. */
export type InstrumentResults = {
  collateral: Float64Array;
  stressedCollateral: Float64Array;
  shortfall: Float64Array;
  stressedShortfall: Float64Array;
  buffer: Float64Array;
};

/**
 * What each debt comes to under a scenario. Its shortfall is its own under either netting: by
 * instrument they add up to the total, by portfolio the total nets what one has over with what
 * another lacks. Collateral and buffer add up to the totals of `stressPortfolio` to the unit; where
 * a total is rounded as a whole, each debt is within a unit of its own part of it.
 * @param before `debtResults` without a shock, where several scenarios share them
 */
export function instrumentResults(
  columns: PortfolioColumns, scenario: Scenario, netting: Netting,
  before: DebtResults = debtResults(columns, null),
): InstrumentResults {
  const total = totalsOf(columns, scenario, netting);
  const after = debtResults(columns, scenario);
  if (netting === "portfolio" && scenario.segment_shocks === undefined && marketOf(scenario) !== 1) {
    after.collateral = sharedOut(total.collateral_value, after.collateral);
    after.collateral.forEach((units, debt) => {
      after.shortfall[debt] = Math.max(0, (columns.outstanding[debt] as number) - units);
    });
  }
  return {
    collateral: before.collateral, stressedCollateral: after.collateral,
    shortfall: before.shortfall, stressedShortfall: after.shortfall,
    buffer: scenario.segment_shocks === undefined
      ? sharedOut(total.default_risk_buffer, columns.outstanding)
      : sharedExactly(total.default_risk_buffer, bufferWeights(columns, scenario)),
  };
}

/** The totals that are shared out; without segments they follow from two sums. */
function totalsOf(
  columns: PortfolioColumns, scenario: Scenario, netting: Netting,
): Pick<StressResult, "collateral_value" | "default_risk_buffer"> {
  if (scenario.segment_shocks === undefined) {
    return stressOf(exposureOf({ outstanding: sumOf(columns.outstanding),
      outstandingTimesRate: 0n, collateral: sumOf(columns.collateral), assets: 0n,
      distressedValue: 0n, distressedValueTimesRecovery: 0n, distressedCount: 0 }),
    scenario);
  }
  const stressed = stressPortfolio(columns, { scenarios: [scenario], netting });
  assert(stressed.ok, "totals alone are one group");
  const total = stressed.value.totals.scenarios[0];
  assert(total, "one scenario has one result");
  return total;
}

function sumOf(column: Float64Array): bigint {
  const sum = new ExactSum();
  for (const units of column) sum.add(units);
  return sum.value();
}

/** Sums below it leave remainders of a division, and twice those, that doubles hold. */
const SHARED_LIMIT = 2 ** 52;

/** `parts` of whole weights, without big numbers where amount and weights are ordinary. */
export function sharedOut(amount: number, weights: Float64Array): Float64Array {
  const total = Number(unitsOf(amount));
  let sum = 0;
  let isOrdinary = total >= 0 && total < SHARED_LIMIT;
  for (let at = 0; at < weights.length; at += 1) {
    sum += weights[at] as number;
    if ((weights[at] as number) < 0 || sum >= SHARED_LIMIT) isOrdinary = false;
  }
  if (total === 0 && isOrdinary) return new Float64Array(weights.length);
  if (!isOrdinary || sum === 0) return sharedExactly(amount, Array.from(weights, BigInt));
  const shares = new Float64Array(weights.length);
  // Up to each weight (total weights + sum / 2) / sum, rounded down, is given; this remains.
  let left = Math.floor(sum / 2);
  for (let at = 0; at < weights.length; at += 1) {
    const weight = weights[at] as number;
    const high = total * weight;
    let units = Math.floor(high / sum);
    const given = units * sum;
    let rest = (high - given)
      + (productError(total, weight, high) - productError(units, sum, given));
    for (; rest < 0; rest += sum) units -= 1;
    for (; rest >= sum; rest -= sum) units += 1;
    if (rest >= sum - left) {
      units += 1;
      left -= sum - rest;
    } else left += rest;
    shares[at] = units;
  }
  return shares;
}

const SPLIT = 2 ** 27 + 1;

/** What `product`, a times b as a double, lacks of the exact product (Dekker). */
function productError(a: number, b: number, product: number): number {
  const aHigh = SPLIT * a - (SPLIT * a - a);
  const bHigh = SPLIT * b - (SPLIT * b - b);
  const aLow = a - aHigh;
  const bLow = b - bHigh;
  return aLow * bLow - (((product - aHigh * bHigh) - aLow * bHigh) - aHigh * bLow);
}

const sharedExactly = (amount: number, weights: readonly bigint[]): Float64Array =>
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

/** How much each debt lacks more under the scenario than before. */
export const increaseOf = ({ shortfall, stressedShortfall }: InstrumentResults): Float64Array =>
  stressedShortfall.map((units, debt) => units - (shortfall[debt] as number));

/** The debts by falling values, then as in the tape. */
export const orderOf = (values: Float64Array): Uint32Array =>
  Uint32Array.from(values.keys()).sort((a, b) =>
    (values[b] as number) - (values[a] as number) || a - b);

/** Of the encoding and the calculation below: another has hashes, and so evidence, of its own. */
export const RESULTS_FORMAT = 2;
const AMOUNTS = ["collateral", "stressedCollateral", "shortfall", "stressedShortfall", "buffer"] as
  const;
const BYTES = AMOUNTS.length * 8;

/** The five amounts of all debts one after the other; little-endian. */
export function encodeInstrumentResults(results: InstrumentResults): Uint8Array<SharedArrayBuffer> {
  return encodedInto(results, new SharedArrayBuffer(results.buffer.length * BYTES));
}

/** The same bytes in memory of one thread alone: a page has none to share. */
export const instrumentResultBytes = (results: InstrumentResults): Uint8Array<ArrayBuffer> =>
  encodedInto(results, new ArrayBuffer(results.buffer.length * BYTES));

function encodedInto<B extends ArrayBufferLike>(
  results: InstrumentResults, buffer: B,
): Uint8Array<B> {
  const into = viewsOf(buffer, results.buffer.length);
  for (const name of AMOUNTS) into[name].set(results[name]);
  return new Uint8Array(buffer);
}

/** Views on encoded results; null where the bytes are not those of so many debts. */
export const decodeInstrumentResults = (
  buffer: SharedArrayBuffer, debtCount: number,
): InstrumentResults | null => buffer.byteLength === debtCount * BYTES
  ? viewsOf(buffer, debtCount) : null;

const viewsOf = (buffer: ArrayBufferLike, count: number): InstrumentResults =>
  Object.fromEntries(AMOUNTS.map((name, at) =>
    [name, new Float64Array(buffer, at * count * 8, count)])) as InstrumentResults;
