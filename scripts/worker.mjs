// `npm run worker`: works on jobs beside the servers, without a web server of its own.
import { rmSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { bundle, fail, root, setUp } from "./setup.mjs";

process.chdir(root);
process.env.NODE_ENV = "production";
process.setSourceMapsEnabled(true);
try {
  setUp();
  const outfile = path.join(root, "node_modules/.cache/todiscope", `worker-${process.pid}.mjs`);
  bundle("scripts/worker.ts", outfile);
  const { runWorker } = await import(pathToFileURL(outfile).href);
  rmSync(outfile);
  await runWorker(root);
} catch (error) {
  fail(error.message);
}
