// Runs a bench script: `node scripts/bench.mjs bench/run-endpoint.ts`.
import process from "node:process";
import { bin, fail, run, setUp } from "./setup.mjs";

const script = process.argv[2];
if (!script) fail("name a script, e.g. bench/run-endpoint.ts");
setUp();
run(bin("tsx"), [script]);
