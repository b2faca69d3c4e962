import { assert } from "../kernel/assert";
import { amountFromUnits, AMOUNT_SCALE, fromUnits, RATE_SCALE, roundHalfEven }
  from "../kernel/exact";
import {
  allocateUnits, type DebtExposure, type GroupDimension, type GroupValue, type Netting,
  type Scenario, type Shocks, type StressResult,
} from "../risk";
import type { Cut } from "./cut";
import type { ExactColumn } from "./exact-column";
import type { MarketSums } from "./market-sums";

type OfPortfolio = "net_exposure_after_recovery" | "loss_estimate" | "impact_score";

/** A group before any shock; net exposure is the portfolio's alone. */
export type GroupBase = Omit<DebtExposure, OfPortfolio>;

/** A group under a scenario, with its share of the portfolio's loss. */
export type GroupStressResult =
  Pick<StressResult, "scenario_id" | Exclude<keyof StressResult, keyof Scenario | OfPortfolio>>
  & { collateral_shortfall: number; allocated_loss: number };

export type GroupStress = {
  key: { [D in GroupDimension]?: GroupValue };
  /** Records. */
  count: number;
  base: GroupBase;
  scenarios: GroupStressResult[];
};

type Input = {
  cut: Cut; sums: MarketSums; netting: Netting; base: DebtExposure;
  results: readonly (StressResult & { collateral_shortfall: number })[];
  /** Of each scenario by profile. */
  shocks: readonly (readonly Shocks[])[];
  scenarios: readonly Scenario[];
};

/**
 * What each group of a cut has and comes to. Amounts are whole 1/10,000 units and add up over the
 * groups to the total's amount in these units: outstanding, collateral, assets, distressed value,
 * recovery, interest, buffer and shortfall, before and after. Where the total is no sum of rounded
 * amounts it is shared out by the groups' exact parts, each within a unit. By portfolio a shortfall
 * is the portfolio's, in proportion to the groups' own gaps; `allocated_loss` shares the loss by
 * section 4's weights. Ratios, rates and losses of collateral and value are the group's own.
 */
export function groupResults(input: Input): GroupStress[] {
  const { cut, base, netting, sums } = input;
  const own = groupSums(cut);
  const shortfall = netting === "instrument" ? columnOf(sums, "shortfall", 0)
    : shared(base.collateral_shortfall, gaps(own.outstanding, own.collateral));
  const before: Amounts = {
    interest: parts(base.interest_payment, own.outstandingTimesRate),
    collateral: own.collateral, value: own.value, shortfall,
    recovery: parts(base.distressed_asset_recovery, own.valueTimesRecovery),
    buffer: nothing(cut),
  };
  const after = input.results.map((result, index) =>
    scenarioAmounts(input, own, before, result, index));
  return cut.groupKeys.map((values, group) => ({
    key: Object.fromEntries(cut.groupBy.map((dimension, at) => [dimension, values[at]])),
    count: cut.counts[group] as number,
    base: baseOf(own, before, group),
    scenarios: after.map(({ amounts, loss }, index) => resultOf(own, before, amounts, group,
      input.results[index]?.scenario_id ?? "", loss[group] as bigint)),
  }));
}

/** Amounts of all groups, in 1/10,000 units. */
type Amounts = {
  [name in "interest" | "collateral" | "value" | "shortfall" | "recovery" | "buffer"]: bigint[]
};

type GroupSums = {
  [name in "outstanding" | "outstandingTimesRate" | "collateral" | "assets" | "value"
  | "valueTimesRecovery"]: bigint[]
} & { distressedCount: number[] };

function groupSums(cut: Cut): GroupSums {
  const { cells } = cut;
  const of = (column: ExactColumn): bigint[] => byGroup(cut, column, null);
  const distressedCount = new Array<number>(cut.groupKeys.length).fill(0);
  cells.group.forEach((group, cell) => {
    if (cells.assets[cell] === 0) return;
    distressedCount[group] = (distressedCount[group] as number) + (cells.assets[cell] as number);
  });
  return {
    outstanding: of(cells.outstanding), outstandingTimesRate: of(cells.outstandingTimesRate),
    collateral: of(cells.collateral), assets: of(cells.assetsValue), value: of(cells.value),
    valueTimesRecovery: of(cells.valueTimesRecovery), distressedCount,
  };
}

