// `npm run worker`: works on jobs beside the servers, without a web server of its own.
import process from "node:process";
import { pathToFileURL } from "node:url";
import { bundled, fail, root, setUp } from "./setup.mjs";

process.chdir(root);
process.env.NODE_ENV = "production";
process.setSourceMapsEnabled(true);
try {
  setUp();
  const main = bundled("worker", "scripts/worker.ts", "scripts/worker.ts", "lib", "prisma/schema");
  const { runWorker } = await import(pathToFileURL(main).href);
  await runWorker(root);
} catch (error) {
  fail(error.message);
}
