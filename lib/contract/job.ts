import { z } from "zod";
import { etag, listOf, optionalFlag, pageQuery, seenText, timestamp, uuid } from "./common";
import { FREE_KINDS } from "./facts";
import { operation } from "./operation";
import { reportOrderSchema } from "./report-file";

export const JOB_STATES = ["queued", "running", "succeeded", "failed", "cancelled"] as const;
export type JobState = (typeof JOB_STATES)[number];

export const JOB_KINDS = ["import", "normalize", "credit_loss", "export", "report", ...FREE_KINDS] as const;
/** What a schedule can start; a report says of what it is made. */
export const SCHEDULED_KINDS = [...FREE_KINDS, "report"] as const;
export type ScheduledKind = (typeof SCHEDULED_KINDS)[number];
export type JobKind = (typeof JOB_KINDS)[number];

export const jobSchema = z.object({
  job_id: uuid,
  kind: z.enum(JOB_KINDS),
  state: z.enum(JOB_STATES),
  subject_id: z.string().nullable()
    .meta({ description: "What it works on: the dataset version of an import." }),
  attempts: z.number().int(),
  max_attempts: z.number().int(),
  progress: z.object({
    rows: z.number().int().meta({ description: "Of a simulation: paths." }), total_rows: z.number().int().nullable(),
    bytes: z.number(), total_bytes: z.number().nullable(),
    share: z.number().nullable().meta({ description: "0 to 1; null when it cannot be told." }),
    rows_per_s: z.number().nullable(), seconds_left: z.number().nullable(),
    elapsed_ms: z.number().nullable(),
  }),
  stuck: z.string().nullable().meta({ description: "Why it is taken to be stuck; null if not." }),
  worker: z.string().nullable(),
  result: z.unknown().meta({ description: "What it came to; a simulation's is not in lists." }),
  failure: z.object({ code: z.string(), message: z.string() }).nullable()
    .meta({ description: "How it failed; of a job that is queued again, its last attempt." }),
  resolution: z.object({ by: z.string(), at: timestamp, reason: z.string() }).nullable(),
  cancel_requested_at: timestamp.nullable(),
  cancel_requested_by: z.string().nullable(),
  schedule_id: uuid.nullable(),
  correlation_id: z.string().nullable(),
  created_by: z.string(),
  created_at: timestamp,
  available_at: timestamp,
  started_at: timestamp.nullable(),
  heartbeat_at: timestamp.nullable(),
  finished_at: timestamp.nullable(),
}).meta({ id: "Job" });

export const scheduleSchema = z.object({
  schedule_id: uuid,
  kind: z.enum(SCHEDULED_KINDS),
  report: reportOrderSchema.nullable().meta({ description: "What a report is made of." }),
  cron: z.string(),
  enabled: z.boolean(),
  next_run_at: timestamp.nullable().meta({ description: "Null while it is switched off." }),
  last_run_at: timestamp.nullable(),
  last_job_id: uuid.nullable(),
  created_by: z.string(),
  created_at: timestamp,
  updated_at: timestamp,
  etag,
}).meta({ id: "Schedule" });

const cron = z.string().trim().min(9).max(100)
  .meta({ description: "Five cron fields in UTC, e.g. `0 3 * * *`." });
const reason = seenText(1000);
const ordered = { kind: z.enum(SCHEDULED_KINDS), report: reportOrderSchema.optional()
  .meta({ description: "With kind `report`: of which dataset, for whom, as what file." }) };
const fits = ({ kind, report }: { kind: string; report?: unknown }): boolean =>
  (kind === "report") === (report !== undefined);
const FITS = { path: ["report"], message: "goes with the kind report, and only with it" };

