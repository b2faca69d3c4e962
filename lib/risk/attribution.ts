import { lossUnder, onlyShocks, type Netted } from "./stress";
import type { DebtExposure, Driver, SegmentedShocks, Shocks } from "./types";

/** The drivers of a loss, in the order of every result. */
export const DRIVERS = ["collateral", "recovery", "default"] as const satisfies readonly Driver[];

const SHOCK_OF: { readonly [D in Driver]: keyof Shocks } = {
  collateral: "collateral_market_impact_pct",
  recovery: "recovery_degradation_pct",
  default: "default_risk_increment_pct",
};
const ORDERS: readonly (readonly Driver[])[] = [
  ["collateral", "recovery", "default"], ["collateral", "default", "recovery"],
  ["recovery", "collateral", "default"], ["recovery", "default", "collateral"],
  ["default", "collateral", "recovery"], ["default", "recovery", "collateral"],
];

/** Why a scenario loses; amounts in currency units. */
export type Attribution = {
  /** N: where the waterfall starts; it ends at N + loss_estimate. */
  net_exposure_after_recovery: number;
  loss_estimate: number;
  drivers: { [D in Driver]: number };
  /** Yearly interest on top, beside the loss and never inside it. */
  added_interest: number;
};

/**
 * The loss under `shocks` shared out over its drivers by Shapley value, MODEL.md section 5:
 * each driver's mean marginal loss over the six orders. The parts add up to the loss within
 * relative 1e-9; a driver whose shock is 0 gets 0, one that helps gets a negative part.
 */
export function attributeLoss(netted: Netted, shocks: SegmentedShocks): Attribution {
  const drivers = { collateral: 0, recovery: 0, default: 0 };
  for (const order of ORDERS) {
    const on: (keyof Shocks)[] = [];
    let before = lossUnder(netted, onlyShocks(shocks, on));
    for (const driver of order) {
      on.push(SHOCK_OF[driver]);
      const after = lossUnder(netted, onlyShocks(shocks, on));
      drivers[driver] += (after - before) / ORDERS.length;
      before = after;
    }
  }
  return {
    net_exposure_after_recovery: netted.exposure.net_exposure_after_recovery,
    loss_estimate: lossUnder(netted, shocks),
    drivers,
    added_interest: shocks.segment_shocks
      ? netted.stress({ scenario_id: "", description: "", ...shocks }).interest_payment
        - netted.exposure.interest_payment
      : addedInterest(netted.exposure, shocks),
  };
}

/** Added interest cost `O * dr / 100`, per year, in currency units (section 5). */
export function addedInterest(exposure: DebtExposure, shocks: Shocks): number {
  return (exposure.total_outstanding * shocks.interest_rate_delta_pct) / 100;
}
