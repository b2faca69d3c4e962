import { createHash } from "node:crypto";
import { ERRORS } from "@/lib/contract/errors";
import { EXPORT_DAYS } from "@/lib/contract/facts";
import type { QueryOf } from "@/lib/contract/operations";
import { AppError } from "../platform/app-error";
import { dropUnfinished, NewArtifact } from "../platform/artifact-store";
import type { AuditEntry } from "../audit/audit";
import { inTransaction, pool, type PoolClient } from "../db/database";
import { exportArtifact } from "./export-artifacts";
import type { FileContent } from "../platform/exported-file";
import type { FileSource } from "../datasets/file-source";
import { JobFailedError, type Attempt, type JobCode } from "../jobs/job-attempt";
import { isStorageFull } from "../platform/storage";
import { comparisonFile } from "./run-compare-export";
import { runFile } from "./run-export";
import { instrumentsFile } from "../runs/run-instruments";
import { versionFile } from "./version-export";

/** The exports that a job can make: an operation with what it was asked. */
export type ExportRequest =
  | { operation: "exportRun"; id: string; query: QueryOf<"exportRun"> }
  | { operation: "listRunInstruments"; id: string; query: QueryOf<"listRunInstruments"> }
  | { operation: "exportRunComparison"; query: QueryOf<"exportRunComparison"> }
  | { operation: "exportVersion"; id: string; query: QueryOf<"exportVersion"> };

/** What a job of kind `export` is to make. */
export type ExportPayload = {
  request: ExportRequest; name: string; type: string; version_ids: string[];
  /** What the audit log says of each who gets the file. */
  event: AuditEntry;
};
/** What came of it; `expires_at` is the end of its keeping. */
export type ExportResult = { name: string; sha256: string; bytes: number; expires_at: string };

/** The file that a request asks for. @throws AppError as the operation does */
export function fileOf(request: ExportRequest): Promise<FileSource> {
  switch (request.operation) {
    case "exportRun": return runFile(request.id, request.query);
    case "listRunInstruments": return instrumentsFile(request.id, request.query);
    case "exportRunComparison": return comparisonFile(request.query);
    case "exportVersion": return versionFile(request.id, request.query);
  }
}

/** Makes a file and keeps it for some days: the bytes are those of the direct answer. */
export const exportJob: JobCode = {
  // As of a direct export: what is evidence can be taken out while calculations are halted.
  obeysSwitch: false,
  run: async (attempt) => {
    const artifact = await NewArtifact.begin(exportArtifact(attempt.job.job_id));
    try {
      await makeFile(attempt, artifact);
    } catch (error) {
      await artifact.drop();
      attempt.stopIfAsked();
      throw forGood(attempt, error);
    }
  },
  cleanUp: (job) => dropUnfinished(exportArtifact(job.job_id)),
};

async function makeFile(attempt: Attempt, artifact: NewArtifact): Promise<void> {
  const { request, version_ids: ids } = attempt.job.payload as unknown as ExportPayload;
  const erasedBefore = await erasedOf(pool(), ids);
  const source = await fileOf(request);
  if (source.rows > 0) attempt.expect(source.rows);
  const hash = createHash("sha256");
  let [rows, bytes] = [0, 0];
  for await (const piece of piecesOf(await source.open((done) => { rows = done; }))) {
    attempt.stopIfAsked();
    hash.update(piece);
    bytes += piece.length;
    await artifact.write(piece);
    attempt.progress(rows, bytes);
  }
  await artifact.end();
  attempt.progress(source.rows, bytes);
  const result: ExportResult = { name: source.name, sha256: hash.digest("hex"), bytes,
    expires_at: new Date(Date.now() + EXPORT_DAYS * 86_400_000).toISOString() };
  await inTransaction(async (client) => {
    await attempt.finish(client, result, false);
    // An erasure waits for this and removes the file, or came first.
    if (await erasedOf(client, ids, "FOR SHARE") !== erasedBefore) {
      throw new AppError("DATASET_VERSION_ERASED", { message: "The dataset version was erased " +
        "while the file was made. Nothing was kept." });
    }
    // Last, so that what fails leaves neither a result without a file nor a file without one.
    await artifact.keep();
  });
}

/** How many of the versions are erased. */
async function erasedOf(
  client: Pick<PoolClient, "query">, ids: readonly string[], lock = "",
): Promise<number> {
  const { rows } = await client.query<{ status: string }>(`SELECT status FROM dataset_version
    WHERE dataset_version_id = ANY($1::uuid[]) ORDER BY dataset_version_id ${lock}`, [ids]);
  return rows.filter(({ status }) => status === "erased").length;
}

/** A file's pieces as a disk likes them: small ones together. */
const PIECE_BYTES = 256 * 1024;

async function* piecesOf(content: FileContent): AsyncGenerator<Uint8Array> {
  if ("text" in content) {
    yield new TextEncoder().encode(content.text);
    return;
  }
  let [held, bytes] = [[] as Uint8Array[], 0];
  for await (const piece of content.pieces) {
    held.push(piece);
    bytes += piece.length;
    if (bytes < PIECE_BYTES) continue;
    yield Buffer.concat(held);
    [held, bytes] = [[], 0];
  }
  if (bytes > 0) yield Buffer.concat(held);
}

/** What another attempt would not mend ends with the words that a direct request would have got. */
function forGood(attempt: Attempt, error: unknown): unknown {
  if (!(error instanceof AppError) || isStorageFull(error)) return error;
  const mayPass = ERRORS[error.code][0] >= 500 && attempt.job.attempts < attempt.job.max_attempts;
  return mayPass ? error : new JobFailedError({ code: error.code, message: error.message });
}
