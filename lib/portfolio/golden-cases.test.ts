import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { canonicalJson } from "../kernel/canonical";
import { ENGINES } from "../risk/engines";
import { goldenAnalysis } from "../risk/golden-analyses";
import { ANALYSIS_CASES, analysisChecks, keptAnalyses, type AnalysesFile } from "./golden-cases";

const FOLDER = path.join(import.meta.dirname, "golden");
const version = ENGINES.at(-1)?.version ?? "";
const FILE = path.join(FOLDER, `${version}.json`);

const now: AnalysesFile["cases"] = ANALYSIS_CASES.map((one) =>
  ({ id: one.id, title: one.title, section: one.section, output: goldenAnalysis(one) }));

// WRITE_GOLDEN=1 keeps the outputs of a new version; those that are there stay as they are.
if (process.env.WRITE_GOLDEN) {
  mkdirSync(FOLDER, { recursive: true });
  const lines = now.map((one) => JSON.stringify(one)).join(",\n");
  const text = `{"engine_version":"${version}","cases":[\n${lines}\n]}\n`;
  if (!existsSync(FILE)) writeFileSync(FILE, text);
}

it("is kept for the newest version, a case for each", () => {
  expect(readdirSync(FOLDER)).toContain(`${version}.json`);
  const kept = JSON.parse(readFileSync(FILE, "utf8")) as AnalysesFile;
  expect(kept.engine_version).toBe(version);
  expect(kept.cases.map(({ id }) => id)).toStrictEqual(ANALYSIS_CASES.map(({ id }) => id));
});

it("has cases of every version, which give what that version gave", () => {
  expect(readdirSync(FOLDER).sort()).toStrictEqual(
    ENGINES.map((engine) => `${engine.version}.json`).sort());
  for (const engine of ENGINES) {
    const checks = analysisChecks(engine.version);
    expect(checks.length).toBeGreaterThan(0);
    expect(checks.filter(({ ok }) => !ok)).toStrictEqual([]);
  }
  // What segments do is told from 1.1.0 on; all else was computed before.
  expect(keptAnalyses("1.0.0").map(({ id }) => id)).toStrictEqual(
    ANALYSIS_CASES.map(({ id }) => id).filter((id) => !id.startsWith("segments_")));
});

it.each(ANALYSIS_CASES.map(({ id }) => id))("%s gives what it always gave", (id) => {
  const kept = JSON.parse(readFileSync(FILE, "utf8")) as AnalysesFile;
  const [before, after] = [kept.cases, now].map((cases) =>
    cases.find((one) => one.id === id)?.output ?? null);
  expect(canonicalJson(after ?? null) === canonicalJson(before ?? null),
    `the output of ${id} changed: this needs a new engine version`).toBe(true);
});

it("is what the validation of the newest version finds", () => {
  expect(analysisChecks(version).filter(({ ok }) => !ok)).toStrictEqual([]);
  expect(analysisChecks(version)).toHaveLength(ANALYSIS_CASES.length);
  expect(analysisChecks("0.0.1")).toStrictEqual([]);
});
