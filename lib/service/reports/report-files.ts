import { createHash } from "node:crypto";
import type { QueryOf, ResponseOf } from "@/lib/contract/operations";
import { isUuid, newId } from "@/lib/kernel/ids";
import { AppError } from "../platform/app-error";
import { readArtifact, writeArtifact } from "../platform/artifact-store";
import { insertAudit, systemSource, writeAudit } from "../audit/audit";
import type { Context } from "../platform/caller";
import { findDataset } from "../datasets/datasets";
import { inTransaction, prisma, type ReportFile as Row } from "../db/database";
import { FILE_TYPES, type ExportedFile } from "../platform/exported-file";
import { JobFailedError, type JobCode } from "../jobs/job-attempt";
import { afterCursor, pageOf } from "../platform/paging";
import { reportArtifact } from "./report-artifacts";
import { reportName, reportOf } from "./run-export";
import { getRun } from "../runs/runs";

type ReportFile = ResponseOf<"listReportFiles">["items"][number];
/** What a schedule of reports says; a job has it as its payload. */
export type ReportOrder = Pick<ReportFile, "dataset_id" | "template" | "format">;

const toReportFile = (row: Row): ReportFile => ({
  report_file_id: row.id, dataset_id: row.datasetId, run_id: row.runId,
  template: row.template as ReportFile["template"], format: row.format as ReportFile["format"],
  sign_off: row.signOff as ReportFile["sign_off"], sha256: row.sha256, bytes: row.bytes,
  job_id: row.jobId, created_at: row.createdAt.toISOString(),
});

export async function listReportFiles(
  id: string, query: QueryOf<"listReportFiles">,
): Promise<ResponseOf<"listReportFiles">> {
  const dataset = await findDataset(id);
  const rows = await prisma().reportFile.findMany({
    where: { datasetId: dataset.id, ...afterCursor(query.cursor) },
    orderBy: [{ createdAt: "desc" }, { id: "desc" }], take: query.limit + 1 });
  return pageOf(rows, query.limit, toReportFile);
}

/** @throws AppError REPORT_FILE_NOT_FOUND also where its bytes are lost or not those of then */
export async function getReportFile(context: Context, id: string): Promise<ExportedFile> {
  const row = isUuid(id) ? await prisma().reportFile.findUnique({ where: { id } }) : null;
  if (!row) throw new AppError("REPORT_FILE_NOT_FOUND");
  const run = await prisma().run.findUniqueOrThrow({ where: { id: row.runId } });
  const hash = createHash("sha256");
  const bytes = await readArtifact(reportArtifact(row), (piece) => { hash.update(piece); });
  if (!bytes || hash.digest("hex") !== row.sha256) {
    throw new AppError("REPORT_FILE_NOT_FOUND", { message: "The report's file is gone with its " +
      "dataset version, lost or damaged; where the version is still there, export the run to get " +
      "its report of today." });
  }
  const { format, template } = toReportFile(row);
  await writeAudit(context, { type: "run.exported", subjectId: run.id,
    datasetVersionId: run.datasetVersionId,
    details: { format, template, report_file_id: row.id } });
  return { name: reportName({ run_id: run.id }, format, template), type: FILE_TYPES[format],
    pieces: once(new Uint8Array(bytes)) };
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> { yield bytes; }

/** Makes the report of a dataset's latest run and keeps it; a failure is an alert. */
export const reportJob: JobCode = {
  obeysSwitch: false,
  run: async (attempt) => {
    const { dataset_id: datasetId, template, format } =
      attempt.job.payload as unknown as ReportOrder;
    const latest = await prisma().run.findFirst({
      where: { version: { datasetId, status: "sealed" } },
      orderBy: [{ createdAt: "desc" }, { id: "desc" }], select: { id: true } });
    if (!latest) {
      throw new JobFailedError({ code: "RUN_NOT_FOUND",
        message: "The dataset has no run whose report could be made." });
    }
    const run = await getRun(latest.id);
    const pieces: Uint8Array[] = [];
    const hash = createHash("sha256");
    for await (const piece of await reportOf(run, format, template)) {
      attempt.stopIfAsked();
      pieces.push(piece);
      hash.update(piece);
    }
    const sha256 = hash.digest("hex");
    const bytes = pieces.reduce((sum, piece) => sum + piece.length, 0);
    const id = newId();
    await inTransaction(async (client) => {
      await client.query(`INSERT INTO report_file (report_file_id, dataset_id, run_id, template,
        format, sign_off, sha256, bytes, job_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [id, datasetId, run.run_id, template, format, run.sign_off.state, sha256, bytes,
        attempt.job.job_id]);
      await insertAudit(client, systemSource("system:report", attempt.job.correlation_id), {
        type: "report.made", subjectId: run.run_id, datasetVersionId: run.dataset_version_id,
        after: { report_file_id: id, template, format, sha256, bytes, sign_off: run.sign_off.state,
          job_id: attempt.job.job_id } });
      await attempt.finish(client,
        { report_file_id: id, run_id: run.run_id, sha256, bytes }, false);
      // Last, so that what fails leaves neither a row without a file nor a file without a row.
      await writeArtifact(reportArtifact({ sha256, format }), pieces);
    });
  },
  ended: async (client, job, ending) => {
    const { dataset_id: datasetId, template, format } = job.payload as unknown as ReportOrder;
    await insertAudit(client, systemSource("system:report", job.correlation_id), {
      type: "report.failed", subjectId: datasetId, reason: ending.failure.code,
      details: { job_id: job.job_id, template, format } });
  },
};
