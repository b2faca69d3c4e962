// `npm test`: types, lint with the arrows, unit, property, HTTP and browser tests.
import { existsSync } from "node:fs";
import { spawnSync } from "node:child_process";
import process from "node:process";
import { buildWhenNeeded } from "./build.mjs";
import { bin, fail, root, run, setUp } from "./setup.mjs";

process.env.NEXT_TELEMETRY_DISABLED = "1";
process.chdir(root);

const only = process.argv.slice(2);
const wanted = (step) => only.length === 0 || only.includes(step);

function step(name, work) {
  if (!wanted(name)) return;
  const started = performance.now();
  console.log(`\n== ${name}`);
  work();
  console.log(`== ${name}: ${((performance.now() - started) / 1000).toFixed(1)} s`);
}

const CHROMIUM = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** The system's Chromium, else one that can be installed here, else a clear word. */
function findBrowser() {
  const found = CHROMIUM.find((file) => existsSync(file));
  if (found) return found;
  const attempts = [["apt-get", ["update", "-qq"]],
    ["apt-get", ["install", "-y", "-qq", "--no-install-recommends", "chromium"]]];
  if (process.getuid?.() === 0) {
    console.log("Installing Chromium");
    for (const [command, args] of attempts) {
      spawnSync(command, args, { stdio: "ignore",
        env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } });
    }
  }
  const installed = CHROMIUM.find((file) => existsSync(file));
  if (installed) return installed;
  const own = spawnSync(bin("playwright"), ["install", "chromium"], { stdio: "ignore" });
  if (own.status === 0) return "";
  return fail("No browser for the browser tests. Install one: apt-get install chromium " +
    "(Debian), or npx playwright install chromium.");
}

setUp();
step("types", () => {
  run(bin("next"), ["typegen"], { stdio: ["ignore", "ignore", "inherit"] });
  run(bin("tsc"), ["--noEmit", "-p", "."]);
});
step("lint", () => run(bin("eslint"), ["."]));
step("unit", () => run(bin("vitest"), ["run", "--project", "unit"]));
step("build", buildWhenNeeded);
step("http", () => run(bin("vitest"), ["run", "--project", "http"]));
step("browser", () => {
  const browser = findBrowser();
  run(bin("playwright"), ["test"], { env: { ...process.env, TODISCOPE_BROWSER: browser } });
});
console.log("\nEverything passed.");
