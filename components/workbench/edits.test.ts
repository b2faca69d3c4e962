import { describe, expect, it } from "vitest";
import { canonicalParameters } from "@/lib/risk";
import { MINUS, NARROW } from "@/components/ui/format";
import {
  draftOfParameters, engineDraft, parametersOf, withAdded, withDefaults, withMove,
  withoutScenario, withShock, withSwitch,
} from "./draft";
import { editsBetween } from "./edits";
import { edited, NO_HISTORY, redone, undone } from "./history";

const base = engineDraft();

describe("editsBetween", () => {
  it("is empty for the same draft", () => {
    expect(editsBetween(base, engineDraft())).toEqual([]);
  });

  it("names shocks and lines with their old and new value", () => {
    const draft = { ...withShock(base, "market_crash", "recovery_degradation_pct", -0.2),
      lossLine: 0.125 };
    expect(editsBetween(base, draft)).toEqual([
      { id: "market_crash.recovery_degradation_pct", label: "Market crash, recoveries",
        before: `${MINUS}15${NARROW}%`, after: `${MINUS}20${NARROW}%` },
      { id: "loss", label: "Stress loss line", before: `5${NARROW}%`, after: `12.50${NARROW}%` },
    ]);
  });

  it("says new, off, on and removed", () => {
    const own = withAdded(base, "own").draft;
    const off = withSwitch(base, "market_crash", false);
    expect(editsBetween(base, own)).toMatchObject([{ label: "Own", before: null, after: "new" }]);
    expect(editsBetween(own, withoutScenario(own, "own"))).toMatchObject([{ after: "removed" }]);
    expect(editsBetween(base, off)).toMatchObject([{ before: "on", after: "off" }]);
    expect(editsBetween(off, base)).toMatchObject([{ before: "off", after: "on" }]);
    expect(editsBetween(base, withDefaults(base, false))).toHaveLength(3);
  });

  it("does not count what would not run", () => {
    const own = withSwitch(withAdded(base, "own").draft, "own", false);
    expect(editsBetween(base, own)).toEqual([]);
    const off = withSwitch(base, "market_crash", false);
    const moved = withShock(off, "market_crash", "recovery_degradation_pct", -0.9);
    expect(editsBetween(off, moved)).toEqual([]);
  });

  it("notices another order", () => {
    const two = withAdded(withAdded(base, "a").draft, "b").draft;
    expect(editsBetween(two, withMove(two, "a", 1))).toMatchObject([{ id: "order" }]);
  });

  it("is empty after a run with these very inputs", () => {
    const draft = withAdded(withSwitch(base, "default_wave", false), "own").draft;
    const canonical = canonicalParameters(parametersOf(draft));
    if (!canonical.ok) throw new Error("refused");
    expect(editsBetween(draftOfParameters(canonical.value), draft)).toEqual([]);
  });
});

describe("history", () => {
  const one = withShock(base, "market_crash", "recovery_degradation_pct", -0.2);
  const two = withShock(base, "market_crash", "recovery_degradation_pct", -0.3);

  it("takes edits back and brings them again", () => {
    const history = edited(edited(NO_HISTORY, base, null, 0), one, null, 10);
    const back = undone(history, two);
    expect(back?.draft).toBe(one);
    expect(undone(back?.history ?? NO_HISTORY, one)?.draft).toBe(base);
    expect(redone(back?.history ?? NO_HISTORY, one)?.draft).toBe(two);
    expect(undone(NO_HISTORY, base)).toBeNull();
    expect(redone(NO_HISTORY, base)).toBeNull();
  });

  it("counts one slide as one step, and a pause as the next", () => {
    const slide = edited(edited(NO_HISTORY, base, "x", 0), one, "x", 100);
    expect(slide.past).toEqual([base]);
    expect(edited(slide, two, "x", 5000).past).toEqual([base, two]);
  });
});
