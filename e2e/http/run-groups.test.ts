import type pg from "pg";
import { describe, expect, it } from "vitest";
import { canonicalHash } from "@/lib/kernel/hash";
import { api, run, sealedVersion, sendTape, type Answer, type Json } from "../support/api";
import { behindGuards, countsOf } from "../support/database";
import { BOOK } from "../support/segment-book";
import { expectProblem } from "../support/problem";
import type { TestServer } from "../support/server";
import { usingServer } from "../support/using-server";

let server: TestServer;
let owner: pg.Client;
usingServer((up) => { ({ server, owner } = up); });

const SCENARIOS = [{ scenario_id: "market_crash" }, { scenario_id: "own",
  collateral_market_impact_pct: -0.1, segment_shocks: [
    { where: { sector: "CRE" }, collateral_market_impact_pct: -0.35 }] }];
const GROUPED = { include_default_scenarios: false, stress_scenarios: SCENARIOS,
  group_by: ["sector"] };

const evidence = (id: string): Promise<Answer> => api(server, "GET", `/api/v3/evidence/${id}`);
const verify = async (version: string): Promise<Json> => (await api(server, "POST",
  "/api/v3/evidence/verify", { body: { dataset_version_id: version } })).json;

async function grouped(parameters: object = GROUPED): Promise<{ version: string; json: Json }> {
  const version = await sealedVersion(server, ...BOOK);
  const { status, json } = await run(server, version, parameters);
  expect(status).toBe(200);
  return { version, json };
}

describe("a run with group_by", () => {
  it.each(["portfolio", "instrument"])("keeps each group as evidence by %s", async (netting) => {
    for (const group_by of [["sector"], ["sector", "country"]]) {
      const { version, json } = await grouped({ ...GROUPED, netting, group_by });
      const { json: stressed } = await api(server, "POST", "/api/v3/analyses/stress",
        { role: "EXECUTE",
          body: { dataset_version_id: version, scenarios: SCENARIOS, netting, group_by } });
      expect(json.report.metadata.parameters.group_by).toStrictEqual(group_by);
      expect(json.group_evidence.map((group: Json) => group.key))
        .toStrictEqual(stressed.groups.map((group: Json) => group.key));
      let allocated = 0;
      for (const [at, { key, evidence_id: id }] of (json.group_evidence as Json[]).entries()) {
        const { json: kept } = await evidence(id as string);
        const { key: _, ...result } = stressed.groups[at];
        expect(kept).toMatchObject({ kind: "analysis", payload: { analysis: "run-group", result,
          request: { netting, group_by, key } } });
        allocated += Math.round(kept.payload.result.scenarios[1].allocated_loss * 10_000);
      }
      expect(allocated).toBe(Math.round(json.report.stress_tests[1].loss_estimate * 10_000));
      expect(await verify(version)).toMatchObject({ ok: true, first_bad: null });
    }
  });

  it("is replayed as it was, shown as it was, and shares its groups with other runs", async () => {
    const { version, json } = await grouped();
    const counts = await countsOf(owner, version);
    expect(counts).toMatchObject({ evidence: 3 + 3, findings: 3, runs: 1 });
    for (let turn = 0; turn < 2; turn += 1) {
      const again = await run(server, version, GROUPED);
      expect(again.headers.get("idempotent-replayed")).toBe("true");
      expect(again.json).toStrictEqual(json);
    }
    const shown = (await api(server, "GET", `/api/v3/runs/${json.run_id}`)).json;
    expect(shown.group_evidence).toStrictEqual(json.group_evidence);
    expect(shown.report).toStrictEqual(json.report);
    const later = await run(server, version, GROUPED, "2026-01-01T00:00:00Z");
    expect(later.json.group_evidence).toStrictEqual(json.group_evidence);
    expect(await countsOf(owner, version)).toMatchObject({ evidence: 6, runs: 2 });
    const trace = await api(server, "GET",
      `/api/v3/evidence/${json.group_evidence[0].evidence_id}/trace`);
    expect(trace.json.runs).toHaveLength(2);
    expect(await verify(version)).toMatchObject({ ok: true });
  });

  it("leaves runs without it as they are", async () => {
    const version = await sealedVersion(server, ...BOOK);
    const { json } = await run(server, version);
    expect(json).not.toHaveProperty("group_evidence");
    expect(json.report.metadata.parameters).not.toHaveProperty("group_by");
  });

  it.each<[unknown, string, RegExp]>([
    [["planet"], "parameters.group_by[0]", /"planet"; write one of .*sector/],
    [["sector", "sector"], "parameters.group_by", /"sector" twice/],
    [["sector", "country", "stage"], "parameters.group_by", /one or two dimensions/],
    [[], "parameters.group_by", /one or two/], ["sector", "parameters.group_by", /"sector"; write/],
    [null, "parameters.group_by", /null/], [[1], "parameters.group_by[0]", /1; write one of/],
  ])("refuses group_by %j", async (group_by, where, message) => {
    const answer = await run(server, await sealedVersion(server, ...BOOK), { group_by });
    expectProblem(answer, "PARAMETERS_INVALID");
    expect(answer.json.errors[0]).toMatchObject({ path: where,
      message: expect.stringMatching(message) });
  });

  it("refuses more groups than a run keeps, and writes nothing", async () => {
    const rows = Array.from({ length: 1_001 }, (_, at) => `L${at},${100 + at},50`);
    const sent = await sendTape(server,
      `loan_id,outstanding,collateral_value\n${rows.join("\n")}\n`);
    const version = sent.json.dataset_version_id as string;
    const answer = await run(server, version, { group_by: ["instrument_id"] });
    expectProblem(answer, "PARAMETERS_INVALID");
    expect(answer.json.message).toMatch(/instrument_id makes 1,001 groups.*at most 1,000/);
    expect(await countsOf(owner, version)).toMatchObject({ evidence: 0, runs: 0, audit: 0 });
    const most = await run(server, version, { ...GROUPED, group_by: ["sector"] });
    expect(most.json.group_evidence).toMatchObject([{ key: { sector: null } }]);
  });
});

