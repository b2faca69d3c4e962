import { PrismaPg } from "@prisma/adapter-pg";
import pg from "pg";
import { AppError } from "../platform/app-error";
import { environment } from "../platform/environment";
import { log } from "../platform/log";
import { processState } from "../platform/process-state";
import { PrismaClient } from "./generated/client";

export type { PoolClient } from "pg";
export { Prisma } from "./generated/client";
export type {
  ApiToken, AppUser, EvidenceRecord, FindingRecord, Job, KillSwitch, LegalHold, MappingProfile,
  LibraryScenario, MacroMapping, ReportFile, RetentionRule, RoleChange, Run, RunComment,
  RunSignOffStep, SavedView, ScenarioDecision, ScenarioVersion, Schedule, UploadSession,
  UserSession,
} from "./generated/client";

type State = { pool: pg.Pool; loads: pg.Pool; watch: pg.Pool; prisma: PrismaClient };

/** Imports that write at the same time; further ones wait their turn. */
const LOADS = 3;
const WATCH_MS = 2000;

function open(): State {
  const { TODISCOPE_DATABASE_URL: url, TODISCOPE_DB_POOL_SIZE: max } = environment();
  const connectionTimeoutMillis = environment().TODISCOPE_DB_CONNECT_TIMEOUT_S * 1000;
  const pool = new pg.Pool({
    connectionString: url, max,
    connectionTimeoutMillis, application_name: "todiscope", keepAlive: true,
  });
  // An idle connection that breaks must not end the process: the next query opens another.
  pool.on("error", (error) => log().warn({ error: error.message }, "DATABASE_CONNECTION_LOST"));
  const prisma = new PrismaClient({
    adapter: new PrismaPg(pool),
    transactionOptions: { maxWait: 10_000, timeout: 30_000 },
  });
  // A load keeps its connection for minutes: loads have their own, so that requests find one.
  const loads = new pg.Pool({
    connectionString: url, max: LOADS, application_name: "todiscope load", keepAlive: true,
  });
  loads.on("error", (error) => log().warn({ error: error.message }, "DATABASE_CONNECTION_LOST"));
  // What looks at the controls must not wait behind requests, nor for long.
  const watch = new pg.Pool({
    connectionString: url, max: 1, application_name: "todiscope watch", keepAlive: true,
    connectionTimeoutMillis: WATCH_MS, query_timeout: WATCH_MS,
  });
  watch.on("error", () => undefined); // the next look opens another, or says that it cannot
  return { pool, loads, watch, prisma };
}

const state = (): State => processState("database", open);

/** Prisma, for everything that is not hot. */
export const prisma = (): PrismaClient => state().prisma;

/** The connection pool, for hot statements, COPY and grouping. */
export const pool = (): pg.Pool => state().pool;

/** One row, on a connection that nothing else uses and that gives up early. */
export async function watchQuery<Row extends pg.QueryResultRow>(text: string): Promise<Row> {
  const result = await state().watch.query<Row>({ name: "watch", text });
  return result.rows[0] as Row;
}

/** Ends every connection; the process is about to exit. */
export async function closeDatabase(): Promise<void> {
  await state().prisma.$disconnect();
  await Promise.all([state().pool.end(), state().loads.end(), state().watch.end()]);
}

const CONNECTION_STATES = new Set(["57P01", "57P02", "57P03", "53300", "08000", "08001", "08003",
  "08004", "08006", "25006"]);
const CONNECTION_CODES = new Set(["ECONNREFUSED", "ECONNRESET", "ENOTFOUND", "EPIPE", "ETIMEDOUT",
  "EHOSTUNREACH", "P1001", "P1002", "P1008", "P1017", "P2024"]);
const CONNECTION_TEXT =
  /connection terminated|timeout exceeded when trying to connect|server closed the connection|Can't reach database|client has encountered a connection error|Connection ended unexpectedly/i;

type Layer = {
  code?: unknown; originalCode?: unknown; message?: unknown; errors?: unknown; cause?: unknown;
  meta?: { driverAdapterError?: unknown };
};

/** An error and all it is wrapped around; Prisma keeps the driver's error in `meta`. */
function* layersOf(error: unknown): Generator<Layer> {
  let at = error as Layer | null | undefined;
  for (let depth = 0; typeof at === "object" && at !== null && depth < 8; depth += 1) {
    yield at;
    at = (at.cause ?? at.meta?.driverAdapterError) as Layer | null | undefined;
  }
}

/** True when an error means that the database could not be reached, not that it refused. */
export function isDatabaseGone(error: unknown): boolean {
  for (const { code, originalCode, message, errors } of layersOf(error)) {
    for (const each of [code, originalCode].map(String)) {
      if (CONNECTION_STATES.has(each) || CONNECTION_CODES.has(each)) return true;
    }
    if (CONNECTION_TEXT.test(String(message))) return true;
    if (Array.isArray(errors) && errors.some(isDatabaseGone)) return true;
  }
  return false;
}

/** SQLSTATE: five digits or capitals. Prisma's own codes and node's EPIPE look alike. */
const SQL_STATE = /^(?!P[1-9]|EPIPE)[0-9A-Z]{5}$/;

/** PostgreSQL's error code of a failure, wherever it is wrapped. */
export function sqlState(error: unknown): string | undefined {
  for (const { code, originalCode } of layersOf(error)) {
    const found = [originalCode, code].find((each) => SQL_STATE.test(String(each)));
    if (found !== undefined) return String(found);
  }
  return undefined;
}

export const databaseUnavailable = (cause: unknown): AppError =>
  new AppError("DATABASE_UNAVAILABLE", {
    message: "The database did not answer. Nothing was written. Try again shortly.",
    retryAfterS: 2, cause,
  });

/** As `inTransaction`, for work that takes long: on a connection that no request waits for. */
export const inLoad = <T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> =>
  inTransaction(work, state().loads);

/** Runs `work` in one transaction on one connection; any error rolls everything back. */
export async function inTransaction<T>(
  work: (client: pg.PoolClient) => Promise<T>, from = pool(),
): Promise<T> {
  const client = await from.connect();
  let broken: Error | undefined;
  // Between two queries a lost connection is an event; without a listener it would end the process.
  const note = (error: Error): void => { broken = error; };
  client.on("error", note);
  try {
    await client.query("BEGIN");
    const result = await work(client);
    await client.query("COMMIT");
    return result;
  } catch (error) {
    if (!broken) await client.query("ROLLBACK").catch((failure: Error) => { broken = failure; });
    throw error;
  } finally {
    client.off("error", note);
    client.release(broken);
  }
}
