import type { BodyOf, ResponseOf } from "@/lib/contract/operations";
import {
  ENGINE_ID, exposureEvidenceId, figureIdentity, runId,
  verifyEvidence as verifyRecord, verifyFinding, verifyLink, type Engine, type EvidenceProblem,
  type FigureIdentity,
} from "@/lib/evidence";
import { assert } from "@/lib/kernel/assert";
import { canonicalJson, type Json } from "@/lib/kernel/canonical";
import type { Result } from "@/lib/kernel/result";
import {
  canonicalParameters, findingsOf, type Netted, type Netting, type RunParameters, type Scenario,
} from "@/lib/risk";
import { engineFormulas } from "@/lib/risk/engines";
import { firstBadAnalysis, recomputeAnalyses } from "../analyses/analysis-verification";
import { writeAudit } from "../audit/audit";
import type { Context } from "../platform/caller";
import { findContent } from "../datasets/datasets";
import { inSnapshot } from "../db/cursor";
import type { PoolClient } from "../db/database";
import {
  evidenceBatches, findingBatches, hasRunsBy, hasRunsOnColumns, linkBatches, recordsById,
  runBatches, unauditedRun,
  unclaimedRecord, type Defect, type StoredRecords, type StoredRun,
} from "../db/stored-runs";
import { firstBadHash, firstDamagedArtifact } from "../stress/instrument-results";
import { firstBadKpi } from "../kpis/kpi-verification";
import { nettedBy, nettedVersion } from "../stress/netted-versions";
import { firstBadRow } from "../datasets/row-verification";
import { firstBadPart, KnownParts, type PartRecord } from "../runs/run-part-verification";
import { planFigure, summaryOf, thresholdOf } from "../stress/run-plan";
import { sealedFrom, type SealedVersion } from "../datasets/sealed-versions";
import { hasSegments, withSegments } from "../stress/segmented-versions";
import { columnsOf } from "../datasets/version-columns";

/**
 * Recomputes everything that a version's runs, KPIs and kept analyses have left, as it stands at
 * one moment: hashes from payloads, ids from what determines them, figures from sealed totals and
 * records, and looks for records that are missing or were put there. Streams, so that memory does
 * not grow with the runs.
 */
export async function verifyEvidence(
  body: BodyOf<"verifyEvidence">,
): Promise<ResponseOf<"verifyEvidence">> {
  const version = await findContent(body.dataset_version_id);
  const sealed = version.status === "sealed" ? sealedFrom(version) : null;
  // Before the snapshot: who holds a connection must not wait for a second one.
  if (sealed && await hasRunsBy(version.id, "instrument")) await nettedVersion(sealed, "instrument");
  if (sealed && await hasRunsOnColumns(version.id)) await columnsOf(version.id);
  const badResults = sealed && (await firstBadHash(version.id)
    ?? await firstDamagedArtifact(version.id));
  const analyses = sealed ? await recomputeAnalyses(sealed) : new Map<string, never>();
  const verdict = await inSnapshot(async (client) => {
    let checked = 0;
    const first = await firstDefect(evidenceBatches(client, version.id), (record) => {
      checked += 1;
      return verifyRecord(record);
    })
      ?? await firstDefect(findingBatches(client, version.id), verifyFinding)
      ?? await firstDefect(linkBatches(client, version.id), verifyLink)
      ?? await firstBadRun(client, version.id, sealed)
      ?? await firstBadKpi(client, version.id, sealed)
      ?? await firstBadAnalysis(client, version.id, analyses)
      ?? await unclaimedRecord(client, version.id)
      ?? await unauditedRun(client, version.id)
      ?? (sealed && version.contentHash !== null
        ? await firstBadRow(client, version.id, version.contentHash) : null)
      ?? badResults;
    return { ok: first === null, checked, first_bad: first };
  });
  // An erasure on the way takes payloads from under the check: it says so, not "tampered".
  if (!verdict.ok) await findContent(version.id);
  return verdict;
}

/** Verifies because somebody asked: who asked and what came out is an event. */
export async function verifyOnRequest(
  context: Context, body: BodyOf<"verifyEvidence">,
): Promise<ResponseOf<"verifyEvidence">> {
  const verdict = await verifyEvidence(body);
  await writeAudit(context, { type: "evidence.verified", subjectId: body.dataset_version_id,
    datasetVersionId: body.dataset_version_id, after: verdict });
  return verdict;
}

async function firstDefect<T>(
  batches: AsyncIterable<T[]>, verify: (record: T) => Result<void, EvidenceProblem>,
): Promise<Defect | null> {
  for await (const batch of batches) {
    for (const record of batch) {
      const verified = verify(record);
      if (!verified.ok) return verified.error;
    }
  }
  return null;
}

