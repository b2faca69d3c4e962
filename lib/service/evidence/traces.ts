import { GROUP_COLUMNS, type GroupColumn, type RecordPart } from "@/lib/contract/facts";
import type { QueryOf, ResponseOf } from "@/lib/contract/operations";
import { analysisEvidenceId, linkId, type EvidenceKind } from "@/lib/evidence";
import type { Json } from "@/lib/kernel/canonical";
import { isUuid } from "@/lib/kernel/ids";
import type { RunParameters } from "@/lib/risk";
import { AppError } from "../platform/app-error";
import { exposedCount, findContent, findVersion, type VersionRow } from "../datasets/datasets";
import { pool, prisma, type Run } from "../db/database";
import { entriesOf, firstCheckpointFrom } from "../db/evidence-log";
import { leafOf } from "../db/leaf-reader";
import {
  groupsOf, loansOf, normalizedOf, normalizedRecord, ownEvidence, rawRecord, resultCounts,
  tracedRows, wasEliminated, type Groups, type RecordHash,
} from "../db/trace-query";
import {
  afterCursor, decodeCursor, encodeCursor, invalidCursor, isWhole, pageOf, placeOf,
} from "../platform/paging";
import { instrumentsEvidenceId, RUN_GROUP } from "../stress/run-plan";

type Uses = ResponseOf<"getRecordUses">;
type FindingTrace = ResponseOf<"traceFinding">;
type Page = { limit: number; cursor?: string | undefined };

const JOINED = 100;
const RUNS_SHOWN = 100;
const FIRST_ID = "00000000-0000-0000-0000-000000000000";
const NOTHING: Pick<Uses, "counts" | "items" | "next_cursor"> = { items: [], next_cursor: null,
  counts: { runs: 0, findings: 0, material_findings: 0,
    evidence: { debt_exposure: 0, stress_test: 0, kpi: 0, analysis: 0 } } };

const startOf = (at: Date): string => at.toISOString().replace(".000Z", "Z");

const versionOf = (version: VersionRow): Uses["version"] => ({
  dataset_version_id: version.id, dataset_id: version.datasetId,
  dataset_name: version.dataset.name, base_currency: version.dataset.baseCurrency,
  number: version.number, status: version.status as Uses["version"]["status"],
  as_of: version.asOf?.toISOString().slice(0, 10) ?? null,
  sealed_at: version.sealedAt?.toISOString() ?? null,
  erased_at: version.erasedAt?.toISOString() ?? null,
  content_hash: version.contentHash, rows: version.rawCount,
});
const fileOf = (version: VersionRow): Uses["file"] => ({ name: version.sourceName,
  sha256: version.sourceSha256, bytes: Number(version.sourceBytes) });

const rawOf = ({ record_id, kind, row, source_record_id, sha256 }: RecordHash) =>
  ({ record_id, kind, row, source_record_id, sha256 });
const normalizedSide = ({ record_id, kind, row, instrument_id, sha256 }: RecordHash) =>
  ({ record_id, kind, row, instrument_id, sha256 });

type Sides = { raw: RecordHash | null; normalized: RecordHash | null };

async function sidesOf(version: VersionRow, recordId: string): Promise<Sides> {
  if (!isUuid(recordId)) throw new AppError("RECORD_NOT_FOUND");
  const normalized = await normalizedRecord(version.id, recordId);
  if (normalized) {
    const rawId = normalized.kind === "consolidated" ? version.reportRawRecordId
      : normalized.raw_record_id;
    return { normalized, raw: rawId === null ? null : await rawRecord(version.id, rawId) };
  }
  const raw = await rawRecord(version.id, recordId);
  if (!raw) throw new AppError("RECORD_NOT_FOUND");
  if (raw.kind === "record") return { raw, normalized: await normalizedOf(version.id, raw) };
  // The upload as received stands for all rows, as their sum does.
  return { raw, normalized: version.consolidatedRecordId === null ? null
    : await normalizedRecord(version.id, version.consolidatedRecordId) };
}

const WITH_EXPOSURE = new Set(["instrument", "distressed_asset", "portfolio"]);
const SIDE_RECORDS = new Set(["obligor", "collateral", "supplement"]);

async function partOf(
  version: VersionRow, { raw, normalized }: Sides, joined: readonly RecordHash[],
): Promise<RecordPart> {
  if (normalized?.kind === "consolidated" || raw?.kind === "file") return "whole";
  if (normalized && WITH_EXPOSURE.has(normalized.kind)) return "counted";
  if (normalized && SIDE_RECORDS.has(normalized.kind)) {
    // What joined it to its loans is gone after an erasure, but not that it was read with them.
    return joined.length > 0 || version.status === "erased" ? "joined" : "unjoined";
  }
  if (normalized) return "earlier_position";
  if (version.status === "erased") return "left_out";
  return raw && await wasEliminated(version.id, raw.row) ? "eliminated" : "rejected";
}

