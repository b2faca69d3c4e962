import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import os from "node:os";
import { setImmediate as othersTurn } from "node:timers/promises";
import { assert } from "@/lib/kernel/assert";
import {
  columnOf, createIntercompanyCheck, createUnitCheck, FormatError, resolveLocale, resolveMapping,
  type Mapping, type NormalizeOptions, type PrivacyRules,
} from "@/lib/tape";
import { insertAudit, type AuditSource } from "../audit/audit";
import { findVersion, type VersionRow } from "../datasets/datasets";
import { inLoad, pool, type PoolClient } from "../db/database";
import { rawBatches, takeDamagedRows } from "../db/raw-reader";
import { copyProblems } from "../db/record-writer";
import { NoValidRecordError, VersionLoader, type Loading } from "./import-job";
import type { MoneyOptions } from "../datasets/version-money";
import {
  jsonRows, storedRowNormalizer, tabularRows, writeJson, type TabularPlan, type JsonRecord,
  type SourceBatch,
} from "./import-sources";
import { importFailed, inboxFileOf, settleFile } from "./inbox-settle";
import {
  JobFailedError, type Attempt, type EndedJob, type FinalEnding, type JobCode,
} from "../jobs/job-attempt";
import { mayBeAgain, type Failure } from "../jobs/job-store";
import { refuseWhenHalted } from "../controls/kill-switch";
import { keepLeftOut } from "./left-out-rows";
import { log } from "../platform/log";
import { noteImport } from "../platform/metrics";
import { hidingFor, type Hiding } from "./privacy";
import { QualityToleranceError } from "./quality-gate";
import type { QualityInForce } from "../datasets/version-quality";
import { setRows, storedSetNormalizer, type StoredTable } from "./set-sources";
import { isStorageFull } from "../platform/storage";
import { discardUpload, uploadFile } from "../datasets/uploads";

/** Attempts that an import or a normalization has; only what may pass is tried again. */
export const LOAD_ATTEMPTS = 8;

/** How a received body is read: what the request settled, kept with the version. */
export type StoredOptions = {
  media_type: string; locale?: string;
  header?: string[]; mapping?: unknown;
  /** The latest measurement date of a tape that has such dates. */
  position_date?: string;
  encoding?: TabularPlan["encoding"]; delimiter?: TabularPlan["delimiter"];
  /** Of a workbook the sheet's name; the line or row that names the columns. */
  sheet?: string; header_row?: number;
  /** The tables of a set, the loans last; then there is no header and no mapping. */
  tables?: readonly StoredTable[];
  /** What became of columns about persons. */
  privacy?: PrivacyRules;
  /** The file as it arrived, where its content was packed. */
  received?: { encoding: string; bytes: number; sha256: string };
  /** What the version is judged by. */
  quality?: QualityInForce;
  /** For people: the columns in the end, and what was remarked. */
  mapped?: Record<string, unknown>; notes?: readonly string[]; profile?: string;
} & MoneyOptions;

type Plan = {
  datasetId: string; options: NormalizeOptions; stored: StoredOptions; mapping: Mapping | null;
};

function planOf(row: VersionRow): Plan {
  const stored = row.options as unknown as StoredOptions;
  const locale = resolveLocale(stored.locale);
  assert(locale.ok, "a stored locale is known");
  const mapping = stored.header
    ? resolveMapping(stored.header, stored.mapping ?? undefined) : null;
  assert(mapping === null || mapping.ok, "a stored mapping resolves");
  return { datasetId: row.datasetId, stored, mapping: mapping?.ok ? mapping.value : null, options: {
    locale: locale.value, baseCurrency: row.dataset.baseCurrency,
    ...(stored.fx_rates ? { fxRates: stored.fx_rates } : {}),
    ...(stored.position_date ? { positionDate: stored.position_date } : {}),
  } };
}

/** Who asked for a load; its version's events are under that name. */
const orderedBy = (job: Pick<EndedJob, "payload">): AuditSource =>
  job.payload.by as unknown as AuditSource;

const loadingOf = (
  row: VersionRow, job: EndedJob, { stored, mapping }: Plan, hiding: Hiding | null,
): Loading => ({
  versionId: row.id, datasetId: row.datasetId, by: orderedBy(job),
  baseCurrency: row.dataset.baseCurrency,
  asOf: row.asOf?.toISOString().slice(0, 10) ?? null, quality: stored.quality,
  columnOf: (field) => columnOf(mapping, field),
  source: { name: row.sourceName, media_type: row.sourceMediaType,
    bytes: Number(row.sourceBytes), sha256: row.sourceSha256 },
  units: createUnitCheck(mapping),
  intercompany: stored.legal_entities ? createIntercompanyCheck(
    // A column that is masked holds tokens by now.
    [...stored.legal_entities, ...hiding ? stored.legal_entities.map(hiding.tokenOf) : []],
    (field) => columnOf(mapping, field)) : null,
});

