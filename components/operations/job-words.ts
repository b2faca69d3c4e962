import { mayImportAgain } from "@/lib/contract/facts";
import type { BadgeState } from "@/components/ui/badge";
import { bytes, count, duration, plural } from "@/components/ui/format";
import type { IconName } from "@/components/ui/icon";
import type { JobKind, JobState } from "@/lib/contract/job";
import type { ResponseOf } from "@/lib/contract/operations";

export type Job = ResponseOf<"getJob">;
export type Schedule = ResponseOf<"createSchedule">;

const KINDS: Record<JobKind, string> = {
  report: "Report", import: "Import", export: "Export", credit_loss: "Credit-loss simulation",
  normalize: "Normalization", verify_evidence: "Verify evidence",
  clean_uploads: "Clean uploads", import_inbox: "Import watched folder",
  apply_retention: "Apply retention rules",
};
export const kindName = (kind: JobKind): string => KINDS[kind];

const STATES: Record<JobState, { word: string; state: BadgeState; icon?: IconName }> = {
  queued: { word: "Waiting", state: "unknown", icon: "clock" },
  running: { word: "Running", state: "preview", icon: "run" },
  succeeded: { word: "Done", state: "normal" },
  failed: { word: "Failed", state: "critical" },
  cancelled: { word: "Cancelled", state: "unknown", icon: "x" },
};
export const stateName = (state: JobState): string => STATES[state].word;

/** How a job's state looks: a stuck or resolved one is told apart. */
export function stateLook(job: Job): { word: string; state: BadgeState; icon?: IconName } {
  if (job.stuck !== null) return { word: "Stuck", state: "warning" };
  if (job.state === "failed" && job.resolution) {
    return { word: "Failed, resolved", state: "unknown", icon: "check" };
  }
  if (job.state === "running" && job.cancel_requested_at !== null) {
    return { word: "Stopping", state: "warning", icon: "stop" };
  }
  return STATES[job.state];
}

/** Whether anything about it still changes by itself. */
export const isOpen = (job: Pick<Job, "state">): boolean =>
  job.state === "queued" || job.state === "running";

/** "12,345 rows, 1,200 rows/s, 3 s left"; a simulation has paths, a file of sums its bytes. */
export function progressWords({ kind, progress, state }: Job): string {
  if (kind === "export" && progress.total_rows === null) return bytes(progress.bytes);
  const unit = kind === "credit_loss" ? "path" : "row";
  const parts = [plural(progress.rows, unit)];
  if (progress.rows_per_s !== null) parts.push(`${count(progress.rows_per_s)} ${unit}s/s`);
  if (state === "running" && progress.seconds_left !== null) {
    parts.push(`${duration(progress.seconds_left * 1000)} left`);
  }
  return parts.join(", ");
}

/** What a job of kind `export` came to; null where it is kept no more, or never was. */
export function keptFile(job: Job): MadeFile | null {
  const file = job.kind === "export" && job.state === "succeeded" ? job.result as MadeFile : null;
  return file && Date.parse(file.expires_at) > Date.now() ? file : null;
}
type MadeFile = { name: string; bytes: number; sha256: string; expires_at: string };

/** "Done, 1,000,000 paths" */
export const pastSimulationWords = (job: Job): string => `${stateName(job.state)}`
  + (job.progress.rows > 0 ? `, ${plural(job.progress.rows, "path")}` : "");

/** What people should read beside the state: why it is stuck, failed or waits. */
export function remarkOf(job: Job): string | null {
  if (job.stuck !== null) return job.stuck;
  if (job.resolution) return `${job.resolution.by}: ${job.resolution.reason}`;
  if (job.failure === null || job.state === "succeeded") return null;
  return job.state === "queued" && job.attempts > 0
    ? `Attempt ${job.attempts} of ${job.max_attempts}: ${job.failure.message}`
    : job.failure.message;
}

/** What one may do with a job in the state it is in. */
export type Act = "cancel" | "restart" | "resolve";
export function actsOn(job: Job): Act[] {
  if (job.stuck !== null) {
    return job.state === "queued" ? ["restart", "cancel"] : ["restart", "resolve"];
  }
  if (isOpen(job)) return job.cancel_requested_at === null ? ["cancel"] : [];
  const isOver = job.state === "succeeded"
    || job.kind === "import" && !mayImportAgain(job.failure?.code ?? "");
  const again: Act[] = isOver ? [] : ["restart"];
  return job.state === "failed" && job.resolution === null ? [...again, "resolve"] : again;
}
