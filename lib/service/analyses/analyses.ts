import type { BodyOf, ResponseOf } from "@/lib/contract/operations";
import { assert } from "@/lib/kernel/assert";
import type { Json } from "@/lib/kernel/canonical";
import { amountUnits, rateUnits } from "@/lib/kernel/exact";
import {
  canonicalParameters, concentration, exposureOf, LISTED_HOLDINGS, netByPortfolio,
  type Concentration,
  type DebtExposure, type Netting, type Scenario,
} from "@/lib/risk";
import { keepAnalysis, refuseKeeping } from "./analysis-records";
import { AppError } from "../platform/app-error";
import type { Context } from "../platform/caller";
import { outstandingBy } from "../db/analysis-query";
import { nettedVersion } from "../stress/netted-versions";
import {
  analyseScenario, type RequestOf, type ResultOf, type ScenarioAnalysis,
} from "../calculation/scenario-analyses";
import { sealedVersion, type SealedVersion } from "../datasets/sealed-versions";
import { segmentWarnings, type SegmentWarning } from "../stress/segment-warnings";
import { runOnThreads } from "../calculation/threads";
import { columnsOf } from "../datasets/version-columns";

type Stressed = Omit<BodyOf<"analyseAttribution">, "persist">;

/** Why a scenario loses (MODEL.md section 5). */
export const analyseAttribution = (
  context: Context, body: BodyOf<"analyseAttribution">, signal?: AbortSignal,
): Promise<ResponseOf<"analyseAttribution">> =>
  stressed(context, body, "attribution", {}, signal);

/** What each shock does alone, and two of them over a grid (section 6). */
export const analyseSensitivity = (
  context: Context, body: BodyOf<"analyseSensitivity">, signal?: AbortSignal,
): Promise<ResponseOf<"analyseSensitivity">> =>
  stressed(context, body, "sensitivity", body.grid ? { grid: body.grid } : {}, signal);

/** How far a scenario must go (section 6). */
export const analyseReverseStress = (
  context: Context, body: BodyOf<"analyseReverseStress">, signal?: AbortSignal,
): Promise<ResponseOf<"analyseReverseStress">> => stressed(context, body, "reverse-stress",
  { target: body.target, ...(body.frontier ? { frontier: body.frontier } : {}) }, signal);

/** What analyses of a scenario share: source, canonical request, and what is kept. */
async function stressed<N extends ScenarioAnalysis>(
  context: Context, body: Stressed & { persist?: boolean | undefined }, name: N,
  own: Omit<RequestOf<N>, "scenario">, signal: AbortSignal | undefined,
): Promise<ResultOf<N> & { evidence_id?: string; warnings?: SegmentWarning[] }> {
  if (body.persist) refuseKeeping();
  const request = { scenario: scenarioOf(body.scenario, body.dataset_version_id === undefined),
    netting: body.netting, ...own };
  const sealed = body.dataset_version_id === undefined ? null
    : await sealedVersion(body.dataset_version_id);
  if (!sealed && body.netting === "instrument") {
    throw new AppError("REQUEST_BODY_INVALID", { message:
      "netting is \"instrument\": an exposure given in place of a version is netted as a portfolio",
    errors: [{ path: "netting", message: "an inline exposure is netted as a portfolio" }] });
  }
  const { netting, ...asked } = request;
  const result = sealed
    ? await versionAnalysis(sealed, name, { netting, ...asked } as Kept<N>, signal)
    : analyseScenario(netByPortfolio(inlineExposure(body.exposure)), name, asked as RequestOf<N>);
  const answer = await kept(context, body, sealed, name, request as Json, result);
  // Beside what is kept: how a segment was misspelt is no part of the evidence.
  return sealed && request.scenario.segment_shocks ? { ...answer, warnings: await segmentWarnings(
    sealed.datasetVersionId, request.scenario, netting, signal) } : answer;
}

/** A request as it is kept: with the netting that the version is under. */
export type Kept<N extends ScenarioAnalysis> = RequestOf<N> & { netting: Netting };

/**
 * An analysis of a sealed version: on its totals, or, where the scenario shocks segments, in a
 * thread on its columns.
 */
export async function versionAnalysis<N extends ScenarioAnalysis>(
  sealed: SealedVersion, name: N, { netting, ...request }: Kept<N>, signal?: AbortSignal,
): Promise<ResultOf<N>> {
  const asked = request as unknown as RequestOf<N>;
  if (!asked.scenario.segment_shocks) {
    return analyseScenario(await nettedVersion(sealed, netting), name, asked);
  }
  const { buffer, sha256 } = await columnsOf(sealed.datasetVersionId);
  const [result] = await runOnThreads(
    "scenarioAnalysis", [{ shared: { buffer, sha256 }, netting, name, request: asked }], { signal });
  return result as ResultOf<N>;
}

