import { describe, expect, it } from "vitest";
import { ENGINES, engineFormulas, type EngineFormulas } from "./engines";
import { MODEL_REGISTER, registerEntry } from "./model-register";
import { validateEngine } from "./validation";

const [first] = ENGINES as [EngineFormulas];

describe("the model register", () => {
  it("has an entry for each engine, in order", () => {
    expect(MODEL_REGISTER.map((entry) => entry.version)).toStrictEqual(
      ENGINES.map((engine) => engine.version));
    for (const entry of MODEL_REGISTER) {
      expect(entry.golden.engine_version).toBe(entry.version);
      expect(entry.changes.length).toBeGreaterThan(0);
    }
    expect(engineFormulas("0.9.0")).toBeNull();
    expect(registerEntry("")).toBeNull();
  });

  it.each(MODEL_REGISTER)("every check of $version holds", ({ version, golden }) => {
    const checks = validateEngine(engineFormulas(version) as EngineFormulas, golden);
    expect(checks.filter((check) => !check.ok)).toStrictEqual([]);
    expect(new Set(checks.map((check) => check.id)).size).toBe(checks.length);
    expect(checks.length).toBeGreaterThan(45);
  });

  it("finds a version that computes something else", () => {
    const { golden } = registerEntry(first.version) as { golden: (typeof MODEL_REGISTER)[0]["golden"] };
    const off: EngineFormulas = { ...first, instrument: (exposure) => first.portfolio(exposure) };
    const failed = validateEngine(off, golden).filter((check) => !check.ok);
    expect(failed.map((check) => check.kind)).toContain("golden");
    expect(failed.map((check) => check.title)).toContain("Two loans, net exposure by instrument");
  });
});
