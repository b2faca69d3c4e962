#!/usr/bin/env node
// `npx todiscope` and `npm run cli --`: the command line.
import path from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { bundled, root, setUp } from "./setup.mjs";

process.env.NODE_ENV ??= "production";
process.env.TODISCOPE_LOG_LEVEL ??= "error";
process.setSourceMapsEnabled(true);
// The result alone belongs on the standard output.
console.log = console.error;
setUp();
const file = bundled("cli", "lib/door/cli/main.ts", "lib", "prisma/schema");
const { main } = await import(pathToFileURL(file).href);
// Data and files of the caller are named from where the caller stands; the data folder is not.
process.env.TODISCOPE_DATA_DIR ||= path.join(root, ".data");
process.exitCode = await main(root, process.argv.slice(2));