/** The result, with the id of what was kept of it. */
export async function kept<R extends object>(
  context: Context, body: { persist?: boolean | undefined }, sealed: SealedVersion | null,
  name: string, request: Json, result: R,
): Promise<R & { evidence_id?: string }> {
  if (!body.persist || !sealed) return result;
  return { ...result, evidence_id: await keepAnalysis(
    context, sealed, name, request, result as unknown as Json) };
}

/**
 * A scenario as a run would take it.
 * @throws AppError PARAMETERS_INVALID with each problem's path below `scenario`
 */
function scenarioOf(given: Record<string, unknown>, isInline: boolean): Scenario {
  const checked = canonicalParameters({ include_default_scenarios: false,
    stress_scenarios: [{ scenario_id: "scenario", ...given }] });
  if (!checked.ok) {
    const own = (text: string): string =>
      text.replaceAll("parameters.stress_scenarios[0]", "scenario");
    const errors = checked.error.map(({ path, message }) =>
      ({ path: own(path), message: own(message) }));
    throw new AppError("PARAMETERS_INVALID", { message: errors[0]?.message ?? "", errors });
  }
  const scenario = checked.value.stress_scenarios[0];
  assert(scenario, "one scenario was given");
  if (scenario.segment_shocks && isInline) {
    throw invalid("scenario.segment_shocks", "segments are a version's: give a dataset_version_id");
  }
  return scenario;
}

/** @throws AppError as a value, for a fault that the schema cannot see. */
export const invalid = (path: string, message: string): AppError =>
  new AppError("PARAMETERS_INVALID", { message: `${path}: ${message}`,
    errors: [{ path, message }] });

function inlineExposure(given: BodyOf<"analyseAttribution">["exposure"]): DebtExposure {
  assert(given, "the schema wants a version or an exposure");
  const units = (amount: number): bigint => {
    const read = amountUnits(amount);
    assert(read.ok, "the schema bounds amounts");
    return read.value;
  };
  const rate = rateUnits(given.interest_rate_pct);
  assert(rate.ok, "the schema bounds rates");
  const outstanding = units(given.total_outstanding);
  return exposureOf({
    outstanding, outstandingTimesRate: outstanding * rate.value,
    collateral: units(given.collateral_value), assets: units(given.assets_value),
    distressedValue: units(given.distressed_asset_value),
    // A recovery is value times per cent: 1/10,000 units times 1/1,000,000 of 1/100.
    distressedValueTimesRecovery: units(given.distressed_asset_recovery) * 100_000_000n,
    distressedCount: given.distressed_asset_value > 0 ? 1 : 0,
  });
}

/** Amounts that take longer to look through than a request may hold up the others. */
const THREAD_FROM = 20_000;

type Holdings = ResponseOf<"analyseConcentration">;

/** Concentration by any column of a version, or of plain values (section 8). */
export async function analyseConcentration(
  context: Context, body: BodyOf<"analyseConcentration">,
): Promise<Holdings> {
  if (body.values) {
    return withReason(concentration(body.values), ({ index, value, share }) =>
      ({ index, value, share }));
  }
  if (body.persist) refuseKeeping();
  const sealed = await sealedVersion(body.dataset_version_id ?? "");
  const request = { by: body.by };
  return kept(context, body, sealed, "concentration", request,
    await concentrationOf(sealed.datasetVersionId, request));
}

export async function concentrationOf(
  versionId: string, { by }: Pick<BodyOf<"analyseConcentration">, "by">,
): Promise<Holdings> {
  // They come by size, so that the largest and whatever is flagged are the first of them.
  const { amounts, names, nameless } = await outstandingBy(versionId, by, LISTED_HOLDINGS);
  const missing = amounts[nameless] ?? 0;
  const found = amounts.length < THREAD_FROM ? concentration(amounts)
    : (await runOnThreads("concentration", [{ values: amounts }]))[0] as Concentration;
  return {
    ...withReason(found, ({ index, value, share }) =>
      ({ key: names[index] ?? null, value, share })),
    missing: { value: missing, share: found.total > 0 ? missing / found.total : null },
  };
}

type Listed = Holdings["flagged"][number];

function withReason(
  found: Concentration, listed: (holding: Concentration["flagged"][number]) => Listed,
): Holdings {
  return { ...found, flagged: found.flagged.map(listed), largest: found.largest.map(listed),
    reason: found.total > 0 ? null : "There is no amount over 0." };
}
