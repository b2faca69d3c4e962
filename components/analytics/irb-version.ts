import type { ResponseOf } from "@/lib/contract/operations";
import type { IrbExposure } from "@/lib/risk";

export interface RatedLoan {
  recordId: string;
  name: string;
  exposure: IrbExposure;
}

type Item = ResponseOf<"listRecords">["items"][number];

const YEAR_MS = 365.25 * 86_400_000;
const USUAL_MATURITY = 2.5;
/** Bounds of the effective maturity that Basel sets. */
const MATURITY = { low: 1, high: 5 };

const numberOf = (value: unknown): number | null =>
  typeof value === "number" && Number.isFinite(value) ? value : null;

function maturityOf(until: unknown, asOf: string | null): number {
  const end = typeof until === "string" && asOf !== null
    ? Date.parse(until) - Date.parse(asOf) : Number.NaN;
  return Number.isFinite(end)
    ? Math.min(MATURITY.high, Math.max(MATURITY.low, end / YEAR_MS)) : USUAL_MATURITY;
}

/**
 * Loans of a version's records that state PD and LGD; how many do not. A recovery rate stands in
 * for an LGD that is not given.
 */
export function instrumentsOf(
  items: readonly Item[], asOf: string | null,
): { loans: RatedLoan[]; without: number } {
  const loans: RatedLoan[] = [];
  let without = 0;
  for (const item of items) {
    const payload = item.payload as Record<string, unknown>;
    const ead = numberOf(payload["principal"]);
    if (payload["record_kind"] !== "instrument" || ead === null || ead <= 0) continue;
    const pd = numberOf(payload["pd"]);
    const recovery = numberOf(payload["recovery_rate_pct"]);
    const lgd = numberOf(payload["lgd"])
      ?? (recovery === null ? null : Math.min(1, Math.max(0, 1 - recovery / 100)));
    if (pd === null || lgd === null) {
      without += 1;
      continue;
    }
    loans.push({
      recordId: item.record_id,
      name: String(payload["instrument_id"] ?? `Record ${loans.length + without + 1}`),
      exposure: { ead, pd, lgd, asset_class: "corporate",
        maturity: maturityOf(payload["maturity_date"], asOf) },
    });
  }
  return { loans, without };
}
