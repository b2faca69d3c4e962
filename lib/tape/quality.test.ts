import { describe, expect, it } from "vitest";
import type { RecordField } from "../kernel/record";
import { createDuplicateCheck } from "./duplicates";
import { rowProblem } from "./problem";
import { createQualityCollector, type ColumnQuality, type QualityReport } from "./quality";

const column = (report: QualityReport, field: RecordField): ColumnQuality | undefined =>
  report.columns.find((candidate) => candidate.field === field);

describe("createQualityCollector", () => {
  it("counts rows, codes and columns", () => {
    const quality = createQualityCollector();
    quality.add({ record_kind: "instrument", principal: 10, interest_rate_pct: 4, region: "A",
      maturity_date: "2030-01-01" }, [], 2);
    quality.add({ record_kind: "instrument", principal: 0, collateral_value: 5, region: "A",
      maturity_date: "2029-01-01" }, [rowProblem("PRINCIPAL_NOT_POSITIVE", 3, null, null, "m")], 3);
    quality.add({ record_kind: "distressed_asset", distressed_value: 7 }, [], 4);
    quality.add(null, [rowProblem("AMOUNT_UNREADABLE", 5, null, null, "m")], 5);
    const report = quality.finish();
    expect(report).toMatchObject({ rows: 4, normalized: 3, rejected: 1,
      problem_counts: { PRINCIPAL_NOT_POSITIVE: 1, AMOUNT_UNREADABLE: 1 } });
    expect(column(report, "principal")).toEqual({ field: "principal", present: 2, expected: 2,
      completeness_pct: 100, min: 0, max: 10, mean: 5, standard_deviation: 5, outliers: 0,
      distinct: 2, distinct_estimated: false });
    expect(column(report, "interest_rate_pct")).toMatchObject({ completeness_pct: 50, distinct: 1 });
    expect(column(report, "region")).toMatchObject(
      { present: 2, expected: 3, distinct: 1, min: null, mean: null });
    expect(column(report, "maturity_date")).toMatchObject(
      { min: "2029-01-01", max: "2030-01-01", mean: null });
    expect(column(report, "recovery_rate_pct")).toMatchObject({ expected: 1, completeness_pct: 0 });
    expect(report.components).toEqual({ accepted: 0.75, completeness: (0.5 + 0.5) / 4,
      validity: 0.5, uniqueness: 0.75, consistency: 0.75 });
    expect(report.score).toBe(30 * 0.25 + 40 * 0.5 + 15 * 0.75 + 15 * 0.75);
  });

  it("scores 100 for a clean tape and 0 for one without records", () => {
    const clean = createQualityCollector();
    expect(clean.finish().score).toBe(0);
    clean.add({ record_kind: "instrument", principal: 1, interest_rate_pct: 0,
      collateral_value: 0 }, [], 1);
    expect(clean.finish().score).toBe(100);
  });

  it("counts distinct values exactly up to 1,000, and nearly beyond", () => {
    const quality = createQualityCollector();
    for (let at = 0; at < 2000; at++) {
      quality.add({ record_kind: "instrument", principal: at % 1000 + 1,
        obligor_id: `a-rather-long-obligor-${at % 1000}`, instrument_id: `i${at}` }, [], at + 1);
    }
    const report = quality.finish();
    expect(column(report, "principal")?.distinct).toBe(1000);
    expect(column(report, "obligor_id")?.distinct).toBe(1000);
    const ids = column(report, "instrument_id");
    expect(ids?.distinct_estimated).toBe(true);
    expect(Math.abs((ids?.distinct ?? 0) / 2000 - 1)).toBeLessThan(0.08);
  });

  it("counts a portfolio's items as records of their kind", () => {
    const quality = createQualityCollector();
    quality.add({ record_kind: "portfolio", distressed_assets: [{ value: 5 }],
      financial: { debt: { instruments: [{ principal: 3 }, { principal: 4 }] } } }, [], 1);
    expect(column(quality.finish(), "principal")).toMatchObject({ present: 2, expected: 2 });
    expect(column(quality.finish(), "distressed_value")).toMatchObject({ present: 1, max: 5 });
  });
});

describe("createDuplicateCheck", () => {
  it("finds each repeated id, and only those", () => {
    const duplicates = createDuplicateCheck();
    for (let row = 1; row <= 50_000; row++) expect(duplicates.check(`L${row}`, row)).toBeNull();
    expect(duplicates.check(undefined, 1)).toBeNull();
    expect(duplicates.check("L777", 60_000, "Loan")).toMatchObject({
      code: "DUPLICATE_KEY", severity: "warning", row: 60_000, column: "Loan", value: "L777",
      message: "Loan 'L777' stood already in row 777",
    });
  });
});