const nothing = ({ groupKeys }: Cut): bigint[] => new Array<bigint>(groupKeys.length).fill(0n);

/** By group, the sums of its cells, each times the weight of its profile where there are any. */
function byGroup(
  cut: Cut, column: ExactColumn, weights: readonly bigint[] | null,
): bigint[] {
  const { cells } = cut;
  const sums = nothing(cut);
  if (column.isNothing()) return sums;
  for (let cell = 0; cell < cells.count; cell += 1) {
    const sum = column.value(cell);
    if (sum === 0n) continue;
    const group = cells.group[cell] as number;
    sums[group] = (sums[group] as bigint)
      + (weights ? sum * (weights[cells.profile[cell] as number] as bigint) : sum);
  }
  return sums;
}

type Weighed = "outstanding" | "value" | "valueTimesRecovery";

/** Parts to share an amount out by; under one weight for all they are the groups' own sums. */
function weighed(
  cut: Cut, own: GroupSums, name: Weighed, weights: readonly bigint[],
): bigint[] {
  if (weights.length > 1) return byGroup(cut, cut.cells[name], weights);
  return weights[0] === 0n ? nothing(cut) : own[name];
}

/** A share or market as a whole number; exact enough to share out an amount by. */
export const FINE_SHARE = 2 ** 45;
const whole = (share: number): bigint => BigInt(Math.round(Math.max(0, share) * FINE_SHARE));

function scenarioAmounts(
  { cut, sums, netting, results, shocks, scenarios }: Input, own: GroupSums, before: Amounts,
  result: StressResult & { collateral_shortfall: number }, index: number,
): { amounts: Amounts; loss: bigint[] } {
  const ofProfiles = shocks[index] as readonly Shocks[];
  const deltas = byGroup(cut, cut.cells.outstanding, ofProfiles.map((each) =>
    BigInt(roundHalfEven(each.interest_rate_delta_pct * RATE_SCALE))));
  const by = (name: Weighed, of: (shocks: Shocks) => number): bigint[] =>
    weighed(cut, own, name, ofProfiles.map((each) => whole(of(each))));
  const isWhole = netting === "portfolio" && scenarios[index]?.segment_shocks === undefined;
  const collateral = isWhole ? parts(result.collateral_value, own.collateral)
    : columnOf(sums, "stressed", index + 1);
  const amounts: Amounts = {
    interest: parts(result.interest_payment,
      own.outstandingTimesRate.map((product, group) => product + (deltas[group] as bigint))),
    collateral,
    value: parts(result.distressed_asset_value,
      by("value", (each) => 1 + each.collateral_market_impact_pct)),
    recovery: parts(result.distressed_asset_recovery,
      by("valueTimesRecovery", (each) => 1 + each.recovery_degradation_pct)),
    buffer: parts(result.default_risk_buffer,
      by("outstanding", (each) => each.default_risk_increment_pct)),
    shortfall: netting === "instrument" ? columnOf(sums, "shortfall", index + 1)
      : shared(result.collateral_shortfall, gaps(own.outstanding, collateral)),
  };
  assert(results[index] === result, "amounts are of their own scenario");
  return { amounts, loss: shared(result.loss_estimate, lossWeights(before, amounts, netting)) };
}

/** Section 4: own collateral loss, recovery loss and buffer, or shortfall increase and buffer. */
function lossWeights(before: Amounts, after: Amounts, netting: Netting): bigint[] {
  const lost = (name: "collateral" | "recovery", group: number): bigint =>
    atLeast0((before[name][group] as bigint) - (after[name][group] as bigint));
  return after.buffer.map((buffer, group) => buffer + (netting === "portfolio"
    ? lost("collateral", group) + lost("recovery", group)
    : atLeast0((after.shortfall[group] as bigint) - (before.shortfall[group] as bigint))));
}

const atLeast0 = (units: bigint): bigint => units > 0n ? units : 0n;
const gaps = (owed: readonly bigint[], cover: readonly bigint[]): bigint[] =>
  owed.map((units, group) => atLeast0(units - (cover[group] as bigint)));

