import { z } from "zod";
import { timestamp, uuid } from "./common";
import { operation } from "./operation";

/** How imports fare: the rule stands in the operation's summary. */
export const PIPELINE_STATES = ["ok", "degraded", "failed", "idle"] as const;

export const pipelineHealthSchema = z.object({
  status: z.enum(PIPELINE_STATES),
  last_run: z.object({
    at: timestamp, job_id: uuid, dataset_id: uuid, dataset_name: z.string(),
    dataset_version_id: uuid, version: z.number().int(),
    source_name: z.string().nullable(), rows: z.number().int(),
    outcome: z.enum(["succeeded", "failed", "cancelled"]),
  }).nullable().meta({ description: "The newest import that ended; null before the first." }),
  next_run: z.object({ at: timestamp, schedule_id: uuid, cron: z.string() }).nullable()
    .meta({ description: "When the watched folder is looked at next; null without a schedule." }),
  metrics_computed: z.object({
    dataset_version_id: uuid, sealed_at: timestamp,
    count: z.number().int().meta({ description: "KPIs that have a value." }),
    evidence_id: uuid.nullable().meta({ description: "Null where no KPIs were recorded." }),
    recorded_at: timestamp.nullable(),
  }).nullable().meta({ description: "KPIs recorded for the version that was sealed last." }),
  last_error: z.object({ at: timestamp, job_id: uuid, code: z.string(), message: z.string() })
    .nullable().meta({ description: "The newest failure of an import, a normalization or a look " +
      "at the watched folder that nobody resolved (`POST /jobs/{id}/resolve`)." }),
}).meta({ id: "PipelineHealth" });

export const pipelineOperations = {
  pipelineHealth: operation({
    method: "GET", path: "/pipeline/health", tag: "Jobs", role: "READ",
    summary: "How imports fare. `failed`: since `last_error` no import has succeeded. " +
      "`degraded`: one has, but the error is not resolved; or the kill switch stops imports; or " +
      "the last sealed version has no KPIs recorded. `idle`: nothing was ever imported. Else `ok`.",
    response: pipelineHealthSchema, errors: [],
  }),
};
