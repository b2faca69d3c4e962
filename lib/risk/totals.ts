import type {
  DistressedAssetRecord, InstrumentRecord, NormalizedRecord, PortfolioRecord,
} from "../kernel/record";
import { err, ok, type Result } from "../kernel/result";
import { amountUnitsNumber, ExactSum, rateUnitsNumber } from "./exact-sum";
import type { AmountOutOfRange, ExactTotals, RecordWarning, RecordWarningCode } from "./types";

type Loan = { principal: number; interest_rate_pct?: number; collateral_value?: number };
type DistressedAsset = { value: number; recovery_rate_pct?: number };
type Paths = { principal: string; rate: string; collateral: string };

const RECORD_PATHS: Paths = {
  principal: "principal", rate: "interest_rate_pct", collateral: "collateral_value",
};
const NO_WARNINGS: readonly RecordWarning[] = Object.freeze([]);
const CLEAN = ok(NO_WARNINGS);

/** The totals of nothing: the neutral element of `addTotals`. */
export function zeroTotals(): ExactTotals {
  return {
    outstanding: 0n,
    outstandingTimesRate: 0n,
    collateral: 0n,
    assets: 0n,
    distressedValue: 0n,
    distressedValueTimesRecovery: 0n,
    distressedCount: 0,
    instrumentCount: 0,
  };
}

/** The totals of two disjoint sets of records together; exact, so in any order. */
export function addTotals(a: ExactTotals, b: ExactTotals): ExactTotals {
  return {
    outstanding: a.outstanding + b.outstanding,
    outstandingTimesRate: a.outstandingTimesRate + b.outstandingTimesRate,
    collateral: a.collateral + b.collateral,
    assets: a.assets + b.assets,
    distressedValue: a.distressedValue + b.distressedValue,
    distressedValueTimesRecovery: a.distressedValueTimesRecovery + b.distressedValueTimesRecovery,
    distressedCount: a.distressedCount + b.distressedCount,
    instrumentCount: a.instrumentCount + b.instrumentCount,
  };
}

/**
 * One record's totals by MODEL.md section 1, with every skip and substitution as a warning.
 * Where the section is silent:
 * - signs are judged after rounding to units, as an engine that stores units sees them, so a
 *   principal of 0.00001 is not positive;
 * - a skipped instrument is skipped with all of its fields, `assets_value` too, unexamined;
 * - the rules for a missing or negative rate hold for a debt-level rate as well;
 * - a debt total <= 0 counts 0, with a warning below 0; a stated debt collateral still counts;
 * - a debt total that differs from the sum of a non-empty instrument list is ignored, warned of;
 * - `instrumentCount` counts listed instruments that entered; a debt total is none of them;
 * - `distressedCount` counts every distressed asset, one of value 0 too;
 * - the record's kind decides: an instrument's `distressed_value` and a distressed asset's
 *   `principal`, `collateral_value` and `assets_value` are kept in the record and not summed;
 * - negative collateral, assets, distressed values and recovery rates count as given.
 * Fails with AMOUNT_OUT_OF_RANGE for the first amount over 9e14, rate over 9e9, or non-number.
 */
export function recordTotals(
  record: NormalizedRecord,
): Result<{ totals: ExactTotals; warnings: RecordWarning[] }, AmountOutOfRange> {
  one.clear();
  const added = one.add(record);
  if (!added.ok) return added;
  return ok({ totals: one.totals(), warnings: [...added.value] });
}

/**
 * Adds up records in place, by the rules of `recordTotals`; for tapes of millions of rows.
 * A record without warnings costs no allocation.
 */
export class TotalsAccumulator {
  private readonly outstanding = new ExactSum();
  private readonly outstandingTimesRate = new ExactSum();
  private readonly collateral = new ExactSum();
  private readonly assets = new ExactSum();
  private readonly distressedValue = new ExactSum();
  private readonly distressedValueTimesRecovery = new ExactSum();
  private distressedCount = 0;
  private instrumentCount = 0;
  private warnings: RecordWarning[] | null = null;

  /** Adds one record whole and returns its warnings, or refuses it and adds nothing of it. */
  add(record: NormalizedRecord): Result<readonly RecordWarning[], AmountOutOfRange> {
    this.warnings = null;
    const failure = this.addAny(record);
    if (failure) return err(failure);
    return this.warnings === null ? CLEAN : ok(this.warnings);
  }

  /** Adds totals that another accumulator, worker or database computed. */
  addTotals(totals: ExactTotals): void {
    this.outstanding.addBig(totals.outstanding);
    this.outstandingTimesRate.addBig(totals.outstandingTimesRate);
    this.collateral.addBig(totals.collateral);
    this.assets.addBig(totals.assets);
    this.distressedValue.addBig(totals.distressedValue);
    this.distressedValueTimesRecovery.addBig(totals.distressedValueTimesRecovery);
    this.distressedCount += totals.distressedCount;
    this.instrumentCount += totals.instrumentCount;
  }