/** The version that a job loads. @throws JobFailedError when it is no longer to be loaded. */
async function versionOf(attempt: Attempt, status: string): Promise<VersionRow> {
  const row = await findVersion(attempt.subjectId);
  if (row.status === status) return row;
  throw new JobFailedError({ code: "VERSION_STATE_CONFLICT",
    message: `The dataset version is ${row.status}, not ${status}.` });
}

/** Loads a new version from what was received. */
async function runImport(attempt: Attempt): Promise<void> {
  const row = await versionOf(attempt, "importing");
  const normalize = attempt.job.payload.normalize !== false;
  const file = uploadFile(String(attempt.job.payload.file));
  if (!existsSync(file)) {
    throw new JobFailedError({ code: "UPLOAD_MISSING",
      message: `The worker on ${os.hostname()} does not find the upload in its data folder. ` +
        "Import the file again." });
  }
  const plan = planOf(row);
  const hiding = await hidingFor(plan.datasetId, plan.stored.privacy);
  const batches = await batchesOf(attempt, file, plan, normalize, hiding);
  let rows = 0;
  await load(loadingOf(row, attempt.job, plan, hiding), async (client, loader) => {
    for await (const batch of batches) {
      refuseWhenHalted();
      attempt.stopIfAsked();
      await othersTurn();
      if (normalize) await loader.add(batch);
      else await loader.addRawOnly(batch);
      attempt.progress(loader.raw, batch.bytes);
    }
    await finish(attempt, client, loader, normalize);
    rows = loader.raw;
  });
  noteImport("done");
  if (rows >= ANALYZE_ROWS) await analyze();
}

async function batchesOf(
  attempt: Attempt, file: string, { stored, mapping, options }: Plan,
  normalize: boolean, hiding: Hiding | null,
): Promise<AsyncGenerator<SourceBatch>> {
  if (stored.tables) {
    return setRows(file, { mediaType: stored.media_type, tables: stored.tables, hiding }, options,
      normalize);
  }
  if (mapping) {
    const { encoding, delimiter, sheet, header, header_row: headerRow } = stored;
    return tabularRows(file, { mediaType: stored.media_type, encoding, delimiter, sheet, header,
      headerRow, mapping, hiding, locale: options.locale }, options, normalize);
  }
  const tape = JSON.parse(new TextDecoder().decode(await readFile(file))) as
    { records: JsonRecord[] };
  attempt.expect(tape.records.length);
  return jsonRows(tape.records, options, normalize, hiding);
}

/**
 * Loads a version in one transaction. What the loader has under way ends before a rollback: its
 * next statement would come after it, in a transaction of its own.
 */
const load = (
  loading: Loading,
  work: (client: PoolClient, loader: VersionLoader) => Promise<void>,
): Promise<void> => inLoad(async (client) => {
  const loader = new VersionLoader(client, loading);
  try {
    await work(client, loader);
  } catch (error) {
    await loader.settled().catch(() => undefined);
    throw error;
  }
}).catch((error: unknown) => {
  if (isStorageFull(error)) void giveBackSpace();
  throw error;
});

/** Rows of a load that failed are gone, but fill the disk until their pages are given back. */
const giveBackSpace = async (): Promise<void> => {
  await pool().query("VACUUM raw_record, normalized_record, row_problem").catch((error: unknown) =>
    log().warn({ err: error }, "VACUUM_FAILED"));
};

/** The end of a load's transaction: the job has its result and the version its seal, or neither. */
async function finish(
  attempt: Attempt, client: PoolClient, loader: VersionLoader, normalize: boolean,
): Promise<void> {
  await loader.written();
  attempt.progress(loader.raw);
  await attempt.finish(client, { dataset_version_id: attempt.subjectId, raw: loader.raw,
    normalized: loader.normalized, rejected: loader.rejected });
  if (normalize) await loader.seal();
  else await loader.finishRaw();
}

/** Without fresh statistics, pages over a large new version are planned as if it were empty. */
const ANALYZE_ROWS = 20_000;
const analyze = async (): Promise<void> => {
  await pool().query("ANALYZE raw_record, normalized_record").catch((error: unknown) =>
    log().warn({ err: error }, "ANALYZE_FAILED"));
};

