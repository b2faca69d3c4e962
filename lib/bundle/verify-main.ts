import { sha256Hex } from "../kernel/hash";
import { readArguments, VERIFY_USAGE } from "./verify-arguments";
import { verifyBundle } from "./verify-bundle";
import { isSignedBy, reportLines } from "./verify-report";

// This file becomes the verifier: one file for Node (`node verify.mjs bundle.zip`) and for the
// thread of the page /verify. It asks nothing of any network.

type Node = {
  argv: string[]; exitCode?: number | string | null | undefined;
  stdout: { write(text: string): void }; stderr: { write(text: string): void };
  getBuiltinModule?(name: "node:fs" | "node:url"): unknown;
};
type Files = { readFileSync(file: string | URL): Uint8Array; realpathSync(file: string): string };

async function runInNode(node: Node, files: Files): Promise<void> {
  const asked = readArguments(node.argv.slice(2));
  if (asked.kind === "help") {
    node.stdout.write(`${VERIFY_USAGE}\n`);
    return;
  }
  if (asked.kind === "refused") {
    node.stderr.write(`${asked.says}\n${VERIFY_USAGE}\n`);
    node.exitCode = 2;
    return;
  }
  const { file, keyId } = asked;
  let bytes: Uint8Array;
  try {
    bytes = files.readFileSync(file);
  } catch (error) {
    node.stderr.write(`${file} cannot be read: ${(error as Error).message}\n`);
    node.exitCode = 2;
    return;
  }
  const report = await verifyBundle(bytes, { isSignedBy, keyId,
    ownSha256: sha256Hex(files.readFileSync(new URL(import.meta.url))) });
  node.stdout.write(`${reportLines(report).join("\n")}\n`);
  node.exitCode = report.ok ? 0 : 5;
}

type Worker = {
  postMessage(message: unknown): void;
  onmessage: ((event: { data: ArrayBuffer }) => void) | null;
  importScripts?: unknown; location?: { href: string }; WorkerGlobalScope?: unknown;
};

/** As a thread of a page: gets a file's bytes, answers with the report. */
function serveAsWorker(worker: Worker): void {
  worker.onmessage = ({ data }) => {
    void verifyBundle(new Uint8Array(data), { isSignedBy }).then((report) =>
      worker.postMessage(report));
  };
}

const scope = globalThis as unknown as { process?: Node; WorkerGlobalScope?: unknown };
if (scope.WorkerGlobalScope !== undefined && scope.process === undefined) {
  serveAsWorker(globalThis as unknown as Worker);
} else if (scope.process?.getBuiltinModule) {
  const node = scope.process;
  const files = node.getBuiltinModule?.("node:fs") as Files;
  const { pathToFileURL } = node.getBuiltinModule?.("node:url") as
    { pathToFileURL(file: string): URL };
  const started = node.argv[1];
  // Only where this file itself was started, not where something imports it.
  if (started !== undefined && /verify[^/\\]*\.mjs$/.test(started)
    && pathToFileURL(files.realpathSync(started)).href === import.meta.url) {
    void runInNode(node, files);
  }
}
