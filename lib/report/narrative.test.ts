import { describe, expect, it } from "vitest";
import type { DebtExposure, Finding, StressResult } from "@/lib/risk";
import { runNarrative, type PreviousRun, type RunBackground } from "./narrative";
import type { RunDocument } from "./run-document";
import { signOffStatus, signOffText } from "./sign-off";

const stress = (id: string, loss: number): StressResult =>
  ({ scenario_id: id, loss_estimate: loss }) as StressResult;
const finding = (id: string | undefined, isMaterial: boolean, threshold = 20): Finding =>
  ({ ...(id !== undefined && { scenario_id: id }), is_material: isMaterial, threshold }) as Finding;

function document(
  exposure: Partial<DebtExposure>, stresses: StressResult[], findings: Finding[],
  warnings: string[] = [],
): RunDocument {
  return {
    base_currency: "EUR", dataset_version_number: 3, debt_exposure_evidence_id: "e0",
    stress_test_evidence_ids: Object.fromEntries(stresses.map(({ scenario_id: id }) =>
      [id, `e-${id}`])),
    material_findings: findings, assumptions: [{}],
    report: { metadata: { warnings, parameters: {} }, stress_tests: stresses,
      debt_exposure: { total_outstanding: 1000, collateral_value: 600,
        distressed_asset_recovery: 100, net_exposure_after_recovery: 300, ...exposure } },
  } as unknown as RunDocument;
}
const ALONE: RunBackground = { drivers: null, previous: null };
const previous = (change: Partial<PreviousRun>): RunBackground => ({ drivers: null, previous: {
  run_id: "p", dataset_version_number: 2, recorded_at: "2025-01-02T03:04:05.678Z",
  net_exposure_after_recovery: 200, worst_scenario_id: "crash", worst_loss_estimate: 50,
  has_same_parameters: true, ...change } });
const said = (run: RunDocument, background = ALONE): Record<string, string> =>
  Object.fromEntries(runNarrative(run, background).map(({ about, text }) => [about, text]));

