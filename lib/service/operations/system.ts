import { accessSync, constants, mkdirSync, statfsSync } from "node:fs";
import path from "node:path";
import type { ResponseOf } from "@/lib/contract/operations";
import { artifactFolder } from "../platform/artifact-store";
import { sequencerTrouble } from "../audit/audit-sequencer";
import { databaseUnavailable, pool } from "../db/database";
import { isEngineEnabled } from "../controls/engine-registry";
import { environment } from "../platform/environment";
import { logTrouble } from "../evidence/evidence-log-sequencer";
import { jobsHealth } from "./jobs-health";
import { killSwitchStatus } from "../controls/kill-switch";
import { scaleOutTrouble } from "../stress/scale-out";

type Health = ResponseOf<"health">;
type Component = Health["components"]["database"];

/** Below this the next large import may not fit. */
const LOW_DISK_BYTES = 1024 ** 3;
const PROBE_MS = 3000;
/** Tables whose rows never change, legal holds and comments included. */
const GUARDS = 23;

async function databaseHealth(): Promise<Component> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("no answer in time")), PROBE_MS);
  });
  try {
    await Promise.race([pool().query("SELECT 1"), late]);
    return { status: "ok" };
  } catch {
    return { status: "failed", message: "The database did not answer." };
  } finally {
    clearTimeout(timer);
  }
}

/** The data folder and that of the artifacts; a bucket is not asked. */
function storeHealth(): Component {
  const folders = [path.resolve(environment().TODISCOPE_DATA_DIR), artifactFolder()];
  try {
    for (const folder of folders) {
      if (folder === null) continue;
      mkdirSync(folder, { recursive: true });
      accessSync(folder, constants.W_OK);
      const { bavail, bsize } = statfsSync(folder);
      if (bavail * bsize < LOW_DISK_BYTES) {
        return { status: "degraded", message: "Less than 1 GB of disk space is left." };
      }
    }
    return { status: "ok" };
  } catch {
    return { status: "failed", message: "The data folder or the artifact store cannot be written." };
  }
}

async function evidenceHealth(): Promise<Component> {
  const result = await pool().query<{ guards: number; verified: boolean | null }>(
    `SELECT (SELECT count(*)::int FROM pg_trigger
        WHERE tgname LIKE '%\\_is\\_immutable' AND tgenabled = 'O') AS guards,
      (SELECT (after->>'ok')::boolean FROM audit_event WHERE type = 'audit.verified'
        ORDER BY created_at DESC LIMIT 1) AS verified`);
  const { guards = 0, verified = null } = result.rows[0] ?? {};
  const message = guards < GUARDS ? "A guard of the evidence tables is switched off."
    : sequencerTrouble() ?? logTrouble() ?? (verified === false
      ? "The last verification of the audit chain failed." : null);
  return message === null ? { status: "ok" } : { status: "degraded", message };
}

/** Only where a cluster is configured; what runs in process goes on without it. */
async function scaleOutHealth(): Promise<Component | null> {
  const trouble = await scaleOutTrouble(PROBE_MS);
  if (trouble === undefined) return null;
  return trouble === null ? { status: "ok" } : { status: "degraded", message: trouble };
}

/** Without the reason: everybody may ask for the health. */
const killSwitchHealth = (): Component => killSwitchStatus().enabled
  ? { status: "active", message: "Runs and imports are stopped." } : { status: "ok" };

/** Health of every component; only a database that is gone makes the product unhealthy. */
export async function health(): Promise<Health> {
  const [database, cluster] = await Promise.all([databaseHealth(), scaleOutHealth()]);
  const unknown: Component = { status: "degraded", message: "Not known while the database is gone." };
  const answers = database.status === "ok"
    ? await Promise.all([evidenceHealth(), jobsHealth()]).catch(() => [unknown, unknown] as const)
    : [unknown, unknown] as const;
  const components = {
    database,
    artifact_store: storeHealth(),
    kill_switch: killSwitchHealth(),
    engine_registry: isEngineEnabled() ? { status: "ok" as const }
      : { status: "degraded" as const, message: "The engine is disabled." },
    evidence_chain: answers[0],
    jobs: answers[1],
    ...(cluster ? { scale_out: cluster } : {}),
  };
  const states = Object.values(components).map((component) => component.status);
  const status = database.status === "failed" || components.artifact_store.status === "failed"
    ? "unhealthy" : states.some((state) => state !== "ok") ? "degraded" : "healthy";
  return { status, timestamp: new Date().toISOString(), components };
}

export async function healthReady(): Promise<ResponseOf<"healthReady">> {
  if ((await databaseHealth()).status !== "ok") throw databaseUnavailable(undefined);
  return { status: "ready" };
}
