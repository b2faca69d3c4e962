import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";
import { JOB_STATES } from "@/lib/contract/job";
import { pool } from "../db/database";
import { processState } from "./process-state";

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const JOB_SECONDS = [0.05, 0.1, 0.5, 1, 5, 15, 60, 300, 1800, 7200];

function create() {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry, prefix: "todiscope_" });
  new Gauge({
    name: "todiscope_database_connections", help: "Connections of the pool by state.", registers,
    labelNames: ["state"],
    collect() {
      const { totalCount, idleCount, waitingCount } = pool();
      this.set({ state: "idle" }, idleCount);
      this.set({ state: "busy" }, totalCount - idleCount);
      this.set({ state: "waiting" }, waitingCount);
    },
  });
  new Gauge({
    name: "todiscope_jobs", help: "Jobs by state.", registers, labelNames: ["state"],
    async collect() {
      const found = await pool().query<{ state: string; jobs: number }>(
        "SELECT state, count(*)::int AS jobs FROM job GROUP BY state").catch(() => null);
      this.reset();
      for (const state of found ? JOB_STATES : []) {
        this.set({ state }, found?.rows.find((row) => row.state === state)?.jobs ?? 0);
      }
    },
  });
  return {
    registry,
    killSwitch: new Gauge({ name: "todiscope_kill_switch_active", registers,
      help: "1 while runs and imports are stopped." }),
    jobs: new Histogram({ name: "todiscope_job_seconds", registers, buckets: JOB_SECONDS,
      help: "Duration of job attempts by kind and outcome.", labelNames: ["kind", "outcome"] }),
    requests: new Histogram({ name: "todiscope_request_seconds", registers, buckets: SECONDS,
      help: "Time to answer by operation and status.", labelNames: ["operation", "status"] }),
    runs: new Counter({ name: "todiscope_runs_total", registers, labelNames: ["outcome"],
      help: "Runs recorded, replayed and refused as conflicts." }),
    evidence: new Counter({ name: "todiscope_evidence_created_total", registers,
      help: "Evidence records written; those that runs shared are not counted again." }),
    findings: new Counter({ name: "todiscope_findings_created_total", registers,
      help: "Findings written." }),
    conflicts: new Counter({ name: "todiscope_conflicts_total", registers, labelNames: ["reason"],
      help: "Runs refused because a stored record is not what the engine computes." }),
    audit: new Counter({ name: "todiscope_audit_events_total", registers, labelNames: ["type"],
      help: "Audit events written, also those of changes that were rolled back afterwards." }),
    imports: new Counter({ name: "todiscope_imports_total", registers, labelNames: ["outcome"],
      help: "Imports that ended, by outcome." }),
    signIns: new Counter({ name: "todiscope_sign_ins_total", registers, labelNames: ["outcome"],
      help: "Sign-ins accepted, refused, and turned away because failures cost waiting." }),
  };
}

const metrics = () => processState("metrics", create);

/** Notes how long an operation took and how it ended. */
export const noteRequest = (operation: string, status: number, seconds: number): void =>
  metrics().requests.observe({ operation, status }, seconds);

/** Notes the outcome of a run. */
export const noteRun = (outcome: "recorded" | "replayed" | "conflict"): void =>
  metrics().runs.inc({ outcome });

/** Notes why a run was refused as a conflict. */
export const noteConflict = (reason: string): void => metrics().conflicts.inc({ reason });

/** Notes what a run statement wrote. */
export function noteWritten(
  written: { new_evidence: number; new_findings: number; new_runs: number },
): void {
  if (written.new_runs === 0) return;
  metrics().evidence.inc(written.new_evidence);
  metrics().findings.inc(written.new_findings);
  noteAuditEvents("run.recorded", written.new_runs);
}

/** Notes audit events; `type` is one of the constants of the code, so there are few. */
export const noteAuditEvents = (type: string, events: number): void =>
  metrics().audit.inc({ type }, events);

/** Notes how an import ended. */
export const noteImport = (outcome: "done" | "failed"): void => metrics().imports.inc({ outcome });

/** Notes how a sign-in ended. */
export const noteSignIn = (outcome: "accepted" | "refused" | "limited"): void =>
  metrics().signIns.inc({ outcome });

/** Notes how long an attempt of a job took and how it ended. */
export const noteJob = (kind: string, outcome: string, seconds: number): void =>
  metrics().jobs.observe({ kind, outcome }, seconds);

/**
 * All metrics in Prometheus' text format, with its media type.
 * @param isHalted whether the kill switch stops runs and imports at this moment
 */
export async function metricsText(isHalted: boolean): Promise<{ type: string; text: string }> {
  const { killSwitch, registry } = metrics();
  killSwitch.set(isHalted ? 1 : 0);
  return { type: registry.contentType, text: await registry.metrics() };
}
