import { describe, expect, it } from "vitest";
import { DEFAULT_LOCALE } from "./locale";
import { resolveMapping } from "./mapping";
import { compileRowNormalizer } from "./normalize-row";
import { fitProfile, knownShape } from "./profiles";

const HEADERS = ["measurement_date", "total_receivable_usd", "total_eligible_usd",
  "discounted_balance_usd", "cash_available_usd", "dpd_0_7_usd", "dpd_7_30_usd", "dpd_30_60_usd",
  "dpd_60_90_usd", "dpd_90_plus_usd"];

function read(cells: string[], positionDate?: string) {
  const profile = knownShape(HEADERS);
  const mapping = resolveMapping(HEADERS, profile && fitProfile(profile, HEADERS));
  if (!mapping.ok) throw new Error(mapping.error.message);
  const { record, problems } = compileRowNormalizer(mapping.value, { locale: DEFAULT_LOCALE,
    baseCurrency: "USD", ...(positionDate ? { positionDate } : {}) })(cells, 3);
  return { record: record as Record<string, unknown> | null,
    problems: problems.map(({ code, severity, row, column, value }) =>
      [code, severity, row, column, value]) };
}
const MARCH = ["2025-03-31", "1000", "900", "950", "810", "700", "100", "100", "50", "25"];
const changed = (at: number, cell: string): string[] => MARCH.with(at, cell);

describe("a monthly receivables tape", () => {
  it("is known by its columns alone, and only by all of them", () => {
    expect(knownShape(HEADERS)?.id).toBe("receivables");
    expect(knownShape([...HEADERS, "more"])?.id).toBe("receivables");
    expect(knownShape(HEADERS.slice(1))).toBeNull();
    expect(knownShape(["instrument_id", "principal"])).toBeNull();
  });

  it("makes a row a position with its balances by days past due", () => {
    expect(read(MARCH)).toEqual({ problems: [], record: { record_kind: "instrument",
      instrument_id: "2025-03-31", measurement_date: "2025-03-31", asset_class: "Receivables",
      currency: "USD", principal: 1000, eligible_balance: 900, discounted_balance: 950,
      cash_collected: 810, dpd_0_7: 700, dpd_7_30: 100, dpd_30_60: 100, dpd_60_90: 50,
      dpd_90_plus: 25 } });
  });

  it("takes rows before the latest date out of the position", () => {
    expect(read(MARCH, "2025-04-30").record?.record_kind).toBe("earlier_position");
    expect(read(MARCH, "2025-03-31").record?.record_kind).toBe("instrument");
  });

  it("refuses every amount below 0, and says which one", () => {
    for (let at = 1; at < HEADERS.length; at += 1) {
      const { record, problems } = read(changed(at, "-1"));
      expect(record, HEADERS[at]).toBeNull();
      expect(problems).toEqual([["OUT_OF_RANGE", "error", 3, HEADERS[at], "-1"]]);
    }
  });

  it("refuses a row without a readable date", () => {
    expect(read(changed(0, "")).problems).toEqual(
      [["MISSING_VALUE", "error", 3, "measurement_date", ""]]);
    expect(read(changed(0, "March")).record).toBeNull();
  });

  it("warns of buckets that add up to more than the whole, to the cent", () => {
    expect(read(changed(5, "725")).problems).toEqual([]);
    expect(read(changed(5, "725.01"))).toMatchObject({ record: { dpd_0_7: 725.01 },
      problems: [["BUCKETS_EXCEED_TOTAL", "warning", 3, null, "1000.01"]] });
  });
});