describe("the narrative of a run", () => {
  const run = document({}, [stress("mild", 10), stress("crash", 80)],
    [finding(undefined, true), finding("mild", false), finding("crash", true)], ["A", "B"]);

  it("says exposure, coverage, the worst scenario, findings and warnings", () => {
    expect(said(run)).toStrictEqual({
      exposure: "EUR 1,000.00 are owed; EUR 300.00 (30.00 %) are not covered by collateral and " +
        "expected recovery.",
      coverage: "Collateral of EUR 600.00 is 60.00 % of what is owed; distressed assets are " +
        "expected to bring EUR 100.00.",
      worst: 'The largest loss of 2 scenarios is EUR 80.00 under "Crash", 8.00 % of what is ' +
        "owed; its materiality line is EUR 20.00.",
      findings: "2 of 3 judged figures reach their materiality line: the net exposure, the loss " +
        'under "Crash".',
      warnings: "2 warnings were raised on the data; 1 assumption holds.",
    });
  });

  it("links each sentence to the evidence of its figures", () => {
    expect(runNarrative(run, ALONE).map((each) => each.evidence_id))
      .toStrictEqual(["e0", "e0", "e-crash", null, null]);
  });

  it("names the driver of the worst loss, and what takes some of it off", () => {
    expect(said(run, { ...ALONE, drivers: { collateral: 90, recovery: -10, default: 0 } }).drivers)
      .toBe("What drives it most is the fall in collateral: EUR 90.00 (112.50 % of the loss, by " +
        "Shapley value); lower recovery takes EUR 10.00 off it.");
    expect(said(document({}, [stress("mild", 0)], []),
      { ...ALONE, drivers: { collateral: 0, recovery: 0, default: 0 } }).drivers).toBeUndefined();
  });

  it.each<[string, RunDocument, string, string | undefined]>([
    ["no scenario", document({}, [], [finding(undefined, false)]), "worst", "No scenario was run."],
    ["no loss", document({}, [stress("a", 0)], []), "worst", "No scenario adds a loss."],
    ["one scenario", document({}, [stress("a", 5)], [finding("a", false)]), "worst",
      'The loss of the one scenario is EUR 5.00 under "A", 0.50 % of what is owed; its ' +
      "materiality line is EUR 20.00."],
    ["no findings", document({}, [], []), "findings", "No figure was judged."],
    ["one below", document({}, [], [finding(undefined, false)]), "findings",
      "The one judged figure stays below its materiality line."],
    ["nothing owed", document({ total_outstanding: 0, net_exposure_after_recovery: 0 },
      [stress("a", 5)], []), "exposure", "Nothing is owed in this version."],
    ["no share of nothing", document({ total_outstanding: 0 }, [stress("a", 5)], []), "worst",
      'The loss of the one scenario is EUR 5.00 under "A".'],
    ["no coverage of nothing", document({ total_outstanding: 0 }, [], []), "coverage", undefined],
    ["no distressed assets", document({ distressed_asset_count: 0, distressed_asset_recovery: 0 },
      [], []), "coverage", "Collateral of EUR 600.00 is 60.00 % of what is owed; there are no " +
      "distressed assets."],
    ["all covered", document({ net_exposure_after_recovery: 0 }, [], []), "exposure",
      "EUR 1,000.00 are owed, all of it covered by collateral and expected recovery."],
    ["no warnings", document({}, [], []), "warnings",
      "No warning was raised; 1 assumption holds."],
  ])("holds in the case of %s", (_, document, about, text) => {
    expect(said(document)[about]).toBe(text);
  });

  it("names three findings and counts the rest", () => {
    const many = ["a", "b", "c", "d", "e"].map((id) => finding(id, true));
    expect(said(document({}, [], many)).findings).toMatch(/"C" and 2 more\.$/);
  });

  it("says what moved against the run before, and never a share of nothing", () => {
    expect(said(run, previous({})).previous).toBe("Against the run before it (version 2, recorded " +
      "2025-01-02, the same parameters) net exposure is up by EUR 100.00 (50.00 %) to EUR 300.00, " +
      "the largest loss up by EUR 30.00 (60.00 %) to EUR 80.00.");
    expect(said(run, previous({ net_exposure_after_recovery: 0, worst_loss_estimate: 80,
      worst_scenario_id: "mild", dataset_version_number: 3, has_same_parameters: false })).previous)
      .toBe("Against the run before it (the same version, recorded 2025-01-02, other parameters) " +
        "net exposure is up by EUR 300.00 to EUR 300.00, the largest loss unchanged at EUR 80.00 " +
        '(then under "Mild").');
    expect(said(document({}, [], []), previous({ worst_loss_estimate: null })).previous)
      .not.toContain("loss");
  });
});

describe("a sign-off in words", () => {
  const step = (number: number, name: string, by: string, note: string | null = null) =>
    ({ number, step: name, note, signed_by: by, signed_at: `2025-01-0${number}T00:00:00.000Z` });
  const first = [step(1, "prepared", "ann"), step(2, "returned", "bob", "too mild")];
  const all = [...first, step(3, "prepared", "ann"), step(4, "reviewed", "bob"),
    step(5, "approved", "cy")];

  it("says that nobody signed, who returned it and why, and who signed since", () => {
    expect(signOffText({ state: "none", steps: [] })).toMatch(/^Not signed off: nobody/);
    expect(signOffText({ state: "returned", steps: first }))
      .toBe('Not signed off: returned by bob on 2025-01-02 ("too mild").');
    expect(signOffText({ state: "reviewed", steps: all.slice(0, 4) })).toBe(
      "Not signed off yet: prepared by ann on 2025-01-03, reviewed by bob on 2025-01-04.");
    expect(signOffText({ state: "approved", steps: all })).toBe("Signed off: prepared by ann on " +
      "2025-01-03, reviewed by bob on 2025-01-04, approved by cy on 2025-01-05.");
    expect(signOffStatus({ state: "none", steps: [] })).toBe("Not signed off");
    expect(signOffStatus({ state: "prepared", steps: all.slice(0, 1) }))
      .toBe("Not signed off: prepared 2025-01-01");
    expect(signOffStatus({ state: "approved", steps: all }))
      .toBe("Signed off: approved 2025-01-05");
  });
});