export const unitsOf = (amount: number): bigint => BigInt(roundHalfEven(amount * AMOUNT_SCALE));

const shared = (amount: number, weights: readonly bigint[]): bigint[] =>
  allocateUnits(unitsOf(amount), weights);

/**
 * A total in proportion to exact parts, each rounded so that the sum up to it is the nearest: no
 * part is off by more than a unit, all add up, and it takes one pass however many there are.
 */
export function parts(amount: number, exact: readonly bigint[]): bigint[] {
  const total = unitsOf(amount);
  const sum = exact.reduce((a, b) => a + b, 0n);
  if (sum < 0n) return parts(amount, exact.map((part) => -part));
  if (sum === 0n) return exact.map((_, index) => index === 0 ? total : 0n);
  const [twice, divisor] = [2n * total, 2n * sum];
  let given = 0n;
  let exactSoFar = sum;
  return exact.map((part) => {
    if (part === 0n) return 0n;
    exactSoFar += twice * part;
    const upTo = floorOf(exactSoFar, divisor);
    const units = upTo - given;
    given = upTo;
    return units;
  });
}

/** The quotient rounded down, by a positive divisor. */
const floorOf = (a: bigint, b: bigint): bigint => a < 0n ? -((-a + b - 1n) / b) : a / b;

function columnOf(sums: MarketSums, of: "stressed" | "shortfall", market: number): bigint[] {
  return Array.from({ length: sums.groupCount }, (_, group) =>
    sums[of].value(group * sums.markets + market));
}

const ratio = (a: bigint, b: bigint): number =>
  b === 0n ? 0 : amountFromUnits(a) / amountFromUnits(b);

const amountAt = (units: readonly bigint[], group: number): number =>
  amountFromUnits(units[group] as bigint);

/** Made for each of many groups: a function inside would be made as often. */
function baseOf(own: GroupSums, before: Amounts, group: number): GroupBase {
  const outstanding = own.outstanding[group] as bigint;
  const assets = own.assets[group] as bigint;
  const value = own.value[group] as bigint;
  const recovery = before.recovery[group] as bigint;
  return {
    total_outstanding: amountFromUnits(outstanding),
    interest_rate_pct: rateOf(own.outstandingTimesRate[group] as bigint, outstanding),
    interest_payment: amountAt(before.interest, group),
    collateral_value: amountAt(before.collateral, group),
    collateral_shortfall: amountAt(before.shortfall, group),
    collateral_coverage_ratio: ratio(own.collateral[group] as bigint, outstanding),
    assets_value: amountFromUnits(assets),
    leverage_ratio: ratio(outstanding, assets),
    distressed_asset_value: amountFromUnits(value),
    distressed_asset_recovery: amountFromUnits(recovery),
    distressed_asset_recovery_ratio: ratio(recovery, value),
    distressed_asset_count: own.distressedCount[group] as number,
  };
}

const lostAt = (before: readonly bigint[], after: readonly bigint[], group: number): number =>
  amountFromUnits(atLeast0((before[group] as bigint) - (after[group] as bigint)));

const rateOf = (product: bigint, outstanding: bigint): number => outstanding === 0n ? 0
  : fromUnits(product, 10n ** 10n) / amountFromUnits(outstanding);

function resultOf(
  own: GroupSums, before: Amounts, after: Amounts, group: number, scenarioId: string, loss: bigint,
): GroupStressResult {
  const outstanding = own.outstanding[group] as bigint;
  return {
    scenario_id: scenarioId,
    interest_rate_pct: ratio((after.interest[group] as bigint) * 100n, outstanding),
    interest_payment: amountAt(after.interest, group),
    collateral_value: amountAt(after.collateral, group),
    collateral_loss: lostAt(before.collateral, after.collateral, group),
    distressed_asset_value: amountAt(after.value, group),
    distressed_asset_loss: lostAt(before.value, after.value, group),
    distressed_asset_recovery: amountAt(after.recovery, group),
    default_risk_buffer: amountAt(after.buffer, group),
    collateral_shortfall: amountAt(after.shortfall, group),
    allocated_loss: amountFromUnits(loss),
  };
}
