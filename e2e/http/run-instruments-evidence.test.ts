import { readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import type pg from "pg";
import { beforeAll, describe, expect, it } from "vitest";
import { canonicalHash } from "@/lib/kernel/hash";
import { api, run, sealedVersion, type Answer, type Json } from "../support/api";
import { behindGuards, countsOf } from "../support/database";
import type { TestServer } from "../support/server";
import { usingServer } from "../support/using-server";

let server: TestServer;
let owner: pg.Client;
usingServer((up) => { ({ server, owner } = up); });

const loan = (instrument_id: string, principal: number, collateral_value: number, more: object) =>
  ({ instrument_id, principal, interest_rate_pct: 5, collateral_value, ...more });
const BOOK = [loan("L1", 100.5, 300, { sector: "CRE" }), loan("L2", 200.25, 50.1, {}),
  { name: "A", value: 100, recovery_rate_pct: 40, linked_instrument_id: "L2" }];
const CRASH = { scenario_id: "crash", collateral_market_impact_pct: -0.3 };
const CRE = { scenario_id: "cre", default_risk_increment_pct: 0.07, segment_shocks: [
  { where: { sector: "CRE" }, collateral_market_impact_pct: -0.35 }] };
const PARAMETERS = { netting: "instrument", include_default_scenarios: false,
  stress_scenarios: [CRASH, CRE] };

const page = async (id: string, scenario: string): Promise<Json> => (await api(server, "GET",
  `/api/v3/runs/${id}/instruments?scenario_id=${scenario}`)).json;
const verify = async (version: string): Promise<Json> => (await api(server, "POST",
  "/api/v3/evidence/verify", { body: { dataset_version_id: version } })).json;
const kept = (version: string): Promise<Json[]> => api(server, "GET",
  `/api/v3/evidence?dataset_version_id=${version}&kind=analysis`).then(({ json }) =>
  (json.items as Json[]).filter((item) => item.payload.analysis === "run-instruments"));

describe("the instruments of a run by instrument", () => {
  it("are recorded by hash with the run, before anybody asks for them", async () => {
    const version = await sealedVersion(server, ...BOOK);
    const { json } = await run(server, version, PARAMETERS);
    const records = await kept(version);
    expect(records.map((record) => record.payload.request.scenario.scenario_id).sort())
      .toStrictEqual(["crash", "cre"]);
    for (const { evidence_id, payload } of records) {
      const { scenario_id } = payload.request.scenario;
      const { artifact } = await page(json.run_id, scenario_id);
      expect(artifact).toStrictEqual({ ...payload.result, evidence_id });
    }
    expect(records[0]?.payload.result.sha256).not.toBe(records[1]?.payload.result.sha256);
    expect(await verify(version)).toMatchObject({ ok: true, first_bad: null });
  });

  it("are found again by a replay, which writes nothing, and shared by other runs", async () => {
    const version = await sealedVersion(server, ...BOOK);
    const body = { ...PARAMETERS, group_by: ["sector"] };
    const first = await run(server, version, body);
    const before = await countsOf(owner, version);
    for (let time = 0; time < 3; time += 1) {
      const again = await run(server, version, body);
      expect(again.text).toBe(first.text);
      expect(again.headers.get("idempotent-replayed")).toBe("true");
    }
    expect(await countsOf(owner, version)).toStrictEqual(before);
    await run(server, version, { ...body, stress_loss_materiality_threshold_pct: 0.07 });
    expect(await kept(version)).toHaveLength(2);
    const detail = await api(server, "GET", `/api/v3/runs/${first.json.run_id}`);
    expect(detail.json.group_evidence).toStrictEqual(first.json.group_evidence);
    expect(await verify(version)).toMatchObject({ ok: true });
  });

  it("are no evidence of a run by portfolio", async () => {
    const version = await sealedVersion(server, ...BOOK);
    const { json } = await run(server, version, { ...PARAMETERS, netting: "portfolio" });
    expect(await kept(version)).toStrictEqual([]);
    expect((await page(json.run_id, "crash")).artifact.evidence_id).toBeNull();
    expect(await verify(version)).toMatchObject({ ok: true });
  });
});

/** A run of the crash alone, with its instruments asked for once. */
async function asked(netting = "instrument"): Promise<{
  version: string; first: Answer; artifact: Json; again: () => Promise<Answer>;
}> {
  const version = await sealedVersion(server, ...BOOK);
  const again = (): Promise<Answer> =>
    run(server, version, { ...PARAMETERS, netting, stress_scenarios: [CRASH] });
  const first = await again();
  return { version, first, again, artifact: (await page(first.json.run_id, "crash")).artifact };
}

describe("instruments of a run that were tampered with", () => {
  it("are named when their hash was altered, by verification and by the replay", async () => {
    const { version, artifact, again } = await asked();
    const [record] = await kept(version);
    const payload = { ...record?.payload, result: { ...record?.payload.result,
      sha256: "0".repeat(64) } };
    await behindGuards(owner, "evidence_records", `UPDATE evidence_records
      SET payload = $2, sha256 = $3 WHERE evidence_id = $1`,
    [artifact.evidence_id, JSON.stringify(payload), canonicalHash(payload)]);
    expect(await verify(version)).toMatchObject({ ok: false, first_bad:
      { id: artifact.evidence_id, reason: "EVIDENCE_NOT_REPRODUCED" } });
    expect((await again()).json.detail).toBe("IMMUTABLE_EVIDENCE_MISMATCH");
  });

  it("are named when they were taken away, from the run as well", async () => {
    const { version, first, artifact, again } = await asked();
    await behindGuards(owner, "evidence_records",
      "DELETE FROM evidence_records WHERE evidence_id = $1", [artifact.evidence_id]);
    expect((await verify(version)).first_bad).toStrictEqual(
      { id: artifact.evidence_id, reason: "EVIDENCE_MISSING" });
    expect((await again()).json.detail).toBe("IMMUTABLE_EVIDENCE_MISMATCH");
    await behindGuards(owner, "run", `UPDATE run
      SET evidence_ids = array_remove(evidence_ids, $2) WHERE run_id = $1`,
    [first.json.run_id, artifact.evidence_id]);
    expect((await verify(version)).first_bad).toStrictEqual(
      { id: first.json.run_id, reason: "RUN_AUDIT_MISMATCH" });
    // Such is a run of the time before instruments were evidence: it is replayed all the same.
    expect((await again()).text).toBe(first.text);
  });

  it("are named when an artifact is damaged", async () => {
    const { version } = await asked();
    const folder = path.join(server.dataDir, "artifacts/instrument-results");
    const name = readdirSync(folder).find((each) => each.startsWith(version)) as string;
    writeFileSync(path.join(folder, name), "not what it was");
    expect((await verify(version)).first_bad).toStrictEqual(
      { id: `instrument-results/${name}`, reason: "ARTIFACT_DAMAGED" });
  });

  describe("by portfolio, where the first use recorded the hash", () => {
    let version: string;
    beforeAll(async () => { ({ version } = await asked("portfolio")); });
    it.each([
      ["its hash was altered", "sha256", "INSTRUMENT_RESULTS_NOT_REPRODUCED"],
      ["it stands for another request", "request_sha256", "INSTRUMENT_RESULTS_WITHOUT_RUN"],
    ])("are named when %s", async (_, column, reason) => {
      await behindGuards(owner, "instrument_results", `UPDATE instrument_results
        SET ${column} = repeat('0', 64) WHERE dataset_version_id = $1`, [version]);
      expect((await verify(version)).first_bad.reason).toBe(reason);
    });
  });
});
