import { describe, expect, it } from "vitest";
import type { DistressedAssetRecord, InstrumentRecord } from "../../lib/kernel/record";
import { DEFAULT_LOCALE, normalizePayload, readTape, resolveMapping } from "../../lib/tape";
import { sniffTape } from "../../lib/tape/sniff";
import { DEMO_COLUMNS, demoTapeCsv, demoTapes, exampleRecords } from "./demo-tape";

async function* bytes(pieces: Iterable<string>): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) yield new TextEncoder().encode(piece);
}

type Tape = { loans: InstrumentRecord[]; assets: DistressedAssetRecord[]; codes: string[] };

async function load(csv: () => Iterable<string>): Promise<Tape> {
  const sniff = await sniffTape(bytes(csv()));
  if (!sniff.ok) throw new Error(sniff.error.message);
  const mapping = resolveMapping(sniff.value.header);
  if (!mapping.ok) throw new Error(mapping.error.message);
  expect(mapping.value.unmapped).toEqual([]);
  const plan = { ...sniff.value, mapping: mapping.value, locale: DEFAULT_LOCALE,
    baseCurrency: "EUR" };
  const tape: Tape = { loans: [], assets: [], codes: [] };
  for await (const { rows } of readTape(bytes(csv()), plan)) {
    for (const { record, problems } of rows) {
      tape.codes.push(...problems.map(({ code }) => code));
      if (record?.record_kind === "instrument") tape.loans.push(record);
      if (record?.record_kind === "distressed_asset") tape.assets.push(record);
    }
  }
  return tape;
}
const sum = (values: readonly number[]): number =>
  values.reduce((total, value) => total + value, 0);
const between = (value: number, low: number, high: number): void => {
  expect(value).toBeGreaterThan(low);
  expect(value).toBeLessThan(high);
};

describe("demo tapes", () => {
  it("are three months of one believable portfolio", async () => {
    expect(demoTapes.map(({ asOf }) => asOf)).toEqual(["2026-08-31", "2026-09-30", "2026-10-31"]);
    for (const { csv } of demoTapes) {
      const { loans, assets, codes } = await load(csv);
      expect(new Set(codes)).toEqual(new Set(["PRINCIPAL_NOT_POSITIVE"]));
      const counted = loans.filter(({ principal }) => principal > 0);
      const outstanding = sum(counted.map(({ principal }) => principal));
      const collateral = sum(counted.map((loan) => loan.collateral_value ?? 0));
      const recovery = sum(assets.map((asset) =>
        asset.distressed_value * (asset.recovery_rate_pct ?? 0) / 100));
      between(loans.length, 1950, 2050);
      between(assets.length, 55, 61);
      between(outstanding, 1.8e9, 2e9);
      between(collateral / outstanding, 0.74, 0.79);
      between(outstanding / sum(loans.map((loan) => loan.assets_value ?? 0)), 0.45, 0.55);
      const eligible = sum(counted.map((loan) => loan.eligible_balance ?? 0));
      between(sum(counted.map((loan) => loan.cash_collected ?? 0)) / eligible, 0.01, 0.02);
      const net = outstanding - collateral - recovery;
      between(net / outstanding, 0.05, 0.2);
      const loss = (m: number, g: number, d: number): number =>
        (-collateral * m - recovery * g + outstanding * d) / outstanding;
      between(loss(-0.05, -0.05, 0.02), 0.05, 1);
      between(loss(-0.25, -0.15, 0.05), 0.05, 1);
      between(loss(-0.1, -0.35, 0.08), 0.05, 1);
    }
  });

  it("have arrears, stages and ratings that agree, and some oddities", async () => {
    const { loans, assets } = await load(demoTapes[2]!.csv);
    for (const loan of loans) {
      const days = loan.days_past_due ?? 0;
      if (days >= 90) expect(loan).toMatchObject({ stage: 3, rating: "D", pd: 1 });
      if (days > 30) expect(loan.stage).toBeGreaterThanOrEqual(2);
    }
    expect(new Set(loans.map((loan) => loan.obligor_id)).size).toBeGreaterThan(590);
    expect(loans.filter((loan) => loan.interest_rate_pct === undefined).length).toBeGreaterThan(5);
    expect(loans.filter((loan) => loan.principal === 0).length).toBeGreaterThan(0);
    expect(loans.some((loan) => loan.obligor_group?.includes(", "))).toBe(true);
    expect(loans.some((loan) => loan.region?.includes("ü"))).toBe(true);
    expect(assets.filter((asset) => asset.linked_instrument_id).length).toBeGreaterThan(5);
  });

  it("drift from month to month: the same loans, some gone, some new", async () => {
    const [first, last] = [await load(demoTapes[0]!.csv), await load(demoTapes[2]!.csv)];
    const before = new Map(first.loans.map((loan) => [loan.instrument_id, loan]));
    const stayed = last.loans.filter((loan) => before.has(loan.instrument_id));
    between(stayed.length, 1900, 2000);
    expect(last.loans.length).toBeGreaterThan(stayed.length);
    const repaid = stayed.filter((loan) =>
      loan.principal < (before.get(loan.instrument_id)?.principal ?? 0));
    expect(repaid.length).toBeGreaterThan(1000);
    const late = (loan: InstrumentRecord | undefined): boolean => (loan?.days_past_due ?? 0) > 0;
    const slipped = stayed.filter((loan) => late(loan) && !late(before.get(loan.instrument_id)));
    expect(slipped.length).toBeGreaterThan(20);
  });

  it("are the same text for the same options and other text for another seed", () => {
    const options = { seed: 1, loans: 50, obligors: 20, asOf: "2026-09-30" };
    const text = [...demoTapeCsv(options)].join("");
    expect([...demoTapeCsv(options)].join("")).toBe(text);
    expect([...demoTapeCsv({ ...options, seed: 2 })].join("")).not.toBe(text);
    expect(text.startsWith(`${DEMO_COLUMNS.join(",")}\r\n`)).toBe(true);
  });
});

describe("exampleRecords", () => {
  it("normalizes to MODEL.md section 2's portfolio", () => {
    const options = { locale: DEFAULT_LOCALE, baseCurrency: "EUR" };
    const { record, problems } = normalizePayload(exampleRecords.records[0]?.payload, options, 1);
    expect(problems).toEqual([]);
    expect(record).toMatchObject({ record_kind: "portfolio",
      financial: { debt: { total_outstanding: 1e6 }, assets: { total: 2e6 } } });
  });
});
