import { describe, expect, it } from "vitest";
import {
  analysisEvidenceId, exposureEvidenceId, kpiEvidenceId, scenarioEvidenceId, sealEvidence,
} from "@/lib/evidence";
import {
  debtColumns, DEFAULT_SCENARIOS, DPD_BUCKETS, exposureOf, KPI_SUMS, netByInstrument,
  portfolioKpis, Shortfalls, stressOf, zeroTotals, type KpiInputs,
} from "@/lib/risk";
import { checkRecord, isHashEqual, isIdEqual, isSound } from "./checks";

const VERSION = "0198f0a0-0000-7000-8000-000000000001";
const base = exposureOf({
  ...zeroTotals(), outstanding: 10_000_000_000n, outstandingTimesRate: 50_000_000_000_000_000n,
  collateral: 7_500_000_000n, assets: 20_000_000_000n, distressedValue: 3_500_000_000n,
  distressedValueTimesRecovery: 1_450_000_000_000_000_00n, distressedCount: 2,
});
const scenario = { ...DEFAULT_SCENARIOS[1]! };
const exposureRecord = sealEvidence({
  evidence_id: exposureEvidenceId({ datasetVersionId: VERSION, netting: "portfolio" }),
  kind: "debt_exposure", dataset_version_id: VERSION, payload: { debt_exposure: { ...base } },
});
const stressRecord = sealEvidence({
  evidence_id: scenarioEvidenceId({ datasetVersionId: VERSION, netting: "portfolio", scenario }),
  kind: "stress_test", dataset_version_id: VERSION, payload: { ...stressOf(base, scenario) },
});

const inputs = { ...Object.fromEntries([...KPI_SUMS, ...DPD_BUCKETS].map((name) => [name, null])),
  receivable: 100, dpd_0_7: 90, dpd_7_30: 0, dpd_30_60: 10, dpd_60_90: 0, dpd_90_plus: 0,
} as KpiInputs;
const kpiRecord = sealEvidence({
  evidence_id: kpiEvidenceId({ datasetVersionId: VERSION, tangibleEquity: null }),
  kind: "kpi", dataset_version_id: VERSION, payload: { inputs, kpis: portfolioKpis(inputs) },
});

describe("checkRecord", () => {
  it("derives an analysis' id from its name and request", () => {
    const request = { by: "sector" };
    const record = sealEvidence({ kind: "analysis", dataset_version_id: VERSION,
      evidence_id: analysisEvidenceId(
        { datasetVersionId: VERSION, analysis: "concentration", request }),
      payload: { analysis: "concentration", request, result: {} } });
    expect(checkRecord(record, null).derivedId).toBe(record.evidence_id);
    expect(isIdEqual(checkRecord({ ...record,
      payload: { analysis: "concentration", request: { by: "country" }, result: {} } }, null)))
      .toBe(false);
    expect(isIdEqual(checkRecord({ ...record, payload: [] }, null))).toBe(false);
  });

  it("finds a sealed exposure and a sealed stress test sound", () => {
    expect(checkRecord(exposureRecord, null)).toMatchObject({ figures: 6, differing: [] });
    expect(isSound(checkRecord(exposureRecord, null))).toBe(true);
    const check = checkRecord(stressRecord, base);
    expect(check.figures).toBe(11);
    expect(isSound(check)).toBe(true);
  });

  it("names the figure that was changed, and the hash no longer fits", () => {
    const payload = { ...stressOf(base, scenario), loss_estimate: 1 };
    const check = checkRecord({ ...stressRecord, payload }, base);
    expect(isHashEqual(check)).toBe(false);
    expect(check.differing.map((figure) => figure.name)).toEqual(["loss_estimate"]);
  });

  it("catches a record that was rewritten together with its hash", () => {
    const milder = { ...scenario, collateral_market_impact_pct: -0.01 };
    const payload = { ...stressOf(base, milder) };
    const rewritten = sealEvidence({ ...stressRecord, payload });
    const check = checkRecord(rewritten, base);
    expect(isHashEqual(check)).toBe(true);
    expect(check.differing).toEqual([]);
    expect(isIdEqual(check)).toBe(false);
    expect(isSound(check)).toBe(false);
  });

  it("calculates by instrument what does not rest on the single loans, and says so", () => {
    const netted = netByInstrument(base, new Shortfalls(debtColumns([
      { outstanding: 9e9, collateral: 1e9 }, { outstanding: 1e9, collateral: 6.5e9 }])));
    const payload = { ...netted.stress(scenario), netting: "instrument" };
    const record = sealEvidence({ ...stressRecord, payload, evidence_id: scenarioEvidenceId(
      { datasetVersionId: VERSION, netting: "instrument", scenario }) });
    const check = checkRecord(record, netted.exposure);
    expect(check).toMatchObject({ figures: 8, differing: [] });
    expect(check.gap).toContain("every single loan");
    expect(isSound(check)).toBe(true);
    expect(checkRecord({ ...record, payload: { ...payload, loss_estimate: 1 } }, netted.exposure)
      .differing.map((figure) => figure.name)).toEqual(["loss_estimate"]);
    const exposure = { debt_exposure: { ...netted.exposure }, netting: "instrument" };
    expect(checkRecord({ ...exposureRecord, payload: exposure }, null))
      .toMatchObject({ figures: 5, differing: [] });
  });

  it("calculates KPIs again from the sums that the record holds", () => {
    expect(checkRecord(kpiRecord, null)).toMatchObject({ figures: 4, differing: [], gap: null });
    expect(isSound(checkRecord(kpiRecord, null))).toBe(true);
    const kpis = portfolioKpis(inputs);
    const forged = sealEvidence({ ...kpiRecord, payload: { inputs, kpis: { ...kpis,
      par30_pct: { value: 1, reason: null }, yield_pct: { value: 5, reason: null } } } });
    expect(checkRecord(forged, null).differing.map(({ name }) => name))
      .toEqual(["par30_pct", "yield_pct"]);
    const elsewhere = sealEvidence({ ...kpiRecord, payload: {
      inputs: { ...inputs, tangible_equity: 7 }, kpis } });
    expect(isIdEqual(checkRecord(elsewhere, null))).toBe(false);
  });

  it("says why when nothing can be calculated again", () => {
    expect(checkRecord(stressRecord, null).gap).toContain("exposure");
    expect(checkRecord({ ...stressRecord, payload: {} }, base).gap).toContain("no stress result");
  });
});
