import { describe, expect, it } from "vitest";
import { KPI_FACTS, KPI_NAMES } from "../../lib/risk";
import { draftOf, editOf, pairProblem , type KpiSettings } from "./limits-draft";

const settings = {
  dataset_id: "d", base_currency: "EUR", tangible_equity: null, changed_at: null, changed_by: null,
  etag: '"x"', kpis: Object.fromEntries(KPI_NAMES.map((name) => [name, {
    worse: KPI_FACTS[name].worse, defaults: null,
    limits: name === "par30_pct" ? { warning: 5, critical: 8 } : null }])),
} as KpiSettings;

describe("a draft of limits", () => {
  it("sends what differs, and null for a pair that was emptied", () => {
    const draft = draftOf(settings);
    expect(editOf(settings, draft)).toEqual({});
    draft.pairs.par30_pct = { warning: null, critical: null };
    draft.pairs.yield_pct = { warning: 4, critical: 3 };
    expect(editOf(settings, { ...draft, tangibleEquity: 10 })).toEqual({ tangible_equity: 10,
      limits: { par30_pct: null, yield_pct: { warning: 4, critical: 3 } } });
  });

  it("says what is wrong with a pair", () => {
    expect(pairProblem("par30_pct", { warning: 5, critical: null })).toContain("both limits");
    expect(pairProblem("par30_pct", { warning: 5, critical: 4 })).toContain("above");
    expect(pairProblem("yield_pct", { warning: 4, critical: 5 })).toContain("below");
    expect(pairProblem("yield_pct", { warning: null, critical: null })).toBeNull();
  });
});
