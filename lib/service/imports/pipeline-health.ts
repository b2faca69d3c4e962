import type { ResponseOf } from "@/lib/contract/operations";
import { pool } from "../db/database";
import { newestKpis } from "../db/kpi-records";
import {
  lastFailure, lastImport, lastSealed, nextScan, type LastFailure,
} from "../db/pipeline-query";
import { killSwitchStatus } from "../controls/kill-switch";

type PipelineHealth = ResponseOf<"pipelineHealth">;

async function metricsComputed(): Promise<PipelineHealth["metrics_computed"]> {
  const sealed = await lastSealed();
  if (sealed === null) return null;
  const { dataset_version_id, sealed_at } = sealed;
  const stored = (await newestKpis(pool(), [dataset_version_id])).get(dataset_version_id);
  const figures = Object.values(stored?.payload.kpis ?? {});
  return {
    dataset_version_id, sealed_at: sealed_at.toISOString(),
    count: figures.filter(({ value }) => value !== null).length,
    evidence_id: stored?.evidence_id ?? null,
    recorded_at: stored?.created_at.toISOString() ?? null,
  };
}

function statusOf(
  run: PipelineHealth["last_run"], failure: LastFailure | null,
  metrics: PipelineHealth["metrics_computed"],
): PipelineHealth["status"] {
  if (failure && !failure.is_past) return "failed";
  if (failure || killSwitchStatus().enabled || metrics?.evidence_id === null) return "degraded";
  return run === null ? "idle" : "ok";
}

/** How imports fare, whoever or whatever starts them; the rule stands in the contract. */
export async function pipelineHealth(): Promise<PipelineHealth> {
  const [last, failure, next, metrics] = await Promise.all(
    [lastImport(), lastFailure(), nextScan(), metricsComputed()]);
  const run = last === null ? null : { ...last, at: last.at.toISOString() };
  return {
    status: statusOf(run, failure, metrics),
    last_run: run,
    next_run: next === null ? null : { ...next, at: next.at.toISOString() },
    metrics_computed: metrics,
    last_error: failure === null ? null : { at: failure.at.toISOString(),
      job_id: failure.job_id, code: failure.code, message: failure.message },
  };
}
