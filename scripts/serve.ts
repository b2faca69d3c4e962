import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import { createServer as createProbe } from "node:net";
import type { Duplex } from "node:stream";
import { answerNode, answerUnreadable, HEADER_BYTES } from "@/lib/door/node-http";
import { stopSequencer } from "@/lib/service/audit/audit-sequencer";
import { stopControls } from "@/lib/service/controls/controls";
import { closeDatabase } from "@/lib/service/db/database";
import type { EmbeddedDatabase } from "@/lib/service/db/embedded";
import { parseEnvironment } from "@/lib/service/platform/environment";
import { stopLogSequencer } from "@/lib/service/evidence/evidence-log-sequencer";
import { flagValue } from "@/lib/service/controls/feature-flags";
import { stopWorker } from "@/lib/service/operations/job-worker";
import { outliveReader } from "@/lib/service/platform/log";
import { flushRefusals } from "@/lib/service/audit/refusals";
import { orStop, startUp } from "@/lib/service/operations/start-up";
import { stopTracing } from "@/lib/service/platform/tracing";
import { FIRST_ADMINISTRATOR } from "@/lib/service/access/users";
import { seedDemo } from "@/prisma/seed/seed-demo";

/**
 * `pages` serves everything from a production build, `development` compiles pages on demand,
 * `api` serves the API alone: for processes that carry load beside one that shows pages.
 */
type Options = { root: string; mode: "pages" | "development" | "api"; build: () => void };

const DRAIN_MS = 10_000;

/** Starts everything and serves until a signal asks to stop. */
export async function serve({ root, mode, build }: Options): Promise<void> {
  outliveReader();
  const { PORT: port } = parseEnvironment(process.env);
  await refuseTakenPort(port);
  if (mode === "pages") build();
  process.env.TODISCOPE_STARTED_BY = "start-script";
  const { embedded, oneTimePassword } = await startUp(root);
  const stop = stopper(embedded);
  await orStop(embedded, async () => {
    if (embedded) await seedDemo();
    stop.server = await listen(port, mode === "api" ? null : await pages(root, port, mode));
    announce(port, oneTimePassword);
  });
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

type Upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
type Pages = { answer: RequestListener; upgrade: Upgrade | null };

async function pages(root: string, port: number, mode: Options["mode"]): Promise<Pages> {
  const { default: next } = await import("next");
  const dev = mode === "development";
  const app = next({ dev, dir: root, port, hostname: "localhost" });
  await app.prepare();
  return { answer: app.getRequestHandler(), upgrade: dev ? app.getUpgradeHandler() : null };
}

const notServedHere: RequestListener = (_, response) => {
  response.writeHead(404, { "content-type": "text/plain" }).end("This server has no pages.\n");
};

const pagesSwitchedOff: RequestListener = (_, response) => {
  response.writeHead(404, { "content-type": "text/plain; charset=utf-8" }).end(
    "The pages are switched off by the feature flag ENABLE_DASHBOARD. The API goes on under " +
    "/api/v3. An administrator switches the pages on with POST " +
    "/api/v3/feature-flags/ENABLE_DASHBOARD/enable, or in the server's environment.\n");
};

/** Adds who is at the other end, as a proxy does: what came before, a stranger may have written. */
function noteAddress(request: IncomingMessage): void {
  const before = request.headers["x-forwarded-for"];
  const address = request.socket.remoteAddress ?? "unknown";
  request.headers["x-forwarded-for"] = before === undefined ? address : `${before}, ${address}`;
}

async function listen(port: number, shown: Pages | null): Promise<Server> {
  const answerPage: RequestListener = (request, response) => shown === null
    ? notServedHere(request, response)
    : flagValue("ENABLE_DASHBOARD") ? shown.answer(request, response)
      : pagesSwitchedOff(request, response);
  const server = createServer({ maxHeaderSize: HEADER_BYTES }, (request, response) => {
    noteAddress(request);
    answerNode(request, response)
      .then((answered) => answered ? undefined : answerPage(request, response))
      .catch(() => { if (!response.headersSent) response.writeHead(500); response.end(); });
  });
  server.on("clientError", answerUnreadable);
  if (shown?.upgrade) server.on("upgrade", shown.upgrade);
  server.requestTimeout = 0; // A tape of gigabytes may take its time; headers may not.
  server.headersTimeout = 30_000;
  server.keepAliveTimeout = 30_000;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, resolve);
  });
  return server;
}

/** Ctrl-C, SIGTERM: running requests end, jobs end or go back to the queue, then the database. */
function stopper(embedded: EmbeddedDatabase | null): { server: Server | null } {
  const state: { server: Server | null } = { server: null };
  let stopping = false;
  const stop = async (): Promise<void> => {
    if (stopping) return;
    stopping = true;
    console.log("Stopping");
    if (state.server) await drain(state.server);
    stopControls();
    await flushRefusals();
    await stopSequencer();
    await stopLogSequencer();
    await closeDatabase().catch(() => undefined);
    await stopTracing().catch(() => undefined);
    await embedded?.stop();
    process.exit(0);
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => { void stop(); });
  return state;
}

/** Waits for running requests, not for ever: a page that is open may hold a socket for hours. */
async function drain(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  // A connection that is kept alive turns idle only after its last answer.
  const idle = setInterval(() => server.closeIdleConnections(), 50);
  const late = new Promise<void>((resolve) => setTimeout(() => {
    server.closeAllConnections();
    resolve();
  }, DRAIN_MS).unref());
  await stopWorker().catch(() => undefined);
  await Promise.race([closed, late]);
  clearInterval(idle);
}

function announce(port: number, oneTimePassword: string | null): void {
  const lines = [`\nTodiScope is ready: http://localhost:${port}`];
  if (oneTimePassword) {
    lines.push(`First sign-in: ${FIRST_ADMINISTRATOR}`,
      `One-time password: ${oneTimePassword}  (it must be changed at the first sign-in)`);
  }
  console.log(lines.join("\n")); // at once: whoever waits for the first line gets them all
}
