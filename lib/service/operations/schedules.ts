import type { ScheduledKind } from "@/lib/contract/job";
import type { BodyOf, QueryOf, ResponseOf } from "@/lib/contract/operations";
import { isUuid, newId } from "@/lib/kernel/ids";
import { AppError } from "../platform/app-error";
import { recordAudit, systemSource } from "../audit/audit";
import type { Context } from "../platform/caller";
import { findDataset } from "../datasets/datasets";
import { pool, prisma, type Prisma, type Schedule as Row } from "../db/database";
import { etagOf, requireMatch } from "../platform/etag";
import { enqueue } from "../jobs/job-store";
import { nextRun } from "../jobs/job-timing";
import { killSwitchStatus } from "../controls/kill-switch";
import { log } from "../platform/log";
import type { ReportOrder } from "../reports/report-files";
import { afterCursor, pageOf } from "../platform/paging";

type Schedule = ResponseOf<"createSchedule">;

/** Attempts of a job that a schedule or an administrator started. */
export const FREE_ATTEMPTS = 3;

const toSchedule = (row: Row): Schedule => ({
  schedule_id: row.id,
  kind: row.kind as ScheduledKind,
  report: row.parameters as Schedule["report"],
  cron: row.cron,
  enabled: row.enabled,
  next_run_at: row.enabled ? row.nextRunAt.toISOString() : null,
  last_run_at: row.lastRunAt?.toISOString() ?? null,
  last_job_id: row.lastJobId,
  created_by: row.createdBy,
  created_at: row.createdAt.toISOString(),
  updated_at: row.updatedAt.toISOString(),
  etag: etagOf({ id: row.id, cron: row.cron, enabled: row.enabled }),
});

const shown = (row: Row): Prisma.InputJsonObject =>
  ({ kind: row.kind, cron: row.cron, enabled: row.enabled,
    ...(row.parameters === null ? {} : { report: row.parameters as Prisma.InputJsonObject }) });

/** @throws AppError REQUEST_BODY_INVALID when the text is no cron. */
function dueAfter(cron: string, after: Date): Date {
  const next = nextRun(cron, after);
  if (next.ok) return next.at;
  throw new AppError("REQUEST_BODY_INVALID", { message: `cron: ${next.message}`,
    errors: [{ path: "cron", message: next.message }] });
}

export async function listSchedules(
  query: QueryOf<"listSchedules">,
): Promise<ResponseOf<"listSchedules">> {
  const rows = await prisma().schedule.findMany({ where: afterCursor(query.cursor),
    orderBy: [{ createdAt: "desc" }, { id: "desc" }], take: query.limit + 1 });
  return pageOf(rows, query.limit, toSchedule);
}

export async function getSchedule(id: string): Promise<Schedule> {
  const row = isUuid(id) ? await prisma().schedule.findUnique({ where: { id } }) : null;
  if (!row) throw new AppError("SCHEDULE_NOT_FOUND");
  return toSchedule(row);
}

export async function createSchedule(
  context: Context, body: BodyOf<"createSchedule">,
): Promise<Schedule> {
  const nextRunAt = dueAfter(body.cron, new Date());
  if (body.report) await findDataset(body.report.dataset_id);
  return toSchedule(await prisma().$transaction(async (transaction) => {
    const row = await transaction.schedule.create({ data: { id: newId(), kind: body.kind,
      ...(body.report && { parameters: body.report }),
      cron: body.cron, enabled: body.enabled, nextRunAt, createdBy: context.caller.name } });
    await recordAudit(transaction, context,
      { type: "schedule.created", subjectId: row.id, after: shown(row) });
    return row;
  }));
}

