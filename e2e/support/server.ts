import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import os from "node:os";
import path from "node:path";

/** A product server of its own, started as an operator would, with a data folder of its own. */
export type TestServer = {
  url: string;
  dataDir: string;
  /** What it printed so far: its log. */
  output(): string;
  oneTimePassword(): string;
  databaseUrl(): string;
  /** Ends the embedded database at once, as a crash would. */
  killDatabase(): void;
  /** Sends the signal of Ctrl-C and waits for the end; the exit code. */
  stop(): Promise<number | null>;
  /** Closes its output at the reader's end, as a terminal does that goes away. */
  closeOutput(): void;
  /** Ends the process at once, as a power cut would; an embedded database lives on. */
  crash(): Promise<void>;
};

export const ROOT = path.resolve(import.meta.dirname, "../..");

/** One token per role, for every server that tests start. */
export const TOKENS = {
  READ: "read-token-0123456789abcdef",
  INGEST: "ingest-token-0123456789abcdef",
  EXECUTE: "execute-token-0123456789abcdef",
  APPROVE: "approve-token-0123456789abcdef",
  AUDIT: "audit-token-0123456789abcdef",
  ADMIN: "admin-token-0123456789abcdef",
} as const;

/** What `npm start` gives to node: its flags are part of the product. */
const START = (JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8")) as
  { scripts: { start: string } }).scripts.start.split(" ").slice(1);

const READY = /TodiScope is ready: (\S+)/;
const START_MS = 170_000;

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}

/**
 * Starts `npm start`'s script and waits until it says that it is ready. Without a data folder it
 * gets a copy of one that had its first start already; a first start needs `newDataDir()`.
 */
export async function startServer(
  environment: Record<string, string> = {}, dataDir = startedDataDir(environment),
  mode: "pages" | "api" = "api",
): Promise<TestServer> {
  const port = environment.PORT ?? String(await freePort());
  const { child, output } = launch({ ...environment, PORT: port }, dataDir, mode);
  await ready(child, output);
  return {
    url: `http://localhost:${port}`,
    dataDir,
    output,
    oneTimePassword: () => /One-time password: (\S+)/.exec(output())?.[1] ?? "",
    databaseUrl: () => databaseUrl(dataDir),
    killDatabase: () => process.kill(Number(pidFile(dataDir)[0]), "SIGQUIT"),
    stop: async () => {
      const code = await stop(child, "SIGINT");
      refuseLeaks(output(), dataDir);
      return code;
    },
    closeOutput: () => {
      child.stdout?.destroy();
      child.stderr?.destroy();
    },
    crash: async () => { await stop(child, "SIGKILL"); },
  };
}

/** Starts a server that is expected to refuse; what it says and its exit code. */
export async function startRefused(
  environment: Record<string, string>, dataDir: string,
): Promise<{ code: number | null; output: string }> {
  const { child, output } = launch(environment, dataDir, "api");
  const late = setTimeout(() => child.kill("SIGINT"), START_MS);
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  clearTimeout(late);
  return { code, output: output() };
}

function launch(
  environment: Record<string, string>, dataDir: string, mode: "pages" | "api",
): { child: ChildProcess; output: () => string } {
  const tokens = Object.entries(TOKENS).map(([role, secret]) => `${role.toLowerCase()}:${role}:${secret}`);
  const child = spawn(process.execPath, [...START, ...(mode === "api" ? ["--api"] : [])], {
    cwd: ROOT, stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, NODE_OPTIONS: "", TODISCOPE_DATABASE_URL: "", NEXTAUTH_SECRET: "",
      TODISCOPE_LOG_LEVEL: "debug",
      TODISCOPE_DATA_DIR: dataDir, TODISCOPE_API_TOKENS: tokens.join(","), ...environment },
  });
  let text = "";
  const collect = (chunk: Buffer): void => { text += chunk.toString(); };
  child.stdout.on("data", collect);
  child.stderr.on("data", collect);
  return { child, output: () => text };
}

/**
 * No test may leave a secret in its server's log: tokens, the database's password, the session
 * secret, what creations answer once, hashes, cookies. The first password is printed on purpose.
 */
function refuseLeaks(output: string, dataDir: string): void {
  const kept = ["postgres-password", "session-secret"].map((name) => path.join(dataDir, name))
    .filter((file) => existsSync(file)).map((file) => readFileSync(file, "utf8").trim());
  const shapes = [/tds_[\w-]{20,}/, /\$argon2/, /session-token=ey/, /-token-0123456789/];
  for (const line of output.split("\n")) {
    const leaks = kept.some((secret) => line.includes(secret)) ||
      shapes.some((shape) => shape.test(line));
    if (leaks) throw new Error(`a secret is in the log: ${line}`);
  }
}

/** A copy of the folder that `http-setup.ts` made ready; with a database elsewhere a new one. */
function startedDataDir(environment: Record<string, string>): string {
  const folder = newDataDir();
  const started = process.env.TEST_STARTED_DATA_DIR;
  if (started && !environment.TODISCOPE_DATABASE_URL) {
    // Keeps the owners: the database's files belong to an account of its own.
    execFileSync("cp", ["-a", `${started}/.`, folder]);
  }
  return folder;
}

/** A data folder that an unprivileged database account can enter. */
export function newDataDir(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), "todiscope-test-"));
  chmodSync(folder, 0o755);
  return folder;
}

export const removeDataDir = (folder: string): void =>
  rmSync(folder, { recursive: true, force: true });

const pidFile = (dataDir: string): string[] =>
  readFileSync(path.join(dataDir, "postgres/postmaster.pid"), "utf8").split("\n");

function databaseUrl(dataDir: string): string {
  const password = readFileSync(path.join(dataDir, "postgres-password"), "utf8").trim();
  return `postgresql://todiscope:${password}@127.0.0.1:${pidFile(dataDir)[3]}/postgres`;
}

function ready(child: ChildProcess, output: () => string): Promise<void> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => {
      child.kill("SIGKILL");
      reject(new Error(`not ready in time:\n${output()}`));
    }, START_MS);
    const look = (): void => {
      if (!READY.test(output())) return;
      clearTimeout(late);
      child.stdout?.off("data", look);
      resolve();
    };
    child.stdout?.on("data", look);
    child.once("exit", (code) => {
      clearTimeout(late);
      reject(new Error(`ended with ${code}:\n${output()}`));
    });
  });
}

function stop(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode);
  return new Promise((resolve) => {
    child.once("exit", (code) => resolve(code));
    child.kill(signal);
  });
}
