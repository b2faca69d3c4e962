import type { BodyOf, ResponseOf } from "@/lib/contract/operations";
import {
  ENGINE_ID, ENGINE_VERSION, exposureEvidenceId, figureIdentity, type Engine,
} from "@/lib/evidence";
import { assert } from "@/lib/kernel/assert";
import { canonicalJson, type Json } from "@/lib/kernel/canonical";
import { canonicalHash, sha256Hex } from "@/lib/kernel/hash";
import { analysisChecks, keptAnalyses } from "@/lib/portfolio/golden-cases";
import { canonicalParameters, findingsOf, type Netted, type RunParameters } from "@/lib/risk";
import { engineFormulas, type EngineFormulas } from "@/lib/risk/engines";
import {
  MODEL_REGISTER, MODEL_SECTIONS, PROPERTY_TESTS, registerEntry, type RegisterEntry,
} from "@/lib/risk/model-register";
import { validateEngine } from "@/lib/risk/validation";
import { AppError } from "../platform/app-error";
import { writeAudit } from "../audit/audit";
import type { Context } from "../platform/caller";
import { prisma } from "../db/database";
import { nettedBy } from "../stress/netted-versions";
import { planFigure, thresholdOf } from "../stress/run-plan";
import { findRun, orderedParameters } from "../runs/runs";
import { sealedVersion, type SealedVersion } from "../datasets/sealed-versions";
import { hasSegments, withSegments } from "../stress/segmented-versions";

type Rerun = ResponseOf<"rerunEngineVersion">;
type RerunRecord = Rerun["records"][number];

const DIFFERENCES_SHOWN = 50;

const toEntry = ({ version, released, summary, changes }: RegisterEntry) =>
  ({ version, released, summary, changes: [...changes], current: version === ENGINE_VERSION });

/** Every version of the engine, the newest first. */
export const listEngineVersions = (): ResponseOf<"listEngineVersions"> =>
  ({ items: MODEL_REGISTER.map(toEntry).reverse(), next_cursor: null });

function entryOf(version: string): { entry: RegisterEntry; engine: EngineFormulas } {
  const [entry, engine] = [registerEntry(version), engineFormulas(version)];
  if (entry && engine) return { entry, engine };
  const known = MODEL_REGISTER.map((one) => one.version).join(", ");
  throw new AppError("ENGINE_VERSION_NOT_FOUND",
    { message: `There is no engine version "${version}"; the register has ${known}.` });
}

/** One version with its formulas and golden outputs. @throws AppError ENGINE_VERSION_NOT_FOUND */
export function getEngineVersion(version: string): ResponseOf<"getEngineVersion"> {
  const { entry } = entryOf(version);
  return {
    ...toEntry(entry),
    formulas: MODEL_SECTIONS.map(({ section, title, anchor }) =>
      ({ section, title, href: `/docs/model#${anchor}` })),
    golden: entry.golden.cases.map(({ id, title, records, parameters, outputs }) => ({
      id, title, records: [...records], parameters, outputs,
      sha256: { portfolio: canonicalHash(outputs.portfolio),
        instrument: canonicalHash(outputs.instrument) },
    })),
    golden_analyses: keptAnalyses(version).map(({ id, title, section, output }) =>
      ({ id, title, section, output, sha256: canonicalHash(output) })),
    property_tests: [...PROPERTY_TESTS],
  };
}

/** Recomputes everything that a version must do; who asked and what came out is an event. */
export async function validateEngineVersion(
  context: Context, version: string,
): Promise<ResponseOf<"validateEngineVersion">> {
  const { entry, engine } = entryOf(version);
  const checks = [...validateEngine(engine, entry.golden), ...analysisChecks(version)];
  const failed = checks.filter((check) => !check.ok);
  await writeAudit(context, { type: "engine_version.validated", subjectId: version,
    after: { ok: failed.length === 0, checked: checks.length,
      failed: failed.map((check) => check.id) } });
  return { version, ok: failed.length === 0, checked: checks.length, failed: failed.length,
    validated_at: new Date().toISOString(), checks };
}

/**
 * Computes with a version's formulas what a run of any version computed, or what parameters would
 * give, and compares the payloads with the stored ones. Records nothing but that somebody asked.
 */
export async function rerunEngineVersion(
  context: Context, version: string, body: BodyOf<"rerunEngineVersion">,
): Promise<Rerun> {
  const { engine } = entryOf(version);
  const asked = await askedOf(version, body);
  const { sealed, parameters, recordedBy } = asked;
  const whole = await nettedBy(engine, sealed, parameters.netting);
  const { netting, stress_scenarios: scenarios } = parameters;
  if (version === "1.0.0" && scenarios.some(hasSegments)) {
    throw new AppError("PARAMETERS_INVALID",
      { message: "segment_shocks came with engine version 1.1.0; 1.0.0 knows none" });
  }
  const netted = scenarios.some(hasSegments)
    ? await withSegments(sealed, netting, whole, scenarios) : whole;
  const { records, stresses } = await comparedWith(recordedBy, sealed, netted, parameters);
  const counts = { equal: records.filter(({ equal }) => equal === true).length,
    different: records.filter(({ equal }) => equal === false).length,
    not_stored: records.filter(({ equal }) => equal === null).length };
  const ok = counts.different === 0;
  await writeAudit(context, { type: "engine_version.rerun", subjectId: version,
    datasetVersionId: sealed.datasetVersionId,
    after: { ok, ...counts, run_id: asked.runId, compared_version: recordedBy.version } });
  return { version, compared_version: recordedBy.version,
    dataset_version_id: sealed.datasetVersionId, run_id: asked.runId,
    netting: parameters.netting, parameters, base_currency: sealed.baseCurrency, ok, ...counts,
    records, debt_exposure: netted.exposure, stress_tests: stresses };
}

