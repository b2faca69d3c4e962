import { tapeTypeOf } from "@/lib/contract/tape-types";
import type { Json } from "@/lib/kernel/canonical";
import { isUuid } from "@/lib/kernel/ids";
import { AppError } from "../platform/app-error";
import { systemSource, writeAudit, type AuditSource } from "../audit/audit";
import { inTransaction, isDatabaseGone, pool, prisma } from "../db/database";
import { takeIn } from "./imports";
import { FileGoneError, isSameFile, type SeenFile } from "./inbox-files";
import {
  canMoveFrom, inboxFiles, inboxFolders, isInboxSet, moveToFailed, readInboxFile,
} from "./inbox-place";
import { failureText, importFailed, inboxName, settleFile } from "./inbox-settle";
import { HeldError, JobFailedError, type Attempt, type JobCode } from "../jobs/job-attempt";
import type { Failure } from "../jobs/job-store";
import { isHalt, killSwitchStatus, refuseWhenHalted } from "../controls/kill-switch";
import { log } from "../platform/log";

/** One look through the watched folder, as the job's result says it. */
type Scan = {
  /** Files whose import was ordered, and files that the dataset has already. */
  taken: number; known: number;
  /** Files that are still being written or loaded: the next look decides. */
  waiting: number;
  /** Files of no known kind, folders of no dataset, links: they stay where they are. */
  ignored: number;
  refused: (Failure & { file: string })[];
};

/** What says something of a file, and would say it again. */
const REFUSALS = new Set(["FILE_UNREADABLE", "MAPPING_REQUIRED", "REQUEST_BODY_INVALID",
  "PARAMETERS_INVALID", "PAYLOAD_TOO_LARGE", "MEDIA_TYPE_UNSUPPORTED"]);
const SHOWN = 3;

/** Takes in what has settled in the watched folder; each import is a job of its own. */
export const importInboxJob: JobCode = {
  obeysSwitch: true,
  run: async (attempt) => {
    const scan: Scan = { taken: 0, known: 0, waiting: 0, ignored: 0, refused: [] };
    if (isInboxSet()) {
      await new InboxScan(attempt, scan).run().catch((error: unknown) => {
        // What was refused before the kill switch is told now; the next look does the rest.
        if (!(error instanceof HeldError) || scan.refused.length === 0) throw error;
      });
    }
    const result = { watched: isInboxSet(), ...scan } satisfies Json;
    if (scan.refused.length > 0) throw refusedFiles(scan.refused, result);
    await inTransaction((client) => attempt.finish(client, result, false));
  },
};

function refusedFiles(refused: Scan["refused"], result: Json): JobFailedError {
  const shown = refused.slice(0, SHOWN).map(({ file, code, message }) =>
    `${file}: ${code}: ${message}`);
  const more = refused.length > SHOWN ? [`and ${refused.length - SHOWN} more`] : [];
  return new JobFailedError({ code: "TAPES_REFUSED",
    message: `Not imported: ${[...shown, ...more].join("; ")}` }, result);
}

/** Files whose import waits or runs: its end moves them. */
async function filesUnderWay(): Promise<SeenFile[]> {
  const { rows } = await pool().query<{ file: SeenFile }>(
    `SELECT payload->'inbox' AS file FROM job
     WHERE kind = 'import' AND state IN ('queued', 'running') AND payload ? 'inbox'`);
  return rows.map(({ file }) => file);
}

/** What cannot be moved away comes up again; it must not end the look for the others. */
async function moved(seen: SeenFile, move: () => Promise<boolean>): Promise<boolean> {
  try {
    return await move();
  } catch (error) {
    if (isDatabaseGone(error)) throw error;
    log().warn({ file: inboxName(seen), err: error }, "INBOX_FILE_NOT_MOVED");
    return false;
  }
}

class InboxScan {
  private readonly by: AuditSource;
  private underWay: SeenFile[] = [];

  constructor(private readonly attempt: Attempt, private readonly scan: Scan) {
    const { correlation_id: correlationId, job_id: jobId } = attempt.job;
    this.by = systemSource("system:inbox", correlationId ?? jobId);
  }

