// The verifier of offline bundles: one readable file, made of the product's own pure rooms, so that
// its formulas are the product's.
import { existsSync, mkdirSync, renameSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import process from "node:process";
import { filesOf, once, root } from "./setup.mjs";

export const verifierFile = path.join(root, "public", "todiscope-verify.mjs");

/** Makes the verifier when what it is made of has changed. @returns its file */
export function buildVerifier() {
  once("verifier", filesOf("lib/kernel", "lib/risk", "lib/evidence", "lib/portfolio", "lib/bundle",
    "scripts/verifier.mjs", "package-lock.json"), () => existsSync(verifierFile), () => {
    mkdirSync(path.dirname(verifierFile), { recursive: true });
    const { buildSync } = createRequire(import.meta.url)("esbuild");
    const draft = `${verifierFile}.${process.pid}`;
    buildSync({
      absWorkingDir: root, entryPoints: ["lib/bundle/verify-main.ts"], outfile: draft,
      bundle: true, platform: "neutral", mainFields: ["module", "main"], format: "esm",
      target: "es2022", minify: false, charset: "utf8", legalComments: "inline",
      tsconfig: path.join(root, "tsconfig.json"), logLevel: "error",
      banner: { js: [
        "// TodiScope's verifier of offline bundles.",
        "//   node verify.mjs bundle.zip [--key SHA-256-of-the-public-key]",
        "// It needs Node 20 or newer and nothing else; it asks nothing of any network.",
      ].join("\n") },
    });
    renameSync(draft, verifierFile);
  });
  return verifierFile;
}
