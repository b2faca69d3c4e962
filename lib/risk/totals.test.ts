import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { amountUnits, rateUnits } from "../kernel/exact";
import type { NormalizedRecord, PortfolioRecord } from "../kernel/record";
import { ExactSum } from "./exact-sum";
import { anyRecord, totalsOf } from "./test-data";
import {
  addTotals, recordTotals, TotalsAccumulator, totalsFromJson, totalsToJson, zeroTotals,
} from "./totals";
import type { ExactTotals } from "./types";

const units = (amount: number): bigint => {
  const result = amountUnits(amount);
  if (!result.ok) throw new Error(result.error);
  return result.value;
};
const points = (rate: number): bigint => {
  const result = rateUnits(rate);
  if (!result.ok) throw new Error(result.error);
  return result.value;
};

type Debt = PortfolioRecord["financial"]["debt"];

/** Section 1 once more, slowly and with bigints only. */
function slowTotals(records: readonly NormalizedRecord[]): ExactTotals {
  const totals = zeroTotals();
  for (const record of records) {
    if (record.record_kind === "instrument") {
      if (!slowLoan(totals, record)) continue;
      totals.assets += units(record.assets_value ?? 0);
    } else if (record.record_kind === "distressed_asset") {
      slowDistressed(totals, record.distressed_value, record.recovery_rate_pct);
    } else if (record.record_kind === "portfolio") {
      slowDebt(totals, record.financial.debt);
      totals.assets += units(record.financial.assets?.total ?? 0);
      for (const asset of record.distressed_assets) {
        slowDistressed(totals, asset.value, asset.recovery_rate_pct);
      }
    }
  }
  return totals;
}

function slowDebt(totals: ExactTotals, debt: Debt): void {
  const before = totals.collateral;
  if (debt.instruments?.length) debt.instruments.forEach((loan) => slowLoan(totals, loan));
  else {
    const total = units(debt.total_outstanding ?? 0);
    const rate = points(debt.interest_rate_pct ?? 0);
    if (total > 0n) {
      totals.outstanding += total;
      totals.outstandingTimesRate += total * (rate > 0n ? rate : 0n);
    }
  }
  const collateral = units(debt.collateral_value ?? 0);
  if (collateral !== 0n) totals.collateral = before + collateral;
}

function slowLoan(
  totals: ExactTotals,
  loan: { principal: number; interest_rate_pct?: number; collateral_value?: number },
): boolean {
  const principal = units(loan.principal);
  if (principal <= 0n) return false;
  const rate = points(loan.interest_rate_pct ?? 0);
  totals.outstanding += principal;
  totals.outstandingTimesRate += principal * (rate > 0n ? rate : 0n);
  totals.collateral += units(loan.collateral_value ?? 0);
  totals.instrumentCount += 1;
  return true;
}

function slowDistressed(totals: ExactTotals, value: number, rate: number | undefined): void {
  totals.distressedValue += units(value);
  totals.distressedValueTimesRecovery += units(value) * points(rate ?? 0);
  totals.distressedCount += 1;
}

const portfolio = (debt: Debt, rest: Partial<PortfolioRecord> = {}): PortfolioRecord =>
  ({ record_kind: "portfolio", financial: { debt }, distressed_assets: [], ...rest });

function read(record: NormalizedRecord) {
  const result = recordTotals(record);
  if (!result.ok) throw new Error(result.error.code);
  return result.value;
}
const codesOf = (record: NormalizedRecord) => read(record).warnings.map((warning) => warning.code);

describe("ExactSum", () => {
  it("adds whole numbers and products as bigints do, at every size", () => {
    const whole = fc.oneof(
      fc.integer(), fc.maxSafeInteger(),
      fc.double({ min: -9e18, max: 9e18, noNaN: true }).map(Math.trunc));
    fc.assert(fc.property(fc.array(fc.tuple(whole, whole)), (pairs) => {
      const sum = new ExactSum();
      let expected = 0n;
      for (const [left, right] of pairs) {
        sum.add(left);
        sum.addProduct(left, right);
        expected += BigInt(left) + BigInt(left) * BigInt(right);
      }
      expect(sum.value()).toBe(expected);
    }), { numRuns: 500 });
  });

  it("stays exact over the edge of 2^53", () => {
    const sum = new ExactSum();
    sum.add(Number.MAX_SAFE_INTEGER);
    sum.add(1);
    sum.add(1);
    expect(sum.value()).toBe(2n ** 53n + 1n);
    sum.clear();
    expect(sum.value()).toBe(0n);
  });
});