/** Which results used a record, and where it stands under the version's content hash. */
export async function getRecordUses(
  versionId: string, recordId: string, query: QueryOf<"getRecordUses">,
): Promise<Uses> {
  const version = await findVersion(versionId);
  const isErased = version.status === "erased";
  const sides = await sidesOf(version, recordId);
  const { raw, normalized } = sides;
  const joined = normalized && SIDE_RECORDS.has(normalized.kind)
    ? await loansOf(version.id, normalized, JOINED) : [];
  const part = await partOf(version, sides, joined);
  const groups = part === "counted" && normalized && !isErased
    ? await groupsOf(normalized.record_id) : null;
  const isUsed = part === "whole" || part === "counted" || part === "joined";
  const position = version.contentHash !== null && raw?.kind === "record"
    ? await leafOf(pool(), version.id, raw.record_id, true) : null;
  return {
    version: versionOf(version), file: fileOf(version),
    raw: raw && rawOf(raw), normalized: normalized && normalizedSide(normalized), part, groups,
    position: position && version.contentHash !== null
      ? { index: position.index, size: version.rawCount, root: version.contentHash } : null,
    joined_to: joined.map(normalizedSide),
    ...isUsed ? { counts: await resultCounts(version.id),
      ...await usesOf(version, query, { part, groups }) } : NOTHING,
  };
}

type Used = { part: RecordPart; groups: Groups | null };

async function usesOf(
  version: VersionRow, query: QueryOf<"getRecordUses">, used: Used,
): Promise<Pick<Uses, "items" | "next_cursor">> {
  const { limit, cursor } = query;
  if (query.of === "analyses") {
    const rows = await ownEvidence(version.id, cursor === undefined ? null : placeOf(cursor), limit,
      version.status === "erased");
    return pageOf(rows, limit, ({ id, kind, analysis, createdAt }) => ({ type: "evidence" as const,
      evidence_id: id, kind, analysis, created_at: createdAt.toISOString() }));
  }
  if (query.of === "findings") return findingsUsing(version, query);
  const rows = await prisma().run.findMany({
    where: { datasetVersionId: version.id, ...afterCursor(cursor) },
    orderBy: [{ createdAt: "desc" }, { id: "desc" }], take: limit + 1 });
  return pageOf(rows, limit, (run) => usingRun(run, used));
}

async function findingsUsing(
  version: VersionRow, { limit, cursor }: Page,
): Promise<Pick<Uses, "items" | "next_cursor">> {
  const rows = await prisma().findingRecord.findMany({
    where: { datasetVersionId: version.id, ...afterCursor(cursor) },
    orderBy: [{ createdAt: "desc" }, { id: "desc" }], take: limit + 1 });
  return pageOf(rows, limit, (row) => ({ type: "finding" as const, finding_id: row.id,
    kind: row.kind as EvidenceKind, evidence_id: row.evidenceId, is_material: row.isMaterial,
    description: textOf(row.payload, "description"), created_at: row.createdAt.toISOString() }));
}

const textOf = (payload: unknown, name: string): string | null => {
  const value = (payload as { [name: string]: unknown } | null)?.[name];
  return typeof value === "string" ? value : null;
};

type UsingRun = Extract<Uses["items"][number], { type: "run" }>;

function usingRun(run: Run, { part, groups }: Used): UsingRun {
  const parameters = run.parameters as unknown as RunParameters;
  const { netting, group_by: groupBy = [], stress_scenarios: scenarios } = parameters;
  const evidence = new Set(run.evidenceIds);
  const own = (id: string): boolean => evidence.has(id);
  const group = groups && groupBy.length > 0 ? analysisEvidenceId({
    datasetVersionId: run.datasetVersionId, analysis: RUN_GROUP,
    request: { netting, group_by: groupBy, scenarios, key: Object.fromEntries(
      groupBy.map((column) => [column, groups[column]])) } as unknown as Json },
  { id: run.engineId, version: run.engineVersion }) : null;
  return {
    type: "run", run_id: run.id, started_at: startOf(run.startedAt),
    recorded_at: run.createdAt.toISOString(), recorded_by: run.createdBy,
    engine_version: run.engineVersion, netting, scenarios: scenarios.length,
    findings: run.findingIds.length,
    material_findings: (run.summary as { material_findings?: number } | null)?.material_findings
      ?? null,
    exposure_evidence_id: run.exposureEvidenceId, evidence: run.evidenceIds.length,
    group_by: groupBy, group_evidence_id: group !== null && own(group) ? group : null,
    instruments_evidence_ids: netting !== "instrument" || part !== "counted" ? []
      : scenarios.map((scenario) => instrumentsEvidenceId(run.datasetVersionId, netting, scenario))
        .filter(own),
  };
}

