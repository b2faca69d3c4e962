import { describe, expect, it } from "vitest";
import {
  canonicalParameters, debtColumns, exposureOf, findingsOf, netByInstrument, netByPortfolio,
  recordTotals, Shortfalls, stressOf,
} from "@/lib/risk";
import { moneyScale, NARROW } from "@/components/ui/format";
import { engineDraft, parametersOf, withAdded, withShock } from "./draft";
import type { Draft } from "./draft";
import { evidenceView, previewView, selectedRow, unrecorded } from "./figures";
import type { RecordedRun } from "./figures";
import {
  attributionTitle, breakEvenTitle, exposureTitle, findingsTitle, lossTitle, tornadoTitle,
} from "./titles";

/** The worked example of MODEL.md section 2. */
function exampleExposure() {
  const totals = recordTotals({
    record_kind: "portfolio",
    financial: {
      debt: { total_outstanding: 1_000_000, interest_rate_pct: 5, collateral_value: 750_000 },
      assets: { total: 2_000_000 },
    },
    distressed_assets: [
      { value: 200_000, recovery_rate_pct: 35 }, { value: 150_000, recovery_rate_pct: 50 },
    ],
  });
  if (!totals.ok) throw new Error("refused");
  return exposureOf(totals.value.totals);
}

const exposure = exampleExposure();
const netted = netByPortfolio(exposure);
const scale = moneyScale(1_000_000, "EUR");

function runOf(draft: Draft): RecordedRun {
  const canonical = canonicalParameters(parametersOf(draft));
  if (!canonical.ok) throw new Error("refused");
  const parameters = canonical.value;
  const stresses = parameters.stress_scenarios.map((scenario) => stressOf(exposure, scenario));
  return {
    run_id: "run", debt_exposure_evidence_id: "exposure",
    stress_test_evidence_ids: Object.fromEntries(
      stresses.map((stress) => [stress.scenario_id, `evidence-${stress.scenario_id}`])),
    material_findings: findingsOf(exposure, stresses, parameters),
    report: { metadata: { parameters }, debt_exposure: exposure, stress_tests: stresses },
  } as unknown as RecordedRun;
}

describe("previewView", () => {
  it("gives MODEL.md's check values", () => {
    const view = previewView(netted, engineDraft(), null);
    expect(view.exposure.net_exposure_after_recovery).toBe(105_000);
    expect(view.rows.map((row) => row.stress.loss_estimate)).toEqual([64_750, 259_250, 205_750]);
    expect(view.lossLine).toBe(50_000);
    expect(unrecorded(view)).toEqual({ scenarios: 3, lines: true });
    expect(view.exposureEvidenceId).toBeNull();
  });

  it("links what equals the run, and marks only what does not", () => {
    const run = runOf(engineDraft());
    const edited = withShock(engineDraft(), "market_crash", "recovery_degradation_pct", -0.2);
    const view = previewView(netted, edited, run);
    expect(view.rows.map((row) => row.evidenceId)).toEqual(
      ["evidence-interest_rate_spike", null, "evidence-default_wave"]);
    expect(view.rows.map((row) => row.recordedLoss)).toEqual([null, 259_250, null]);
    expect(view.exposureEvidenceId).toBe("exposure");
    expect(unrecorded(view)).toEqual({ scenarios: 1, lines: false });
  });

  it("keeps the evidence of a loss whose line moved", () => {
    const view = previewView(netted, { ...engineDraft(), lossLine: 0.3 }, runOf(engineDraft()));
    expect(view.findings[2]).toMatchObject({ evidenceId: "evidence-market_crash",
      lineRecorded: false, isMaterial: false });
    expect(view.findings[0]?.lineRecorded).toBe(true);
  });

  it("shows the recorded run in full as evidence", () => {
    const run = runOf(withAdded(engineDraft(), "own").draft);
    const view = evidenceView(run, netted);
    expect(unrecorded(view)).toEqual({ scenarios: 0, lines: false });
    expect(view.rows).toHaveLength(4);
    expect(view.rows[1]?.breakEven?.multiplier).toBeCloseTo(50_000 / 259_250, 9);
    expect(evidenceView(run, null).rows[1]?.breakEven).toBeNull();
  });

  it("nets by instrument, and takes no other netting's record for its own", () => {
    // One debt: every figure is the same, so that only the netting tells the records apart.
    const one = netByInstrument(exposure, new Shortfalls(debtColumns(
      [{ outstanding: 1e10, collateral: 7.5e9 }])));
    const draft: Draft = { ...engineDraft(), netting: "instrument" };
    const view = previewView(one, draft, runOf(engineDraft()));
    expect(view.rows.map((row) => row.stress.loss_estimate)).toEqual([64_750, 259_250, 205_750]);
    expect(view.exposureEvidenceId).toBeNull();
    expect(unrecorded(view).scenarios).toBe(3);
    expect(view.rows.map((row) => row.recordedLoss)).toEqual([64_750, 259_250, 205_750]);
    expect(unrecorded(previewView(one, draft, runOf(draft))).scenarios).toBe(0);
  });

  it("selects the chosen scenario, else the worst", () => {
    const view = previewView(netted, engineDraft(), null);
    expect(selectedRow(view, "default_wave")?.scenario.scenario_id).toBe("default_wave");
    expect(selectedRow(view, "gone")?.scenario.scenario_id).toBe("market_crash");
    expect(selectedRow({ ...view, rows: [] }, null)).toBeNull();
  });
});

describe("titles", () => {
  const view = previewView(netted, engineDraft(), null);

  it("state the finding", () => {
    expect(exposureTitle(exposure, 200_000, scale))
      .toBe("Net exposure is 105.0, about half of its materiality line".replace("105.0",
        scale.format(105_000)));
    expect(lossTitle(view, scale))
      .toBe(`Market crash loses ${scale.format(259_250)}, 5.2 times the line`);
    expect(findingsTitle(view.findings)).toBe("Findings: 3 material, 1 not");
    expect(breakEvenTitle({ reachable: true, multiplier: 0.2 }, "market_crash", 1))
      .toBe("A fifth of the market crash is enough to reach the line");
    expect(breakEvenTitle({ reachable: true, multiplier: 1.4 }, "CRE_wall", 1))
      .toBe("It takes 1.40 times the CRE wall to reach the line");
  });

  it("change when nothing is owed, lost or on", () => {
    expect(exposureTitle({ ...exposure, total_outstanding: 0 }, 0, scale))
      .toBe("Nothing is owed in this version");
    expect(lossTitle({ ...view, rows: [] }, scale)).toBe("No scenario is on");
    expect(lossTitle({ ...view, lossLine: 1e6 }, scale)).toContain("comes closest with");
    expect(tornadoTitle([], scale)).toContain("No shock");
    expect(findingsTitle(view.findings.slice(0, 1))).toBe("The one finding is not material");
  });

  it("name the driver with the largest share", () => {
    const attribution = { net_exposure_after_recovery: 0, loss_estimate: 100, added_interest: 0,
      drivers: { collateral: 72, recovery: 8, default: 20 } };
    expect(attributionTitle(attribution, "market_crash"))
      .toBe(`Collateral explains 72${NARROW}% of the market crash loss`);
  });
});
