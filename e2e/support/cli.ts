import { spawn } from "node:child_process";
import { ROOT, TOKENS, type TestServer } from "./server";

export type CliResult = { code: number | null; out: string; err: string };

/** Runs the command line as an operator on the server's machine would. */
export function cli(
  server: Pick<TestServer, "url" | "dataDir">, args: readonly string[],
  environment: Record<string, string> = {}, input = "",
): Promise<CliResult> {
  const child = spawn(process.execPath, ["scripts/cli.mjs", ...args], {
    cwd: ROOT,
    env: { ...process.env, NODE_OPTIONS: "", TODISCOPE_DATABASE_URL: "", TODISCOPE_API_TOKENS: "",
      TODISCOPE_URL: server.url, TODISCOPE_TOKEN: TOKENS.ADMIN,
      TODISCOPE_DATA_DIR: server.dataDir, ...environment },
  });
  const result: CliResult = { code: null, out: "", err: "" };
  child.stdout.on("data", (chunk: Buffer) => { result.out += chunk.toString(); });
  child.stderr.on("data", (chunk: Buffer) => { result.err += chunk.toString(); });
  child.stdin.end(input);
  return new Promise((resolve) => child.once("close", (code) => resolve({ ...result, code })));
}
