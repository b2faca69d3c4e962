import { shortfallAt, type ShortfallCurve } from "./shortfall-curve";
import { stressOf, type Netted } from "./stress";
import type { DebtExposure } from "./types";

/**
 * Instrument netting as engine 1.0.0 computed it, kept for its evidence: the sum of all shortfalls
 * is rounded once to 1/10,000, and stressed collateral is the portfolio's.
 */
export function netByInstrumentV1(exposure: DebtExposure, curve: ShortfallCurve): Netted {
  const shortfall = shortfallAt(curve, 1);
  const net = Math.max(0, shortfall - exposure.distressed_asset_recovery);
  return {
    exposure: { ...exposure, collateral_shortfall: shortfall, net_exposure_after_recovery: net },
    stress: (scenario) => {
      const result = stressOf(exposure, scenario);
      const market = Math.max(0, 1 + scenario.collateral_market_impact_pct);
      const stressed = Math.max(0, shortfallAt(curve, market) - result.distressed_asset_recovery)
        + result.default_risk_buffer;
      const loss = Math.max(0, stressed - net);
      return { ...result, net_exposure_after_recovery: stressed, loss_estimate: loss,
        impact_score: Math.min(1, loss / Math.max(1, exposure.total_outstanding)) };
    },
  };
}
