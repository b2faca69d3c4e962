import { amountFromUnits, AMOUNT_SCALE, roundHalfEven } from "../kernel/exact";
import { lossUnder, SHOCK_NAMES, type Netted } from "./stress";
import type { DebtExposure, Netting, RunParameters, Scenario } from "./types";
import type { Bridge } from "./version-bridge";

/** What moves a loss from one run to another, in the order in which it is exchanged. */
export const LOSS_STEPS = ["data", "netting", "shocks", "engine"] as const;
export type LossStep = (typeof LOSS_STEPS)[number];

/** A scenario of a run with the loss that the run recorded, in currency units. */
export type RecordedLoss = { netting: Netting; scenario: Scenario; loss: number };

/** A finite amount in currency units as 1/10,000 units, to nearest, ties to even. */
const unitsOf = (amount: number): bigint => BigInt(roundHalfEven(amount * AMOUNT_SCALE));

/**
 * Why a scenario's loss is another in `other` than in `base` (MODEL.md sections 2 and 4), in units
 * of 1/10,000 of the base currency. One thing after the other is exchanged: first the data (the
 * other version under the base run's parameters), then the netting, then the shocks; what is left
 * is the engine's, 0 where both runs are of one engine version. The steps add up to the difference
 * to the unit, for each is the difference of two rounded losses. The order matters to single steps
 * (data under milder shocks moves less), never to their sum; where one thing alone differs its step
 * is the whole difference, and the way back is its negative.
 * @param netOther the other run's version under a netting, as the base run's engine computes it
 */
export function explainLoss(
  base: RecordedLoss, other: RecordedLoss, netOther: (netting: Netting) => Netted,
): Bridge<LossStep> {
  const lossOf = (netting: Netting, scenario: Scenario): number =>
    lossUnder(netOther(netting), scenario);
  const levels = [
    base.loss, lossOf(base.netting, base.scenario), lossOf(other.netting, base.scenario),
    lossOf(other.netting, other.scenario), other.loss,
  ].map(unitsOf);
  return {
    opening: levels[0] as bigint,
    steps: LOSS_STEPS.map((step, at) =>
      ({ step, amount: (levels[at + 1] as bigint) - (levels[at] as bigint) })),
    closing: levels.at(-1) as bigint,
  };
}

/**
 * The difference of two amounts in currency units, exact to 1/10,000: that of what the pages and
 * files show. Never -0.
 */
export const amountDifference = (base: number, other: number): number =>
  amountFromUnits(unitsOf(other) - unitsOf(base));

/** A difference as a fraction of the amount before; null where that is 0. */
export const relativeChange = (base: number, difference: number): number | null =>
  base === 0 ? null : difference / Math.abs(base);

/** One figure on both sides. */
export type FigureChange = {
  figure: keyof DebtExposure; base: number; other: number; difference: number;
  relative: number | null;
};

const NO_AMOUNTS: readonly (keyof DebtExposure)[] = ["interest_rate_pct",
  "collateral_coverage_ratio", "leverage_ratio", "distressed_asset_recovery_ratio",
  "distressed_asset_count"];

/** Section 1's figures side by side, in their order; amounts to the unit, the rest as they are. */
export function exposureChanges(base: DebtExposure, other: DebtExposure): FigureChange[] {
  return (Object.keys(base) as (keyof DebtExposure)[]).map((figure) => {
    const [before, after] = [base[figure], other[figure]];
    const difference = NO_AMOUNTS.includes(figure) ? after - before
      : amountDifference(before, after);
    return { figure, base: before, other: after, difference,
      relative: relativeChange(before, difference) };
  });
}

/** One parameter that is not the same; null where a side does not have it. */
export type ParameterChange = {
  scenario_id: string | null; field: string;
  base: string | number | boolean | null; other: string | number | boolean | null;
};

const OF_RUN = ["netting", "net_exposure_materiality_threshold_pct",
  "stress_loss_materiality_threshold_pct", "include_default_scenarios"] as const;

/**
 * What differs in two runs' canonical parameters, old beside new: the run's own, then each
 * scenario's in the order of `base`, then of `other`. A scenario that one run alone has is one
 * change of the field `scenario`; segment shocks are compared and given as JSON. Lists of
 * dimensions are given in order, joined by commas.
 */
export function parameterChanges(base: RunParameters, other: RunParameters): ParameterChange[] {
  const changes: ParameterChange[] = OF_RUN.map((field) =>
    ({ scenario_id: null, field, base: base[field], other: other[field] }));
  const grouped = ({ group_by: names }: RunParameters): string | null => names?.join(",") ?? null;
  changes.push({ scenario_id: null, field: "group_by", base: grouped(base),
    other: grouped(other) });
  const [before, after] = [byId(base), byId(other)];
  for (const id of new Set([...before.keys(), ...after.keys()])) {
    changes.push(...scenarioChanges(id, before.get(id), after.get(id)));
  }
  return changes.filter((change) => change.base !== change.other);
}

const byId = ({ stress_scenarios: scenarios }: RunParameters): Map<string, Scenario> =>
  new Map(scenarios.map((scenario) => [scenario.scenario_id, scenario]));

function scenarioChanges(
  id: string, base: Scenario | undefined, other: Scenario | undefined,
): ParameterChange[] {
  if (!base || !other) {
    return [{ scenario_id: id, field: "scenario", base: base ? "present" : null,
      other: other ? "present" : null }];
  }
  const segments = ({ segment_shocks: shocks }: Scenario): string | null =>
    shocks ? JSON.stringify(shocks) : null;
  return [
    ...(["description", ...SHOCK_NAMES] as const).map((field) =>
      ({ scenario_id: id, field, base: base[field], other: other[field] })),
    { scenario_id: id, field: "segment_shocks", base: segments(base), other: segments(other) },
  ];
}
