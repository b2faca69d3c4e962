import { describe, expect, it } from "vitest";
import type { NormalizedRecord, Origin } from "../kernel/record";
import { CurrencySums } from "./currency-totals";
import { TotalsAccumulator } from "./totals";

const usd = (amounts: Origin["amounts"]): Origin => ({ currency: "USD", fx_rate: 0.9, amounts });

function sumsOf(...records: NormalizedRecord[]) {
  const sums = new CurrencySums("EUR");
  const all = new TotalsAccumulator();
  for (const record of records) {
    const one = new TotalsAccumulator();
    one.add(record);
    all.addTotals(one.totals());
    sums.add(record, one.totals());
  }
  const found = sums.totals(all.totals(), records.length);
  return { all: all.totals(), found, of: (currency: string) =>
    found.find((entry) => entry.currency === currency) };
}

describe("CurrencySums", () => {
  it("has nothing to say of records in base currency", () => {
    expect(sumsOf({ record_kind: "instrument", principal: 5 },
      { record_kind: "instrument", principal: 5, currency: "EUR" }).found).toEqual([]);
  });

  it("adds up what was given and what became of it, and the base currency is the rest", () => {
    const { all, of } = sumsOf(
      { record_kind: "instrument", principal: 100 },
      { record_kind: "instrument", currency: "USD", principal: 0.09, collateral_value: 9,
        origin: usd({ principal: 0.1, collateral_value: 10 }) },
      { record_kind: "instrument", currency: "USD", principal: 0.18,
        origin: usd({ principal: 0.2 }) },
      { record_kind: "instrument", currency: "USD", principal: 0, collateral_value: 9,
        origin: usd({ principal: 0, collateral_value: 10 }) },
      { record_kind: "distressed_asset", currency: "CHF", distressed_value: 7 });
    expect(of("USD")).toMatchObject({ fxRate: 0.9, records: 3,
      origin: { outstanding: 3000n, collateral: 100_000n, instrumentCount: 2 },
      base: { outstanding: 2700n, collateral: 90_000n } });
    expect(of("CHF"), "at a rate of 1").toMatchObject({ fxRate: 1, records: 1,
      origin: { distressedValue: 70_000n }, base: { distressedValue: 70_000n } });
    expect(of("EUR")).toMatchObject({ records: 1, origin: { outstanding: 1_000_000n } });
    expect(all.outstanding).toBe(1_002_700n);
  });

  it("takes a portfolio apart, and a collateral of the debt replaces its instruments'", () => {
    const { found, of } = sumsOf({
      record_kind: "portfolio", currency: "USD",
      financial: { assets: { total: 9, origin: usd({ assets_value: 10 }) }, debt: {
        collateral_value: 18, origin: usd({ collateral_value: 20 }),
        instruments: [{ principal: 90, collateral_value: 9,
          origin: usd({ principal: 100, collateral_value: 10 }) }, { principal: 50 }] } },
      distressed_assets: [{ value: 2 }, { value: 0.9, origin: usd({ distressed_value: 1 }) }],
    });
    expect(found.map(({ currency }) => currency)).toEqual(["EUR", "USD"]);
    expect(of("USD")).toMatchObject({ records: 1,
      origin: { outstanding: 1_000_000n, collateral: 200_000n, assets: 100_000n,
        distressedValue: 10_000n },
      base: { outstanding: 900_000n, collateral: 180_000n, assets: 90_000n,
        distressedValue: 9000n } });
    expect(of("EUR")).toMatchObject({ records: 0,
      base: { outstanding: 500_000n, collateral: 0n, assets: 0n, distressedValue: 20_000n } });
  });

  it("counts a debt total by its own currency", () => {
    const { of } = sumsOf({ record_kind: "portfolio", distressed_assets: [], financial: { debt: {
      total_outstanding: 90, origin: usd({ principal: 100 }) } } });
    expect(of("USD")).toMatchObject({ origin: { outstanding: 1_000_000n },
      base: { outstanding: 900_000n } });
    expect(of("EUR")).toMatchObject({ base: { outstanding: 0n } });
  });
});
