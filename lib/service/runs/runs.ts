import type { BodyOf, QueryOf, ResponseOf } from "@/lib/contract/operations";
import { isUuid } from "@/lib/kernel/ids";
import { assert } from "@/lib/kernel/assert";
import { orderedSegmentShocks, type RunParameters } from "@/lib/risk";
import { AppError } from "../platform/app-error";
import { findDataset, findVersion } from "../datasets/datasets";
import { prisma, type Prisma } from "../db/database";
import { afterCursor, pageOf } from "../platform/paging";
import { planRun, RUN_GROUP, type RunBody } from "../stress/run-plan";
import { sealedVersion } from "../datasets/sealed-versions";
import { nettedFor } from "../stress/segmented-versions";
import { signOffOf } from "./sign-off-form";

const WITH_VERSION = { version: { include: { dataset: true } } } as const;
const LISTED = { ...WITH_VERSION, signOff: true } as const;
type RunRow = Prisma.RunGetPayload<{ include: typeof WITH_VERSION }>;
type Detail = ResponseOf<"getRun">;
type Summary = ResponseOf<"listRuns">["items"][number];

const startedAtOf = (row: RunRow): string => row.startedAt.toISOString().replace(".000Z", "Z");

function toSummary(row: Prisma.RunGetPayload<{ include: typeof LISTED }>): Summary {
  const parameters = orderedParameters(row.parameters as RunParameters);
  const summary = row.summary as Partial<Summary> | null;
  return {
    run_id: row.id,
    dataset_version_id: row.datasetVersionId,
    dataset_name: row.version.dataset.name,
    dataset_version_number: row.version.number,
    base_currency: row.version.dataset.baseCurrency,
    started_at: startedAtOf(row),
    recorded_at: row.createdAt.toISOString(),
    recorded_by: row.createdBy,
    scenarios: parameters.stress_scenarios.length,
    findings: row.findingIds.length,
    material_findings: summary?.material_findings ?? null,
    net_exposure_after_recovery: summary?.net_exposure_after_recovery ?? null,
    worst_scenario_id: summary?.worst_scenario_id ?? null,
    worst_loss_estimate: summary?.worst_loss_estimate ?? null,
    sign_off: (row.signOff?.state ?? "none") as Summary["sign_off"],
    parameters,
  };
}

/** jsonb forgets the order of members; the contract fixes it. */
export const orderedParameters = (stored: RunParameters): RunParameters => ({
  net_exposure_materiality_threshold_pct: stored.net_exposure_materiality_threshold_pct,
  stress_loss_materiality_threshold_pct: stored.stress_loss_materiality_threshold_pct,
  netting: stored.netting,
  include_default_scenarios: stored.include_default_scenarios,
  stress_scenarios: stored.stress_scenarios.map((scenario) => ({
    scenario_id: scenario.scenario_id,
    description: scenario.description,
    interest_rate_delta_pct: scenario.interest_rate_delta_pct,
    collateral_market_impact_pct: scenario.collateral_market_impact_pct,
    recovery_degradation_pct: scenario.recovery_degradation_pct,
    default_risk_increment_pct: scenario.default_risk_increment_pct,
    ...(scenario.segment_shocks
      && { segment_shocks: orderedSegmentShocks(scenario.segment_shocks) }),
  })),
  ...(stored.group_by && { group_by: stored.group_by }),
});

export async function listRuns(query: QueryOf<"listRuns">): Promise<ResponseOf<"listRuns">> {
  if (query.dataset_version_id !== undefined) await findVersion(query.dataset_version_id);
  if (query.dataset_id !== undefined) await findDataset(query.dataset_id);
  const rows = await prisma().run.findMany({
    where: {
      ...(query.dataset_version_id ? { datasetVersionId: query.dataset_version_id } : {}),
      ...(query.dataset_id ? { version: { datasetId: query.dataset_id } } : {}),
      ...(query.sign_off === undefined ? {}
        : { signOff: query.sign_off === "none" ? null : { state: query.sign_off } }),
      ...afterCursor(query.cursor),
    },
    include: LISTED, orderBy: [{ createdAt: "desc" }, { id: "desc" }],
    take: query.limit + 1,
  });
  return pageOf(rows, query.limit, toSummary);
}

/** @throws AppError RUN_NOT_FOUND, or DATASET_VERSION_ERASED */
export async function findRun(runId: string): Promise<RunRow> {
  const row = isUuid(runId)
    ? await prisma().run.findUnique({ where: { id: runId }, include: WITH_VERSION }) : null;
  if (!row) throw new AppError("RUN_NOT_FOUND");
  if (row.version.status === "erased") {
    throw new AppError("DATASET_VERSION_ERASED",
      { message: "The run's dataset version was erased; ids and hashes remain." });
  }
  return row;
}

