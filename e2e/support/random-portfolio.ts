import { seededRandom } from "@/lib/kernel/random";
import type { NormalizedRecord } from "@/lib/kernel/record";
import { ColumnsBuilder, type PortfolioColumns } from "@/lib/portfolio";

const SECTORS = ["CRE", "Retail", "Shipping", "Énergie", "Agro\t'x'\\"];
const COUNTRIES = ["DE", "FR", "GR", "IT"];

/** Loans and distressed assets of every kind: without fields, linked, below zero, very large. */
export function randomRecords(seed: number, count: number, largest = 1e6): NormalizedRecord[] {
  const random = seededRandom(seed);
  const pick = <T>(from: readonly T[]): T | undefined =>
    from[Math.floor(random() * from.length * 1.2)];
  const some = <T>(name: string, value: T | undefined) =>
    value === undefined ? {} : { [name]: value };
  return Array.from({ length: count }, (_, index): NormalizedRecord => {
    const fields = { instrument_id: `L${index}`, ...some("sector", pick(SECTORS)),
      ...some("country", pick(COUNTRIES)), ...some("stage", pick([1, 2, 3])),
      ...some("days_past_due", pick([0, 12, 45, 200])) };
    if (random() < 0.1) {
      return { record_kind: "distressed_asset", ...fields, instrument_id: `A${index}`,
        distressed_value: (random() - 0.1) * largest, recovery_rate_pct: random() * 120 - 10,
        ...(random() < 0.3 ? { linked_instrument_id: `L${Math.floor(random() * count)}` } : {}) };
    }
    const principal = random() < 0.05 ? 0 : random() * largest;
    return { record_kind: "instrument", ...fields, principal,
      ...some("interest_rate_pct", random() < 0.9 ? random() * 12 - 1 : undefined),
      collateral_value: random() < 0.1 ? 0 : Math.min(largest, (random() * 2.2 - 0.2) * principal),
      ...some("assets_value", random() < 0.3 ? random() * largest : undefined) };
  });
}

/** A portfolio record whose stated collateral covers its debts together. */
export const STATED: NormalizedRecord = { record_kind: "portfolio", currency: "EUR", financial: {
  debt: { collateral_value: 1_500_000.1234, instruments: [{ principal: 1e6, interest_rate_pct: 4 },
    { principal: 2e6, interest_rate_pct: 5, collateral_value: 7 }] }, assets: { total: 5e6 } },
distressed_assets: [{ value: 3e5, recovery_rate_pct: 40 }] };

export function columnsOf(records: readonly NormalizedRecord[]): PortfolioColumns {
  const builder = new ColumnsBuilder();
  records.forEach((record, index) => {
    const added = builder.add(record, index + 1);
    if (!added.ok) throw new Error(JSON.stringify(added.error));
  });
  return builder.finish();
}
