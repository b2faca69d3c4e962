import type { ResponseOf } from "@/lib/contract/operations";
import { call } from "@/lib/client/api";
import type { IrbClass, IrbExposure } from "@/lib/risk";

export interface RatedLoan {
  recordId: string;
  name: string;
  /** What the tape calls its asset class; null where it does not say. */
  assetClass: string | null;
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
 * for an LGD that is not given; `before` counts loans of the pages before, for names.
 */
export function instrumentsOf(
  items: readonly Item[], asOf: string | null, before = 0,
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
      assetClass: typeof payload["asset_class"] === "string" ? payload["asset_class"] : null,
      name: String(payload["instrument_id"] ?? `Record ${before + loans.length + without + 1}`),
      exposure: { ead, pd, lgd, asset_class: "corporate",
        maturity: maturityOf(payload["maturity_date"], asOf) },
    });
  }
  return { loans, without };
}

const READ_AT_ONCE = 1000;
/** Records of a version that the page reads: it holds every loan of them at once. */
export const RECORDS_LIMIT = 20_000;

/** Rated loans of a version's first records, page by page. @throws ApiError */
export async function readLoans(
  id: string, asOf: string | null, onRead: (records: number) => void, signal: AbortSignal,
): Promise<{ loans: RatedLoan[]; without: number; records: number; isCut: boolean }> {
  const loans: RatedLoan[] = [];
  let without = 0;
  let records = 0;
  let cursor: string | null = null;
  do {
    const page: ResponseOf<"listRecords"> = await call("listRecords", { path: { id }, signal,
      query: { kind: "normalized", limit: READ_AT_ONCE, ...(cursor ? { cursor } : {}) } });
    const found = instrumentsOf(page.items, asOf, loans.length + without);
    loans.push(...found.loans);
    without += found.without;
    records += page.items.length;
    cursor = page.next_cursor;
    onRead(records);
  } while (cursor !== null && records < RECORDS_LIMIT);
  return { loans, without, records, isCut: cursor !== null };
}

/** Which IRB class stands for an asset class of the tape; what is not named is corporate. */
export type ClassChoice = [assetClass: string | null, irbClass: IrbClass];

/** The asset classes of loans with how many loans each has, most first. */
export function assetClassesOf(
  loans: readonly RatedLoan[],
): { assetClass: string | null; count: number }[] {
  const counts = new Map<string | null, number>();
  for (const { assetClass } of loans) counts.set(assetClass, (counts.get(assetClass) ?? 0) + 1);
  return [...counts].map(([assetClass, count]) => ({ assetClass, count }))
    .toSorted((a, b) => b.count - a.count);
}

/** The loans' exposures with the chosen classes and this PD floor. */
export function exposuresOf(
  loans: readonly RatedLoan[], choices: readonly ClassChoice[], floor: number,
): IrbExposure[] {
  const classes = new Map(choices);
  return loans.map(({ exposure, assetClass }) => ({ ...exposure, pd_floor: floor,
    asset_class: classes.get(assetClass) ?? "corporate" }));
}
