import { attributeLoss, DRIVERS } from "./attribution";
import {
  lossUnder, onlyShocks, scaleShocks, SHOCK_NAMES, withoutSteps, type Netted,
} from "./stress";
import type { DebtExposure, Driver, SegmentedShocks, Shocks, StressResult } from "./types";

/** Largest multiplier that a reverse stress tries. */
export const MULTIPLIER_LIMIT = 20;

/**
 * What must be reached: a loss in currency units, a loss as a fraction of outstanding, a stressed
 * coverage ratio C'/O at or below `value`, or a stressed leverage
 * O / (A - collateral_loss - distressed_asset_loss) at or above it.
 */
export type ReverseTarget = {
  metric: "loss_estimate" | "loss_share" | "coverage_ratio" | "leverage_ratio";
  value: number;
};

/** Why no multiplier in [0, 20] reaches the target. */
export type UnreachableReason =
  | "TARGET_NOT_REACHED" | "NO_DEBT_OUTSTANDING" | "NO_ASSETS_VALUE";

/** The smallest multiplier of one set of shocks, or why there is none. */
export type Crossing =
  | { reachable: true; multiplier: number }
  | { reachable: false; multiplier: null; reason: UnreachableReason };

/** Section 6's answer; losses in currency units. */
export type ReverseStress = {
  reachable: boolean;
  multiplier: number | null;
  /** Absent when reachable. */
  reason?: UnreachableReason;
  /** L at the multiplier; null when unreachable. */
  loss_at_multiplier: number | null;
  /** Largest L over k in [0, 20]. */
  max_loss: number;
  /** The driver with the largest share at the multiplier; null at k = 0 or unreachable. */
  binding_driver: Driver | null;
  /** Each shock alone, all others 0. */
  factors: { [S in keyof Shocks]: Crossing };
};

/**
 * Reverse stress, MODEL.md section 6: the smallest k in [0, 20] at which `k x shocks` reaches
 * the target. L is piecewise linear in k with known pieces: the first one that reaches the
 * target is found exactly, the crossing within it down to the last bit of k
 * (|L(k) - target| <= 1e-9 * O); by instrument, L is without the rounding of each debt, which would
 * make steps of it. A target that holds without a shock gives k = 0. A loss share or
 * covenant without debt is unreachable (NO_DEBT_OUTSTANDING), a leverage covenant without assets
 * too (NO_ASSETS_VALUE); when shocks use the assets up, leverage counts as unlimited. The
 * binding driver of a loss has the largest Shapley part, ties in the order of DRIVERS; that of
 * a covenant is the collateral, the only driver that moves it.
 */
export function reverseStress(
  netted: Netted, shocks: SegmentedShocks, target: ReverseTarget,
): ReverseStress {
  const crossing = crossingOf(netted, shocks, target);
  const factors = Object.fromEntries(SHOCK_NAMES.map((name) =>
    [name, crossingOf(netted, onlyShocks(shocks, [name]), target)]));
  const scaled = scaleShocks(shocks, crossing.multiplier ?? 0);
  return {
    reachable: crossing.reachable,
    multiplier: crossing.multiplier,
    ...(crossing.reachable ? {} : { reason: crossing.reason }),
    loss_at_multiplier: crossing.reachable ? lossUnder(withoutSteps(netted), scaled) : null,
    max_loss: largestLoss(withoutSteps(netted), shocks),
    binding_driver: crossing.multiplier ? bindingDriver(netted, scaled, target) : null,
    factors: factors as ReverseStress["factors"],
  };
}

/** The smallest multiplier in [0, 20] for one set of shocks; see `reverseStress`. */
export function crossingOf(
  netted: Netted, shocks: SegmentedShocks, target: ReverseTarget,
): Crossing {
  const { exposure } = netted;
  if (target.metric !== "loss_estimate" && exposure.total_outstanding <= 0) {
    return unreachable("NO_DEBT_OUTSTANDING");
  }
  if (target.metric === "leverage_ratio" && exposure.assets_value <= 0) {
    return unreachable("NO_ASSETS_VALUE");
  }
  const smooth = withoutSteps(netted);
  const reached = (multiplier: number): boolean =>
    reaches(stressAt(smooth, shocks, multiplier), exposure, target);
  let left = 0;
  if (reached(left)) return { reachable: true, multiplier: left };
  for (const right of pieceEnds(shocks)) {
    if (reached(right)) return { reachable: true, multiplier: firstReached(left, right, reached) };
    left = right;
  }
  return unreachable("TARGET_NOT_REACHED");
}

const unreachable = (reason: UnreachableReason): Crossing =>
  ({ reachable: false, multiplier: null, reason });

/** Whether a stressed position hits the target. */
export function reaches(
  stress: StressResult, exposure: DebtExposure, target: ReverseTarget,
): boolean {
  const outstanding = exposure.total_outstanding;
  switch (target.metric) {
    case "loss_estimate": return stress.loss_estimate >= target.value;
    case "loss_share": return stress.loss_estimate >= target.value * outstanding;
    case "coverage_ratio": return stress.collateral_value <= target.value * outstanding;
    case "leverage_ratio": {
      const assets =
        exposure.assets_value - stress.collateral_loss - stress.distressed_asset_loss;
      // A product, not a ratio: it holds as well once the assets are used up.
      return outstanding >= target.value * assets;
    }
  }
}

const stressAt = (netted: Netted, shocks: SegmentedShocks, multiplier: number): StressResult =>
  netted.stress({ scenario_id: "", description: "", ...scaleShocks(shocks, multiplier) });

/**
 * Ends of the pieces to search, ascending, the last one 20: where collateral or recovery is used
 * up. Between them both are linear in k, so that the loss, a floor at 0 of linear terms, is
 * convex: it is largest at an end, and from an unreached to a reached end it crosses once.
 */
function pieceEnds(shocks: SegmentedShocks): number[] {
  const usedUp = [shocks, ...shocks.segment_shocks ?? []]
    .flatMap((each) => [each.collateral_market_impact_pct, each.recovery_degradation_pct])
    .map((shock) => -1 / (shock ?? 0))
    .filter((multiplier) => multiplier > 0 && multiplier < MULTIPLIER_LIMIT);
  return [...usedUp.sort((a, b) => a - b), MULTIPLIER_LIMIT];
}

/** Halves a piece, on which `reached` changes once, down to neighbouring float64 numbers. */
export function firstReached(
  left: number, right: number, reached: (multiplier: number) => boolean,
): number {
  let below = left;
  let above = right;
  for (;;) {
    const middle = below + (above - below) / 2;
    // Below 1e-30 no amount can tell multipliers apart; it also ends a search towards 0.
    if (middle <= below || middle >= above || above < 1e-30) return above;
    if (reached(middle)) above = middle;
    else below = middle;
  }
}

function largestLoss(netted: Netted, shocks: SegmentedShocks): number {
  const losses = pieceEnds(shocks).map((multiplier) =>
    lossUnder(netted, scaleShocks(shocks, multiplier)));
  return Math.max(...losses);
}

function bindingDriver(
  netted: Netted, scaled: SegmentedShocks, target: ReverseTarget,
): Driver {
  if (target.metric === "coverage_ratio" || target.metric === "leverage_ratio") {
    return "collateral";
  }
  const { drivers } = attributeLoss(netted, scaled);
  return DRIVERS.reduce((best, driver) => drivers[driver] > drivers[best] ? driver : best);
}