/** A schedule, locked until the transaction ends. @throws AppError SCHEDULE_NOT_FOUND */
async function locked(transaction: Prisma.TransactionClient, id: string): Promise<Row> {
  const row = isUuid(id) && await transaction.$executeRaw`
    SELECT 1 FROM schedule WHERE schedule_id = ${id}::uuid FOR UPDATE` > 0
    ? await transaction.schedule.findUnique({ where: { id } }) : null;
  if (!row) throw new AppError("SCHEDULE_NOT_FOUND");
  return row;
}

/** Changes a schedule; what is switched on again does not make up for the time in between. */
export async function updateSchedule(
  context: Context, id: string, body: BodyOf<"updateSchedule">,
): Promise<Schedule> {
  return toSchedule(await prisma().$transaction(async (transaction) => {
    const before = await locked(transaction, id);
    requireMatch(context, toSchedule(before).etag);
    const cron = body.cron ?? before.cron;
    const enabled = body.enabled ?? before.enabled;
    const isSame = cron === before.cron && enabled === before.enabled;
    if (isSame) return before;
    const after = await transaction.schedule.update({ where: { id }, data: {
      cron, enabled, nextRunAt: dueAfter(cron, new Date()), updatedAt: new Date() } });
    await recordAudit(transaction, context, { type: "schedule.updated", subjectId: id,
      before: shown(before), after: shown(after) });
    return after;
  }));
}

export async function deleteSchedule(context: Context, id: string): Promise<Schedule> {
  return toSchedule(await prisma().$transaction(async (transaction) => {
    const row = await locked(transaction, id);
    await transaction.schedule.delete({ where: { id } });
    await recordAudit(transaction, context,
      { type: "schedule.deleted", subjectId: id, before: shown(row) });
    return row;
  }));
}

type Due = { id: string; kind: ScheduledKind; cron: string; at: Date; busy: boolean;
  parameters: ReportOrder | null };

/**
 * Starts what is due, each tick once however many processes look: the row's lock decides. What
 * was missed while nothing ran starts once. While the kill switch is active nothing is due.
 */
export async function startDueSchedules(): Promise<void> {
  const due = await pool().query(
    "SELECT FROM schedule WHERE enabled AND next_run_at <= now() LIMIT 1");
  if (due.rowCount === 0 || killSwitchStatus().enabled) return;
  await prisma().$transaction(async (transaction) => {
    const rows = await transaction.$queryRaw<Due[]>`
      SELECT schedule_id::text AS id, kind, cron, parameters, now() AS at, EXISTS (
        SELECT FROM job j WHERE j.schedule_id = s.schedule_id
          AND j.state IN ('queued', 'running')) AS busy
      FROM schedule s WHERE enabled AND next_run_at <= now() FOR UPDATE SKIP LOCKED`;
    for (const row of rows) await start(transaction, row);
  });
}

async function start(transaction: Prisma.TransactionClient, due: Due): Promise<void> {
  const next = nextRun(due.cron, due.at);
  if (!next.ok) log().error({ schedule_id: due.id, cron: due.cron }, "SCHEDULE_NEVER_DUE");
  const data = next.ok ? { nextRunAt: next.at } : { enabled: false };
  if (due.busy) {
    // The run before is not over: one of them at a time is enough.
    log().warn({ schedule_id: due.id, kind: due.kind }, "SCHEDULE_SKIPPED");
    await transaction.schedule.update({ where: { id: due.id }, data });
    return;
  }
  const correlationId = `schedule-${newId()}`;
  const jobId = await enqueue(transaction, { kind: due.kind, maxAttempts: FREE_ATTEMPTS,
    ...(due.parameters && { payload: due.parameters, subjectId: due.parameters.dataset_id }),
    createdBy: "system:schedule", scheduleId: due.id, correlationId });
  await transaction.schedule.update({ where: { id: due.id },
    data: { ...data, lastRunAt: due.at, lastJobId: jobId } });
  await recordAudit(transaction, systemSource("system:schedule", correlationId),
    { type: "job.started", subjectId: jobId, details: { kind: due.kind, schedule_id: due.id } });
}
