import type pg from "pg";
import { describe, expect, it } from "vitest";
import { canonicalHash } from "@/lib/kernel/hash";
import { api, EXAMPLE, run, sealedVersion, type Answer, type Json } from "../support/api";
import { behindGuards } from "../support/database";
import { expectProblem } from "../support/problem";
import type { TestServer } from "../support/server";
import { usingServer } from "../support/using-server";

let server: TestServer;
let owner: pg.Client;
usingServer((up) => { ({ server, owner } = up); });

const PATH = "/api/v3/model-register";
const FIRST = "1.0.0";
const rerun = (body: unknown, version = FIRST): Promise<Answer> =>
  api(server, "POST", `${PATH}/${version}/rerun`, { role: "EXECUTE", body });
const LOANS = [
  { instrument_id: "L1", principal: 100, interest_rate_pct: 5, collateral_value: 300 },
  { instrument_id: "L2", principal: 200, interest_rate_pct: 5, collateral_value: 50.0001 },
  { name: "A", value: 100, recovery_rate_pct: 40 },
];
const currentVersion = async (): Promise<string> =>
  (await api(server, "GET", PATH)).json.items.find((one: Json) => one.current).version;

describe("the model register", () => {
  it("lists the versions, one of them current", async () => {
    const { status, json } = await api(server, "GET", PATH, { role: "READ" });
    expect(status).toBe(200);
    expect(json.items.at(-1)).toMatchObject({ version: FIRST, released: "2026-11-20" });
    expect(json.items.filter((one: Json) => one.current)).toHaveLength(1);
    const recorded = await run(server, await sealedVersion(server, EXAMPLE));
    const detail = await api(server, "GET", `/api/v3/runs/${recorded.json.run_id}`);
    expect(await currentVersion()).toBe(detail.json.engine_version);
  });

  it("shows golden outputs whose hash anybody can recompute", async () => {
    const { json } = await api(server, "GET", `${PATH}/${FIRST}`, { role: "READ" });
    const example = json.golden.find((one: Json) => one.id === "model_example");
    expect(example.outputs.portfolio.debt_exposure.net_exposure_after_recovery).toBe(105_000);
    expect(canonicalHash(example.outputs.portfolio)).toBe(example.sha256.portfolio);
    const now = await api(server, "GET", `${PATH}/${await currentVersion()}`, { role: "READ" });
    expect(now.json.golden_analyses.map((one: Json) => one.section))
      .toEqual(expect.arrayContaining([4, 7, 8, 9, 10, 11]));
    // Segments came later, what else is computed was there before.
    expect([...new Set(json.golden_analyses.map((one: Json) => one.section))])
      .toStrictEqual([7, 8, 9, 10, 11]);
    for (const one of [...json.golden_analyses, ...now.json.golden_analyses]) {
      expect(canonicalHash(one.output)).toBe(one.sha256);
    }
    expect(json.formulas.map((one: Json) => one.href)).toContain("/docs/model#instrument-netting");
    expectProblem(await api(server, "GET", `${PATH}/7.7.7`), "ENGINE_VERSION_NOT_FOUND");
  });

  it("validates every version on request, and says so in the audit log", async () => {
    const { json: { items } } = await api(server, "GET", PATH);
    for (const { version } of items) {
      const { status, json } = await api(server, "POST", `${PATH}/${version}/validate`,
        { role: "EXECUTE" });
      expect(status).toBe(200);
      expect(json).toMatchObject({ version, ok: true, failed: 0, checked: json.checks.length });
      const loss = json.checks.find((one: Json) => one.title === "market_crash, loss_estimate");
      expect(loss).toMatchObject({ section: 2, expected: "259250", ok: true });
    }
    const audit = await api(server, "GET", "/api/v3/audit?type=engine_version.validated");
    expect(audit.json.items[0]).toMatchObject({ after: { ok: true, failed: [] } });
  });
});