describe("recordTotals", () => {
  it("agrees with slow bigint arithmetic on any records", () => {
    fc.assert(fc.property(fc.array(anyRecord, { maxLength: 12 }), (records) => {
      expect(totalsOf(records)).toEqual(slowTotals(records));
    }), { numRuns: 500 });
  });

  it("adds a loan with its collateral and assets", () => {
    expect(read({
      record_kind: "instrument", principal: 1000.12345, interest_rate_pct: 5,
      collateral_value: 800, assets_value: 50,
    })).toEqual({
      totals: {
        ...zeroTotals(), outstanding: 10_001_234n, outstandingTimesRate: 10_001_234n * 5_000_000n,
        collateral: 8_000_000n, assets: 500_000n, instrumentCount: 1,
      },
      warnings: [],
    });
  });

  it.each([0, -5, 0.00001])("skips a loan of principal %d whole", (principal) => {
    expect(read({
      record_kind: "instrument", principal, collateral_value: 800, assets_value: 50,
      interest_rate_pct: 1e300,
    })).toEqual({
      totals: zeroTotals(),
      warnings: [{ code: "PRINCIPAL_NOT_POSITIVE", field: "principal", value: principal }],
    });
  });

  it("counts missing and negative rates as 0, with a warning each", () => {
    const missing = read({ record_kind: "instrument", principal: 10 });
    expect(missing.totals.outstandingTimesRate).toBe(0n);
    expect(missing.warnings).toEqual([
      { code: "INTEREST_RATE_MISSING", field: "interest_rate_pct", value: null }]);
    const negative = read({ record_kind: "instrument", principal: 10, interest_rate_pct: -1 });
    expect(negative.totals.outstandingTimesRate).toBe(0n);
    expect(negative.warnings).toEqual([
      { code: "INTEREST_RATE_NEGATIVE", field: "interest_rate_pct", value: -1 }]);
    expect(codesOf({ record_kind: "instrument", principal: 10, interest_rate_pct: 0 })).toEqual([]);
  });

  it("counts an absent recovery rate as 0, with a warning", () => {
    const { totals, warnings } = read({ record_kind: "distressed_asset", distressed_value: 10 });
    expect(totals).toEqual({ ...zeroTotals(), distressedValue: 100_000n, distressedCount: 1 });
    expect(warnings).toEqual([
      { code: "RECOVERY_RATE_MISSING", field: "recovery_rate_pct", value: null }]);
  });
});

describe("recordTotals of a portfolio", () => {
  const loan = { principal: 100, interest_rate_pct: 1, collateral_value: 7 };

  it("lets instruments precede debt totals, and says so when they differ", () => {
    const { totals, warnings } = read(portfolio({ total_outstanding: 900, instruments: [loan] }));
    expect(totals.outstanding).toBe(1_000_000n);
    expect(warnings).toEqual([{
      code: "DEBT_TOTAL_REPLACED_BY_INSTRUMENTS", field: "financial.debt.total_outstanding",
      value: 900,
    }]);
    expect(codesOf(portfolio({ total_outstanding: 100, instruments: [loan] }))).toEqual([]);
  });

  it("reads debt totals when the list is absent or empty", () => {
    for (const instruments of [undefined, []]) {
      const { totals } = read(portfolio({
        total_outstanding: 900, interest_rate_pct: 2, instruments,
      }));
      expect(totals.outstanding).toBe(9_000_000n);
      expect(totals.outstandingTimesRate).toBe(9_000_000n * 2_000_000n);
      expect(totals.instrumentCount).toBe(0);
    }
  });

  it("replaces the instruments' collateral by the debt's unless that is 0", () => {
    const replaced = read(portfolio({ collateral_value: 5, instruments: [loan] }));
    expect(replaced.totals.collateral).toBe(50_000n);
    expect(replaced.warnings.map((warning) => warning.code)).toEqual(
      ["DEBT_COLLATERAL_REPLACES_INSTRUMENTS"]);
    const kept = read(portfolio({ collateral_value: 0, instruments: [loan, loan] }));
    expect(kept.totals.collateral).toBe(140_000n);
    expect(kept.warnings).toEqual([]);
    const bare = { principal: 100, interest_rate_pct: 1 };
    expect(codesOf(portfolio({ collateral_value: 5, instruments: [bare] }))).toEqual([]);
  });

  it("names the instrument that it skips, and skips its collateral", () => {
    const instruments = [loan, { ...loan, principal: 0 }];
    const { totals, warnings } = read(portfolio({ instruments }));
    expect(totals.collateral).toBe(70_000n);
    expect(totals.instrumentCount).toBe(1);
    expect(warnings).toEqual([{
      code: "PRINCIPAL_NOT_POSITIVE", field: "financial.debt.instruments[1].principal", value: 0,
    }]);
  });

  it("counts no debt for a total of 0 or less, and warns below 0", () => {
    expect(codesOf(portfolio({ total_outstanding: 0 }))).toEqual([]);
    const { totals, warnings } = read(portfolio({ total_outstanding: -1, collateral_value: 3 }));
    expect(totals).toEqual({ ...zeroTotals(), collateral: 30_000n });
    expect(warnings.map((warning) => warning.code)).toEqual(["PRINCIPAL_NOT_POSITIVE"]);
  });

  it("keeps all warnings of instruments that are all skipped, and debt totals do not step in", () => {
    const record = portfolio({ total_outstanding: 5, instruments: [{ principal: -1 }] });
    expect(read(record).totals).toEqual(zeroTotals());
    expect(codesOf(record)).toEqual(
      ["PRINCIPAL_NOT_POSITIVE", "DEBT_TOTAL_REPLACED_BY_INSTRUMENTS"]);
  });
});

