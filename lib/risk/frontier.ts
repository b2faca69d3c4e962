import { err, ok, type Result } from "../kernel/result";
import { firstReached, reaches, type ReverseTarget } from "./reverse";
import { axisPoints, type GridAxis } from "./sensitivity";
import { withoutSteps, type Netted } from "./stress";
import type { SegmentedShocks, Shocks } from "./types";

/** The way along one shock, from harmless to severe; the direction is the caller's. */
export type FrontierWay = { shock: keyof Shocks; from: number; to: number };

/** For an x the first y on its way at which the target holds; null where none does. */
export type FrontierPoint = { x: number; y: number | null };

export type FrontierError = "FRONTIER_RANGE_INVALID" | "FRONTIER_AXES_EQUAL";

/** Most points of a frontier. */
export const FRONTIER_LIMIT = 101;

/**
 * Break-even frontier over two shocks, MODEL.md section 6: the other shocks as given, segments
 * keep theirs. Between
 * the points where values are used up the loss is convex along y, so that a piece without the
 * target at both ends has it nowhere, and one that gains it does so once: found to the last bit.
 */
export function breakEvenFrontier(
  netted: Netted, shocks: SegmentedShocks, target: ReverseTarget, x: GridAxis, y: FrontierWay,
): Result<FrontierPoint[], FrontierError> {
  if (x.shock === y.shock) return err("FRONTIER_AXES_EQUAL");
  const ends = [x.from, x.to, y.from, y.to];
  const stepsFit = Number.isInteger(x.steps) && x.steps >= 2 && x.steps <= FRONTIER_LIMIT;
  if (!stepsFit || !ends.every(Number.isFinite)) return err("FRONTIER_RANGE_INVALID");
  const { exposure } = netted;
  const noDebt = target.metric !== "loss_estimate" && exposure.total_outstanding <= 0;
  const noAssets = target.metric === "leverage_ratio" && exposure.assets_value <= 0;
  const at = (part: number): number => y.from * (1 - part) + y.to * part;
  const parts = pieceEnds(y);
  const smooth = withoutSteps(netted);
  return ok(axisPoints(x).map((value) => {
    if (noDebt || noAssets) return { x: value, y: null };
    const reached = (part: number): boolean => reaches(smooth.stress({ scenario_id: "",
      description: "", ...shocks, [x.shock]: value, [y.shock]: at(part) }), exposure, target);
    const part = firstPart(parts, reached);
    return { x: value, y: part === null ? null : at(part) };
  }));
}

/** Parts of the way, ascending to 1: up to where the shocked value is used up, and the end. */
function pieceEnds({ from, to }: FrontierWay): number[] {
  const usedUp = (-1 - from) / (to - from);
  const unchanged = (0 - from) / (to - from);
  return [...[usedUp, unchanged].filter((part) => part > 0 && part < 1).sort((a, b) => a - b), 1];
}

function firstPart(
  ends: readonly number[], reached: (part: number) => boolean,
): number | null {
  let left = 0;
  if (reached(left)) return left;
  for (const right of ends) {
    if (reached(right)) return firstReached(left, right, reached);
    left = right;
  }
  return null;
}
