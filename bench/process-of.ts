import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import type { TestServer } from "../e2e/support/server";

/** The server's own process: the one that listens on its port. */
export function processOf(server: TestServer): number {
  const list = execFileSync("ps", ["-e", "-o", "pid=,ppid=,args="], { encoding: "utf8" });
  const line = list.split("\n").map((each) => each.trim().split(/\s+/)).find(([, parent, ...args]) =>
    parent === String(process.pid) && args.includes("scripts/start.mjs"));
  if (!line) throw new Error(`the process of ${server.url} is not found`);
  return Number(line[0]);
}

/**
 * Milliseconds of processor time that a process has used, or its first thread alone, which serves;
 * the kernel counts in hundredths.
 */
export function cpuMs(pid: number, of: "process" | "thread" = "process"): number {
  const file = of === "thread" ? `/proc/${pid}/task/${pid}/stat` : `/proc/${pid}/stat`;
  const fields = readFileSync(file, "utf8").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
}
