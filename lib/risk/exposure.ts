import { amountFromUnits, fromUnits } from "../kernel/exact";
import type { DebtExposure, ExactTotals, ExposureWarning } from "./types";

/** Units of amount x rate in one currency unit x point: 1e4 * 1e6. */
const AMOUNT_POINTS = 10n ** 10n;
/** The same for amount x per cent / 100, which is an amount again. */
const AMOUNT_PER_CENTS = 10n ** 12n;

/**
 * Debt exposure of a dataset version, MODEL.md section 1: currency units, points and ratios.
 * Each sum becomes the nearest float64 once; ratios over 0 are 0.
 */
export function exposureOf(totals: Omit<ExactTotals, "instrumentCount">): DebtExposure {
  const outstanding = amountFromUnits(totals.outstanding);
  const rate = totals.outstanding === 0n
    ? 0 : fromUnits(totals.outstandingTimesRate, AMOUNT_POINTS) / outstanding;
  const collateral = amountFromUnits(totals.collateral);
  const assets = amountFromUnits(totals.assets);
  const distressedValue = amountFromUnits(totals.distressedValue);
  const recovery = fromUnits(totals.distressedValueTimesRecovery, AMOUNT_PER_CENTS);
  return {
    total_outstanding: outstanding,
    interest_rate_pct: rate,
    interest_payment: (outstanding * rate) / 100,
    collateral_value: collateral,
    collateral_shortfall: Math.max(outstanding - collateral, 0),
    collateral_coverage_ratio: outstanding === 0 ? 0 : collateral / outstanding,
    assets_value: assets,
    leverage_ratio: assets === 0 ? 0 : outstanding / assets,
    distressed_asset_value: distressedValue,
    distressed_asset_recovery: recovery,
    distressed_asset_recovery_ratio: distressedValue === 0 ? 0 : recovery / distressedValue,
    distressed_asset_count: totals.distressedCount,
    net_exposure_after_recovery: Math.max(outstanding - (collateral + recovery), 0),
  };
}

/** Warnings about the whole version (section 1): no debt, or no distressed asset, was counted. */
export function exposureWarnings(totals: ExactTotals): ExposureWarning[] {
  const warnings: ExposureWarning[] = [];
  if (totals.outstanding === 0n) warnings.push("NO_DEBT_OUTSTANDING");
  if (totals.distressedCount === 0) warnings.push("NO_DISTRESSED_ASSETS");
  return warnings;
}