type Asked = {
  sealed: SealedVersion; parameters: RunParameters; runId: string | null; recordedBy: Engine;
};

/** What to compute, and whose evidence to compare it with. */
async function askedOf(version: string, body: BodyOf<"rerunEngineVersion">): Promise<Asked> {
  if (body.run_id !== undefined) {
    const run = await findRun(body.run_id);
    return { sealed: await sealedVersion(run.datasetVersionId), runId: run.id,
      parameters: orderedParameters(run.parameters as RunParameters),
      recordedBy: { id: run.engineId, version: run.engineVersion } };
  }
  assert(body.dataset_version_id, "the contract asks for a run or a dataset version");
  const parameters = canonicalParameters(body.parameters);
  if (!parameters.ok) {
    throw new AppError("PARAMETERS_INVALID",
      { message: parameters.error[0]?.message ?? "", errors: parameters.error });
  }
  return { sealed: await sealedVersion(body.dataset_version_id), parameters: parameters.value,
    runId: null, recordedBy: { id: ENGINE_ID, version } };
}

/** Every record of a run, computed now, beside what `recordedBy` left of it. */
async function comparedWith(
  recordedBy: Engine, sealed: SealedVersion, netted: Netted, parameters: RunParameters,
) {
  const { datasetVersionId } = sealed;
  const { exposure } = netted;
  const { netting, stress_scenarios: scenarios } = parameters;
  const stresses = scenarios.map((scenario) => netted.stress(scenario));
  const exposureId = exposureEvidenceId({ datasetVersionId, netting }, recordedBy);
  const computed = findingsOf(exposure, stresses, parameters).flatMap((finding, index) => {
    const scenario = scenarios[index - 1] ?? null;
    const ids = figureIdentity({ datasetVersionId, netting, scenario,
      thresholdPct: thresholdOf(scenario, parameters) }, recordedBy);
    const planned = planFigure({ sealed, exposure, netting, ids, exposureId, finding,
      stress: stresses[index - 1] ?? null });
    const facts = { kind: finding.category, scenario_id: scenario?.scenario_id ?? null };
    return [
      { ...facts, record: "evidence" as const, id: ids.evidenceId,
        canonical: planned.evidence.canonical, sha256: planned.evidence.sha256 },
      { ...facts, record: "finding" as const, id: ids.findingId,
        canonical: planned.finding.canonical, sha256: planned.finding.sha256 },
    ];
  });
  const stored = await storedPayloads(computed);
  return { stresses, records: computed.map((record) => comparedRecord(record, stored)) };
}

type Computed = Pick<RerunRecord, "record" | "id" | "kind" | "scenario_id" | "sha256">
  & { canonical: string };
type Stored = ReadonlyMap<string, { payload: Json; sha256: string }>;

async function storedPayloads(records: readonly Computed[]): Promise<Stored> {
  const idsOf = (kind: Computed["record"]): string[] =>
    records.filter(({ record }) => record === kind).map(({ id }) => id);
  const [evidence, findings] = await Promise.all([
    prisma().evidenceRecord.findMany({ where: { id: { in: idsOf("evidence") } } }),
    prisma().findingRecord.findMany({ where: { id: { in: idsOf("finding") } } }),
  ]);
  return new Map([...evidence, ...findings].map((row) =>
    [row.id, { payload: row.payload as Json, sha256: row.sha256 }]));
}

function comparedRecord({ canonical, ...record }: Computed, stored: Stored): RerunRecord {
  const found = stored.get(record.id);
  if (!found) return { ...record, stored_sha256: null, equal: null, differences: [] };
  const kept = canonicalJson(found.payload);
  // The stored hash too: bytes that are equal under another hash were tampered with.
  const equal = kept === canonical && found.sha256 === sha256Hex(kept);
  return { ...record, stored_sha256: found.sha256, equal,
    differences: kept === canonical ? [] : differences(found.payload, JSON.parse(canonical)) };
}

function differences(stored: Json, computed: Json): RerunRecord["differences"] {
  const members = (value: Json) => (value ?? {}) as { readonly [member: string]: Json };
  const [was, is] = [members(stored), members(computed)];
  return [...new Set([...Object.keys(was), ...Object.keys(is)])].sort()
    .filter((member) => canonicalJson(was[member] ?? null) !== canonicalJson(is[member] ?? null))
    .slice(0, DIFFERENCES_SHOWN)
    .map((member) => ({ member, stored: was[member] ?? null, computed: is[member] ?? null }));
}
