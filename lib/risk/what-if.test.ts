import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { NormalizedRecord } from "../kernel/record";
import { exposureOf } from "./exposure";
import { netByInstrument, securedDebts } from "./instrument-netting";
import { debtColumns } from "./shortfall-curve";
import { Shortfalls } from "./shortfalls";
import { anyRecord, CHECK_PORTFOLIO, ordinaryAsset, ordinaryLoan, totalsOf } from "./test-data";
import { zeroTotals } from "./totals";
import { whatIf, type WhatIfBasis, type WhatIfChange } from "./what-if";

const basisOf = (records: readonly NormalizedRecord[]): WhatIfBasis =>
  ({ totals: totalsOf(records), debts: debtColumns(records.flatMap(securedDebts)) });

function changed(basis: WhatIfBasis, ...changes: Parameters<typeof whatIf>[1]): WhatIfBasis {
  const result = whatIf(basis, changes);
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}
const whole = (record: NormalizedRecord, change: WhatIfChange) => ({ record, part: "", change });

/** Equal as figures are: totals, and what any market makes of the debts. */
function expectSame(a: WhatIfBasis, b: WhatIfBasis): void {
  expect(a.totals).toStrictEqual(b.totals);
  const pairs = ({ debts }: WhatIfBasis): string[] => Array.from(debts?.outstanding ?? [],
    (owed, index) => `${owed} ${debts?.collateral[index]}`).sort();
  expect(pairs(a)).toStrictEqual(pairs(b));
}

const records = fc.array(fc.oneof(ordinaryLoan, ordinaryAsset), { minLength: 1, maxLength: 8 });
const change: fc.Arbitrary<WhatIfChange> = fc.record({
  collateral_value: fc.double({ min: 0, max: 1e9, noNaN: true }),
  interest_rate_pct: fc.double({ min: 0, max: 50, noNaN: true }),
  recovery_rate_pct: fc.double({ min: 0, max: 100, noNaN: true }),
}, { requiredKeys: [] });

describe("what-if", () => {
  it("leaves everything as it is without a change, or with an empty one", () => {
    fc.assert(fc.property(fc.array(anyRecord, { maxLength: 5 }), (all) => {
      const basis = basisOf(all);
      expectSame(changed(basis), basis);
      const touched = all.filter((record) => record.record_kind !== "portfolio")
        .map((record) => whole(record, {}));
      expectSame(changed(basis, ...touched), basis);
    }));
  });

  it("is nothing when every record is removed", () => {
    fc.assert(fc.property(fc.array(anyRecord, { maxLength: 6 }), (all) => {
      const empty = changed(basisOf(all), ...all.map((record) => whole(record, { removed: true })));
      expect(empty.totals).toStrictEqual(zeroTotals());
      expect(empty.debts?.outstanding).toHaveLength(0);
    }));
  });

  it("gives what a tape with the changes would have given, exactly", () => {
    fc.assert(fc.property(records, fc.nat(), change, fc.boolean(), (all, pick, facts, removed) => {
      const at = pick % all.length;
      const record = all[at] as NormalizedRecord;
      const after = changed(basisOf(all), whole(record, removed ? { removed } : facts));
      const tape = all.flatMap((one, index) => index !== at ? [one]
        : removed ? [] : [{ ...one, ...facts }]);
      expectSame(after, basisOf(tape));
    }));
  });

  it("undoes itself", () => {
    fc.assert(fc.property(records, change, (all, facts) => {
      const [record] = all as [NormalizedRecord];
      const other = { ...record, ...facts };
      const there = changed(basisOf(all), whole(record, facts));
      const back = Object.fromEntries(Object.keys(facts).map((name) =>
        [name, record[name as keyof NormalizedRecord]]));
      expectSame(changed(there, whole(other, back)), basisOf(all));
    }));
  });

  it("more collateral never raises net exposure, by instrument", () => {
    fc.assert(fc.property(records, fc.double({ min: 0, max: 1e9, noNaN: true }), (all, more) => {
      const record = all.find((one) => one.record_kind === "instrument");
      if (record?.record_kind !== "instrument") return;
      const netOf = ({ totals, debts }: WhatIfBasis): number => netByInstrument(exposureOf(totals),
        new Shortfalls(debts ?? debtColumns([]))).exposure.net_exposure_after_recovery;
      const basis = basisOf(all);
      const after = changed(basis,
        whole(record, { collateral_value: record.collateral_value + more }));
      expect(netOf(after)).toBeLessThanOrEqual(netOf(basis));
    }));
  });

  it("changes parts of a portfolio record, several at once", () => {
    const record: NormalizedRecord = { record_kind: "portfolio", financial: { debt: { instruments: [
      { principal: 100, interest_rate_pct: 5, collateral_value: 10 },
      { principal: 200, interest_rate_pct: 5, collateral_value: 20 },
      { principal: 300, interest_rate_pct: 5, collateral_value: 30 }] } },
    distressed_assets: [{ value: 40, recovery_rate_pct: 50 }] };
    const after = changed(basisOf([record]),
      { record, part: "instruments.0", change: { removed: true } },
      { record, part: "instruments.2", change: { collateral_value: 500 } },
      { record, part: "distressed_assets.0", change: { recovery_rate_pct: 100 } });
    expect(exposureOf(after.totals)).toMatchObject({ total_outstanding: 500, collateral_value: 520,
      distressed_asset_recovery: 40 });
    const gone = changed(basisOf([CHECK_PORTFOLIO]),
      { record: CHECK_PORTFOLIO, part: "debt", change: { removed: true } });
    expect(exposureOf(gone.totals)).toMatchObject({ total_outstanding: 0, assets_value: 2e6 });
    for (const part of ["instruments.3", "instruments.x", "elsewhere.0"]) {
      expect(whatIf(basisOf([record]), [{ record, part, change: {} }])).toStrictEqual(
        { ok: false, error: { code: "PART_NOT_FOUND", part } });
    }
  });

  it("refuses a record of another version, and amounts that are out of range", () => {
    const [mine, other] = [100, 200].map((principal): NormalizedRecord =>
      ({ record_kind: "instrument", principal, collateral_value: 5 })) as
      [NormalizedRecord, NormalizedRecord];
    expect(whatIf(basisOf([mine]), [whole(other, { removed: true })]))
      .toStrictEqual({ ok: false, error: { code: "DEBT_NOT_FOUND" } });
    expect(whatIf(basisOf([mine]), [whole(mine, { collateral_value: 1e16 })]))
      .toMatchObject({ ok: false, error: { code: "AMOUNT_OUT_OF_RANGE" } });
  });
});
