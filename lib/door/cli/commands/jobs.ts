import type { Command } from "commander";
import { FREE_KINDS, type FreeKind } from "@/lib/contract/facts";
import type { ResponseOf } from "@/lib/contract/operations";
import type { Connection } from "../connection";
import { CliError } from "../exit";
import { Progress, table } from "../output";
import { connected, count, settingsOf, show } from "../settings";

type Job = ResponseOf<"getJob">;
type ListOptions = { state?: Job["state"]; kind?: Job["kind"]; stuck?: boolean; limit: number };

const ENDED = new Set<Job["state"]>(["succeeded", "failed", "cancelled"]);
const POLL_MS = 500;

const asTable = (jobs: readonly Job[]): string => table(
  ["id", "kind", "state", "done", "attempts", "subject", "what is wrong"], jobs.map((job) =>
    [job.job_id, job.kind, job.state,
      job.progress.share === null ? "-" : `${Math.round(job.progress.share * 100)} %`,
      `${job.attempts}/${job.max_attempts}`, job.subject_id ?? "-",
      job.stuck ?? job.failure?.message ?? ""]));

export function addJobs(program: Command): void {
  const jobs = program.command("jobs").description("background work: imports, checks, schedules");
  jobs.command("list").description("jobs, newest first")
    .option("--state <state>", "queued, running, succeeded, failed or cancelled")
    .option("--kind <kind>", "e.g. import").option("--stuck", "those without a sign of life")
    .option("--limit <jobs>", "how many", count, 50)
    .action(async (options: ListOptions, command: Command) => {
      const settings = await settingsOf(command);
      const found = await connected(settings, (connection) => connection.list((query) =>
        connection.call("listJobs", { query: { ...query,
          ...(options.state ? { state: options.state } : {}),
          ...(options.kind ? { kind: options.kind } : {}),
          ...(options.stuck ? { stuck: "true" } : {}) } }), options.limit));
      show(settings, found, asTable);
    });
  jobs.command("watch <id>").description("follow a job to its end")
    .action(async (id: string, _options: object, command: Command) => {
      const settings = await settingsOf(command);
      const job = await connected(settings, (connection) => followed(connection, id));
      show(settings, job, (item) => asTable([item]));
      if (job.state !== "succeeded") throw new CliError(job.failure?.message ?? `It is ${job.state}.`);
    });
  addAct(jobs, "cancel", "stop a job; what it did so far is rolled back", "cancelJob");
  addAct(jobs, "restart", "run a stuck or ended job again (ADMIN)", "restartJob");
  jobs.command("resolve <id>").description("end a stuck job, or mark a failed one as dealt with (ADMIN)")
    .requiredOption("-r, --reason <words>", "why")
    .action(async (id: string, { reason }: { reason: string }, command: Command) => {
      const settings = await settingsOf(command);
      const job = await connected(settings, (connection) => connection.call("resolveJob",
        { path: { id }, body: { reason } }));
      show(settings, job, (item) => asTable([item]));
    });
  jobs.command("start <kind>").description(`${FREE_KINDS.join(", ")}, now (ADMIN)`)
    .action(async (kind: FreeKind, _options: object, command: Command) => {
      const settings = await settingsOf(command);
      const job = await connected(settings, (connection) =>
        connection.call("startJob", { body: { kind } }));
      show(settings, job, (item) => asTable([item]));
    });
  jobs.command("schedules").description("what starts by itself, in UTC")
    .action(async (_options: object, command: Command) => {
      const settings = await settingsOf(command);
      const { items } = await connected(settings, (connection) => connection.call("listSchedules"));
      show(settings, items, (all) => table(["id", "kind", "cron", "next", "last"], all.map((item) =>
        [item.schedule_id, item.kind, item.cron, item.next_run_at ?? "off", item.last_run_at ?? "-"])));
    });
}

function addAct(
  jobs: Command, name: string, words: string, operation: "cancelJob" | "restartJob",
): void {
  jobs.command(`${name} <id>`).description(words)
    .action(async (id: string, _options: object, command: Command) => {
      const settings = await settingsOf(command);
      const job = await connected(settings, (connection) =>
        connection.call(operation, { path: { id } }));
      show(settings, job, (item) => asTable([item]));
    });
}

async function followed(connection: Connection, id: string): Promise<Job> {
  const progress = new Progress();
  for (;;) {
    const job = await connection.call("getJob", { path: { id } });
    if (ENDED.has(job.state)) {
      progress.end();
      return job;
    }
    progress.show(`${job.kind}, ${job.state}`, job.progress.rows, job.progress.total_rows ?? 0, "rows");
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