describe("a group of a run that was tampered with", () => {
  const changed = "UPDATE evidence_records SET payload = $2, sha256 = $3 WHERE evidence_id = $1";

  it("is found and refused when a figure is changed with its hash", async () => {
    const { version, json } = await grouped();
    const id = json.group_evidence[1].evidence_id as string;
    const payload = (await evidence(id)).json.payload;
    payload.result.scenarios[0].allocated_loss += 1;
    await behindGuards(owner, "evidence_records", changed, [id, payload, canonicalHash(payload)]);
    expect(await verify(version)).toMatchObject(
      { ok: false, first_bad: { id, reason: "EVIDENCE_NOT_REPRODUCED" } });
    expectProblem(await run(server, version, GROUPED), "IMMUTABLE_EVIDENCE_MISMATCH");
  });

  it("is found and refused when it is missing", async () => {
    const { version, json } = await grouped();
    const id = json.group_evidence[0].evidence_id as string;
    await behindGuards(owner, "evidence_records",
      "DELETE FROM evidence_records WHERE evidence_id = $1", [id]);
    expect(await verify(version)).toMatchObject(
      { ok: false, first_bad: { id, reason: "EVIDENCE_MISSING" } });
    expectProblem(await run(server, version, GROUPED), "IMMUTABLE_EVIDENCE_MISMATCH");
  });

  it("is found when the run no longer names it, or nothing does", async () => {
    const { version, json } = await grouped();
    await behindGuards(owner, "run", `UPDATE run
      SET evidence_ids = evidence_ids[1:cardinality(evidence_ids) - 1] WHERE run_id = $1`,
    [json.run_id]);
    expect((await verify(version)).first_bad).toStrictEqual(
      { id: json.run_id, reason: "RUN_EVIDENCE_MISMATCH" });
    await behindGuards(owner, "run", "DELETE FROM run WHERE run_id = $1", [json.run_id]);
    expect((await verify(version)).first_bad.reason).toBe("EVIDENCE_WITHOUT_RUN");
  });
});
