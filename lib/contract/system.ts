import { z } from "zod";
import { timestamp } from "./common";
import { operation } from "./operation";

const component = z.object({ status: z.enum(["ok", "degraded", "failed", "active"]),
  message: z.string().optional() });

export const healthSchema = z.object({
  status: z.enum(["healthy", "degraded", "unhealthy"]),
  timestamp,
  components: z.object({
    database: component, artifact_store: component, kill_switch: component,
    engine_registry: component, evidence_chain: component, jobs: component,
    scale_out: component.optional(),
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
};
