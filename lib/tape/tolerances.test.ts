import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { NormalizedRecord } from "../kernel/record";
import { rowProblem, type ProblemCode, type RowProblem } from "./problem";
import { createQualityCollector, type QualityReport } from "./quality";
import { checkTolerances, toleranceInWords, type Tolerances } from "./tolerances";

type Row = { record: NormalizedRecord | null; problems: RowProblem[] };
const problem = (code: ProblemCode): RowProblem => rowProblem(code, 1, null, null, "m");
const CODES = ["NEGATIVE_RATE", "DUPLICATE_KEY", "RULE_BROKEN"] as const;
const rejected: Row = { record: null, problems: [problem("AMOUNT_UNREADABLE")] };

const row: fc.Arbitrary<Row> = fc.record({
  isRecord: fc.boolean(), rate: fc.boolean(), collateral: fc.boolean(), asset: fc.boolean(),
  codes: fc.subarray([...CODES]), principal: fc.integer({ min: 1, max: 1e6 }),
}).map(({ isRecord, rate, collateral, asset, codes, principal }) => isRecord ? {
  record: asset
    ? { record_kind: "distressed_asset", distressed_value: principal,
      ...(rate ? { recovery_rate_pct: 5 } : {}) }
    : { record_kind: "instrument", principal, ...(rate ? { interest_rate_pct: 4 } : {}),
      ...(collateral ? { collateral_value: 7 } : {}) },
  problems: codes.map(problem),
} : rejected);
const tape = fc.array(row, { maxLength: 40 });

function reportOf(rows: readonly Row[]): QualityReport {
  const quality = createQualityCollector();
  rows.forEach(({ record, problems }, at) => quality.add(record, problems, at + 1));
  return quality.finish();
}
const scoreOf = (rows: readonly Row[]): number => reportOf(rows).score;

describe("the score", () => {
  it("never rises by a row that is left out", () => {
    fc.assert(fc.property(tape, (rows) => {
      expect(scoreOf([...rows, rejected])).toBeLessThanOrEqual(scoreOf(rows));
    }));
  });
  it("never rises when a row gets a problem, loses a value or is left out", () => {
    const code = fc.constantFrom(...CODES);
    fc.assert(fc.property(tape, row, tape, code, (before, one, after, added) => {
      const score = scoreOf([...before, one, ...after]);
      const worse: Row[] = [rejected, { ...one, problems: [...one.problems, problem(added)] }];
      if (one.record?.record_kind === "instrument") {
        worse.push({ ...one, record: { record_kind: "instrument", principal: one.record.principal } });
      }
      for (const other of worse) {
        if (one.record === null && other.record === null) continue;
        expect(scoreOf([...before, other, ...after])).toBeLessThanOrEqual(score);
      }
    }));
  });
  it("is the same in any order, and from 0 to 100", () => {
    fc.assert(fc.property(tape.chain((rows) => fc.tuple(fc.constant(rows),
      fc.shuffledSubarray(rows, { minLength: rows.length, maxLength: rows.length }))),
    ([rows, shuffled]) => {
      const { score, components, problem_counts, problem_rows } = reportOf(rows);
      expect(reportOf(shuffled)).toMatchObject(
        { score, components, problem_counts, problem_rows });
      expect(score).toBeGreaterThanOrEqual(0);
      expect(score).toBeLessThanOrEqual(100);
    }));
  });
  it("counts a broken reference as it counts a broken rule", () => {
    const clean: Row = { record: { record_kind: "distressed_asset", distressed_value: 1,
      recovery_rate_pct: 1 }, problems: [] };
    const quality = createQualityCollector();
    for (let at = 0; at < 4; at += 1) quality.add(clean.record, [], at + 1);
    quality.addBroken("r", 1);
    expect(quality.finish()).toMatchObject({ score: scoreOf([clean, clean, clean,
      { ...clean, problems: [problem("RULE_BROKEN")] }]), problem_rows: 1,
    rule_counts: { r: 1 }, problem_counts: { REFERENCE_UNKNOWN: 1 } });
  });
});

describe("a tolerance", () => {
  const loan = (collateral: boolean, codes: ProblemCode[] = []): Row => ({
    record: { record_kind: "instrument", principal: 100,
      ...(collateral ? { collateral_value: 1 } : {}) }, problems: codes.map(problem) });
  const report = reportOf(
    [loan(true), loan(true), loan(false, ["NEGATIVE_RATE"]), rejected]);

  it.each<[Tolerances, number, boolean]>([
    [{ max_rejected_pct: 25 }, 25, false], [{ max_rejected_pct: 24.99 }, 25, true],
    [{ max_problem_pct: 50 }, 50, false], [{ max_problem_pct: 49 }, 50, true],
    [{ min_score: report.score }, report.score, false],
    [{ min_score: report.score + 0.1 }, report.score, true],
    [{ max_missing_pct: { collateral_value: 33.3333 } }, 33.3333, false],
    [{ max_missing_pct: { collateral_value: 33 } }, 33.3333, true],
    [{ max_missing_pct: { pd: 99 } }, 100, true],
    [{ max_missing_pct: { distressed_value: 0 } }, 0, false],
  ])("%j against %d", (tolerances, measured, exceeded) => {
    const checks = checkTolerances(report, tolerances, {}, 0);
    expect(checks).toMatchObject([{ measured, exceeded }]);
    expect(toleranceInWords(checks[0] ?? expect.fail())).toContain(String(measured));
  });

  it("holds control totals against rows and principal", () => {
    const check = (control: { rows?: number; principal?: number }) =>
      checkTolerances(report, {}, control, 300.004).map(({ exceeded }) => exceeded);
    expect(check({ rows: 4, principal: 300 })).toEqual([false, false]);
    expect(check({ rows: 3, principal: 300.02 })).toEqual([true, true]);
    expect(check({})).toEqual([]);
  });
});