/**
 * A run's result as its evidence holds it: figures and findings come from the stored payloads,
 * the frame around them (warnings, assumptions) from the sealed version.
 */
async function recordedBody(row: RunRow): Promise<RunBody> {
  const parameters = orderedParameters(row.parameters as RunParameters);
  const sealed = await sealedVersion(row.datasetVersionId);
  const frame = planRun(sealed, await nettedFor(sealed, parameters.netting,
    parameters.stress_scenarios), startedAtOf(row), parameters, [], []);
  const [evidence, findings] = await Promise.all([
    prisma().evidenceRecord.findMany({ where: { id: { in: row.evidenceIds } } }),
    prisma().findingRecord.findMany({ where: { id: { in: row.findingIds } } }),
  ]);
  const payloads = new Map([...evidence, ...findings].map((record) => [record.id, record.payload]));
  const stored = <T extends object>(id: string | undefined, shape: T): T =>
    inOrderOf(shape, payloads.get(id ?? "") as Record<string, unknown> | undefined);
  const body = frame.body;
  return {
    ...body,
    ...(parameters.group_by && { group_evidence: groupEvidence(parameters, row, payloads) }),
    material_findings: body.material_findings.map((finding) => stored(finding.id, finding)),
    report: {
      ...body.report,
      debt_exposure: stored(row.exposureEvidenceId, body.report.debt_exposure),
      stress_tests: body.report.stress_tests.map((stress) =>
        stored(body.stress_test_evidence_ids[stress.scenario_id], stress)),
    },
  };
}

/** The groups of a run, as their evidence, which comes after that of the figures, names them. */
function groupEvidence(
  { group_by: groupBy = [], stress_scenarios: scenarios }: RunParameters, row: RunRow,
  payloads: ReadonlyMap<string, unknown>,
): NonNullable<RunBody["group_evidence"]> {
  return row.evidenceIds.slice(1 + scenarios.length).flatMap((id) => {
    const { analysis, request } = payloads.get(id) as {
      analysis: string; request: { key: Record<string, string | null> } };
    return analysis !== RUN_GROUP ? [] : [{ key: Object.fromEntries(groupBy.map((dimension) =>
      [dimension, request.key[dimension] ?? null])), evidence_id: id }];
  });
}

/** The members of `shape`, in its order, with the values that are stored. */
function inOrderOf<T extends object>(shape: T, stored: Record<string, unknown> | undefined): T {
  assert(stored, "a recorded run has its evidence");
  return Object.fromEntries(
    Object.keys(shape).map((member) => [member, stored[member]])) as T;
}

/** A run as it was recorded, with who recorded it and on what. */
export async function getRun(runId: string): Promise<Detail> {
  const row = await findRun(runId);
  const [body, steps] = await Promise.all([recordedBody(row),
    prisma().runSignOffStep.findMany({ where: { runId: row.id }, orderBy: { number: "asc" } })]);
  return {
    ...body,
    recorded_at: row.createdAt.toISOString(),
    recorded_by: row.createdBy,
    engine_id: row.engineId,
    engine_version: row.engineVersion,
    dataset_name: row.version.dataset.name,
    dataset_version_number: row.version.number,
    base_currency: row.version.dataset.baseCurrency,
    as_of: row.version.asOf?.toISOString().slice(0, 10) ?? null,
    content_hash: row.version.contentHash,
    sign_off: signOffOf(steps),
  };
}

/** The report of a run; `aggregated` leaves out scenarios' details, `granular` adds evidence. */
export async function engineReport(
  body: BodyOf<"engineReport">,
): Promise<ResponseOf<"engineReport">> {
  const version = await findVersion(body.dataset_version_id);
  const row = await findRun(body.run_id);
  if (row.datasetVersionId !== version.id) throw new AppError("RUN_NOT_FOUND");
  const recorded = await recordedBody(row);
  const type = body.parameters?.report_type ?? "standard";
  const { metadata, debt_exposure, stress_tests, assumptions } = recorded.report;
  const stress = type === "aggregated"
    ? stress_tests.map((test) => ({ scenario_id: test.scenario_id,
        net_exposure_after_recovery: test.net_exposure_after_recovery,
        loss_estimate: test.loss_estimate, impact_score: test.impact_score }))
    : type === "granular" ? stress_tests.map((test) => ({ ...test,
        evidence_id: recorded.stress_test_evidence_ids[test.scenario_id],
        findings: recorded.material_findings.filter((finding) =>
          finding.scenario_id === test.scenario_id) }))
      : stress_tests;
  return {
    report_type: type, dataset_version_id: row.datasetVersionId, run_id: row.id,
    generated_at: startedAtOf(row),
    sections: { metadata, debt_exposure, stress_tests: stress, assumptions },
  };
}
