// `npm start`: installs what is missing, builds, starts the database, migrates and serves.
// `--dev` compiles pages on demand; `--api` serves the API without pages.
import process from "node:process";
import { pathToFileURL } from "node:url";
import { buildWhenNeeded } from "./build.mjs";
import { bundled, fail, root, setUp } from "./setup.mjs";

process.env.NEXT_TELEMETRY_DISABLED = "1";
process.chdir(root);
const mode = process.argv.includes("--dev") ? "development"
  : process.argv.includes("--api") ? "api" : "pages";
process.env.NODE_ENV = mode === "development" ? "development" : "production";
process.setSourceMapsEnabled(true);
try {
  setUp();
  const main = bundled("serve", "scripts/serve.ts", "scripts/serve.ts", "lib", "prisma/seed",
    "prisma/schema");
  const { serve } = await import(pathToFileURL(main).href);
  await serve({ root, mode, build: buildWhenNeeded });
} catch (error) {
  const reasons = { ENOSPC: "The disk is full. Free space, then start again.",
    EACCES: `No permission: ${error.message}` };
  fail(reasons[error.code] ?? error.message);
}
