#!/usr/bin/env node
// `npx todiscope` and `npm run cli --`: the command line.
import { existsSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { bundle, filesOf, once, root, setUp } from "./setup.mjs";

process.env.NODE_ENV ??= "production";
process.env.TODISCOPE_LOG_LEVEL ??= "error";
process.setSourceMapsEnabled(true);
// The result alone belongs on the standard output.
console.log = console.error;
setUp();
const outfile = path.join(root, "node_modules/.cache/todiscope/cli.mjs");
once("cli", filesOf("lib", "package-lock.json"), () => existsSync(outfile),
  () => bundle("lib/door/cli/main.ts", outfile));
const { main } = await import(pathToFileURL(outfile).href);
// Data and files of the caller are named from where the caller stands; the data folder is not.
process.env.TODISCOPE_DATA_DIR ||= path.join(root, ".data");
process.exitCode = await main(root, process.argv.slice(2));
