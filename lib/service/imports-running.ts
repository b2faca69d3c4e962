import type { ResponseOf } from "@/lib/contract/operations";
import {
  resolveLocale, resolveMapping, type NormalizeOptions, type RowProblem,
} from "@/lib/tape";
import { assert } from "@/lib/kernel/assert";
import { canonicalJson, type Json } from "@/lib/kernel/canonical";
import { insertAudit, systemSource, type AuditSource } from "./audit";
import {
  inLoad, inTransaction, isDatabaseGone, pool, sqlState, type PoolClient,
} from "./db/database";
import { rawBatches, takeDamagedRows } from "./db/raw-reader";
import { copyProblems } from "./db/record-writer";
import { NoValidRecordError, VersionLoader, type Loading } from "./import-job";
import {
  csvRows, jsonRows, storedRowNormalizer, type CsvPlan, type JsonRecord,
} from "./import-sources";
import { isHalt, killSwitchStatus, refuseWhenHalted } from "./kill-switch";
import { log } from "./log";
import { noteImport } from "./metrics";
import { processState } from "./process-state";
import { inSpan } from "./tracing";

/** How a received body becomes rows. */
export type LoadPlan = { options: NormalizeOptions; normalize: boolean } & (
  | { kind: "csv"; file: string; csv: CsvPlan }
  | { kind: "json"; records: readonly JsonRecord[] });

type Running = { done: Promise<void>; stop: AbortController };
const running = () => processState("imports-running", () => new Map<string, Running>());

/** A load that shows no sign of life for this long belongs to a process that is gone. */
const SILENCE_S = 30;
const PROGRESS_MS = 500;
const RETRY_MS = 3000;

class Interrupted extends Error {
  override name = "Interrupted";
}

/** A load with who asked for it. */
type Ordered = { versionId: string; by: AuditSource };

/** Starts a load; whatever happens, the version ends sealed, ingested or failed with a reason. */
export function finishInBackground(
  { versionId, by }: Ordered, load: () => Promise<void>,
  cleanUp: () => Promise<void> = async () => {},
): Promise<void> {
  const stop = new AbortController();
  const heartbeat = setInterval(() => {
    pool().query("UPDATE dataset_version SET heartbeat_at = now() WHERE dataset_version_id = $1 " +
      "AND status IN ('importing', 'normalizing')", [versionId]).catch(() => undefined);
  }, 5000);
  const entry: Running = { stop, done: Promise.resolve() };
  running().set(versionId, entry);
  entry.done = inSpan("import", { "todiscope.dataset_version_id": versionId }, load)
    .then(() => noteImport("done"))
    .catch((error: unknown) => markFailed({ versionId, by }, error))
    .finally(async () => {
      clearInterval(heartbeat);
      running().delete(versionId);
      await cleanUp();
    });
  return entry.done;
}

/** Loads a new version from what was received. */
export async function loadNew(loading: Loading, plan: LoadPlan): Promise<void> {
  let rows = 0;
  const batches = plan.kind === "csv"
    ? csvRows(plan.file, plan.csv, plan.options, plan.normalize)
    : jsonRows(plan.records, plan.options, plan.normalize);
  await inLoad(async (client) => {
    const loader = new VersionLoader(client, loading);
    const progress = progressOf(loading.versionId);
    for await (const batch of batches) {
      stopIfAsked(loading.versionId);
      if (plan.normalize) await loader.add(batch);
      else await loader.addRawOnly(batch);
      progress(loader.raw, batch.bytes);
    }
    refuseWhenHalted();
    if (plan.normalize) await loader.seal();
    else await loader.finishRaw();
    rows = loader.raw;
  });
  if (rows >= ANALYZE_ROWS) await analyze();
}

/** Without fresh statistics, pages over a large new version are planned as if it were empty. */
const ANALYZE_ROWS = 20_000;
const analyze = async (): Promise<void> => {
  await pool().query("ANALYZE raw_record, normalized_record").catch((error: unknown) =>
    log().warn({ err: error }, "ANALYZE_FAILED"));
};

type StoredOptions = { header?: string[]; mapping?: unknown; locale?: string;
  fx_rates?: Record<string, number> };

/** Normalizes the raw records that a version holds, in the order of the tape. */
export async function loadStored(
  version: ResponseOf<"getVersion">, stored: unknown, by: AuditSource,
): Promise<void> {
  const options = stored as StoredOptions;
  const locale = resolveLocale(options.locale);
  assert(locale.ok, "a stored locale is known");
  const mapping = options.header
    ? resolveMapping(options.header, options.mapping ?? undefined) : null;
  assert(mapping === null || mapping.ok, "a stored mapping resolves");
  const csv = options.header && mapping?.ok
    ? { header: options.header, mapping: mapping.value } : null;
  const normalize = storedRowNormalizer(csv, { locale: locale.value,
    baseCurrency: version.base_currency,
    ...(options.fx_rates ? { fxRates: options.fx_rates } : {}) });
  await inLoad(async (client) => {
    const damaged = await takeDamagedRows(client, version.dataset_version_id);
    const loader = new VersionLoader(client, { versionId: version.dataset_version_id, by,
      baseCurrency: version.base_currency, source: version.source });
    const progress = progressOf(version.dataset_version_id);
    for await (const raws of rawBatches(client, version.dataset_version_id)) {
      stopIfAsked(version.dataset_version_id);
      const rows = raws.map((raw) => {
        const problems = damaged.get(raw.row_number);
        return problems ? { row: raw.row_number, sourceRecordId: raw.source_record_id,
          rawText: canonicalJson(raw.payload as Json), record: null, problems } : normalize(raw);
      });
      await loader.add({ rows, bytes: 0 }, raws.map((raw) => raw.raw_record_id));
      progress(loader.raw, 0);
    }
    refuseWhenHalted();
    await loader.seal();
  });
}

