import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { canonicalJson, type Json } from "../kernel/canonical";
import { ENGINES, type EngineFormulas } from "./engines";
import { GOLDEN_CASES, goldenOutputs, type GoldenCase, type GoldenFile } from "./golden";
import { NETTINGS } from "./types";

const FOLDER = path.join(import.meta.dirname, "golden");
const fileOf = (version: string): string => path.join(FOLDER, `${version}.json`);

/** What the formulas of a version give now. */
function goldenOf(engine: EngineFormulas): GoldenFile {
  return { engine_version: engine.version, cases: GOLDEN_CASES.map((one) => {
    const [portfolio, instrument] = NETTINGS.map((netting) => {
      const outputs = goldenOutputs(engine, one, netting);
      if (!outputs.ok) throw new Error(`${one.id}: ${JSON.stringify(outputs.error)}`);
      return outputs.value;
    });
    return { ...one, outputs: { portfolio: portfolio as Json, instrument: instrument as Json } };
  }) };
}

/** One case a line, so that a difference shows where it is. */
const fileText = ({ engine_version, cases }: GoldenFile): string =>
  `{"engine_version":"${engine_version}","cases":[\n${
    cases.map((one) => JSON.stringify(one)).join(",\n")}\n]}\n`;

const text = (value: unknown): string => canonicalJson(value as Json);

describe("golden outputs", () => {
  it.each(ENGINES.map((engine) => engine.version))("%s gives what it always gave", (version) => {
    const engine = ENGINES.find((one) => one.version === version) as EngineFormulas;
    const now = goldenOf(engine);
    // WRITE_GOLDEN=1 keeps the outputs of a new version; those that are there stay as they are.
    if (process.env.WRITE_GOLDEN && !existsSync(fileOf(version))) {
      writeFileSync(fileOf(version), fileText(now));
    }
    const kept = JSON.parse(readFileSync(fileOf(version), "utf8")) as GoldenFile;
    for (const one of kept.cases) {
      const found = now.cases.find(({ id }) => id === one.id);
      expect(text(found?.outputs) === text(one.outputs),
        `the outputs of ${one.id} changed: this needs a new engine version`).toBe(true);
      expect(text({ records: found?.records, parameters: found?.parameters })).toBe(
        text({ records: one.records, parameters: one.parameters }));
    }
    expect(kept.cases.map(({ id }) => id)).toStrictEqual(GOLDEN_CASES.map(({ id }) => id));
  });

  it("is kept for every version and no other", () => {
    expect(readdirSync(FOLDER).sort()).toStrictEqual(
      ENGINES.map((engine) => `${engine.version}.json`).sort());
  });

  it("names the case whose outputs changed", () => {
    const [engine] = ENGINES as [EngineFormulas];
    const off: EngineFormulas = { ...engine, portfolio: (exposure) => {
      const netted = engine.portfolio(exposure);
      return { ...netted, stress: (scenario) => {
        const stress = netted.stress(scenario);
        return { ...stress, loss_estimate: stress.loss_estimate * (1 + 2 ** -52) };
      } };
    } };
    const [first] = GOLDEN_CASES as [GoldenCase];
    const outputs = [engine, off].map((one) => goldenOutputs(one, first, "portfolio"));
    expect(text(outputs[0])).not.toBe(text(outputs[1]));
  });
});