  /** Starts again at nothing. */
  clear(): void {
    this.outstanding.clear();
    this.outstandingTimesRate.clear();
    this.collateral.clear();
    this.assets.clear();
    this.distressedValue.clear();
    this.distressedValueTimesRecovery.clear();
    this.distressedCount = 0;
    this.instrumentCount = 0;
  }

  /** The exact totals so far. */
  totals(): ExactTotals {
    return {
      outstanding: this.outstanding.value(),
      outstandingTimesRate: this.outstandingTimesRate.value(),
      collateral: this.collateral.value(),
      assets: this.assets.value(),
      distressedValue: this.distressedValue.value(),
      distressedValueTimesRecovery: this.distressedValueTimesRecovery.value(),
      distressedCount: this.distressedCount,
      instrumentCount: this.instrumentCount,
    };
  }

  private addAny(record: NormalizedRecord): AmountOutOfRange | null {
    switch (record.record_kind) {
      case "instrument": return this.addInstrument(record);
      case "distressed_asset": return this.addDistressedRecord(record);
      case "portfolio": return this.addPortfolio(record);
      case "earlier_position": return null;
    }
  }

  private addInstrument(record: InstrumentRecord): AmountOutOfRange | null {
    const assets = amountUnitsNumber(record.assets_value ?? 0);
    const before = this.instrumentCount;
    // The only amount beside the loan's own is checked first, so that a refusal adds nothing.
    if (Number.isNaN(assets) && amountUnitsNumber(record.principal) > 0) {
      return outOfRange("assets_value", record.assets_value);
    }
    const failure = this.addLoan(record, RECORD_PATHS);
    if (failure) return failure;
    if (this.instrumentCount > before) this.assets.add(assets);
    return null;
  }

  private addDistressedRecord(record: DistressedAssetRecord): AmountOutOfRange | null {
    return this.addDistressed(
      record.distressed_value, record.recovery_rate_pct, "distressed_value", "recovery_rate_pct");
  }

  private addPortfolio(record: PortfolioRecord): AmountOutOfRange | null {
    const part = new TotalsAccumulator();
    const failure = part.fillFromPortfolio(record);
    if (failure) return failure;
    this.warnings = part.warnings;
    this.addTotals(part.totals());
    return null;
  }

  private fillFromPortfolio(record: PortfolioRecord): AmountOutOfRange | null {
    const { debt, assets } = record.financial;
    const failure = debt.instruments !== undefined && debt.instruments.length > 0
      ? this.addInstruments(debt.instruments, debt.total_outstanding)
      : this.addDebtTotal(debt);
    if (failure) return failure;
    const collateral = amountUnitsNumber(debt.collateral_value ?? 0);
    const collateralPath = "financial.debt.collateral_value";
    if (Number.isNaN(collateral)) return outOfRange(collateralPath, debt.collateral_value);
    if (collateral !== 0) {
      if (this.collateral.value() !== 0n) {
        this.warn("DEBT_COLLATERAL_REPLACES_INSTRUMENTS", collateralPath, debt.collateral_value);
      }
      this.collateral.clear();
      this.collateral.add(collateral);
    }
    const assetUnits = amountUnitsNumber(assets?.total ?? 0);
    if (Number.isNaN(assetUnits)) return outOfRange("financial.assets.total", assets?.total);
    this.assets.add(assetUnits);
    return this.addDistressedAssets(record.distressed_assets);
  }

  private addInstruments(
    instruments: readonly Loan[], statedTotal: number | undefined,
  ): AmountOutOfRange | null {
    for (const [index, instrument] of instruments.entries()) {
      const path = `financial.debt.instruments[${index}]`;
      const failure = this.addLoan(instrument, {
        principal: `${path}.principal`,
        rate: `${path}.interest_rate_pct`,
        collateral: `${path}.collateral_value`,
      });
      if (failure) return failure;
    }
    if (statedTotal === undefined) return null;
    const totalPath = "financial.debt.total_outstanding";
    const stated = amountUnitsNumber(statedTotal);
    if (Number.isNaN(stated)) return outOfRange(totalPath, statedTotal);
    if (BigInt(stated) !== this.outstanding.value()) {
      this.warn("DEBT_TOTAL_REPLACED_BY_INSTRUMENTS", totalPath, statedTotal);
    }
    return null;
  }

  private addDebtTotal(debt: PortfolioRecord["financial"]["debt"]): AmountOutOfRange | null {
    const path = "financial.debt.total_outstanding";
    const outstanding = amountUnitsNumber(debt.total_outstanding ?? 0);
    if (Number.isNaN(outstanding)) return outOfRange(path, debt.total_outstanding);
    if (outstanding < 0) this.warn("PRINCIPAL_NOT_POSITIVE", path, debt.total_outstanding);
    if (outstanding <= 0) return null;
    const ratePath = "financial.debt.interest_rate_pct";
    const rate = rateUnitsNumber(debt.interest_rate_pct ?? 0);
    if (Number.isNaN(rate)) return outOfRange(ratePath, debt.interest_rate_pct);
    this.addOutstanding(outstanding, rate, debt.interest_rate_pct, ratePath);
    return null;
  }

