// `npm start`: installs what is missing, builds, starts the database, migrates and serves.
// `--dev` compiles pages on demand; `--api` serves the API without pages.
import { rmSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { buildWhenNeeded } from "./build.mjs";
import { bundle, fail, root, setUp } from "./setup.mjs";

process.env.NEXT_TELEMETRY_DISABLED = "1";
process.chdir(root);
const mode = process.argv.includes("--dev") ? "development"
  : process.argv.includes("--api") ? "api" : "pages";
process.env.NODE_ENV = mode === "development" ? "development" : "production";
process.setSourceMapsEnabled(true);
try {
  setUp();
  // A file of its own: another process may be starting at the same time.
  const outfile = path.join(root, "node_modules/.cache/todiscope", `serve-${process.pid}.mjs`);
  bundle("scripts/serve.ts", outfile);
  const { serve } = await import(pathToFileURL(outfile).href);
  rmSync(outfile);
  await serve({ root, mode, build: buildWhenNeeded });
} catch (error) {
  const reasons = { ENOSPC: "The disk is full. Free space, then start again.",
    EACCES: `No permission: ${error.message}` };
  fail(reasons[error.code] ?? error.message);
}
