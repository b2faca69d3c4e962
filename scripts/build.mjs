// The production build, made once for a state of the sources.
import { existsSync } from "node:fs";
import path from "node:path";
import { bin, filesOf, once, root, run } from "./setup.mjs";
import { buildVerifier } from "./verifier.mjs";

const SOURCES = ["app", "components", "lib", "prisma/schema", "public", "next.config.mjs", "proxy.ts", "instrumentation.ts",
  "instrumentation-node.ts",
  "package-lock.json", "tsconfig.json"];

/** Builds when the sources changed since the last build. */
export function buildWhenNeeded() {
  buildVerifier();
  once("built", filesOf(...SOURCES), () => existsSync(path.join(root, ".next", "BUILD_ID")), () => {
    console.log("Building the pages");
    run(bin("next"), ["build"], { stdio: ["ignore", "ignore", "inherit"] });
  });
}
