import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { recallHeads, startSequencer } from "../audit/audit-sequencer";
import { cleanUploads } from "../retention/clean-uploads";
import { closeDatabase, isDatabaseGone } from "../db/database";
import { runningDatabaseUrl, startEmbeddedDatabase, type EmbeddedDatabase } from "../db/embedded";
import { migrate } from "../db/migrate";
import { refreshControls, startControls } from "../controls/controls";
import { parseEnvironment, type Environment } from "../platform/environment";
import { recallLogHeads, startLogSequencer } from "../evidence/evidence-log-sequencer";
import { forgetOldAnswers } from "../platform/idempotency";
import { startWorker } from "./job-worker";
import { noteSources } from "../controls/kill-switch-notes";
import { isStorageFull, refuseWhenNearlyFull } from "../platform/storage";
import { startTracing } from "../platform/tracing";
import { forgetOldFailures } from "../access/sign-in-guard";
import { forgetOldSessions } from "../access/user-sessions";
import { ensureAdministrator } from "../access/users";

/** What a process has once it may serve; `oneTimePassword` only on the very first start. */
export type StartUp = { embedded: EmbeddedDatabase | null; oneTimePassword: string | null };

const HOUR_MS = 3_600_000;

/**
 * Gets a process ready to serve: environment, session secret, database, migrations, the first
 * administrator, and a worker for jobs, which goes on with what an earlier process left.
 * @throws Error with one line an operator can act on.
 */
export async function startUp(root: string): Promise<StartUp> {
  const environment = parseEnvironment(process.env);
  mkdirSync(environment.TODISCOPE_DATA_DIR, { recursive: true });
  keepSecret(environment);
  await startTracing(environment);
  const embedded = await findDatabase(environment);
  return orStop(embedded, async () => {
    await prepareDatabase(root, environment);
    await startControls(noteSources);
    setInterval(() => {
      Promise.all([forgetOldAnswers(), forgetOldFailures(), forgetOldSessions()])
        .catch(() => undefined);
    }, HOUR_MS).unref();
    // Who owns the database owns the folder: no other process is receiving an upload now.
    await cleanUploads(embedded ? 0 : undefined);
    const oneTimePassword = await ensureAdministrator();
    startSequencer(databaseName(environment));
    startLogSequencer(databaseName(environment));
    if (environment.TODISCOPE_WORKER === "on") await startWorker();
    return { embedded, oneTimePassword };
  });
}

/**
 * A step of the start; when it fails, the database that was started for it ends as well.
 * @throws Error with one line an operator can act on.
 */
export async function orStop<T>(
  embedded: EmbeddedDatabase | null, step: () => Promise<T>,
): Promise<T> {
  try {
    return await step();
  } catch (error) {
    const isNearlyFull = (): Promise<boolean> =>
      refuseWhenNearlyFull().then(() => false, isStorageFull);
    const isFull = isStorageFull(error) || (isDatabaseGone(error) && await isNearlyFull());
    await embedded?.stop();
    if (isFull) throw new Error("The disk is full. Free space, then start again.", { cause: error });
    if (!embedded || !isDatabaseGone(error)) throw error;
    throw new Error("The database ended during the start. Its log says why: " +
      path.join(embedded.folder, "postgres.log"), { cause: error });
  }
}

/** next-auth signs sessions with a secret that outlives restarts. */
function keepSecret(environment: Environment): void {
  if (environment.NEXTAUTH_SECRET) return;
  const file = path.join(environment.TODISCOPE_DATA_DIR, "session-secret");
  if (!existsSync(file)) {
    // In one step: a disk that is full must not leave an empty secret for the next start.
    writeFileSync(`${file}.new`, randomBytes(32).toString("base64url"), { mode: 0o600 });
    renameSync(`${file}.new`, file);
  }
  process.env.NEXTAUTH_SECRET = readFileSync(file, "utf8").trim();
}

/** The PostgreSQL of the environment, else an embedded one in the data folder. */
async function findDatabase(environment: Environment): Promise<EmbeddedDatabase | null> {
  if (environment.TODISCOPE_DATABASE_URL) {
    process.env.TODISCOPE_DATABASE_URL = environment.TODISCOPE_DATABASE_URL;
    return null;
  }
  const embedded = await startEmbeddedDatabase(environment.TODISCOPE_DATA_DIR);
  process.env.TODISCOPE_DATABASE_URL = embedded.url;
  return embedded;
}

/**
 * Opens the database for a command beside the server: the one of the environment, the embedded
 * one that a server runs, else the embedded one, started for as long as the command takes.
 * @returns closes what was opened
 * @throws Error with one line an operator can act on.
 */
export async function reachDatabase(): Promise<() => Promise<void>> {
  const environment = parseEnvironment(process.env);
  const { url, close } = await openDatabase(environment);
  // Before anything asks for the parsed environment: it is parsed once.
  process.env.TODISCOPE_DATABASE_URL = url;
  recallHeads(databaseName(environment));
  recallLogHeads(databaseName(environment));
  await refreshControls();
  return close;
}

async function openDatabase(
  environment: Environment,
): Promise<{ url: string; close: () => Promise<void> }> {
  const url = environment.TODISCOPE_DATABASE_URL ??
    runningDatabaseUrl(environment.TODISCOPE_DATA_DIR);
  if (url !== null) return { url, close: closeDatabase };
  const folder = path.resolve(environment.TODISCOPE_DATA_DIR);
  if (!existsSync(folder)) {
    throw new Error(`There is no data folder ${folder} and TODISCOPE_DATABASE_URL is not set. ` +
      "Start the server once (npm start), or name its folder in TODISCOPE_DATA_DIR.");
  }
  const embedded = await startEmbeddedDatabase(environment.TODISCOPE_DATA_DIR);
  return { url: embedded.url, close: async () => {
    await closeDatabase();
    await embedded.stop();
  } };
}

/** How the file of audit heads names a database: without its password; the embedded one moves. */
export function databaseName({ TODISCOPE_DATABASE_URL: url }: Environment): string {
  if (url === undefined) return "embedded";
  return URL.canParse(url) ? `${new URL(url).host}${new URL(url).pathname}` : "unnamed";
}

/** Migrates the database. @throws Error that names its address and the reason. */
export async function prepareDatabase(root: string, environment: Environment): Promise<void> {
  const url = process.env.TODISCOPE_DATABASE_URL as string;
  try {
    await migrate(url, path.join(root, "prisma/migrations"),
      environment.TODISCOPE_DB_CONNECT_TIMEOUT_S);
  } catch (error) {
    const where = URL.canParse(url) ? new URL(url).host : "the given address";
    throw new Error(`The database at ${where} cannot be used: ${reasonOf(error)}`, { cause: error });
  }
}

const reasonOf = (error: unknown): string =>
  error instanceof AggregateError ? reasonOf(error.errors[0]) : (error as Error).message;
