// A calculating thread: starts the product's own TypeScript, whichever way the process was started
// (`npm start`, `npm run worker`, `next start`, the command line, a test).
import path from "node:path";
import { pathToFileURL } from "node:url";
import { workerData } from "node:worker_threads";
import { bundled } from "./setup.mjs";

const { entry } = workerData;
const main = bundled(`thread-${path.basename(entry, ".ts")}`, entry, "lib/kernel", "lib/risk",
  "lib/portfolio", "lib/bundle", "lib/report", entry, "lib/service/calculation/thread-tasks.ts",
  "lib/service/calculation/scenario-analyses.ts", "lib/service/calculation/thread-loop.ts");
await import(pathToFileURL(main).href);
