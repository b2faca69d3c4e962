import type { NormalizedRecord } from "@/lib/kernel/record";
import { ColumnsBuilder, stressPortfolio, type PortfolioStressResult } from "@/lib/portfolio";
import type { DebtExposure, Netting, Scenario } from "@/lib/risk";

/** A loss under a scenario that shocks segments, as if records had been others. */
export interface SegmentedWhatIf {
  scenario: Scenario;
  netting: Netting;
  /** The version's own figures under the scenario. */
  stress: PortfolioStressResult;
  /** Each changed record with what it becomes; null where it is removed. */
  changes: ReadonlyMap<NormalizedRecord, NormalizedRecord | null>;
  /** Without a shock, with the changes, under the netting. */
  exposure: DebtExposure;
}

type Sums = Pick<PortfolioStressResult, "collateral_value" | "distressed_asset_recovery"
  | "default_risk_buffer" | "collateral_shortfall">;

/** What records have under the scenario: each is in the segments that its own values say. */
function sumsOf(
  records: readonly NormalizedRecord[], scenario: Scenario, netting: Netting,
): Sums | null {
  const builder = new ColumnsBuilder();
  records.forEach((record, index) => builder.addAccepted(record, index + 1));
  const found = stressPortfolio(builder.finish(), { scenarios: [scenario], netting });
  return found.ok ? found.value.totals.scenarios[0] ?? null : null;
}

/**
 * MODEL.md section 4: stressed sums of the version, less those of the records as they are, plus
 * those of what they become, all in currency units; then section 2's loss of them. Null where the
 * records alone cannot be stressed. Differs from a version with these records by the rounding of
 * float64 alone.
 */
export function segmentedLoss(
  { scenario, netting, stress, changes, exposure }: SegmentedWhatIf,
): number | null {
  const gone = sumsOf([...changes.keys()], scenario, netting);
  const come = sumsOf([...changes.values()].filter((record) => record !== null), scenario, netting);
  if (!gone || !come) return null;
  const now = (name: keyof Sums): number => Math.max(0, stress[name] - gone[name] + come[name]);
  const recovery = now("distressed_asset_recovery");
  const lacking = netting === "portfolio"
    ? exposure.total_outstanding - now("collateral_value") : now("collateral_shortfall");
  const net = Math.max(0, lacking - recovery) + now("default_risk_buffer");
  return Math.max(0, net - exposure.net_exposure_after_recovery);
}