async function firstBadRun(
  client: PoolClient, versionId: string, sealed: SealedVersion | null,
): Promise<Defect | null> {
  const known = new KnownFigures(sealed);
  const knownParts = new KnownParts(sealed);
  for await (const rows of runBatches(client, versionId)) {
    const misnamed = rows.find((row) => runIdOf(row) !== row.run_id);
    if (misnamed) return { id: misnamed.run_id, reason: "RUN_ID_MISMATCH" };
    await known.prepare(rows);
    const runs = rows.map((row) => ({ row, figures: known.ofRun(row) }));
    const defect = await firstBadFigure(client, runs.flatMap(({ figures }) => figures));
    if (defect) return defect;
    for (const { row, figures } of runs) {
      const parts = await knownParts.ofRun(row);
      const badPart = parts && await firstBadPart(client, row, parts);
      if (badPart) return badPart;
      const reason = defectOfRun(row, figures, parts);
      if (reason) return { id: row.run_id, reason };
    }
  }
  return null;
}

/** The id that follows from a run's columns; null when they are none that a run could have. */
function runIdOf(row: StoredRun): string | null {
  const at = row.started_at;
  const isTime = at instanceof Date && !Number.isNaN(at.getTime());
  if (!isTime || !canonicalParameters(row.parameters).ok) return null;
  return runId({ datasetVersionId: row.dataset_version_id, parameters: row.parameters as Json,
    startedAt: at.toISOString().replace(".000Z", "Z") }, engineOf(row));
}

const engineOf = (row: StoredRun): Engine => ({ id: row.engine_id, version: row.engine_version });

/** What a run's parameters say of one of its figures, and what is stored of it. */
type Figure = FigureIdentity & {
  kind: "debt_exposure" | "stress_test";
  scenarioId: string | null;
  versionId: string;
  engine: Engine;
  /** What the engine version that it is of computes; null for one that never was. */
  hashes: { evidence: string; finding: string } | null;
  /** Set once its records were looked at. */
  found: { amount: number; isMaterial: boolean } | null;
};

/** Most figures that are remembered: runs share nearly all of theirs. */
const FIGURES_KNOWN = 20_000;

class KnownFigures {
  private readonly known = new Map<string, Figure>();
  private readonly whole = new Map<string, Netted>();
  /** The same, ready for the segments of the runs that were prepared last. */
  private netted = new Map<string, Netted>();

  constructor(private readonly sealed: SealedVersion | null) {}

  /** Reads what the nettings of these runs need. */
  async prepare(rows: readonly StoredRun[]): Promise<void> {
    if (!this.sealed) return;
    const segmented = new Map<string, { netting: Netting; scenarios: Scenario[] }>();
    for (const row of rows) {
      const { netting, stress_scenarios: scenarios } = row.parameters as RunParameters;
      const key = nettedKey(engineOf(row), netting);
      const formulas = row.engine_id === ENGINE_ID ? engineFormulas(row.engine_version) : null;
      if (!formulas) continue;
      if (!this.whole.has(key)) {
        this.whole.set(key, await nettedBy(formulas, this.sealed, netting));
      }
      const known = segmented.get(key) ?? { netting, scenarios: [] };
      known.scenarios.push(...scenarios.filter(hasSegments));
      segmented.set(key, known);
    }
    this.netted = new Map(this.whole);
    for (const [key, { netting, scenarios }] of segmented) {
      if (scenarios.length === 0) continue;
      this.netted.set(key, await withSegments(
        this.sealed, netting, this.whole.get(key) as Netted, scenarios));
    }
  }

  /** The figures of a run, the exposure first: those of earlier runs, where they are the same. */
  ofRun(row: StoredRun): Figure[] {
    if (this.known.size > FIGURES_KNOWN) this.known.clear();
    const parameters = row.parameters as RunParameters;
    return [null, ...parameters.stress_scenarios].map((scenario) => {
      const key = canonicalJson([row.engine_id, row.engine_version, parameters.netting, scenario,
        thresholdOf(scenario, parameters)]);
      const figure = this.known.get(key) ?? figureOf(row, scenario, this.hashes);
      this.known.set(key, figure);
      return figure;
    });
  }

  /** What its engine version computes of a figure; null without the sealed inputs or formulas. */
  private readonly hashes: HashesOf = (engine, parameters, scenario, ids) => {
    const netted = this.netted.get(nettedKey(engine, parameters.netting));
    return this.sealed && netted
      ? hashesOf(this.sealed, netted, engine, parameters, scenario, ids) : null;
  };
}

const nettedKey = (engine: Engine, netting: Netting): string =>
  canonicalJson([engine.id, engine.version, netting]);

type HashesOf = (
  engine: Engine, parameters: RunParameters, scenario: Scenario | null, ids: FigureIdentity,
) => Figure["hashes"];