  async run(): Promise<void> {
    const { folders, links } = await inboxFolders().catch((error: NodeJS.ErrnoException) => {
      throw new JobFailedError({ code: "INBOX_UNREADABLE",
        message: `The watched folder (TODISCOPE_INBOX) cannot be read: ${error.code ?? "?"}.` });
    });
    this.underWay = await filesUnderWay();
    for (const link of links) await this.leave("pipeline.link_refused", link, "LINK");
    for (const folder of folders) await this.folder(folder);
  }

  private async folder(folder: string): Promise<void> {
    const datasets = await prisma().dataset.findMany({ select: { id: true }, take: 2,
      where: isUuid(folder) ? { id: folder } : { name: folder } });
    const [dataset] = datasets;
    if (dataset === undefined || datasets.length > 1) {
      await this.leave("pipeline.folder_refused", folder,
        dataset === undefined ? "DATASET_NOT_FOUND" : "NAME_OF_SEVERAL_DATASETS");
      return;
    }
    const { settled, unsettled, links } = await inboxFiles(folder);
    this.scan.waiting += unsettled.length;
    for (const link of links) {
      await this.leave("pipeline.link_refused", `${folder}/${link}`, "LINK");
    }
    if (settled.length > 0 && !await canMoveFrom(folder)) {
      this.scan.refused.push({ file: folder, code: "INBOX_UNWRITABLE",
        message: "Files cannot be moved away from this folder, so none was taken in." });
      return;
    }
    for (const seen of settled) await this.file(dataset.id, seen);
  }

  private async file(datasetId: string, seen: SeenFile): Promise<void> {
    const type = tapeTypeOf(seen.name);
    if (type === null) {
      this.scan.ignored += 1;
      return;
    }
    this.stopIfAsked();
    if (this.underWay.some((other) => isSameFile(other, seen))) {
      this.scan.waiting += 1;
      return;
    }
    try {
      const { versionId, jobId } = await takeIn(this.by, datasetId, { source_name: seen.name },
        { mediaType: type.mediaType, contentEncoding: type.isPacked ? "gzip" : null,
          bytes: this.bytesOf(seen) },
        { payload: { inbox: seen }, arrivedAt: new Date(seen.arrivedMs) });
      if (jobId !== null) this.scan.taken += 1;
      else if (await moved(seen, () => settleFile(seen, versionId))) this.scan.known += 1;
      else this.scan.waiting += 1;
    } catch (error) {
      await this.fault(datasetId, seen, error);
    }
    this.attempt.progress(this.scan.taken);
  }

  /** The kill switch makes the look wait and begin again, whatever it had come to. */
  private stopIfAsked(): void {
    this.attempt.stopIfAsked();
    const { enabled, reason } = killSwitchStatus();
    if (enabled) throw new HeldError(`The kill switch is active: ${reason ?? ""}`);
  }

  private async* bytesOf(seen: SeenFile): AsyncGenerator<Uint8Array> {
    for await (const chunk of readInboxFile(seen)) {
      this.attempt.stopIfAsked();
      refuseWhenHalted();
      yield chunk;
    }
  }

  private async fault(datasetId: string, seen: SeenFile, error: unknown): Promise<void> {
    if (isHalt(error)) throw new HeldError("The kill switch is active.");
    if (error instanceof FileGoneError) {
      this.scan.waiting += 1;
      log().info({ file: inboxName(seen) }, "INBOX_FILE_CHANGED");
      return;
    }
    if (!(error instanceof AppError) || !REFUSALS.has(error.code)) throw error;
    const failure = { code: error.code, message: error.message };
    log().warn({ file: inboxName(seen), dataset_id: datasetId, code: error.code },
      "INBOX_FILE_REFUSED");
    // The alert first: a file that is not moved comes up again, a lost alert does not.
    await writeAudit(this.by, importFailed(seen, error.code, { subjectId: datasetId }));
    this.scan.refused.push({ file: inboxName(seen), ...failure });
    await moved(seen, () => moveToFailed(seen, failureText(seen, failure)));
  }

  /** What stays in the folder is said once, however often it is seen. */
  private async leave(type: string, subjectId: string, reason: string): Promise<void> {
    this.scan.ignored += 1;
    const said = await prisma().auditEvent.findFirst(
      { where: { type, subjectId }, select: { id: true } });
    if (said) return;
    log().warn({ entry: subjectId, reason }, "INBOX_ENTRY_LEFT");
    await writeAudit(this.by, { type, subjectId, reason });
  }
}
