import type { RecordField } from "../kernel/record";
import type { QualityReport } from "./quality";

/** What a dataset tolerates of a tape: shares in per cent, the score in points of 100. */
export type Tolerances = {
  max_rejected_pct?: number | undefined;
  /** Rows that are left out or have a warning. */
  max_problem_pct?: number | undefined;
  min_score?: number | undefined;
  /** Records without the field, of those of the kinds that have it. */
  max_missing_pct?: Partial<Record<RecordField, number>> | undefined;
};

/** What the sender says is in the tape: rows, and principal in base currency. */
export type ControlTotals = { rows?: number | undefined; principal?: number | undefined };

export const TOLERANCE_NAMES = ["max_rejected_pct", "max_problem_pct", "min_score",
  "max_missing_pct", "expected_rows", "expected_principal"] as const;

/** One tolerance against what was measured; `field` is set for missing values of a column. */
export type ToleranceCheck = {
  name: (typeof TOLERANCE_NAMES)[number];
  field: RecordField | null;
  limit: number;
  measured: number;
  exceeded: boolean;
};

/** Half a cent: sums that differ by less are the same amount. */
const SAME_AMOUNT = 0.005;

/** Every tolerance that was set and every control total that was given, in a fixed order. */
export function checkTolerances(
  report: QualityReport, tolerances: Tolerances, control: ControlTotals, principal: number,
): ToleranceCheck[] {
  const share = (rows: number) => report.rows === 0 ? 0 : round(100 * rows / report.rows);
  const checks: ToleranceCheck[] = [];
  const check = (
    name: ToleranceCheck["name"], limit: number | undefined, measured: number,
    exceeded: (limit: number) => boolean, field: RecordField | null = null,
  ) => {
    if (limit !== undefined) {
      checks.push({ name, field, limit, measured, exceeded: exceeded(limit) });
    }
  };
  const atMost = (measured: number) => (limit: number) => measured > limit;
  const rejected = share(report.rejected);
  check("max_rejected_pct", tolerances.max_rejected_pct, rejected, atMost(rejected));
  const problems = share(report.problem_rows);
  check("max_problem_pct", tolerances.max_problem_pct, problems, atMost(problems));
  check("min_score", tolerances.min_score, report.score, (limit) => report.score < limit);
  for (const { field, present, expected } of report.columns) {
    const missing = expected === 0 ? 0 : round(100 * (expected - present) / expected);
    check("max_missing_pct", tolerances.max_missing_pct?.[field], missing, atMost(missing), field);
  }
  check("expected_rows", control.rows, report.rows, (limit) => report.rows !== limit);
  check("expected_principal", control.principal, principal,
    (limit) => Math.abs(principal - limit) > SAME_AMOUNT);
  return checks;
}

/** Shares are compared as they are shown: to 1/10,000 of a per cent. */
const round = (pct: number): number => Math.round(pct * 1e4) / 1e4;

/** "rows left out are 12.5 %, at most 5 % are tolerated" */
export function toleranceInWords({ name, field, limit, measured }: ToleranceCheck): string {
  switch (name) {
    case "max_rejected_pct":
      return `rows left out are ${measured} % of the rows, at most ${limit} % are tolerated`;
    case "max_problem_pct":
      return `rows with a problem are ${measured} % of the rows, at most ${limit} % are tolerated`;
    case "min_score": return `the quality score is ${measured}, at least ${limit} is asked for`;
    case "max_missing_pct":
      return `${field} is missing in ${measured} % of the records, at most ${limit} % are tolerated`;
    case "expected_rows": return `the tape has ${measured} rows, ${limit} were expected`;
    case "expected_principal":
      return `the principal adds up to ${measured}, ${limit} was expected`;
  }
}