describe("a record that is out of range", () => {
  const cases: [string, NormalizedRecord][] = [
    ["principal", { record_kind: "instrument", principal: 9.1e14 }],
    ["principal", { record_kind: "instrument", principal: Number.NaN }],
    ["interest_rate_pct", { record_kind: "instrument", principal: 1, interest_rate_pct: 1e10 }],
    ["collateral_value", { record_kind: "instrument", principal: 1, collateral_value: -1e15 }],
    ["assets_value", { record_kind: "instrument", principal: 1, assets_value: Infinity }],
    ["distressed_value", { record_kind: "distressed_asset", distressed_value: 1e15 }],
    ["recovery_rate_pct",
      { record_kind: "distressed_asset", distressed_value: 1, recovery_rate_pct: 1e10 }],
    ["financial.debt.total_outstanding", portfolio({ total_outstanding: 1e15 })],
    ["financial.debt.interest_rate_pct",
      portfolio({ total_outstanding: 1, interest_rate_pct: 1e10 })],
    ["financial.debt.collateral_value", portfolio({ collateral_value: 1e15 })],
    ["financial.debt.instruments[1].principal",
      portfolio({ instruments: [{ principal: 1 }, { principal: 1e15 }] })],
    ["financial.assets.total",
      portfolio({}, { financial: { debt: {}, assets: { total: 1e15 } } })],
    ["distressed_assets[0].value",
      portfolio({ total_outstanding: 5 }, { distressed_assets: [{ value: 1e15 }] })],
  ];
  it.each(cases)("is refused for its %s and adds nothing", (field, record) => {
    const accumulator = new TotalsAccumulator();
    accumulator.add({ record_kind: "instrument", principal: 3, interest_rate_pct: 1 });
    const before = accumulator.totals();
    const added = accumulator.add(record);
    expect(added.ok).toBe(false);
    if (!added.ok) expect(added.error).toMatchObject({ code: "AMOUNT_OUT_OF_RANGE", field });
    expect(accumulator.totals()).toEqual(before);
    expect(recordTotals(record).ok).toBe(false);
  });
});

describe("merging totals", () => {
  it("gives the same integers for any split and order", () => {
    const records = fc.array(fc.tuple(anyRecord, fc.nat(2)), { maxLength: 15 });
    fc.assert(fc.property(records, (assigned) => {
      const parts = [0, 1, 2].map((worker) =>
        totalsOf(assigned.filter(([, at]) => at === worker).map(([record]) => record)));
      const whole = totalsOf(assigned.map(([record]) => record));
      expect(parts.reduce(addTotals, zeroTotals())).toEqual(whole);
      expect(parts.reduceRight(addTotals, zeroTotals())).toEqual(whole);
      const accumulator = new TotalsAccumulator();
      for (const part of parts) accumulator.addTotals(part);
      expect(accumulator.totals()).toEqual(whole);
    }));
  });

  it("survives JSON", () => {
    fc.assert(fc.property(fc.array(anyRecord), (records) => {
      const totals = totalsOf(records);
      const stored: unknown = JSON.parse(JSON.stringify(totalsToJson(totals)));
      expect(totalsFromJson(stored)).toEqual({ ok: true, value: totals });
    }));
  });

  it.each([
    null, 5, {}, { ...totalsToJson(zeroTotals()), outstanding: "1.5" },
    { ...totalsToJson(zeroTotals()), outstanding: 1 },
    { ...totalsToJson(zeroTotals()), distressedCount: -1 },
    { ...totalsToJson(zeroTotals()), instrumentCount: undefined },
  ])("refuses stored totals %j", (json) => {
    expect(totalsFromJson(json)).toEqual({ ok: false, error: "TOTALS_INVALID" });
  });
});