  private addDistressedAssets(assets: readonly DistressedAsset[]): AmountOutOfRange | null {
    for (const [index, asset] of assets.entries()) {
      const path = `distressed_assets[${index}]`;
      const failure = this.addDistressed(
        asset.value, asset.recovery_rate_pct, `${path}.value`, `${path}.recovery_rate_pct`);
      if (failure) return failure;
    }
    return null;
  }

  private addLoan(loan: Loan, paths: Paths): AmountOutOfRange | null {
    const principal = amountUnitsNumber(loan.principal);
    if (Number.isNaN(principal)) return outOfRange(paths.principal, loan.principal);
    if (principal <= 0) {
      this.warn("PRINCIPAL_NOT_POSITIVE", paths.principal, loan.principal);
      return null;
    }
    const rate = rateUnitsNumber(loan.interest_rate_pct ?? 0);
    if (Number.isNaN(rate)) return outOfRange(paths.rate, loan.interest_rate_pct);
    const collateral = amountUnitsNumber(loan.collateral_value ?? 0);
    if (Number.isNaN(collateral)) return outOfRange(paths.collateral, loan.collateral_value);
    this.addOutstanding(principal, rate, loan.interest_rate_pct, paths.rate);
    this.collateral.add(collateral);
    this.instrumentCount += 1;
    return null;
  }

  private addOutstanding(
    outstanding: number, rate: number, statedRate: number | undefined, ratePath: string,
  ): void {
    if (statedRate === undefined) this.warn("INTEREST_RATE_MISSING", ratePath, undefined);
    if (rate < 0) this.warn("INTEREST_RATE_NEGATIVE", ratePath, statedRate);
    this.outstanding.add(outstanding);
    this.outstandingTimesRate.addProduct(outstanding, Math.max(rate, 0));
  }

  private addDistressed(
    value: number, recoveryRatePct: number | undefined, valuePath: string, ratePath: string,
  ): AmountOutOfRange | null {
    const units = amountUnitsNumber(value);
    if (Number.isNaN(units)) return outOfRange(valuePath, value);
    const rate = rateUnitsNumber(recoveryRatePct ?? 0);
    if (Number.isNaN(rate)) return outOfRange(ratePath, recoveryRatePct);
    if (recoveryRatePct === undefined) this.warn("RECOVERY_RATE_MISSING", ratePath, undefined);
    this.distressedValue.add(units);
    this.distressedValueTimesRecovery.addProduct(units, rate);
    this.distressedCount += 1;
    return null;
  }

  private warn(code: RecordWarningCode, field: string, value: number | undefined): void {
    (this.warnings ??= []).push({ code, field, value: value ?? null });
  }
}

/** What adds up one record at a time: a new one for each would cost more than the sums. */
const one = new TotalsAccumulator();

/** Exact totals as jsonb can hold them: the integers as decimal text, the counts as numbers. */
export type TotalsJson = {
  outstanding: string;
  outstandingTimesRate: string;
  collateral: string;
  assets: string;
  distressedValue: string;
  distressedValueTimesRecovery: string;
  distressedCount: number;
  instrumentCount: number;
};

/** Writes exact totals as JSON; `totalsFromJson` reads them back to the same integers. */
export function totalsToJson(totals: ExactTotals): TotalsJson {
  return {
    outstanding: totals.outstanding.toString(),
    outstandingTimesRate: totals.outstandingTimesRate.toString(),
    collateral: totals.collateral.toString(),
    assets: totals.assets.toString(),
    distressedValue: totals.distressedValue.toString(),
    distressedValueTimesRecovery: totals.distressedValueTimesRecovery.toString(),
    distressedCount: totals.distressedCount,
    instrumentCount: totals.instrumentCount,
  };
}

/** Reads what `totalsToJson` wrote; TOTALS_INVALID when a member is missing or no integer. */
export function totalsFromJson(json: unknown): Result<ExactTotals, "TOTALS_INVALID"> {
  if (typeof json !== "object" || json === null) return err("TOTALS_INVALID");
  const members = json as { readonly [member: string]: unknown };
  const totals = zeroTotals();
  for (const name of INTEGER_MEMBERS) {
    const text = members[name];
    if (typeof text !== "string" || !INTEGER.test(text)) return err("TOTALS_INVALID");
    totals[name] = BigInt(text);
  }
  for (const name of ["distressedCount", "instrumentCount"] as const) {
    const count = members[name];
    if (!Number.isSafeInteger(count) || (count as number) < 0) return err("TOTALS_INVALID");
    totals[name] = count as number;
  }
  return ok(totals);
}

const INTEGER = /^-?\d+$/;
const INTEGER_MEMBERS = [
  "outstanding", "outstandingTimesRate", "collateral", "assets", "distressedValue",
  "distressedValueTimesRecovery",
] as const;

function outOfRange(field: string, value: number | undefined): AmountOutOfRange {
  return { code: "AMOUNT_OUT_OF_RANGE", field, value: value ?? Number.NaN };
}