/** Writes progress twice a second, outside the load's transaction, so that others see it. */
function progressOf(versionId: string): (rows: number, bytes: number) => void {
  let last = 0;
  return (rows, bytes) => {
    const now = Date.now();
    if (now - last < PROGRESS_MS) return;
    last = now;
    pool().query(
      "UPDATE dataset_version SET rows_done = $2, bytes_done = $3, heartbeat_at = now() " +
      "WHERE dataset_version_id = $1 AND status IN ('importing', 'normalizing')",
      [versionId, rows, bytes]).catch(() => undefined);
  };
}

function stopIfAsked(versionId: string): void {
  refuseWhenHalted();
  if (running().get(versionId)?.stop.signal.aborted) throw new Interrupted();
}

/** PostgreSQL's code for a disk without space. */
const DISK_FULL = "53100";

type Failure = { code: string; message: string };

function failureOf(error: unknown): Failure {
  if (error instanceof NoValidRecordError) {
    const first = error.problems[0];
    return { code: "NO_VALID_RECORD", message: first
      ? `No row could be normalized. Row ${first.row}: ${first.message}` : error.message };
  }
  if (error instanceof Interrupted) {
    return { code: "INTERRUPTED", message: "The server stopped during the import. Import it again." };
  }
  if (isHalt(error)) {
    return { code: "KILL_SWITCH_ACTIVE", message: "The kill switch stopped the import. " +
      `Nothing was kept. ${killSwitchStatus().reason ?? ""}`.trim() };
  }
  if (isDatabaseGone(error)) {
    return { code: "DATABASE_UNAVAILABLE",
      message: "The database went away during the import. Nothing was kept. Import it again." };
  }
  if (sqlState(error) === DISK_FULL) {
    return { code: "STORAGE_FULL",
      message: "The database's disk is full. Nothing was kept. Free space, then import again." };
  }
  return { code: "INTERNAL_ERROR", message: "The import failed. Nothing was kept." };
}

async function markFailed(ordered: Ordered, error: unknown): Promise<void> {
  const { versionId } = ordered;
  noteImport("failed");
  const failure = failureOf(error);
  log().warn({ dataset_version_id: versionId, code: failure.code, err: error }, "IMPORT_FAILED");
  const problems: readonly RowProblem[] = error instanceof NoValidRecordError ? error.problems : [];
  await recordFailure(ordered, failure, problems);
}

/** A version that was stored raw goes back there: it can be normalized again. */
const END_LOAD = `WITH was AS (
    SELECT dataset_version_id, status FROM dataset_version
    WHERE status IN ('importing', 'normalizing') AND %s FOR UPDATE)
  UPDATE dataset_version v SET failure = $1, status =
    CASE WHEN was.status = 'normalizing' THEN 'ingested' ELSE 'failed' END
  FROM was WHERE v.dataset_version_id = was.dataset_version_id
  RETURNING v.dataset_version_id, was.status AS before, v.status AS after`;
type Ended = { dataset_version_id: string; before: string; after: string };

/** Ends the loads that a condition names, each with its event, in the caller's transaction. */
async function endLoads(
  client: PoolClient, by: AuditSource, failure: Failure, where: string, values: unknown[],
): Promise<number> {
  const { rows } = await client.query<Ended>(END_LOAD.replace("%s", where),
    [JSON.stringify(failure), ...values]);
  for (const { dataset_version_id: id, before, after } of rows) {
    // The code, not the words: they may quote the tape, and an event outlives an erasure.
    await insertAudit(client, by, { type: "dataset_version.failed", subjectId: id,
      datasetVersionId: id, reason: failure.code, before: { status: before },
      after: { status: after } });
  }
  return rows.length;
}

/** Writes why a load failed; while the database is gone it tries again from time to time. */
async function recordFailure(
  ordered: Ordered, failure: Failure, problems: readonly RowProblem[],
): Promise<void> {
  const { versionId, by } = ordered;
  try {
    await inTransaction(async (client) => {
      await client.query("DELETE FROM row_problem WHERE dataset_version_id = $1 AND $2",
        [versionId, problems.length > 0]);
      await copyProblems(client, versionId, problems);
      await endLoads(client, by, failure, "dataset_version_id = $2", [versionId]);
    });
  } catch (failed) {
    log().error({ dataset_version_id: versionId, err: failed }, "IMPORT_FAILURE_NOT_RECORDED");
    setTimeout(() => { void recordFailure(ordered, failure, problems); }, RETRY_MS).unref();
  }
}

/** Ends loads whose process is gone; run at start and from time to time. */
export async function failSilentLoads(silenceS = SILENCE_S): Promise<number> {
  return inTransaction((client) => endLoads(client, systemSource("system:imports"),
    failureOf(new Interrupted()),
    "heartbeat_at < now() - make_interval(secs => $2) AND NOT dataset_version_id = ANY($3)",
    [silenceS, [...running().keys()]]));
}

/** Stops every load of this process and waits until each has rolled back. */
export async function stopLoads(): Promise<void> {
  const entries = [...running().values()];
  for (const entry of entries) entry.stop.abort();
  await Promise.allSettled(entries.map((entry) => entry.done));
}
