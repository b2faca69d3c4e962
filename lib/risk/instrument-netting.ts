import type { NormalizedRecord, PortfolioRecord } from "../kernel/record";
import { amountFromUnits, roundHalfEven } from "../kernel/exact";
import { amountUnitsNumber, ExactSum } from "./exact-sum";
import { stressOf } from "./stress";
import { recordTotals } from "./totals";
import type { DebtExposure, Scenario, StressResult } from "./types";

/**
 * What of a version cannot be netted away, MODEL.md section 4: one place for each debt whose
 * collateral covers it alone, in whole units of 1/10,000 of the base currency.
 */
export type Instruments = { outstanding: Float64Array; collateral: Float64Array };

/** One debt with the collateral that covers it alone, in 1/10,000 units. */
export type SecuredDebt = { outstanding: number; collateral: number };

/** A version's exposure under one netting, and what a scenario makes of it. */
export type Netted = {
  exposure: DebtExposure;
  stress(scenario: Scenario): StressResult;
};

/** Portfolio netting, sections 1 and 2: all collateral covers all debt. */
export const netByPortfolio = (exposure: DebtExposure): Netted =>
  ({ exposure, stress: (scenario) => stressOf(exposure, scenario) });

/**
 * Instrument netting, section 4: no instrument's excess collateral covers another's shortfall.
 * `exposure` is section 1's of the same records; its `collateral_shortfall` becomes the sum over
 * instruments, its net exposure what recoveries leave of that. Each stressed collateral is rounded
 * to 1/10,000 and sums are exact, so the order of instruments changes nothing. A recovery that is
 * linked to an instrument lowers its shortfall first and joins the pool with what is left: the
 * total is the same as if all of it had been in the pool, so links do not matter here.
 */
export function netByInstrument(exposure: DebtExposure, instruments: Instruments): Netted {
  const recovery = exposure.distressed_asset_recovery;
  const base = shortfallUnder(instruments, 1);
  const net = Math.max(0, base.shortfall - recovery);
  return {
    exposure: { ...exposure, collateral_shortfall: base.shortfall,
      net_exposure_after_recovery: net },
    stress: (scenario) => {
      const result = stressOf(exposure, scenario);
      const stressed = shortfallUnder(
        instruments, Math.max(0, 1 + scenario.collateral_market_impact_pct));
      const stressedNet = Math.max(0, stressed.shortfall - result.distressed_asset_recovery)
        + result.default_risk_buffer;
      const loss = Math.max(0, stressedNet - net);
      return {
        ...result,
        collateral_value: stressed.collateral,
        collateral_loss: Math.max(0, exposure.collateral_value - stressed.collateral),
        net_exposure_after_recovery: stressedNet,
        loss_estimate: loss,
        impact_score: Math.min(1, loss / Math.max(1, exposure.total_outstanding)),
      };
    },
  };
}

/** Collateral and the sum of shortfalls, in currency units, with collateral times `market`. */
function shortfallUnder(
  { outstanding, collateral }: Instruments, market: number,
): { collateral: number; shortfall: number } {
  const left = new ExactSum();
  const missing = new ExactSum();
  for (let index = 0; index < outstanding.length; index += 1) {
    const stressed = roundHalfEven((collateral[index] as number) * market);
    const gap = (outstanding[index] as number) - stressed;
    left.add(stressed);
    if (gap > 0) missing.add(gap);
  }
  return { collateral: Math.max(0, amountFromUnits(left.value())),
    shortfall: amountFromUnits(missing.value()) };
}

/**
 * The debts of a record that section 1 counts, each with its own collateral: an instrument, or
 * those that a portfolio lists. A collateral stated for the whole debt covers all of that debt,
 * and a debt total without a list is one debt.
 */
export function securedDebts(record: NormalizedRecord): SecuredDebt[] {
  if (record.record_kind === "distressed_asset") return [];
  if (record.record_kind === "portfolio" && isNettedAsOne(record)) {
    const added = recordTotals(record);
    return added.ok ? [{ outstanding: Number(added.value.totals.outstanding),
      collateral: Number(added.value.totals.collateral) }] : [];
  }
  const loans = record.record_kind === "instrument" ? [record]
    : record.financial.debt.instruments ?? [];
  return loans
    .map((loan) => ({ outstanding: amountUnitsNumber(loan.principal),
      collateral: amountUnitsNumber(loan.collateral_value ?? 0) }))
    .filter((debt) => debt.outstanding > 0);
}

function isNettedAsOne({ financial: { debt } }: PortfolioRecord): boolean {
  const hasList = debt.instruments !== undefined && debt.instruments.length > 0;
  return !hasList || amountUnitsNumber(debt.collateral_value ?? 0) !== 0;
}

/** Puts debts into columns. */
export function instrumentColumns(debts: readonly SecuredDebt[]): Instruments {
  return { outstanding: Float64Array.from(debts, (debt) => debt.outstanding),
    collateral: Float64Array.from(debts, (debt) => debt.collateral) };
}
