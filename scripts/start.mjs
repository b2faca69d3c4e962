// `npm start`: installs what is missing, starts the database, migrates, builds and serves.
import path from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { buildWhenNeeded } from "./build.mjs";
import { bundle, fail, root, setUp } from "./setup.mjs";

process.env.NEXT_TELEMETRY_DISABLED = "1";
process.chdir(root);
const development = process.argv.includes("--dev");
process.env.NODE_ENV = development ? "development" : "production";
try {
  setUp();
  const outfile = path.join(root, "node_modules", ".cache", "todiscope", "serve.mjs");
  await bundle("scripts/serve.ts", outfile);
  const { serve } = await import(pathToFileURL(outfile).href);
  await serve({ root, build: development ? null : buildWhenNeeded });
} catch (error) {
  const reasons = { ENOSPC: "The disk is full. Free space, then start again.",
    EACCES: `No permission: ${error.message}` };
  fail(reasons[error.code] ?? error.message);
}
