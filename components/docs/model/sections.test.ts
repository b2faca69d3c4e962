import { describe, expect, it } from "vitest";
import { missedOf, presetOf } from "./live";
import { HIDDEN_LOSS, INTEREST_SHOCK } from "./limitation-examples";
import { LIVE_SECTIONS } from "./sections";

const SECTIONS = [...LIVE_SECTIONS, HIDDEN_LOSS, INTEREST_SHOCK];

describe("the model's live formulas", () => {
  it.each(SECTIONS)("$id gives its check values", (section) => {
    for (const preset of section.presets) {
      const steps = section.compute(preset.values);
      if (typeof steps === "string") throw new Error(steps);
      expect(new Set(steps.map((step) => step.name)).size).toBe(steps.length);
      expect(missedOf(preset, steps).map((name) =>
        [name, steps.find((step) => step.name === name)?.value])).toStrictEqual([]);
      expect(presetOf(section, preset.values)).toBe(preset);
    }
    expect(Object.keys(section.presets[0]?.published ?? {}).length).toBeGreaterThan(0);
  });

  it.each(SECTIONS)("$id shows a figure or a reason, also for zeros and the largest", (section) => {
    for (const pick of [() => 0, (max: number) => max]) {
      const values = Object.fromEntries(section.inputs.map((input) =>
        [input.name, Math.max(input.min ?? 0, pick(input.max ?? 9e14))]));
      const steps = section.compute(values);
      const texts = typeof steps === "string" ? [steps]
        : steps.flatMap((step) => [step.filled, step.value === null ? "-" : step.show(step.value)]);
      expect(texts.filter((text) => /NaN|Infinity|undefined/.test(text))).toStrictEqual([]);
      expect(texts.every((text) => text !== "")).toBe(true);
    }
  });

  it("has every anchor that other pages link to, once", () => {
    expect(new Set(LIVE_SECTIONS.map(({ id }) => id)).size).toBe(LIVE_SECTIONS.length);
  });
});
