// A calculating thread: starts the product's own TypeScript, whichever way the process was started
// (`npm start`, `npm run worker`, `next start`, the command line, a test).
import { existsSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { workerData } from "node:worker_threads";
import { bundle, filesOf, once, root } from "./setup.mjs";

const { entry } = workerData;
const name = `thread-${path.basename(entry, ".ts")}`;
const outfile = path.join(root, `node_modules/.cache/todiscope/${name}.mjs`);
once(name, filesOf("lib/kernel", "lib/risk", "lib/portfolio", "lib/bundle", "lib/report", entry, "lib/service/thread-tasks.ts",
  "lib/service/scenario-analyses.ts", "lib/service/thread-loop.ts", "package-lock.json"),
() => existsSync(outfile), () => bundle(entry, outfile));
await import(pathToFileURL(outfile).href);
