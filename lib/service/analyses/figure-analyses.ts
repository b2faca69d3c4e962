import type { z } from "zod";
import { figureOperations } from "@/lib/contract/analysis-figures";
import type { BodyOf, ResponseOf } from "@/lib/contract/operations";
import type { Json } from "@/lib/kernel/canonical";
import {
  irbCapital, irbTotals, projectBorrower, valueAtRisk, type IrbCapital, type SeriesError,
} from "@/lib/risk";
import { kept } from "./analyses";
import { refuseKeeping } from "./analysis-records";
import { AppError } from "../platform/app-error";
import type { Context } from "../platform/caller";
import { sealedVersion } from "../datasets/sealed-versions";

/** What a request says beside the figures themselves. */
type KeptWith = "dataset_version_id" | "persist";
type Figures<N extends "analyseIrb" | "analyseProjection" | "analyseValueAtRisk"> =
  Omit<BodyOf<N>, KeptWith>;

const refused = (path: string, message: string): AppError =>
  new AppError("REQUEST_BODY_INVALID", { message: `${path}: ${message}`,
    errors: [{ path, message }] });

function irbOf({ exposures }: Figures<"analyseIrb">): ResponseOf<"analyseIrb"> {
  const capital: IrbCapital[] = exposures.map((exposure, index) => {
    const found = irbCapital(exposure);
    if (found.ok) return found.value;
    throw refused(`exposures.${index}.pd`, `${found.error.pd} is too small for the maturity term, `
      + "which has no value below about 0.000003; give a pd_floor such as 0.0005");
  });
  return { exposures: capital, totals: irbTotals(exposures, capital) };
}

const projectionOf = (
  { statements, debt_schedule: debts, assumptions, start, horizon_months: months }:
    Figures<"analyseProjection">,
): ResponseOf<"analyseProjection"> =>
  projectBorrower(statements, debts, assumptions, start, months);

const SERIES_FAULTS: { [C in SeriesError["code"]]: { member: string; message: string } } = {
  SERIES_EMPTY: { member: "", message: "at least one day" },
  DATE_NOT_AFTER_LAST: { member: ".date", message: "a day after the one before it; sort by date "
    + "and give each day once" },
  VALUE_NOT_POSITIVE: { member: ".value", message: "a value above 0: returns are relative to it" },
};

function valueAtRiskOf(
  { series, limits, as_of: asOf, freshness_days: freshnessDays }: Figures<"analyseValueAtRisk">,
): ResponseOf<"analyseValueAtRisk"> {
  const found = valueAtRisk(series, { limits, asOf, freshnessDays });
  if (found.ok) return found.value;
  const { member, message } = SERIES_FAULTS[found.error.code];
  throw refused(`series.${found.error.index}${member}`, message);
}

/** Analyses that rest on nothing but their request, by the name they are kept under. */
const FIGURES = {
  irb: irbOf, projection: projectionOf, "value-at-risk": valueAtRiskOf,
} satisfies { [name: string]: (request: never) => object };
type FigureAnalysis = keyof typeof FIGURES;

const REQUESTS: { [A in FigureAnalysis]: z.ZodType } = {
  irb: figureOperations.analyseIrb.body, projection: figureOperations.analyseProjection.body,
  "value-at-risk": figureOperations.analyseValueAtRisk.body,
};

/**
 * What a kept request of this name gives now; null for other analyses, and for what is no request
 * any more.
 * @throws AppError REQUEST_BODY_INVALID for a request that has no answer
 */
export function figuresOf(analysis: string, request: unknown): object | null {
  if (!Object.hasOwn(FIGURES, analysis)) return null;
  const name = analysis as FigureAnalysis;
  return REQUESTS[name].safeParse(request).success ? FIGURES[name](request as never) : null;
}

/** Computes first, so that nothing is kept of a request without an answer. */
async function answered<B extends BodyOf<"analyseIrb" | "analyseProjection" | "analyseValueAtRisk">,
  R extends object>(
  context: Context, name: FigureAnalysis, body: B, compute: (request: Omit<B, KeptWith>) => R,
): Promise<R & { evidence_id?: string }> {
  const { dataset_version_id: versionId, persist, ...request } = body;
  if (persist) refuseKeeping();
  const sealed = versionId === undefined ? null : await sealedVersion(versionId);
  return kept(context, { persist }, sealed, name, request as unknown as Json, compute(request));
}

/** Basel IRB capital (MODEL.md section 7). */
export const analyseIrb = (
  context: Context, body: BodyOf<"analyseIrb">,
): Promise<ResponseOf<"analyseIrb">> => answered(context, "irb", body, irbOf);

/** A borrower's months under stress (section 11). */
export const analyseProjection = (
  context: Context, body: BodyOf<"analyseProjection">,
): Promise<ResponseOf<"analyseProjection">> => answered(context, "projection", body, projectionOf);

/** Guards and empirical value at risk of a series (section 10). */
export const analyseValueAtRisk = (
  context: Context, body: BodyOf<"analyseValueAtRisk">,
): Promise<ResponseOf<"analyseValueAtRisk">> =>
  answered(context, "value-at-risk", body, valueAtRiskOf);