async function recordsPage(
  version: VersionRow, group: [GroupColumn, string | null][], { limit, cursor }: Page,
): Promise<Pick<FindingTrace, "items" | "next_cursor">> {
  const [row, id] = cursor === undefined ? [-1, FIRST_ID] : decodeCursor(cursor, 2);
  if (!isWhole(row) || !isUuid(String(id))) throw invalidCursor();
  const rows = await tracedRows(version.id, group, { row, id: String(id) }, limit);
  const page = rows.slice(0, limit);
  const last = page.at(-1)?.normalized;
  return {
    items: page.map(({ normalized, raw }) =>
      ({ normalized: normalizedSide(normalized), raw: raw && rawOf(raw) })),
    next_cursor: rows.length > limit && last ? encodeCursor([last.row, last.record_id]) : null,
  };
}

/** The group that a piece of evidence is of; empty where it is of the whole version. */
function groupOf(payload: unknown): [GroupColumn, string | null][] {
  const { analysis, request } = payload as { analysis?: string;
    request?: { key?: { [name: string]: string | null } } };
  if (analysis !== RUN_GROUP) return [];
  const key = request?.key ?? {};
  return GROUP_COLUMNS.flatMap((column): [GroupColumn, string | null][] =>
    Object.hasOwn(key, column) ? [[column, key[column] ?? null]] : []);
}

/** The rows that a piece of evidence rests on. */
export async function listEvidenceRecords(
  evidenceId: string, query: QueryOf<"listEvidenceRecords">,
): Promise<ResponseOf<"listEvidenceRecords">> {
  const evidence = isUuid(evidenceId)
    ? await prisma().evidenceRecord.findUnique({ where: { id: evidenceId } }) : null;
  if (!evidence) throw new AppError("EVIDENCE_NOT_FOUND");
  const version = await findContent(evidence.datasetVersionId);
  return { ...await recordsPage(version, groupOf(evidence.payload), query),
    file: fileOf(version), version: versionOf(version) };
}

/** From a finding down to the rows and the file; of an erased version, what remains. */
export async function traceFinding(
  findingId: string, query: QueryOf<"traceFinding">,
): Promise<FindingTrace> {
  const finding = isUuid(findingId)
    ? await prisma().findingRecord.findUnique({ where: { id: findingId } }) : null;
  if (!finding) throw new AppError("FINDING_NOT_FOUND");
  const version = await findVersion(finding.datasetVersionId);
  const [evidence, link, consolidated, records, runs, log] = await Promise.all([
    prisma().evidenceRecord.findUnique({ where: { id: finding.evidenceId } }),
    prisma().findingEvidenceLink.findUnique({ where: { id: linkId(
      { findingId: finding.id, evidenceId: finding.evidenceId }) } }),
    version.consolidatedRecordId === null ? null
      : normalizedRecord(version.id, version.consolidatedRecordId),
    recordsPage(version, [], query), runsWith(version.id, finding.id),
    logPlaces([{ kind: "finding", id: finding.id }, { kind: "evidence", id: finding.evidenceId }]),
  ]);
  return {
    finding: { finding_id: finding.id, kind: finding.kind as EvidenceKind,
      is_material: finding.isMaterial,
      sha256: finding.sha256, created_at: finding.createdAt.toISOString(),
      payload: finding.payload },
    link: link && link.findingId === finding.id && link.evidenceId === finding.evidenceId
      ? { link_id: link.id, created_at: link.createdAt.toISOString() } : null,
    evidence: evidence && { evidence_id: evidence.id,
      kind: evidence.kind as NonNullable<FindingTrace["evidence"]>["kind"],
      engine_id: evidence.engineId, engine_version: evidence.engineVersion,
      sha256: evidence.sha256, created_at: evidence.createdAt.toISOString(),
      payload: evidence.payload },
    base_evidence_id: textOf(evidence?.payload, "debt_exposure_evidence_id"),
    consolidated: consolidated && normalizedSide(consolidated),
    ...records, total: exposedCount(version),
    version: versionOf(version), file: fileOf(version), log, runs,
  };
}

async function runsWith(versionId: string, findingId: string): Promise<FindingTrace["runs"]> {
  const where = { datasetVersionId: versionId, findingIds: { has: findingId } };
  const [total, rows] = await Promise.all([prisma().run.count({ where }),
    prisma().run.findMany({ where, orderBy: { createdAt: "asc" }, take: RUNS_SHOWN,
      select: { id: true, startedAt: true, createdAt: true, createdBy: true } })]);
  return { total, items: rows.map((run) => ({ run_id: run.id, started_at: startOf(run.startedAt),
    recorded_at: run.createdAt.toISOString(), recorded_by: run.createdBy })) };
}

async function logPlaces(
  records: { kind: "finding" | "evidence"; id: string }[],
): Promise<FindingTrace["log"]> {
  const entries = await entriesOf(records);
  return Promise.all(records.map(async (record, at) => {
    const index = entries[at]?.index ?? null;
    const checkpoint = index === null ? null : await firstCheckpointFrom(index + 1);
    return { ...record, index, signed_size: checkpoint?.size ?? null };
  }));
}
