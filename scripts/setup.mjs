// What a fresh machine needs before TypeScript can run: Node, packages, the database client.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import process from "node:process";

export const root = path.resolve(import.meta.dirname, "..");
const stamps = path.join(root, "node_modules", ".cache", "todiscope");

/** Ends with one clear line. */
export function fail(message) {
  console.error(`TodiScope: ${message}`);
  process.exit(1);
}

/** Refuses a Node that is too old for what is installed. */
export function checkNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  fail(`Node ${process.versions.node} is too old; install Node 20.19 or newer.`);
}

const digest = (files) => files.reduce(
  (hash, file) => hash.update(file).update(readFileSync(file)), createHash("sha256")).digest("hex");

/** Files of the given folders and names below the root, sorted. */
export function filesOf(...names) {
  return names.flatMap((name) => {
    const full = path.join(root, name);
    if (!existsSync(full)) return [];
    if (!statSync(full).isDirectory()) return [full];
    return readdirSync(full, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name));
  }).filter((file) => !file.includes(`${path.sep}generated${path.sep}`)).sort();
}

/** Runs `work` unless it was run for exactly these files before. */
export function once(name, files, isThere, work) {
  const key = digest(files);
  const stamp = path.join(stamps, name);
  if (isThere() && existsSync(stamp) && readFileSync(stamp, "utf8") === key) return false;
  work();
  mkdirSync(stamps, { recursive: true });
  writeFileSync(stamp, key);
  return true;
}

/** Runs a command to its end; a failure ends this process with the command's own words. */
export function run(command, args, options = {}) {
  const result = spawnSync(command, args, { cwd: root, stdio: "inherit", ...options,
    shell: process.platform === "win32" });
  if (result.error?.code === "ENOENT") fail(`${command} is not installed.`);
  if (result.status !== 0) fail(`"${command} ${args.join(" ")}" failed; its message is above.`);
}

export const bin = (name) => path.join(root, "node_modules", ".bin", name);

/** Installs what is missing and generates the database client; seconds when all is there. */
export function setUp() {
  checkNode();
  // Threads start from here, wherever a command stands.
  process.env.TODISCOPE_ROOT ??= root;
  once("installed", filesOf("package-lock.json"),
    () => existsSync(path.join(root, "node_modules", "next")), () => {
      console.log("Installing packages");
      // Not `npm ci`: it refuses a lock without other platforms' optional binaries, as one made
      // beside a registry that lacks them is. `--no-save` keeps to the lock and leaves it alone.
      // Development packages too, whoever comes first: `npm test` must find them after a start.
      run("npm", ["install", "--include=dev", "--no-save", "--no-audit", "--no-fund",
        "--loglevel=error"]);
    });
  once("generated", filesOf("prisma/schema", "prisma.config.ts"),
    () => existsSync(path.join(root, "lib/service/db/generated/client.ts")), () => {
      run(bin("prisma"), ["generate"], { stdio: ["ignore", "ignore", "inherit"] });
    });
}

/** Bundles are kept so long beside newer ones: a process may still load a part of its own. */
const KEPT_MS = 24 * 3_600_000;

/**
 * The product's own TypeScript from `entry` as JavaScript, so that it starts without a compiler in
 * between: made once for a state of `sources`, in a folder of its own. What is imported when it is
 * needed stays apart.
 * @returns the file to import
 */
export function bundled(name, entry, ...sources) {
  const key = digest(filesOf(...sources, "package-lock.json", "tsconfig.json")).slice(0, 16);
  const folder = path.join(stamps, `${name}-${key}`);
  const main = path.join(folder, `${path.basename(entry, ".ts")}.mjs`);
  if (existsSync(main)) return main;
  // Not imported at the top: on a fresh clone it is not installed yet.
  const { buildSync } = createRequire(import.meta.url)("esbuild");
  const whole = `${folder}.${process.pid}`;
  buildSync({
    absWorkingDir: root, entryPoints: [entry], outdir: whole, outExtension: { ".js": ".mjs" },
    bundle: true, splitting: true, platform: "node", format: "esm", target: "node20",
    packages: "external", sourcemap: "inline", sourcesContent: false,
    tsconfig: path.join(root, "tsconfig.json"), logLevel: "error",
  });
  try {
    renameSync(whole, folder);
  } catch (error) {
    // Another process was first; its files are the same.
    rmSync(whole, { recursive: true });
    if (!existsSync(main)) throw error;
  }
  removeOld(name, folder);
  return main;
}

function removeOld(name, newest) {
  for (const found of readdirSync(stamps)) {
    const folder = path.join(stamps, found);
    if (!found.startsWith(`${name}-`) || folder === newest) continue;
    if (Date.now() - statSync(folder).mtimeMs > KEPT_MS) rmSync(folder, { recursive: true });
  }
}