describe("re-running a version", () => {
  it.each(["portfolio", "instrument"])("gives the bytes of a %s run", async (netting) => {
    const version = await sealedVersion(server, ...LOANS);
    const { json: recorded } = await run(server, version, { netting, stress_scenarios: [
      { scenario_id: "own", collateral_market_impact_pct: -1 / 3 }] });
    const { status, json } = await rerun({ run_id: recorded.run_id }, await currentVersion());
    expect(status).toBe(200);
    // The exposure and four scenarios, each with its finding.
    expect(json).toMatchObject({ ok: true, equal: 10, different: 0, not_stored: 0, netting,
      run_id: recorded.run_id, dataset_version_id: version });
    expect(json.stress_tests).toStrictEqual(recorded.report.stress_tests);
    expect(json.records[0]).toMatchObject({ record: "evidence", equal: true,
      id: recorded.debt_exposure_evidence_id, differences: [] });
    expect(json.records[0].sha256).toBe(json.records[0].stored_sha256);
    const runs = await api(server, "GET", `/api/v3/runs?dataset_version_id=${version}`);
    expect(runs.json.items).toHaveLength(1);
  });

  it.each(["portfolio", "instrument"])("gives a %s run with segments again, and verifies it",
    async (netting) => {
      const version = await sealedVersion(server, ...LOANS.map((loan, index) =>
        ({ ...loan, sector: index === 0 ? "CRE" : "Retail" })));
      const { json: recorded } = await run(server, version, { netting, stress_scenarios: [
        { scenario_id: "cre", collateral_market_impact_pct: -0.1,
          segment_shocks: [{ where: { sector: "Retail" }, collateral_market_impact_pct: -0.5 }] }] });
      const again = await rerun({ run_id: recorded.run_id }, await currentVersion());
      expect(again.json).toMatchObject({ ok: true, equal: 10, different: 0 });
      expect(again.json.stress_tests).toStrictEqual(recorded.report.stress_tests);
      const old = await rerun({ run_id: recorded.run_id });
      expectProblem(old, "PARAMETERS_INVALID");
      expect(old.json.message).toContain("segment_shocks");
      const verify = () => api(server, "POST", "/api/v3/evidence/verify",
        { body: { dataset_version_id: version } });
      expect((await verify()).json).toMatchObject({ ok: true, first_bad: null });
      await behindGuards(owner, "evidence_records", `UPDATE evidence_records
        SET payload = jsonb_set(payload, '{loss_estimate}', '1') WHERE evidence_id = $1`,
      [recorded.stress_test_evidence_ids.cre]);
      expect((await verify()).json).toMatchObject({ ok: false });
    });

  it("says how an old version's figures differ from a newer one's", async () => {
    const version = await sealedVersion(server,
      ...[1, 2, 3].map((name) => ({ name, principal: 100, collateral_value: 100.0001 * 1.5 })));
    const { json: recorded } = await run(server, version, { netting: "instrument",
      stress_scenarios: [{ scenario_id: "third", collateral_market_impact_pct: -2 / 3 }] });
    const { json } = await rerun({ run_id: recorded.run_id });
    expect(json).toMatchObject({ version: FIRST, compared_version: await currentVersion() });
    expect(json.different).toBeGreaterThan(0);
    expect(json.records.find((one: Json) => one.scenario_id === "third").differences
      .map((one: Json) => one.member)).toContain("loss_estimate");
  });

  it("computes parameters that were never run, and compares what is there", async () => {
    const version = await sealedVersion(server, EXAMPLE);
    const none = await rerun({ dataset_version_id: version });
    expect(none.json).toMatchObject({ ok: true, equal: 0, not_stored: 8, run_id: null });
    expect(none.json.debt_exposure.net_exposure_after_recovery).toBe(105_000);
    expect(none.json.records[0]).toMatchObject({ equal: null, stored_sha256: null });
  });

  it("says which figure is not what the version computes", async () => {
    const version = await sealedVersion(server, EXAMPLE);
    const { json: recorded } = await run(server, version);
    const id = recorded.stress_test_evidence_ids.market_crash;
    await behindGuards(owner, "evidence_records", `UPDATE evidence_records
      SET payload = jsonb_set(payload, '{loss_estimate}', '1') WHERE evidence_id = $1`, [id]);
    const { json } = await rerun({ run_id: recorded.run_id }, await currentVersion());
    expect(json).toMatchObject({ ok: false, equal: 7, different: 1 });
    expect(json.records.find((one: Json) => one.id === id)).toMatchObject({ equal: false,
      differences: [{ member: "loss_estimate", stored: 1, computed: 259_250 }] });
    const audit = await api(server, "GET",
      `/api/v3/audit?type=engine_version.rerun&dataset_version_id=${version}`);
    expect(audit.json.items[0].after).toMatchObject({ ok: false, different: 1 });
  });

  it("refuses what names no run, two things, or no parameters of a run", async () => {
    const version = await sealedVersion(server, EXAMPLE);
    expectProblem(await rerun({}), "DATASET_VERSION_ID_REQUIRED");
    expectProblem(await rerun({ dataset_version_id: "x" }), "DATASET_VERSION_ID_INVALID");
    const both = await rerun({ run_id: version, dataset_version_id: version });
    expectProblem(both, "REQUEST_BODY_INVALID");
    expect(both.json.message).toContain("give run_id alone");
    const bad = await rerun({ dataset_version_id: version, parameters: { stress_scenarios: [
      { scenario_id: "a", collateral_market_impact_pct: -25 }] } });
    expectProblem(bad, "PARAMETERS_INVALID");
    expect(bad.json.errors[0].message).toContain("-0.25");
    expectProblem(await rerun({ run_id: version }), "RUN_NOT_FOUND");
  });
});
