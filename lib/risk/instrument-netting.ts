import type { NormalizedRecord, PortfolioRecord } from "../kernel/record";
import { amountUnitsNumber } from "./exact-sum";
import type { SecuredDebt } from "./shortfall-curve";
import { marketOf, type Shortfalls } from "./shortfalls";
import { stressOf, type Netted } from "./stress";
import { recordTotals } from "./totals";
import type { DebtExposure, StressResult } from "./types";

/**
 * Instrument netting, MODEL.md section 4: no instrument's excess collateral covers another's
 * shortfall. `exposure` is section 1's of the same records; its `collateral_shortfall` becomes the
 * sum over instruments, its net exposure what recoveries leave of that. Stressed collateral is the
 * sum of each debt's, rounded to 1/10,000. A recovery that is linked to an instrument lowers its
 * shortfall first and joins the pool with what is left: the total is the same as if all of it had
 * been in the pool, so links do not matter here.
 */
export function netByInstrument(exposure: DebtExposure, shortfalls: Shortfalls): Netted {
  const { shortfall } = shortfalls.at(1);
  const net = Math.max(0, shortfall - exposure.distressed_asset_recovery);
  const netOf = (result: StressResult, lacking: number): StressResult => {
    const stressed = Math.max(0, lacking - result.distressed_asset_recovery)
      + result.default_risk_buffer;
    const loss = Math.max(0, stressed - net);
    return { ...result, net_exposure_after_recovery: stressed, loss_estimate: loss,
      impact_score: Math.min(1, loss / Math.max(1, exposure.total_outstanding)) };
  };
  return {
    exposure: { ...exposure, collateral_shortfall: shortfall, net_exposure_after_recovery: net },
    stress: (scenario) => {
      const stressed = shortfalls.at(marketOf(scenario));
      const result = stressOf(exposure, scenario);
      return netOf({ ...result, collateral_value: stressed.collateral,
        collateral_loss: Math.max(0, exposure.collateral_value - stressed.collateral) },
      stressed.shortfall);
    },
    continuous: (scenario) => netOf(
      stressOf(exposure, scenario), shortfalls.continuousAt(marketOf(scenario))),
  };
}

/**
 * The debts of a record that section 1 counts, each with its own collateral: an instrument, or
 * those that a portfolio lists. A collateral stated for the whole debt covers all of that debt,
 * and a debt total without a list is one debt.
 */
export function securedDebts(record: NormalizedRecord): SecuredDebt[] {
  if (record.record_kind === "distressed_asset"
    || record.record_kind === "earlier_position") return [];
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
