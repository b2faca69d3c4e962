import type { NormalizedRecord, PortfolioRecord } from "../kernel/record";
import { err, ok, type Result } from "../kernel/result";
import { securedDebts } from "./instrument-netting";
import { debtColumns, type SecuredDebt, type SecuredDebts } from "./shortfall-curve";
import { addTotals, recordTotals } from "./totals";
import type { AmountOutOfRange, ExactTotals } from "./types";

/** Other facts of an instrument or distressed asset: what is absent stays as it is. */
export type WhatIfChange = {
  removed?: boolean;
  /** Currency units, >= 0; of an instrument. */
  collateral_value?: number;
  /** Points; of an instrument. */
  interest_rate_pct?: number;
  /** Per cent; of a distressed asset. */
  recovery_rate_pct?: number;
};

/**
 * A change of a sealed version's record. `part` names what a portfolio record holds
 * (`instruments.0`, `distressed_assets.1`, `debt`), "" the record itself.
 */
export type WhatIf = { record: NormalizedRecord; part: string; change: WhatIfChange };

/** What exposure and stress of a version rest on; `debts` null where nobody nets by instrument. */
export type WhatIfBasis = { totals: ExactTotals; debts: SecuredDebts | null };

export type WhatIfError =
  | AmountOutOfRange
  /** The record has no such part. */
  | { code: "PART_NOT_FOUND"; part: string }
  /** The version's debts do not hold the record's: it belongs to another version. */
  | { code: "DEBT_NOT_FOUND" };

/**
 * The basis as if the changes had been in the tape, exactly: totals less what the records added
 * plus what they would add, and their debts put in the others' place (MODEL.md sections 1 and 4).
 * Several changes of one record, told apart by identity, all apply. Nothing given is altered.
 */
export function whatIf(
  basis: WhatIfBasis, changes: readonly WhatIf[],
): Result<WhatIfBasis, WhatIfError> {
  const records = changedRecords(changes);
  if (!records.ok) return records;
  let { totals } = basis;
  const gone: SecuredDebt[] = [];
  const come: SecuredDebt[] = [];
  for (const [before, after] of records.value) {
    const was = recordTotals(before);
    const is = after === null ? null : recordTotals(after);
    if (!was.ok) return err(was.error);
    if (is && !is.ok) return err(is.error);
    totals = addTotals(totals, negated(was.value.totals));
    if (is?.ok) totals = addTotals(totals, is.value.totals);
    gone.push(...securedDebts(before));
    if (after) come.push(...securedDebts(after));
  }
  const debts = basis.debts && replaced(basis.debts, gone, come);
  return debts === null && basis.debts !== null ? err({ code: "DEBT_NOT_FOUND" })
    : ok({ totals, debts });
}

/** Each changed record with what it becomes; null where it is removed. */
export function changedRecords(
  changes: readonly WhatIf[],
): Result<Map<NormalizedRecord, NormalizedRecord | null>, WhatIfError> {
  const records = new Map<NormalizedRecord, NormalizedRecord | null>();
  // From the last part on: removing one must not rename those that come after it.
  for (const { record, part, change } of changes.toSorted(byPartDescending)) {
    const now = records.has(record) ? records.get(record) ?? null : record;
    const changed = changedRecord(now, part, change);
    if (!changed.ok) return changed;
    records.set(record, changed.value);
  }
  return ok(records);
}

const byPartDescending = (a: WhatIf, b: WhatIf): number =>
  b.part.localeCompare(a.part, "en", { numeric: true });

const negated = (totals: ExactTotals): ExactTotals => ({
  outstanding: -totals.outstanding,
  outstandingTimesRate: -totals.outstandingTimesRate,
  collateral: -totals.collateral,
  assets: -totals.assets,
  distressedValue: -totals.distressedValue,
  distressedValueTimesRecovery: -totals.distressedValueTimesRecovery,
  distressedCount: -totals.distressedCount,
  instrumentCount: -totals.instrumentCount,
});

/** Columns with some debts taken out, found by their amounts, and others put in; null if absent. */
function replaced(
  debts: SecuredDebts, gone: readonly SecuredDebt[], come: readonly SecuredDebt[],
): SecuredDebts | null {
  const key = (outstanding: number, collateral: number): string => `${outstanding} ${collateral}`;
  const left = new Map<string, number>();
  for (const debt of gone) {
    const name = key(debt.outstanding, debt.collateral);
    left.set(name, (left.get(name) ?? 0) + 1);
  }
  const amounts = new Set(gone.map((debt) => debt.outstanding));
  const kept: SecuredDebt[] = [];
  debts.outstanding.forEach((outstanding, index) => {
    const collateral = debts.collateral[index] as number;
    const name = amounts.has(outstanding) ? key(outstanding, collateral) : "";
    const count = left.get(name) ?? 0;
    if (count > 0) left.set(name, count - 1);
    else kept.push({ outstanding, collateral });
  });
  if ([...left.values()].some((count) => count > 0)) return null;
  return debtColumns([...kept, ...come]);
}

type Changed = Result<NormalizedRecord | null, WhatIfError>;

function changedRecord(
  record: NormalizedRecord | null, part: string, change: WhatIfChange,
): Changed {
  if (record === null) return ok(null);
  if (part === "") {
    if (record.record_kind === "portfolio" && !change.removed) return missing(part);
    return ok(change.removed ? null : { ...record, ...factsOf(change) });
  }
  return record.record_kind === "portfolio" ? changedPortfolio(record, part, change)
    : missing(part);
}

const missing = (part: string): Changed => err({ code: "PART_NOT_FOUND", part });

/** The members of a change that a record has as well. */
function factsOf({ removed: _, ...facts }: WhatIfChange): Omit<WhatIfChange, "removed"> {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));
}

function changedPortfolio(
  record: PortfolioRecord, part: string, change: WhatIfChange,
): Changed {
  const { financial } = record;
  const { debt } = financial;
  if (part === "debt") {
    const kept = change.removed ? { instruments: [] } : { ...debt, ...factsOf(change) };
    return ok({ ...record, financial: { ...financial, debt: kept } });
  }
  const [list, place] = part.split(".");
  const index = Number(place);
  if (list === "instruments") {
    const instruments = changedList(debt.instruments ?? [], index, change);
    return instruments === null ? missing(part)
      : ok({ ...record, financial: { ...financial, debt: listedDebt(debt, instruments) } });
  }
  const assets = list === "distressed_assets"
    ? changedList(record.distressed_assets, index, change) : null;
  return assets === null ? missing(part) : ok({ ...record, distressed_assets: assets });
}

/** A debt of a list that was emptied owes nothing: its stated total does not come back. */
function listedDebt(
  debt: PortfolioRecord["financial"]["debt"],
  instruments: NonNullable<PortfolioRecord["financial"]["debt"]["instruments"]>,
): PortfolioRecord["financial"]["debt"] {
  if (instruments.length > 0) return { ...debt, instruments };
  const { total_outstanding: _, ...rest } = debt;
  return { ...rest, instruments };
}

function changedList<T extends object>(
  list: readonly T[], index: number, change: WhatIfChange,
): T[] | null {
  if (!Number.isInteger(index) || index < 0 || index >= list.length) return null;
  return list.flatMap((entry, at) => at !== index ? [entry]
    : change.removed ? [] : [{ ...entry, ...factsOf(change) }]);
}
