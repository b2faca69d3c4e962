import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { runInNewContext } from "node:vm";
import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";

/** What no page may send before it answers to a hand; next and react take 131 of it. */
const LIMIT_KB = 250;
const BUILD = path.resolve(".next");
const isBuilt = existsSync(path.join(BUILD, "build-manifest.json"));

const sizes = new Map<string, number>();
function gzippedKb(file: string): number {
  const known = sizes.get(file);
  if (known !== undefined) return known;
  const size = gzipSync(readFileSync(path.join(BUILD, file)), { level: 9 }).length / 1000;
  sizes.set(file, size);
  return size;
}

/** Scripts of every page: what all share, and what its layouts and the page itself ask for. */
function scriptsOfPages(): Map<string, Set<string>> {
  const { rootMainFiles } = JSON.parse(
    readFileSync(path.join(BUILD, "build-manifest.json"), "utf8")) as { rootMainFiles: string[] };
  const app = path.join(BUILD, "server/app");
  return new Map(readdirSync(app, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith("page_client-reference-manifest.js") && !file.startsWith("_"))
    .sort().map((file) => {
      const sandbox: { __RSC_MANIFEST?: Record<string, { entryJSFiles: Record<string, string[]> }> }
        = {};
      runInNewContext(readFileSync(path.join(app, file), "utf8"), { globalThis: sandbox });
      const [page, manifest] = Object.entries(sandbox.__RSC_MANIFEST ?? {})[0] ?? [];
      // Of failures nothing is loaded before there is one.
      const entries = Object.entries(manifest?.entryJSFiles ?? {})
        .filter(([entry]) => /\/(layout|page|template)$/.test(entry));
      return [page ?? file, new Set([...rootMainFiles, ...entries.flatMap(([, files]) => files)])];
    }));
}

it.runIf(isBuilt)("sends no page more script than the limit", () => {
  const loads = [...scriptsOfPages()].map(([page, files]) => ({ page,
    kb: Math.round([...files].reduce((sum, file) => sum + gzippedKb(file), 0)) }));
  expect(loads.length).toBeGreaterThan(10);
  process.stdout.write(`first load, kB of gzipped script; no more than ${LIMIT_KB}\n` + loads.toSorted((a, b) => b.kb - a.kb)
    .map(({ page, kb }) => `${String(kb).padStart(5)}  ${page}`).join("\n") + "\n");
  expect(loads.filter(({ kb }) => kb > LIMIT_KB)).toStrictEqual([]);
});
