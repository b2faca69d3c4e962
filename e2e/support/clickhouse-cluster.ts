import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { freePort } from "./server";
import { until } from "./until";

/** A ClickHouse cluster on 127.0.0.1, a process and a folder for each shard. */
export type Cluster = {
  /** What TODISCOPE_SCALE_OUT_URL holds: every shard's address, with name and password. */
  url: string;
  /** One shard's address, without the password. */
  shardUrl(shard: number): string;
  password: string;
  /** Sends SQL to one shard; the answer's text. @throws Error with what the shard says. */
  query(sql: string, shard?: number): Promise<string>;
  /** Ends a shard at once, as a power cut would. */
  kill(shard: number): Promise<void>;
  /** Starts a shard again on the folder that it had. */
  start(shard: number): Promise<void>;
  /** Milliseconds of processor time that all shards have used. */
  cpuMs(): number;
  /** Bytes that the shards hold in memory. */
  residentBytes(): number;
  stop(): Promise<void>;
};

type Shard = { folder: string; tcp: number; http: number; child: ChildProcess | null };

const SERVERS = ["/usr/bin/clickhouse-server", "/usr/sbin/clickhouse-server"];
const CLUSTER = "todiscope";
const USER = "stress";
const PASSWORD = "cluster-password-of-tests-0123456789";
/** Of the kernel: processor time in /proc is counted in hundredths of a second. */
const TICK_MS = 10;
const PAGE_BYTES = 4096;

const serverProgram = (): string | undefined => SERVERS.find((file) => existsSync(file));

/** Installs ClickHouse where it is missing and can be had. Why it cannot; null where it is. */
export function whyNoCluster(): string | null {
  if (serverProgram()) return null;
  if (process.getuid?.() !== 0) return "clickhouse-server is not installed, and only root may";
  console.log("Installing clickhouse-server");
  for (const args of [["update", "-qq"],
    ["install", "-y", "-qq", "--no-install-recommends", "clickhouse-server"]]) {
    spawnSync("apt-get", args, { stdio: "ignore", timeout: 240_000,
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } });
  }
  return serverProgram() ? null : "apt-get install clickhouse-server did not succeed";
}

/** Starts a cluster of so many shards; no coordinator beside them, no ZooKeeper. */
export async function startCluster(count = 2): Promise<Cluster> {
  const root = mkdtempSync(path.join(os.tmpdir(), "todiscope-cluster-"));
  const shards: Shard[] = [];
  for (let index = 0; index < count; index += 1) {
    shards.push({ folder: path.join(root, `shard-${index + 1}`), child: null,
      tcp: await freePort(), http: await freePort() });
  }
  const end = (): void => shards.forEach(({ child }) => child?.kill("SIGKILL"));
  process.once("exit", end);
  for (const shard of shards) writeConfiguration(shard, shards);
  const stop = async (): Promise<void> => {
    await Promise.all(shards.map(endShard));
    process.off("exit", end);
    rmSync(root, { recursive: true, force: true });
  };
  try {
    await Promise.all(shards.map(startShard));
  } catch (error) {
    await stop();
    throw error;
  }
  return clusterOf(shards, stop);
}

function clusterOf(shards: readonly Shard[], stop: () => Promise<void>): Cluster {
  const at = (index: number): Shard => shards[index] as Shard;
  const shardUrl = (index: number): string => `http://127.0.0.1:${at(index).http}`;
  const sum = (measure: (pid: number) => number): number => shards.reduce((total, { child }) =>
    total + (child?.pid === undefined ? 0 : measure(child.pid)), 0);
  return {
    url: shards.map(({ http }) => `http://${USER}:${PASSWORD}@127.0.0.1:${http}`).join(","),
    shardUrl,
    password: PASSWORD,
    query: (sql, shard = 0) => ask(shardUrl(shard), sql),
    kill: (index) => endShard(at(index)),
    start: (index) => startShard(at(index)),
    cpuMs: () => sum(cpuMsOf),
    residentBytes: () => sum(residentBytesOf),
    stop,
  };
}

async function ask(url: string, sql: string): Promise<string> {
  const answer = await fetch(url, { method: "POST", body: sql,
    headers: { "X-ClickHouse-User": USER, "X-ClickHouse-Key": PASSWORD } });
  const text = await answer.text();
  if (!answer.ok) throw new Error(text);
  return text;
}

async function startShard(shard: Shard): Promise<void> {
  const program = serverProgram();
  if (program === undefined) throw new Error("clickhouse-server is not installed");
  const child = spawn(program, [`--config-file=${path.join(shard.folder, "config.xml")}`],
    { cwd: shard.folder, stdio: "ignore" });
  shard.child = child;
  await until(`the shard on port ${shard.http} answers`, async () => {
    if (child.exitCode !== null) {
      throw new Error(`a shard ended with ${child.exitCode}; see ${shard.folder}/errors`);
    }
    const answer = await fetch(`http://127.0.0.1:${shard.http}/ping`).catch(() => null);
    return answer?.ok === true ? true : undefined;
  });
}

async function endShard(shard: Shard): Promise<void> {
  const child = shard.child;
  shard.child = null;
  if (child === null || child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await ended;
}

function writeConfiguration(shard: Shard, shards: readonly Shard[]): void {
  mkdirSync(shard.folder, { recursive: true });
  const replicas = shards.map(({ tcp }) => `<shard><replica><host>127.0.0.1</host>
    <port>${tcp}</port><user>${USER}</user><password>${PASSWORD}</password></replica></shard>`);
  writeFileSync(path.join(shard.folder, "config.xml"), `<yandex>
  <logger><level>warning</level><log>${shard.folder}/log</log>
    <errorlog>${shard.folder}/errors</errorlog></logger>
  <listen_host>127.0.0.1</listen_host>
  <http_port>${shard.http}</http_port><tcp_port>${shard.tcp}</tcp_port>
  <path>${shard.folder}/data/</path><tmp_path>${shard.folder}/tmp/</tmp_path>
  <users_config>users.xml</users_config>
  <default_profile>default</default_profile><default_database>default</default_database>
  <mark_cache_size>67108864</mark_cache_size>
  <remote_servers><${CLUSTER}>${replicas.join("")}</${CLUSTER}></remote_servers>
</yandex>`);
  writeFileSync(path.join(shard.folder, "users.xml"), `<yandex>
  <profiles><default></default></profiles><quotas><default></default></quotas>
  <users><${USER}><password>${PASSWORD}</password><profile>default</profile><quota>default</quota>
    <networks><ip>127.0.0.1</ip></networks></${USER}></users>
</yandex>`, { mode: 0o600 });
}

/** Fields 14 and 15 of /proc/PID/stat, counted after the name, which may hold blanks. */
function cpuMsOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

const residentBytesOf = (pid: number): number =>
  Number(readFileSync(`/proc/${pid}/statm`, "utf8").split(" ")[1]) * PAGE_BYTES;
