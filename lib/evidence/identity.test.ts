import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isUuid } from "../kernel/ids";
import {
  ENGINE_ID, exposureEvidenceId, figureIdentity, findingId, kpiEvidenceId, kpiFindingId, linkId,
  runId, scenarioEvidenceId,
} from "./identity";

const datasetVersionId = "0198c0de-0000-7000-8000-000000000001";
const scenario = { scenario_id: "own", description: "", collateral_market_impact_pct: -0.3 };
const parameters = { netting: "portfolio", stress_scenarios: [scenario] };
const run = { datasetVersionId, startedAt: "2025-01-01T00:00:00Z", parameters };
const stress = { datasetVersionId, netting: "portfolio", scenario };

describe("ids", () => {
  // Stored evidence carries these: a change here orphans what is stored.
  it("are fixed for ever", () => {
    const first = { id: ENGINE_ID, version: "1.0.0" };
    const exposure = exposureEvidenceId({ datasetVersionId, netting: "portfolio" }, first);
    const finding = findingId({ evidenceId: exposure, thresholdPct: 0.2 });
    expect([
      runId(run, first), exposure, scenarioEvidenceId(stress, first), finding,
      linkId({ findingId: finding, evidenceId: exposure }),
    ]).toMatchInlineSnapshot(`
      [
        "38dc385a-1c4f-5f29-9fd9-67d5c4861dcf",
        "6e5216ce-157e-534d-a0c4-d21241197c97",
        "32d30b23-d68d-5a95-8f3f-8512f55d5d79",
        "0367b1b0-46da-5ad4-940d-d94072e2a876",
        "e4fc1db7-6262-5798-99c2-f1d7e7cea94a",
      ]
    `);
  });

  it("of a figure are those of its evidence, its finding and the link between", () => {
    const figure = { datasetVersionId, netting: "portfolio", thresholdPct: 0.2 };
    for (const [given, evidenceId] of [[null, exposureEvidenceId(stress)],
      [scenario, scenarioEvidenceId(stress)]] as const) {
      const finding = findingId({ evidenceId, thresholdPct: 0.2 });
      expect(figureIdentity({ ...figure, scenario: given })).toStrictEqual({ evidenceId,
        findingId: finding, linkId: linkId({ findingId: finding, evidenceId }) });
    }
    const old = { id: "engine_x", version: "0.1" };
    expect(figureIdentity({ ...figure, scenario }, old).evidenceId)
      .toBe(scenarioEvidenceId(stress, old));
    expect(new Set([scenarioEvidenceId(stress, old), scenarioEvidenceId(stress),
      scenarioEvidenceId(stress, { ...old, version: "0.2" })]).size).toBe(3);
    expect(runId(run, old)).not.toBe(runId(run));
  });

  it("are version 5 UUIDs", () => {
    for (const id of [runId(run), scenarioEvidenceId(stress)]) {
      expect(isUuid(id)).toBe(true);
      expect(id[14]).toBe("5");
    }
  });

  it("do not depend on the order of members or the case of the version's id", () => {
    const { scenario_id, ...rest } = scenario;
    expect(scenarioEvidenceId({ ...stress, scenario: { ...rest, scenario_id } }))
      .toBe(scenarioEvidenceId(stress));
    expect(runId({ ...run, datasetVersionId: datasetVersionId.toUpperCase() })).toBe(runId(run));
  });

  it("change with each fact that determines them", () => {
    const other = "0198c0de-0000-7000-8000-000000000002";
    const ids = [
      runId(run), runId({ ...run, datasetVersionId: other }),
      runId({ ...run, startedAt: "2025-01-01T00:00:01Z" }),
      runId({ ...run, parameters: { ...parameters, netting: "instrument" } }),
      exposureEvidenceId({ datasetVersionId, netting: "portfolio" }),
      exposureEvidenceId({ datasetVersionId, netting: "instrument" }),
      exposureEvidenceId({ datasetVersionId: other, netting: "portfolio" }),
      scenarioEvidenceId(stress), scenarioEvidenceId({ ...stress, netting: "instrument" }),
      scenarioEvidenceId({ ...stress, scenario: { ...scenario, description: "x" } }),
      findingId({ evidenceId: other, thresholdPct: 0.2 }),
      findingId({ evidenceId: other, thresholdPct: 0.3 }),
      kpiEvidenceId({ datasetVersionId, tangibleEquity: null }),
      kpiEvidenceId({ datasetVersionId, tangibleEquity: 1 }),
      kpiEvidenceId({ datasetVersionId: other, tangibleEquity: null }),
      ...[1, 2].map((warning) => kpiFindingId(
        { evidenceId: other, metric: "par30_pct", limits: { warning, critical: 9 } })),
      kpiFindingId({ evidenceId: other, metric: "par60_pct", limits: { warning: 1, critical: 9 } }),
      linkId({ findingId: other, evidenceId: datasetVersionId }),
      linkId({ findingId: datasetVersionId, evidenceId: other }),
    ];
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("tell scenarios apart by any shock", () => {
    const shock = fc.double({ min: -1, max: 10, noNaN: true });
    fc.assert(fc.property(shock, shock, (a, b) => {
      const idOf = (value: number) => scenarioEvidenceId({
        ...stress, scenario: { ...scenario, collateral_market_impact_pct: value } });
      expect(idOf(a) === idOf(b)).toBe(a === b);
    }));
  });
});
