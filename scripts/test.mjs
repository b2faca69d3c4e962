// `npm test`: types, lint with the arrows, unit, property, HTTP and browser tests.
import { existsSync } from "node:fs";
import { spawn, spawnSync } from "node:child_process";
import process from "node:process";
import { buildWhenNeeded } from "./build.mjs";
import { bin, fail, root, run, setUp } from "./setup.mjs";

process.env.NEXT_TELEMETRY_DISABLED = "1";
process.chdir(root);

const only = process.argv.slice(2);
/** Set in a process that makes one step for another `npm test`. */
const ALONE = "TODISCOPE_TEST_STEP_ALONE";
const wanted = (step) => only.length === 0 || only.includes(step);

const took = (started) => `${((performance.now() - started) / 1000).toFixed(1)} s`;

function step(name, work) {
  if (!wanted(name)) return;
  const started = performance.now();
  console.log(`\n== ${name}`);
  work();
  console.log(`== ${name}: ${took(started)}`);
}

/**
 * The same of steps that keep one processor busy each, in processes of their own: several lists of
 * them beside one another. What a step says comes when it is over; all end before this fails.
 */
async function beside(...lists) {
  const failed = [];
  await Promise.all(lists.map(async (names) => {
    for (const name of names.filter(wanted)) {
      const started = performance.now();
      const { code, output } = await heard(name);
      console.log(`\n== ${name}\n${output.trim()}\n== ${name}: ${took(started)}`);
      if (code === 0) continue;
      failed.push(name);
      return; // What stands behind it in the list may rest on it.
    }
  }));
  if (failed.length > 0) fail(`${failed.join(" and ")} failed; what was said is above.`);
}

function heard(name) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [import.meta.filename, name],
      { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, [ALONE]: "1" } });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => { output += text; });
    }
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, output }));
  });
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

const typesOf = () => {
  run(bin("next"), ["typegen"], { stdio: ["ignore", "ignore", "inherit"] });
  run(bin("tsc"), ["--noEmit", "-p", "."]);
};
const lint = () => run(bin("eslint"), ["."]);

setUp();
if (process.env[ALONE]) {
  ({ types: typesOf, build: buildWhenNeeded, lint })[only[0]]();
  process.exit(0);
}
await beside(["types", "build"], ["lint"]);
step("unit", () => run(bin("vitest"), ["run", "--project", "unit"]));
step("http", () => run(bin("vitest"), ["run", "--project", "http"]));
step("browser", () => {
  const browser = findBrowser();
  run(bin("playwright"), ["test"], { env: { ...process.env, TODISCOPE_BROWSER: browser } });
});
console.log("\nEverything passed.");
