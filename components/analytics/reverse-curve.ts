import { MULTIPLIER_LIMIT, scaleShocks } from "@/lib/risk";
import type { Netted, ReverseTarget, Shocks } from "@/lib/risk";

/** What a target's metric is at a multiple of the shocks: an amount or a ratio. */
export function measureAt(
  netted: Netted, shocks: Shocks, multiplier: number, metric: ReverseTarget["metric"],
): number {
  const stress = netted.stress(
    { scenario_id: "", description: "", ...scaleShocks(shocks, multiplier) });
  const { total_outstanding: owed, assets_value: assets } = netted.exposure;
  switch (metric) {
    case "loss_estimate": return stress.loss_estimate;
    case "loss_share": return owed > 0 ? stress.loss_estimate / owed : 0;
    case "coverage_ratio": return owed > 0 ? stress.collateral_value / owed : 0;
    case "leverage_ratio": {
      const left = assets - stress.collateral_loss - stress.distressed_asset_loss;
      return left > 0 ? owed / left : Number.POSITIVE_INFINITY;
    }
  }
}

const POINTS = 25;
const NICE_ENDS = [0.5, 1, 2, 5, 10, MULTIPLIER_LIMIT] as const;

/** Where the curve ends: a little beyond the crossing and the scenario itself. */
export function curveEnd(crossing: number | null): number {
  if (crossing === null) return MULTIPLIER_LIMIT;
  const wish = Math.max(1, crossing) * 1.2;
  return NICE_ENDS.find((end) => end >= wish) ?? MULTIPLIER_LIMIT;
}

/** The metric over evenly spaced multipliers from 0 to `end`. */
export function curveOf(
  netted: Netted, shocks: Shocks, metric: ReverseTarget["metric"], end: number,
): [multiplier: number, value: number][] {
  return Array.from({ length: POINTS }, (_, index) => {
    const multiplier = (end * index) / (POINTS - 1);
    return [multiplier, measureAt(netted, shocks, multiplier, metric)];
  });
}
