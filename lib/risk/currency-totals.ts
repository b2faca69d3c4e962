import type { AmountField, NormalizedRecord, Origin, PortfolioRecord } from "../kernel/record";
import { TotalsAccumulator } from "./totals";
import type { ExactTotals } from "./types";

/** What is owed in one currency: as it was given, and in base currency. */
export type CurrencyTotals = {
  currency: string;
  /** Base units per 1 unit. */
  fxRate: number;
  /** Records whose own currency it is. */
  records: number;
  origin: ExactTotals;
  base: ExactTotals;
};

type Entry = {
  fxRate: number; records: number; origin: TotalsAccumulator; base: TotalsAccumulator;
};

/**
 * Adds up records by their currency of origin, by the rules of `recordTotals` and as exactly.
 * Records in base currency cost nothing: what they come to is the rest of the version's totals.
 */
export class CurrencySums {
  private readonly entries = new Map<string, Entry>();

  constructor(private readonly base: string) {}

  /** Adds a record whose totals in base currency are known. */
  add(record: NormalizedRecord, totals: ExactTotals): void {
    const { currency } = record;
    if (record.record_kind === "portfolio") {
      if (currency !== undefined && currency !== this.base) this.entry(currency).records += 1;
      this.addPortfolio(record);
      return;
    }
    if (currency === undefined || currency === this.base) return;
    const entry = this.entry(currency, record.origin);
    entry.records += 1;
    entry.base.addTotals(totals);
    if (record.origin === undefined) entry.origin.addTotals(totals);
    else entry.origin.add({ ...record, ...record.origin.amounts });
  }

  private entry(currency: string, origin?: Origin): Entry {
    let found = this.entries.get(currency);
    if (found === undefined) {
      found = { fxRate: 1, records: 0, origin: new TotalsAccumulator(),
        base: new TotalsAccumulator() };
      this.entries.set(currency, found);
    }
    if (origin !== undefined) found.fxRate = origin.fx_rate;
    return found;
  }

  /** A portfolio may hold several currencies: what each of its parts comes to, part by part. */
  private addPortfolio(record: PortfolioRecord): void {
    for (const { origin, inBase, asGiven } of convertedParts(record)) {
      const entry = this.entry(origin.currency, origin);
      entry.base.add(inBase);
      entry.origin.add(asGiven);
    }
  }

  /**
   * One entry a currency, the base currency first; none when everything is in base currency.
   * @param all the totals of all records, and how many there are
   */
  totals(all: ExactTotals, records: number): CurrencyTotals[] {
    if (this.entries.size === 0) return [];
    const others = [...this.entries].sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([currency, entry]): CurrencyTotals => ({ currency, fxRate: entry.fxRate,
        records: entry.records, origin: entry.origin.totals(), base: entry.base.totals() }));
    const rest = others.reduce((left, { base }) => subtract(left, base), all);
    return [{ currency: this.base, fxRate: 1, origin: rest, base: rest,
      records: others.reduce((left, entry) => left - entry.records, records) }, ...others];
  }
}

const subtract = (a: ExactTotals, b: ExactTotals): ExactTotals => ({
  outstanding: a.outstanding - b.outstanding,
  outstandingTimesRate: a.outstandingTimesRate - b.outstandingTimesRate,
  collateral: a.collateral - b.collateral,
  assets: a.assets - b.assets,
  distressedValue: a.distressedValue - b.distressedValue,
  distressedValueTimesRecovery: a.distressedValueTimesRecovery - b.distressedValueTimesRecovery,
  distressedCount: a.distressedCount - b.distressedCount,
  instrumentCount: a.instrumentCount - b.instrumentCount,
});

type Part = { origin: Origin; inBase: PortfolioRecord; asGiven: PortfolioRecord };
type Debt = PortfolioRecord["financial"]["debt"];

const portfolioOf = (debt: Debt, rest: Partial<PortfolioRecord> = {}): PortfolioRecord =>
  ({ record_kind: "portfolio", financial: { debt }, distressed_assets: [], ...rest });

/** What was converted in a portfolio; a collateral of the whole debt replaces its instruments'. */
function convertedParts(record: PortfolioRecord): Part[] {
  const { debt, assets } = record.financial;
  const instruments = debt.instruments ?? [];
  const isReplaced = (debt.collateral_value ?? 0) !== 0;
  const parts: Part[] = [];
  const part = (origin: Origin | undefined, make: (
    amountOf: (field: AmountField, value: number | undefined) => number | undefined,
  ) => PortfolioRecord) => {
    if (origin === undefined) return;
    parts.push({ origin, inBase: make((_, value) => value),
      asGiven: make((field, value) => origin.amounts[field] ?? value) });
  };
  part(debt.origin, (amountOf) => portfolioOf({
    total_outstanding: instruments.length > 0 ? undefined
      : amountOf("principal", debt.total_outstanding),
    interest_rate_pct: debt.interest_rate_pct,
    collateral_value: amountOf("collateral_value", debt.collateral_value),
  } as Debt));
  for (const loan of instruments) {
    part(loan.origin, (amountOf) => portfolioOf({ instruments: [{ ...loan,
      principal: amountOf("principal", loan.principal) ?? 0,
      collateral_value: isReplaced ? 0 : amountOf("collateral_value", loan.collateral_value) ?? 0,
    }] }));
  }
  part(assets?.origin, (amountOf) => portfolioOf({}, { financial: { debt: {},
    assets: { total: amountOf("assets_value", assets?.total) ?? 0 } } }));
  for (const asset of record.distressed_assets) {
    part(asset.origin, (amountOf) => portfolioOf({}, { distressed_assets: [{ ...asset,
      value: amountOf("distressed_value", asset.value) ?? 0 }] }));
  }
  return parts;
}