function figureOf(row: StoredRun, scenario: Scenario | null, hashes: HashesOf): Figure {
  const versionId = row.dataset_version_id;
  const engine = engineOf(row);
  const parameters = row.parameters as RunParameters;
  const ids = figureIdentity({ datasetVersionId: versionId, netting: parameters.netting, scenario,
    thresholdPct: thresholdOf(scenario, parameters) }, engine);
  return { ...ids, versionId, engine, kind: scenario ? "stress_test" : "debt_exposure",
    scenarioId: scenario?.scenario_id ?? null, found: null,
    hashes: hashes(engine, parameters, scenario, ids) };
}

function hashesOf(
  sealed: SealedVersion, netted: Netted, engine: Engine, parameters: RunParameters,
  scenario: Scenario | null, ids: FigureIdentity,
): Figure["hashes"] {
  const { datasetVersionId } = sealed;
  const { exposure } = netted;
  const { netting } = parameters;
  const stress = scenario && netted.stress(scenario);
  const judged = findingsOf(exposure, stress ? [stress] : [], parameters).at(-1);
  assert(judged, "every figure is judged");
  const planned = planFigure({ sealed, exposure, netting, ids, stress, finding: judged,
    exposureId: exposureEvidenceId({ datasetVersionId, netting }, engine) });
  return { evidence: planned.evidence.sha256, finding: planned.finding.sha256 };
}

/** Looks at the records of figures that were not looked at before. */
async function firstBadFigure(
  client: PoolClient, figures: readonly Figure[],
): Promise<Defect | null> {
  const fresh = [...new Set(figures)].filter((figure) => figure.found === null);
  if (fresh.length === 0) return null;
  const stored = await recordsById(client, {
    evidence: fresh.map((figure) => figure.evidenceId),
    findings: fresh.map((figure) => figure.findingId),
    links: fresh.map((figure) => figure.linkId),
  });
  for (const figure of fresh) {
    const defect = defectOfFigure(figure, stored);
    if (defect) return defect;
  }
  return null;
}

/** Evidence, finding and link of a figure: there, with the columns that their ids imply. */
function defectOfFigure(figure: Figure, stored: StoredRecords): Defect | null {
  const { evidenceId, findingId, linkId, kind, engine, hashes } = figure;
  const isElsewhere = (record: { dataset_version_id: string; engine_id: string }): boolean =>
    record.dataset_version_id !== figure.versionId || record.engine_id !== engine.id;
  const evidence = stored.evidence.get(evidenceId);
  if (!evidence) return { id: evidenceId, reason: "EVIDENCE_MISSING" };
  if (isElsewhere(evidence) || evidence.kind !== kind
    || evidence.engine_version !== engine.version) {
    return { id: evidenceId, reason: "EVIDENCE_ID_MISMATCH" };
  }
  const finding = stored.findings.get(findingId);
  if (!finding) return { id: findingId, reason: "FINDING_MISSING" };
  if (isElsewhere(finding) || finding.kind !== kind || finding.evidence_id !== evidenceId) {
    return { id: findingId, reason: "FINDING_COLUMN_MISMATCH" };
  }
  const link = stored.links.get(linkId);
  if (!link) return { id: linkId, reason: "LINK_MISSING" };
  if (isElsewhere(link)) return { id: linkId, reason: "LINK_COLUMN_MISMATCH" };
  if (hashes && evidence.sha256 !== hashes.evidence) {
    return { id: evidenceId, reason: "EVIDENCE_NOT_REPRODUCED" };
  }
  if (hashes && finding.sha256 !== hashes.finding) {
    return { id: findingId, reason: "FINDING_NOT_REPRODUCED" };
  }
  figure.found = { amount: evidence.amount, isMaterial: finding.is_material };
  return null;
}

/** The columns of a run that its id does not cover, but its figures do. */
function defectOfRun(
  row: StoredRun, figures: readonly Figure[], parts: readonly PartRecord[] | null,
): string | null {
  const isList = (ids: string[], stored: string[] | null): boolean =>
    ids.join() === (stored ?? []).join();
  // Parts that cannot be computed anew come after the figures, whichever they are.
  const listed = parts ? row.evidence_ids : (row.evidence_ids ?? []).slice(0, figures.length);
  const isWhole = isList([...figures.map((figure) => figure.evidenceId),
    ...(parts ?? []).map(({ id }) => id)], listed)
    && row.exposure_evidence_id === figures[0]?.evidenceId;
  if (!isWhole) return "RUN_EVIDENCE_MISMATCH";
  if (!isList(figures.map((figure) => figure.findingId), row.finding_ids)) {
    return "RUN_FINDINGS_MISMATCH";
  }
  const summary = summaryOf(figures[0]?.found?.amount ?? 0, figures.slice(1).map((figure) =>
    ({ scenario_id: figure.scenarioId ?? "", loss_estimate: figure.found?.amount ?? 0 })),
    figures.filter((figure) => figure.found?.isMaterial).length);
  return canonicalJson(summary) === canonicalJson(row.summary as Json) ? null
    : "RUN_SUMMARY_MISMATCH";
}
