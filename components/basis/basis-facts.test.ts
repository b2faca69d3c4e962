import { describe, expect, it } from "vitest";
import type { Version } from "@/components/dataset/types";
import { ANALYSIS_TABS } from "@/components/analytics/analysis-tabs";
import { ANALYSIS_ASSUMPTIONS, factsOf, previewAssumptions, warningsOf } from "./basis-facts";

const version = {
  as_of: "2026-10-31", base_currency: "EUR", fx: null, currencies: [], eliminated: null,
  legal_entities: [], status: "sealed", normalized_record_id: "01a226fe-118e-7000-80c1-e057e78b92b2",
  counts: { raw: 2060, normalized: 2057, rejected: 3, eliminated: 0, warnings: 181 },
  warnings: ["INTEREST_RATE_MISSING: 17 records without an interest rate count with a rate of 0."],
} as unknown as Version;
const valueOf = (key: string, of: Version = version) =>
  factsOf(of).find((fact) => fact.key === key)?.value;

describe("what a version's figures rest on", () => {
  it("says day, currency and the rows that are in no figure", () => {
    expect(valueOf("As of")).toBe("31 Oct 2026");
    expect(valueOf("Currency")).toBe("All amounts are in EUR; nothing was converted");
    expect(valueOf("Rows")).toContain("2,057 of 2,060 rows");
    expect(valueOf("Rows")).toContain("3 were left out");
    expect(valueOf("As of", { ...version, as_of: null })).toContain("without an as-of date");
  });

  it("names the rates, and what is owed inside the group", () => {
    const totals = { total_outstanding: 500_000, collateral_value: 0, assets_value: 0,
      distressed_asset_value: 0 };
    const given = { ...version, legal_entities: ["A"], eliminated: { records: 1, ...totals },
      fx: { rates: { USD: 0.92 }, date: "2026-10-30", source: "ECB" },
      currencies: [{ currency: "USD", fx_rate: 0.92, records: 1, origin: totals, base: totals }] };
    expect(valueOf("Currency", given))
      .toBe("Amounts in USD were converted to EUR: USD 0.92 (ECB, 30 Oct 2026)");
    expect(valueOf("Owed inside the group", given)).toContain("by 1 own entity is in no total");
  });

  it("keeps every warning and counts the remarks", () => {
    expect(warningsOf(version)).toStrictEqual([
      "17 records without an interest rate count with a rate of 0.",
      "181 remarks on rows that were kept."]);
  });
});

it("gives a preview the assumptions of a run with the same parameters", () => {
  const of = (netting: "portfolio" | "instrument") =>
    previewAssumptions(version, { netting }).map(({ description }) => description).join(" ");
  expect(of("portfolio")).toContain("Netting is by portfolio");
  expect(of("instrument")).toContain("Netting is by instrument");
  expect(of("portfolio")).toContain("Amounts are in EUR. No exchange rates were used.");
  expect(previewAssumptions({ ...version, normalized_record_id: null }, {})).toStrictEqual([]);
});

it.each(ANALYSIS_TABS.map(({ value }) => value))("says what %s takes for granted", (tab) => {
  expect(ANALYSIS_ASSUMPTIONS[tab].length).toBeGreaterThan(1);
});
