import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { createServer as createProbe } from "node:net";
import path from "node:path";
import { answerNode } from "@/lib/door/node-http";
import { parseEnvironment, type Environment } from "@/lib/service/environment";
import { closeDatabase } from "@/lib/service/db/database";
import { startEmbeddedDatabase, type EmbeddedDatabase } from "@/lib/service/db/embedded";
import { migrate } from "@/lib/service/db/migrate";
import { failSilentLoads, stopLoads } from "@/lib/service/imports-running";
import { discardLeftovers } from "@/lib/service/uploads";
import { ensureAdministrator, FIRST_ADMINISTRATOR } from "@/lib/service/users";
import { seedDemo } from "@/prisma/seed/seed-demo";

/** `build` is null in development, where pages are compiled on demand. */
type Options = { root: string; build: (() => void) | null };

const DRAIN_MS = 10_000;
const SWEEP_MS = 15_000;

/** Starts everything and serves until a signal asks to stop. */
export async function serve({ root, build }: Options): Promise<void> {
  const environment = parseEnvironment(process.env);
  await refuseTakenPort(environment.PORT);
  mkdirSync(environment.TODISCOPE_DATA_DIR, { recursive: true });
  keepSecret(environment);
  const embedded = await findDatabase(environment);
  const stop = stopper(embedded);
  try {
    await prepareDatabase(root, environment);
    discardLeftovers();
    await failSilentLoads(embedded ? 0 : undefined);
    const password = await ensureAdministrator();
    if (embedded) await seedDemo();
    build?.();
    const server = await listen(environment.PORT, root, build === null);
    stop.server = server;
    const sweep = setInterval(() => { failSilentLoads().catch(() => undefined); }, SWEEP_MS);
    sweep.unref();
    announce(environment.PORT, password);
  } catch (error) {
    await embedded?.stop();
    throw error;
  }
}

async function refuseTakenPort(port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const probe = createProbe();
    probe.once("error", (error: NodeJS.ErrnoException) => reject(new Error(
      error.code === "EADDRINUSE" ? `Port ${port} is taken; set PORT to a free one.`
        : `Port ${port} cannot be used: ${error.message}`)));
    probe.listen(port, () => probe.close(() => resolve()));
  });
}

/** next-auth signs sessions with a secret that outlives restarts. */
function keepSecret(environment: Environment): void {
  if (environment.NEXTAUTH_SECRET) return;
  const file = path.join(environment.TODISCOPE_DATA_DIR, "session-secret");
  if (!existsSync(file)) {
    writeFileSync(file, randomBytes(32).toString("base64url"), { mode: 0o600 });
    chmodSync(file, 0o600);
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

async function prepareDatabase(root: string, environment: Environment): Promise<void> {
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

async function listen(port: number, root: string, development: boolean): Promise<Server> {
  const { default: next } = await import("next");
  const app = next({ dev: development, dir: root, port, hostname: "localhost" });
  await app.prepare();
  const pages = app.getRequestHandler();
  const server = createServer((request, response) => {
    answerNode(request, response)
      .then((answered) => answered ? undefined : pages(request, response))
      .catch(() => { if (!response.headersSent) response.writeHead(500); response.end(); });
  });
  if (development) server.on("upgrade", app.getUpgradeHandler());
  server.requestTimeout = 0;
  server.headersTimeout = 30_000;
  server.keepAliveTimeout = 30_000;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, resolve);
  });
  return server;
}

/** Ctrl-C and SIGTERM: no new requests, running ones end, imports roll back, then the database. */
function stopper(embedded: EmbeddedDatabase | null): { server: Server | null } {
  const state: { server: Server | null } = { server: null };
  let stopping = false;
  const stop = async (): Promise<void> => {
    if (stopping) return;
    stopping = true;
    console.log("Stopping");
    const server = state.server;
    if (server) {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeIdleConnections();
      const late = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
      await stopLoads().catch(() => undefined);
      await closed;
      clearTimeout(late);
    }
    await closeDatabase().catch(() => undefined);
    await embedded?.stop();
    process.exit(0);
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => { void stop(); });
  return state;
}

function announce(port: number, password: string | null): void {
  console.log(`\nTodiScope is ready: http://localhost:${port}`);
  if (!password) return;
  console.log(`First sign-in: ${FIRST_ADMINISTRATOR}`);
  console.log(`One-time password: ${password}  (it must be changed at the first sign-in)`);
}
