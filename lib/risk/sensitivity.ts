import { err, ok, type Result } from "../kernel/result";
import { lossUnder, onlyShocks, scaleShocks, SHOCK_NAMES, type Netted } from "./stress";
import type { SegmentedShocks, Shocks } from "./types";

/** Most points along one axis of a loss grid. */
export const GRID_LIMIT = 41;

/** One shock alone: the loss in currency units at half, full and double size. */
export type TornadoBar = { shock: keyof Shocks; low: number; base: number; high: number };

/**
 * Tornado, MODEL.md section 6: each of the four shocks alone, all others 0, at its half, itself
 * and its double; the widest swing first, equal swings in the order of the shocks. The interest
 * shock is there with losses of 0: it raises cost, not loss. A doubled shock may exceed the
 * API's bounds; values still floor at 0.
 */
export function tornado(netted: Netted, shocks: SegmentedShocks): TornadoBar[] {
  const bars = SHOCK_NAMES.map((shock): TornadoBar => {
    const lossAt = (multiplier: number): number =>
      lossUnder(netted, scaleShocks(onlyShocks(shocks, [shock]), multiplier));
    return { shock, low: lossAt(0.5), base: lossAt(1), high: lossAt(2) };
  });
  const swing = (bar: TornadoBar): number => Math.abs(bar.high - bar.low);
  return bars.sort((a, b) => swing(b) - swing(a));
}

/** One axis of a grid: `steps` evenly spaced points from `from` to `to`, both included. */
export type GridAxis = { shock: keyof Shocks; from: number; to: number; steps: number };

/** `loss[row][column]` is the loss at `y[row]` and `x[column]`, in currency units. */
export type LossGrid = { x: number[]; y: number[]; loss: number[][] };

export type GridError = "GRID_STEPS_INVALID" | "GRID_RANGE_INVALID" | "GRID_AXES_EQUAL";

/**
 * Loss over two shocks' ranges, the other shocks as given (section 6); an axis is the scenario's
 * own shock, segments keep theirs. Steps are whole, from 2
 * to GRID_LIMIT (GRID_STEPS_INVALID), ends finite (GRID_RANGE_INVALID), the axes two different
 * shocks (GRID_AXES_EQUAL).
 */
export function lossGrid(
  netted: Netted, shocks: SegmentedShocks, x: GridAxis, y: GridAxis,
): Result<LossGrid, GridError> {
  for (const axis of [x, y]) {
    const stepsFit = Number.isInteger(axis.steps) && axis.steps >= 2 && axis.steps <= GRID_LIMIT;
    if (!stepsFit) return err("GRID_STEPS_INVALID");
    if (!Number.isFinite(axis.from) || !Number.isFinite(axis.to)) return err("GRID_RANGE_INVALID");
  }
  if (x.shock === y.shock) return err("GRID_AXES_EQUAL");
  const columns = axisPoints(x);
  const rows = axisPoints(y);
  const loss = rows.map((row) => columns.map((column) =>
    lossUnder(netted, { ...shocks, [x.shock]: column, [y.shock]: row })));
  return ok({ x: columns, y: rows, loss });
}

/** The points of an axis, both ends exact. */
export function axisPoints(axis: GridAxis): number[] {
  const last = axis.steps - 1;
  return Array.from({ length: axis.steps }, (_, index) =>
    // Weighted ends hit both ends exactly, which adding up a step would not.
    (axis.from * (last - index) + axis.to * index) / last);
}
