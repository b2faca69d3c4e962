import { accessSync, constants, existsSync, readdirSync, statSync } from "node:fs";
import path from "node:path";
import { pool } from "../db/database";
import { migrationState } from "../db/migrate";
import { nextScan } from "../db/pipeline-query";
import { parseEnvironment } from "../platform/environment";
import { listS3, s3Place } from "../platform/s3";
import { health } from "./system";

/** One thing that was looked at, and what to do where it is not as it should be. */
export type Check = {
  name: string; state: "ok" | "warning" | "failed"; found: string; advice: string | null;
};

const ok = (name: string, found: string): Check => ({ name, state: "ok", found, advice: null });

/** A check that breaks is a check that failed: the others still run. */
export async function checked(
  name: string, advice: string, look: () => Promise<Check> | Check,
): Promise<Check> {
  try {
    return await look();
  } catch (error) {
    return { name, state: "failed", found: (error as Error).message, advice };
  }
}

const OLDEST = 140_000;
const SKEW_WARNING_MS = 2000;

/** Looks at what can be seen without the database: Node, environment, data folder. */
export async function checkMachine(): Promise<Check[]> {
  return [
    await checked("node", "Install Node 20.19 or newer.", () => ok("node", process.versions.node)),
    await checked("environment", "Correct the variable that is named.", () => {
      parseEnvironment(process.env);
      return ok("environment", "every variable can be read");
    }),
    await checked("watched folder", "Correct TODISCOPE_INBOX, or make the folder writable.", inbox),
    await checked("session secret", "chmod 600 the file, and change the secret.", sessionSecret),
  ];
}

async function inbox(): Promise<Check> {
  const name = "watched folder";
  const { TODISCOPE_INBOX: folder } = parseEnvironment(process.env);
  if (folder === undefined) return ok(name, "none: TODISCOPE_INBOX is not set");
  const place = s3Place(folder);
  if (place !== null) {
    await listS3(place);
    return ok(name, folder);
  }
  readdirSync(folder);
  accessSync(folder, constants.R_OK | constants.W_OK);
  return ok(name, path.resolve(folder));
}

async function inboxSchedule(): Promise<Check> {
  const name = "watched folder's schedule";
  if (parseEnvironment(process.env).TODISCOPE_INBOX === undefined) return ok(name, "none needed");
  const next = await nextScan();
  return next ? ok(name, `next at ${next.at.toISOString()}`) : { name, state: "warning",
    found: "nothing looks at the folder by itself",
    advice: "Schedule `import_inbox` on /operations, tab Jobs." };
}

function sessionSecret(): Check {
  const name = "session secret";
  const environment = parseEnvironment(process.env);
  const file = path.join(environment.TODISCOPE_DATA_DIR, "session-secret");
  if (environment.NEXTAUTH_SECRET) return ok(name, "from the environment");
  if (!existsSync(file)) return ok(name, "made at the first start");
  const isOpen = (statSync(file).mode & 0o077) !== 0 && process.platform !== "win32";
  return isOpen ? { name, state: "failed", found: "others can read it",
    advice: `chmod 600 ${file}, then delete its content and restart: all sessions end.` }
    : ok(name, "only its owner can read it");
}

/** Looks at the database and, through it, at the components; migrations lie below `root`. */
export async function checkDatabase(root: string): Promise<Check[]> {
  const checks = [
    await checked("database", "Start it, or correct TODISCOPE_DATABASE_URL.", serverVersion),
  ];
  if (checks[0]?.state === "failed") return checks;
  checks.push(
    await checked("migrations", "Start the server: it applies them.", () => migrations(root)),
    await checked("clock", "Set this machine's clock (NTP).", clock),
    await checked("accounts", "todiscope --database user create", administrators),
    await checked("watched folder's schedule", "Look at the database.", inboxSchedule));
  const { components } = await health();
  for (const [name, { status, message }] of Object.entries(components)) {
    if (name === "database") continue;
    const label = name.replaceAll("_", " ");
    checks.push(status === "ok" ? ok(label, "ok") : { name: label,
      state: status === "failed" ? "failed" : "warning", found: message ?? status,
      advice: ADVICE[name] ?? null });
  }
  return checks;
}

const ADVICE: Record<string, string> = {
  artifact_store: "Free space in the data folder, or make it writable for this account.",
  kill_switch: "Find out why it was set; then: todiscope kill resume --reason ...",
  engine_registry: "List the engine in TODISCOPE_ENABLED_ENGINES, or enable it on /operations.",
  evidence_chain: "todiscope verify, todiscope audit verify; then ask who touched the database.",
  scale_out: "Start the shard, or correct TODISCOPE_SCALE_OUT_URL (docs/scale.md).",
  jobs: "todiscope jobs list --state failed; restart or resolve what is stuck.",
};

async function serverVersion(): Promise<Check> {
  const result = await pool().query<{ number: string; version: string }>(
    `SELECT current_setting('server_version_num') AS number,
       current_setting('server_version') AS version`);
  const { number = "0", version = "unknown" } = result.rows[0] ?? {};
  return Number(number) >= OLDEST ? ok("database", `PostgreSQL ${version}`)
    : { name: "database", state: "failed", found: `PostgreSQL ${version}`,
      advice: "PostgreSQL 14 or newer is needed." };
}

async function migrations(root: string): Promise<Check> {
  const name = "migrations";
  const { pending, changed, unknown } = await migrationState(path.join(root, "prisma/migrations"));
  if (changed.length > 0) {
    return { name, state: "failed", found: `applied, then changed: ${changed.join(", ")}`,
      advice: "Restore the files of the release that is deployed." };
  }
  if (unknown.length > 0) {
    return { name, state: "warning", found: `unknown here: ${unknown.join(", ")}`,
      advice: "A newer version used this database: deploy that one." };
  }
  return pending.length === 0 ? ok(name, "all applied") : { name, state: "warning",
    found: `not applied: ${pending.join(", ")}`, advice: "Start the server: it applies them." };
}

async function clock(): Promise<Check> {
  const before = Date.now();
  const result = await pool().query<{ now: Date }>("SELECT clock_timestamp() AS now");
  const middle = (before + Date.now()) / 2;
  const skewMs = Math.round(Math.abs((result.rows[0]?.now.getTime() ?? 0) - middle));
  const found = `${skewMs} ms from the database's`;
  return skewMs < SKEW_WARNING_MS ? ok("clock", found)
    : { name: "clock", state: "warning", found, advice: "Set this machine's clock (NTP)." };
}

async function administrators(): Promise<Check> {
  const result = await pool().query<{ able: number }>(
    "SELECT count(*)::int AS able FROM app_user WHERE 'ADMIN' = ANY (roles) AND disabled_at IS NULL");
  const able = result.rows[0]?.able ?? 0;
  return able > 0 ? ok("accounts", `${able} active administrator${able > 1 ? "s" : ""}`)
    : { name: "accounts", state: "failed", found: "no active administrator",
      advice: "todiscope --database user create EMAIL --name NAME --roles ADMIN" };
}