export const jobOperations = {
  listJobs: operation({
    method: "GET", path: "/jobs", tag: "Jobs", role: "READ",
    summary: "Jobs, newest first.",
    query: z.strictObject({
      ...pageQuery,
      state: z.enum(JOB_STATES).optional(),
      kind: z.enum(JOB_KINDS).optional(),
      subject: z.string().max(100).optional()
        .meta({ description: "What the job works on, e.g. a dataset version id." }),
      stuck: optionalFlag,
    }),
    response: listOf(jobSchema), errors: ["PARAMETERS_INVALID"],
  }),
  getJob: operation({
    method: "GET", path: "/jobs/{id}", tag: "Jobs", role: "READ",
    summary: "One job with its progress, rate and time left.",
    response: jobSchema, errors: ["JOB_NOT_FOUND"],
  }),
  startJob: operation({
    method: "POST", path: "/jobs", tag: "Jobs", role: "ADMIN", status: 202,
    creates: true,
    summary: "Starts a job that needs no further input.",
    body: z.strictObject(ordered).refine(fits, FITS),
    response: jobSchema, errors: ["REQUEST_BODY_INVALID", "DATASET_NOT_FOUND"],
  }),
  cancelJob: operation({
    method: "POST", path: "/jobs/{id}/cancel", tag: "Jobs", role: "INGEST",
    summary: "Cancels a job: at once while it waits, else as soon as its worker has rolled back. " +
      "Who may import may cancel imports; other kinds need ADMIN.",
    response: jobSchema, errors: ["JOB_NOT_FOUND", "JOB_STATE_CONFLICT", "FORBIDDEN"],
  }),
  restartJob: operation({
    method: "POST", path: "/jobs/{id}/restart", tag: "Jobs", role: "ADMIN",
    summary: "Runs a job again that is stuck, waits for its next attempt, failed or was " +
      "cancelled. An import that ended becomes a new job and version, while its file is kept.",
    response: jobSchema, errors: ["JOB_NOT_FOUND", "JOB_STATE_CONFLICT"],
  }),
  resolveJob: operation({
    method: "POST", path: "/jobs/{id}/resolve", tag: "Jobs", role: "ADMIN",
    summary: "Ends a stuck job as failed, or marks a failed one as dealt with.",
    body: z.strictObject({ reason }),
    response: jobSchema,
    errors: ["REQUEST_BODY_INVALID", "JOB_NOT_FOUND", "JOB_STATE_CONFLICT"],
  }),
  listSchedules: operation({
    method: "GET", path: "/schedules", tag: "Jobs", role: "READ", summary: "Schedules.",
    query: z.strictObject(pageQuery), response: listOf(scheduleSchema),
    errors: ["PARAMETERS_INVALID"],
  }),
  createSchedule: operation({
    method: "POST", path: "/schedules", tag: "Jobs", role: "ADMIN", status: 201,
    creates: true, tagged: "shows",
    summary: "Starts a kind of job by itself, by cron in UTC.",
    body: z.strictObject({ ...ordered, cron, enabled: z.boolean().default(true) })
      .refine(fits, FITS),
    response: scheduleSchema, errors: ["REQUEST_BODY_INVALID", "DATASET_NOT_FOUND"],
  }),
  getSchedule: operation({
    method: "GET", path: "/schedules/{id}", tag: "Jobs", role: "READ", tagged: "shows",
    summary: "One schedule.", response: scheduleSchema, errors: ["SCHEDULE_NOT_FOUND"],
  }),
  updateSchedule: operation({
    method: "PATCH", path: "/schedules/{id}", tag: "Jobs", role: "ADMIN", tagged: "edits",
    summary: "Changes when a schedule runs, or switches it on or off.",
    body: z.strictObject({ cron: cron.optional(), enabled: z.boolean().optional() }),
    response: scheduleSchema, errors: ["REQUEST_BODY_INVALID", "SCHEDULE_NOT_FOUND"],
  }),
  deleteSchedule: operation({
    method: "DELETE", path: "/schedules/{id}", tag: "Jobs", role: "ADMIN",
    summary: "Removes a schedule; its jobs stay.",
    response: scheduleSchema, errors: ["SCHEDULE_NOT_FOUND"],
  }),
};
