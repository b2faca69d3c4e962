import type { BodyOf, ResponseOf } from "@/lib/contract/operations";
import { assert } from "@/lib/kernel/assert";
import type { Json } from "@/lib/kernel/canonical";
import { amountFromUnits, amountUnits, rateUnits } from "@/lib/kernel/exact";
import {
  attributeLoss, breakEvenFrontier, canonicalParameters, concentration, exposureOf, lossGrid,
  netByPortfolio, reverseStress, tornado, type Concentration, type DebtExposure, type Netted,
  type Netting, type Scenario,
} from "@/lib/risk";
import { keepAnalysis, refuseKeeping } from "./analysis-records";
import { AppError } from "./app-error";
import type { Context } from "./caller";
import { outstandingBy } from "./db/analysis-query";
import { nettedVersion } from "./netted-versions";
import { sealedVersion, type SealedVersion } from "./sealed-versions";

type Stressed = Omit<BodyOf<"analyseAttribution">, "persist">;

/** A request in its canonical form: defaults filled in, the version beside it. */
export type Canonical<B> = Omit<B, "dataset_version_id" | "exposure" | "persist" | "scenario">
  & { scenario: Scenario };

/** Why a scenario loses (MODEL.md section 5). */
export const analyseAttribution = (
  context: Context, body: BodyOf<"analyseAttribution">,
): Promise<ResponseOf<"analyseAttribution">> =>
  stressed(context, body, "attribution", {}, attributionOf);

export const attributionOf = (netted: Netted, { scenario }: { scenario: Scenario }) =>
  attributeLoss(netted, scenario);

/** What each shock does alone, and two of them over a grid (section 6). */
export const analyseSensitivity = (
  context: Context, body: BodyOf<"analyseSensitivity">,
): Promise<ResponseOf<"analyseSensitivity">> =>
  stressed(context, body, "sensitivity", body.grid ? { grid: body.grid } : {}, sensitivityOf);

type Grid = Pick<BodyOf<"analyseSensitivity">, "grid">;
export function sensitivityOf(netted: Netted, { scenario, grid }: { scenario: Scenario } & Grid) {
  if (!grid) return { tornado: tornado(netted, scenario) };
  const found = lossGrid(netted, scenario, grid.x, grid.y);
  if (!found.ok) throw invalid("grid.y.shock", "another shock than the x axis has");
  return { tornado: tornado(netted, scenario), grid: found.value };
}

/** How far a scenario must go (section 6). */
export const analyseReverseStress = (
  context: Context, body: BodyOf<"analyseReverseStress">,
): Promise<ResponseOf<"analyseReverseStress">> => stressed(context, body, "reverse-stress",
  { target: body.target, ...(body.frontier ? { frontier: body.frontier } : {}) }, reverseStressOf);

type Reverse = Pick<BodyOf<"analyseReverseStress">, "target" | "frontier">;
export function reverseStressOf(
  netted: Netted, { scenario, target, frontier }: { scenario: Scenario } & Reverse,
) {
  const found = reverseStress(netted, scenario, target);
  if (!frontier) return found;
  const points = breakEvenFrontier(netted, scenario, target, frontier.x, frontier.y);
  if (!points.ok) throw invalid("frontier.y.shock", "another shock than the x axis has");
  return { ...found,
    frontier: { x: frontier.x.shock, y: frontier.y.shock, points: points.value } };
}

/** What analyses of a scenario share: source, canonical request, and what is kept. */
async function stressed<E extends object, R extends object>(
  context: Context, body: Stressed & { persist?: boolean | undefined }, name: string, own: E,
  compute: (netted: Netted, request: { scenario: Scenario; netting: Netting } & E) => R,
): Promise<R & { evidence_id?: string }> {
  if (body.persist) refuseKeeping();
  const request = { scenario: scenarioOf(body.scenario), netting: body.netting, ...own };
  const sealed = body.dataset_version_id === undefined ? null
    : await sealedVersion(body.dataset_version_id);
  if (!sealed && body.netting === "instrument") {
    throw new AppError("REQUEST_BODY_INVALID", { message:
      "netting is \"instrument\": an exposure given in place of a version is netted as a portfolio",
    errors: [{ path: "netting", message: "an inline exposure is netted as a portfolio" }] });
  }
  const netted = sealed ? await nettedVersion(sealed, body.netting)
    : netByPortfolio(inlineExposure(body.exposure));
  return kept(context, body, sealed, name, request as Json, compute(netted, request));
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
function scenarioOf(given: Record<string, unknown>): Scenario {
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
  if (scenario.segment_shocks) {
    throw invalid("scenario.segment_shocks", "shocks of segments are not analysed yet");
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
    distressedCount: given.distressed_asset_value > 0 ? 1 : 0, instrumentCount: 1,
  });
}

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
  const groups = await outstandingBy(versionId, by);
  const amounts = Float64Array.from(groups, ({ outstanding }) =>
    amountFromUnits(BigInt(outstanding)));
  const found = concentration(amounts);
  const place = groups.findIndex(({ key }) => key === null);
  const missing = place < 0 ? 0 : amounts[place] as number;
  return {
    ...withReason(found, ({ index, value, share }) =>
      ({ key: groups[index]?.key ?? null, value, share })),
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
