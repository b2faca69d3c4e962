import { z } from "zod";
import { listOf, pageQuery, timestamp, uuid } from "./common";
import { operation } from "./operation";

const component = z.object({ status: z.enum(["ok", "degraded", "failed", "active"]),
  message: z.string().optional() });

export const healthSchema = z.object({
  status: z.enum(["healthy", "degraded", "unhealthy"]),
  timestamp,
  components: z.object({
    database: component, artifact_store: component, kill_switch: component,
    engine_registry: component, evidence_chain: component, jobs: component,
  }),
}).meta({ id: "Health" });

export const systemOperations = {
  health: operation({
    method: "GET", path: "/health", root: true, tag: "System", role: "PUBLIC",
    summary: "Health of every component; 503 when unhealthy.",
    response: healthSchema, errors: [],
  }),
  healthLive: operation({
    method: "GET", path: "/health/live", root: true, tag: "System", role: "PUBLIC",
    summary: "Answers while the process lives.",
    response: z.object({ status: z.literal("alive") }), errors: [],
  }),
  healthReady: operation({
    method: "GET", path: "/health/ready", root: true, tag: "System", role: "PUBLIC",
    summary: "Whether requests can be served.",
    response: z.object({ status: z.literal("ready") }), errors: ["DATABASE_UNAVAILABLE"],
  }),
  openApi: operation({
    method: "GET", path: "/openapi.json", tag: "System", role: "PUBLIC",
    summary: "This contract as OpenAPI 3.1.", response: z.unknown(), errors: [],
  }),
  metrics: operation({
    method: "GET", path: "/metrics", tag: "System", role: "READ",
    summary: "Metrics in Prometheus' text format.",
    response: z.string(), responseTypes: ["text/plain"], errors: [],
  }),
  listAudit: operation({
    method: "GET", path: "/audit", tag: "System", role: "AUDIT",
    summary: "Audit events, newest first.",
    query: z.strictObject({ ...pageQuery, type: z.string().max(100).optional() }),
    response: listOf(z.object({
      audit_event_id: uuid, type: z.string(), actor: z.string(), role: z.string().nullable(),
      request_id: z.string().nullable(), correlation_id: z.string().nullable(),
      dataset_version_id: uuid.nullable(), subject_id: z.string().nullable(),
      reason: z.string().nullable(), before: z.unknown(), after: z.unknown(), details: z.unknown(),
      sha256: z.string().nullable(), created_at: timestamp,
    })),
    errors: ["PARAMETERS_INVALID"],
  }),
};
