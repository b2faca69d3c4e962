import { spawn, type ChildProcess } from "node:child_process";
import { rmSync } from "node:fs";
import path from "node:path";
import { build } from "esbuild";
import { ROOT } from "./server";

/** A worker process of its own, as `npm run worker` starts it. */
export type TestWorker = {
  pid: number;
  output(): string;
  /** Resolves when it takes jobs. */
  ready: Promise<void>;
  signal(signal: NodeJS.Signals): void;
  /** The exit code, once it has ended. */
  ended: Promise<number | null>;
};

const READY = "TodiScope works on jobs.";
let bundled: Promise<string> | null = null;

/** The worker's code, bundled once for all that a test starts; else each would do so again. */
function bundle(): Promise<string> {
  const outfile = path.join(ROOT, "node_modules/.cache/todiscope", `test-worker-${process.pid}.mjs`);
  process.once("exit", () => rmSync(outfile, { force: true }));
  return build({
    absWorkingDir: ROOT, outfile, bundle: true, platform: "node", format: "esm", target: "node20",
    packages: "external", tsconfig: path.join(ROOT, "tsconfig.json"), logLevel: "error",
    stdin: { resolveDir: ROOT, loader: "ts", contents:
      `import { runWorker } from "@/scripts/worker"; await runWorker(${JSON.stringify(ROOT)});` },
  }).then(() => outfile);
}

/** Starts a worker; `ready` says when it takes jobs. */
export async function startWorker(environment: Record<string, string>): Promise<TestWorker> {
  bundled ??= bundle();
  return watched(spawn(process.execPath, [await bundled], options(environment)));
}

/** Starts `npm run worker`'s own script. */
export const startWorkerScript = (environment: Record<string, string>): TestWorker =>
  watched(spawn(process.execPath, ["scripts/worker.mjs"], options(environment)));

const options = (environment: Record<string, string>) => ({
  cwd: ROOT, stdio: ["ignore", "pipe", "pipe"] as ["ignore", "pipe", "pipe"],
  env: { ...process.env, NODE_OPTIONS: "", NODE_ENV: "production", TODISCOPE_DATABASE_URL: "",
    ...environment } as NodeJS.ProcessEnv,
});

function watched(child: ChildProcess): TestWorker {
  let text = "";
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  const ready = new Promise<void>((resolve, reject) => {
    const collect = (chunk: Buffer): void => {
      text += chunk.toString();
      if (text.includes(READY)) resolve();
    };
    child.stdout?.on("data", collect);
    child.stderr?.on("data", collect);
    void ended.then((code) => reject(new Error(`the worker ended with ${code}:\n${text}`)));
  });
  ready.catch(() => undefined);
  return {
    pid: child.pid as number, output: () => text, ready, ended,
    signal: (signal) => { child.kill(signal); },
  };
}
