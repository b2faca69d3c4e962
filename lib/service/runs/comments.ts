import type { BodyOf, QueryOf, ResponseOf } from "@/lib/contract/operations";
import { sha256Hex } from "@/lib/kernel/hash";
import { newId } from "@/lib/kernel/ids";
import { AppError } from "../platform/app-error";
import { recordAudit } from "../audit/audit";
import type { Context } from "../platform/caller";
import { prisma, type RunComment } from "../db/database";
import { afterCursor, pageOf } from "../platform/paging";
import { findRun } from "./runs";

type Comment = ResponseOf<"createComment">;

const toComment = (row: RunComment): Comment => ({
  comment_id: row.id,
  run_id: row.runId,
  finding_id: row.findingId,
  text: row.text,
  created_at: row.createdAt.toISOString(),
  created_by: row.createdBy,
});

export async function listComments(
  runId: string, query: QueryOf<"listComments">,
): Promise<ResponseOf<"listComments">> {
  const run = await findRun(runId);
  const rows = await prisma().runComment.findMany({
    where: { runId: run.id, ...afterCursor(query.cursor) },
    orderBy: [{ createdAt: "desc" }, { id: "desc" }], take: query.limit + 1,
  });
  return pageOf(rows, query.limit, toComment);
}

/** @throws AppError RUN_NOT_FOUND, DATASET_VERSION_ERASED, or FINDING_NOT_FOUND of another run */
export async function createComment(
  context: Context, runId: string, body: BodyOf<"createComment">,
): Promise<Comment> {
  const run = await findRun(runId);
  const findingId = body.finding_id?.toLowerCase() ?? null;
  if (findingId !== null && !run.findingIds.includes(findingId)) {
    throw new AppError("FINDING_NOT_FOUND", {
      message: `The run ${run.id} has no finding ${findingId}.` });
  }
  const row = await prisma().$transaction(async (transaction) => {
    const created = await transaction.runComment.create({ data: { id: newId(), runId: run.id,
      findingId, text: body.text, createdBy: context.caller.name } });
    // The text stays where it can be read with its run; the log says that it was written, and has
    // its hash.
    await recordAudit(transaction, context, { type: "run.commented", subjectId: run.id,
      datasetVersionId: run.datasetVersionId,
      after: { comment_id: created.id, finding_id: findingId,
        text_sha256: sha256Hex(created.text), created_at: created.createdAt.toISOString() } });
    return created;
  });
  return toComment(row);
}
