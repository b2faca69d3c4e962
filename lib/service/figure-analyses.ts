import type { BodyOf, ResponseOf } from "@/lib/contract/operations";
import {
  irbCapital, irbTotals, projectBorrower, valueAtRisk, type IrbCapital, type SeriesError,
} from "@/lib/risk";
import { AppError } from "./app-error";

const refused = (path: string, message: string): AppError =>
  new AppError("REQUEST_BODY_INVALID", { message: `${path}: ${message}`,
    errors: [{ path, message }] });

/** Basel IRB capital (MODEL.md section 7). */
export function analyseIrb({ exposures }: BodyOf<"analyseIrb">): ResponseOf<"analyseIrb"> {
  const capital: IrbCapital[] = exposures.map((exposure, index) => {
    const found = irbCapital(exposure);
    if (found.ok) return found.value;
    throw refused(`exposures.${index}.pd`, `${found.error.pd} is too small for the maturity term, `
      + "which has no value below about 0.000003; give a pd_floor such as 0.0005");
  });
  return { exposures: capital, totals: irbTotals(exposures, capital) };
}

/** A borrower's months under stress (section 11). */
export const analyseProjection = (
  { statements, debt_schedule: debts, assumptions, start, horizon_months: months }:
    BodyOf<"analyseProjection">,
): ResponseOf<"analyseProjection"> =>
  projectBorrower(statements, debts, assumptions, start, months);

const SERIES_FAULTS: { [C in SeriesError["code"]]: { member: string; message: string } } = {
  SERIES_EMPTY: { member: "", message: "at least one day" },
  DATE_NOT_AFTER_LAST: { member: ".date", message: "a day after the one before it; sort by date "
    + "and give each day once" },
  VALUE_NOT_POSITIVE: { member: ".value", message: "a value above 0: returns are relative to it" },
};

/** Guards and empirical value at risk of a series (section 10). */
export function analyseValueAtRisk(
  body: BodyOf<"analyseValueAtRisk">,
): ResponseOf<"analyseValueAtRisk"> {
  const found = valueAtRisk(body.series, { limits: body.limits, asOf: body.as_of,
    freshnessDays: body.freshness_days });
  if (found.ok) return found.value;
  const { member, message } = SERIES_FAULTS[found.error.code];
  throw refused(`series.${found.error.index}${member}`, message);
}