/** Normalizes the raw records that a version holds, in the order of the tape. */
async function runNormalize(attempt: Attempt): Promise<void> {
  const row = await versionOf(attempt, "normalizing");
  const plan = planOf(row);
  const { stored, mapping, options } = plan;
  const hiding = await hidingFor(plan.datasetId, stored.privacy);
  const csv = stored.header && mapping ? { header: stored.header, mapping } : null;
  const set = stored.tables ? storedSetNormalizer(stored.tables, options) : null;
  const normalize = set?.row ?? storedRowNormalizer(csv, options);
  attempt.expect(row.rawCount);
  await load(loadingOf(row, attempt.job, plan, hiding), async (client, loader) => {
    const damaged = await takeDamagedRows(client, row.id);
    await loader.add({ rows: [], bytes: 0, remarks: set?.absent() ?? [] });
    for await (const raws of rawBatches(client, row.id)) {
      refuseWhenHalted();
      attempt.stopIfAsked();
      await othersTurn();
      const rows = raws.map((raw) => {
        const problems = damaged.get(raw.row_number);
        return problems ? { row: raw.row_number, sourceRecordId: raw.source_record_id,
          writeRaw: writeJson(raw.payload), record: null, problems } : normalize(raw);
      });
      await loader.add({ rows, bytes: 0 }, raws.map((raw) => raw.raw_record_id));
      attempt.progress(loader.raw);
    }
    await loader.add({ rows: [], bytes: 0, remarks: set?.orphans() ?? [] });
    await finish(attempt, client, loader, true);
  });
  noteImport("done");
}

/** A load that can never seal says why, and which rows are to blame. */
const explained = (run: (attempt: Attempt) => Promise<void>) => async (attempt: Attempt) => {
  try {
    await run(attempt);
  } catch (error) {
    if (error instanceof FormatError) {
      throw new JobFailedError({ code: "FILE_UNREADABLE", message: error.message });
    }
    if (error instanceof QualityToleranceError) {
      throw Object.assign(new JobFailedError({ code: "QUALITY_TOLERANCE_EXCEEDED",
        message: error.message }), { cause: error });
    }
    if (!(error instanceof NoValidRecordError)) throw error;
    const first = error.problems[0];
    throw Object.assign(new JobFailedError({ code: "NO_VALID_RECORD", message: first
      ? `No row could be normalized. Row ${first.row}: ${first.message}` : error.message,
    }), { cause: error });
  }
};

const END_LOAD = `WITH was AS (
    SELECT dataset_version_id, status FROM dataset_version
    WHERE status IN ('importing', 'normalizing') AND dataset_version_id = $1 FOR UPDATE)
  UPDATE dataset_version v SET failure = $2, status =
    CASE WHEN was.status = 'normalizing' THEN 'ingested' ELSE 'failed' END
  FROM was WHERE v.dataset_version_id = was.dataset_version_id
  RETURNING v.dataset_version_id::text AS id, was.status AS before, v.status AS after`;

/** Writes why a version was not loaded; one that was stored raw can be normalized again. */
async function endVersion(
  client: PoolClient, job: EndedJob, { kind, failure }: FinalEnding, error?: unknown,
): Promise<void> {
  noteImport("failed");
  log().warn({ dataset_version_id: job.subject_id, job_id: job.job_id, code: failure.code,
    err: error }, "IMPORT_FAILED");
  const cause = error instanceof JobFailedError ? error.cause : undefined;
  const isJudged = cause instanceof QualityToleranceError;
  if ((isJudged || cause instanceof NoValidRecordError) && cause.problems.length > 0) {
    await client.query("DELETE FROM row_problem WHERE dataset_version_id = $1", [job.subject_id]);
    await copyProblems(client, job.subject_id as string, cause.problems);
    // Of one that is only normalized the raw records are stored.
    if (job.kind === "import") await keepLeftOut(client, String(job.subject_id), cause.leftOut);
  }
  if (isJudged) {
    await client.query("UPDATE dataset_version SET quality = $2 WHERE dataset_version_id = $1 " +
      "AND status IN ('importing', 'normalizing')",
    [job.subject_id, JSON.stringify(cause.quality)]);
  }
  const { rows: [ended] } = await client.query<{ id: string; before: string; after: string }>(
    END_LOAD, [job.subject_id, JSON.stringify(failure)]);
  if (!ended) return;
  // The code, not the words: they may quote the tape, and an event outlives an erasure.
  await insertAudit(client, orderedBy(job), { type: "dataset_version.failed",
    subjectId: ended.id, datasetVersionId: ended.id, reason: failure.code,
    before: { status: ended.before }, after: { status: ended.after } });
  const file = inboxFileOf(job);
  if (file === null || kind !== "failed") return;
  await insertAudit(client, orderedBy(job), importFailed(file, failure.code,
    { subjectId: ended.id, datasetVersionId: ended.id }));
}

export const importJob: JobCode = {
  obeysSwitch: true, run: explained(runImport), ended: endVersion,
  cleanUp: async (job) => {
    const file = inboxFileOf(job);
    const { status, failure } = await findVersion(String(job.subject_id));
    const isKept = file === null && status === "failed" && mayBeAgain(failure as Failure | null);
    if (!isKept) await discardUpload(uploadFile(String(job.payload.file)));
    if (file !== null) await settleFile(file, String(job.subject_id));
  },
};

export const normalizeJob: JobCode = {
  obeysSwitch: true, run: explained(runNormalize), ended: endVersion,
};
