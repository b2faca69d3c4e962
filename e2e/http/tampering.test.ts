import type pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ENGINE_ID, exposureEvidenceId } from "@/lib/evidence";
import { api, EXAMPLE, run, sealedVersion, type Json } from "../support/api";
import { behindGuards, connect, countsOf } from "../support/database";
import { removeDataDir, startServer, type TestServer } from "../support/server";
import { logged, until } from "../support/until";

let server: TestServer;
let owner: pg.Client;

beforeAll(async () => {
  server = await startServer();
  owner = await connect(server);
});
afterAll(async () => {
  await owner.end();
  await server.stop();
  removeDataDir(server.dataDir);
});

const verify = async (versionId: string): Promise<Json> => (await api(server, "POST",
  "/api/v3/evidence/verify", { role: "READ", body: { dataset_version_id: versionId } })).json;

type Ids = { version: string; other: string; evidence: string; finding: string; link: string };
type Tampering = {
  what: string; table: string; sql: string; values: (ids: Ids) => unknown[];
  code: string; reason: string; named: (ids: Ids) => string;
  /** What verify says of it; null where only the engine's own comparison can tell. */
  verified: string | null;
};

const EVIDENCE = { table: "evidence_records", named: (ids: Ids) => `evidence_id=${ids.evidence}` };
const FINDING = { table: "finding_record", named: (ids: Ids) => `finding_id=${ids.finding}` };
const LINK = { table: "finding_evidence_link", named: (ids: Ids) => `link_id=${ids.link}` };
const HALF = `jsonb_set(payload, '{loss_estimate}', '1')`;

const TAMPERINGS: Tampering[] = [
  { ...EVIDENCE, what: "another figure", code: "IMMUTABLE_EVIDENCE_MISMATCH",
    reason: "evidence_payload_mismatch", verified: "PAYLOAD_HASH_MISMATCH",
    sql: `UPDATE evidence_records SET payload = ${HALF} WHERE evidence_id = $1`,
    values: (ids) => [ids.evidence] },
  { ...EVIDENCE, what: "another figure with its own fitting hash", verified: null,
    code: "IMMUTABLE_EVIDENCE_MISMATCH", reason: "evidence_payload_mismatch",
    sql: `UPDATE evidence_records SET payload = '{}', sha256 =
      '44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a' WHERE evidence_id = $1`,
    values: (ids) => [ids.evidence] },
  { ...EVIDENCE, what: "another hash", code: "IMMUTABLE_EVIDENCE_MISMATCH",
    reason: "evidence_payload_mismatch", verified: "PAYLOAD_HASH_MISMATCH",
    sql: "UPDATE evidence_records SET sha256 = repeat('0', 64) WHERE evidence_id = $1",
    values: (ids) => [ids.evidence] },
  { ...EVIDENCE, what: "no evidence where the run names one", verified: "EVIDENCE_MISSING",
    code: "IMMUTABLE_EVIDENCE_MISMATCH", reason: "evidence_payload_mismatch",
    sql: "DELETE FROM evidence_records WHERE evidence_id = $1", values: (ids) => [ids.evidence] },
  { ...EVIDENCE, what: "another kind", code: "EVIDENCE_ID_COLLISION", verified: null,
    reason: "evidence_id_collision",
    sql: "UPDATE evidence_records SET kind = 'analysis' WHERE evidence_id = $1",
    values: (ids) => [ids.evidence] },
  { ...EVIDENCE, what: "another engine", code: "EVIDENCE_ID_COLLISION", verified: null,
    reason: "evidence_id_collision",
    sql: "UPDATE evidence_records SET engine_id = 'engine_x' WHERE evidence_id = $1",
    values: (ids) => [ids.evidence] },
  { ...EVIDENCE, what: "another version", code: "EVIDENCE_ID_COLLISION",
    reason: "evidence_id_collision", verified: null,
    sql: "UPDATE evidence_records SET dataset_version_id = $2 WHERE evidence_id = $1",
    values: (ids) => [ids.evidence, ids.other] },
  { ...FINDING, what: "another finding text", code: "IMMUTABLE_FINDING_MISMATCH",
    reason: "finding_payload_mismatch", verified: "FINDING_HASH_MISMATCH",
    sql: `UPDATE finding_record SET payload = payload || '{"value": 1}' WHERE finding_id = $1`,
    values: (ids) => [ids.finding] },
  { ...FINDING, what: "a finding that is said to be immaterial", verified: null,
    code: "IMMUTABLE_FINDING_MISMATCH", reason: "finding_payload_mismatch",
    sql: "UPDATE finding_record SET is_material = NOT is_material WHERE finding_id = $1",
    values: (ids) => [ids.finding] },
  { ...FINDING, what: "no finding where the run names one", verified: "FINDING_MISSING",
    code: "IMMUTABLE_FINDING_MISMATCH", reason: "finding_payload_mismatch",
    sql: "DELETE FROM finding_record WHERE finding_id = $1", values: (ids) => [ids.finding] },
  { ...FINDING, what: "a finding of another version", code: "FINDING_ID_COLLISION",
    reason: "finding_id_collision", verified: null,
    sql: "UPDATE finding_record SET dataset_version_id = $2 WHERE finding_id = $1",
    values: (ids) => [ids.finding, ids.other] },
  { ...LINK, what: "a link to something else", code: "IMMUTABLE_LINK_MISMATCH",
    reason: "link_mismatch", verified: null,
    sql: "UPDATE finding_evidence_link SET evidence_id = finding_id WHERE link_id = $1",
    values: (ids) => [ids.link] },
  { ...LINK, what: "no link", code: "IMMUTABLE_LINK_MISMATCH", reason: "link_mismatch",
    verified: null, sql: "DELETE FROM finding_evidence_link WHERE link_id = $1",
    values: (ids) => [ids.link] },
];

async function recordedRun(): Promise<Ids> {
  const version = await sealedVersion(server, EXAMPLE);
  const other = await sealedVersion(server, EXAMPLE);
  const { json } = await run(server, version);
  const finding = json.material_findings[2].id;
  const link = await owner.query(
    "SELECT link_id FROM finding_evidence_link WHERE finding_id = $1", [finding]);
  return { version, other, finding, link: link.rows[0].link_id,
    evidence: json.stress_test_evidence_ids.market_crash };
}

describe("behind the guards", () => {
  it.each(TAMPERINGS)("$what ($table) is found: $code", async (tampering) => {
    const ids = await recordedRun();
    await behindGuards(owner, tampering.table, tampering.sql, tampering.values(ids));
    const before = await countsOf(owner, ids.version);
    const line = `DISTRESSED_DEBT_IMMUTABLE_CONFLICT ${tampering.reason} ` +
      `${tampering.named(ids)} dataset_version_id=${ids.version}`;
    const replay = await run(server, ids.version);
    expect([replay.status, replay.json.detail]).toStrictEqual([409, tampering.code]);
    expect(replay.json.run_id).toBeUndefined();
    expect(await logged(server, line)).toContain(line);
    // What shares the evidence is refused as well, whole: its other records are not written.
    const sharing = await run(server, ids.version,
      { stress_scenarios: [{ scenario_id: "fresh" }] }, "2026-01-01T00:00:00Z");
    const missing = tampering.sql.startsWith("DELETE");
    expect(sharing.status).toBe(missing ? 200 : 409);
    if (!missing) expect(await countsOf(owner, ids.version)).toStrictEqual(before);
  });

  it.each(TAMPERINGS.filter((tampering) => tampering.verified !== null))(
    "verify names it: $what ($table)", async (tampering) => {
      const ids = await recordedRun();
      expect(await verify(ids.version)).toStrictEqual({ ok: true, checked: 4, first_bad: null });
      await behindGuards(owner, tampering.table, tampering.sql, tampering.values(ids));
      const found = await verify(ids.version);
      expect(found.ok).toBe(false);
      expect(found.first_bad).toStrictEqual({ reason: tampering.verified,
        id: tampering.table === "finding_record" ? ids.finding : ids.evidence });
    });

  it("fails the runs it concerns and none that are recorded beside them", async () => {
    const [bad, good] = [await recordedRun(), await recordedRun()];
    const gone = await sealedVersion(server, EXAMPLE);
    await run(server, gone);
    await behindGuards(owner, "evidence_records",
      "UPDATE evidence_records SET payload = '{}' WHERE evidence_id = $1", [bad.evidence]);
    await owner.query("SELECT erase_dataset_version($1, 'elsewhere', 'other process', NULL)", [gone]);
    const versions = [bad.version, good.version, gone];
    const answers = await Promise.all(Array.from({ length: 60 }, (_, index) => run(server,
      versions[index % 3] as string, { stress_scenarios: [{ scenario_id: `s${index % 20}` }] })));
    const statuses = (at: number): number[] => [...new Set(answers
      .filter((_, index) => index % 3 === at).map((answer) => answer.status))];
    expect([statuses(0), statuses(1), statuses(2)]).toStrictEqual([[409], [200], [410]]);
    expect(await countsOf(owner, bad.version)).toStrictEqual(
      { evidence: 4, findings: 4, links: 4, runs: 1, audit: 1 });
    expect((await countsOf(owner, good.version)).runs).toBe(21);
  });

  it("evidence that another writes while a run is recorded is compared as well", async () => {
    const version = await sealedVersion(server, EXAMPLE);
    const evidence = exposureEvidenceId({ datasetVersionId: version, netting: "portfolio" });
    await owner.query("BEGIN");
    await owner.query(`INSERT INTO evidence_records (evidence_id, kind, dataset_version_id,
      engine_id, engine_version, payload, sha256)
      VALUES ($1, 'debt_exposure', $2, $3, '1.0.0', '{}', 'x')`, [evidence, version, ENGINE_ID]);
    const running = run(server, version);
    const watcher = await connect(server);
    await until("the run waits for the other's row", async () => (await watcher.query(
      "SELECT 1 FROM pg_stat_activity WHERE application_name = 'todiscope' " +
      "AND wait_event_type = 'Lock'")).rowCount || undefined);
    await watcher.end();
    await owner.query("COMMIT");
    expect((await running).json.detail).toBe("IMMUTABLE_EVIDENCE_MISMATCH");
    expect(await countsOf(owner, version)).toStrictEqual(
      { evidence: 1, findings: 0, links: 0, runs: 0, audit: 0 });
  });

  it("the health says when a guard is off", async () => {
    expect((await api(server, "GET", "/health", { role: null })).json.components.evidence_chain)
      .toStrictEqual({ status: "ok" });
    await owner.query("ALTER TABLE run DISABLE TRIGGER USER");
    try {
      const { json } = await api(server, "GET", "/health", { role: null });
      expect(json.status).toBe("degraded");
      expect(json.components.evidence_chain.status).toBe("degraded");
    } finally {
      await owner.query("ALTER TABLE run ENABLE TRIGGER USER");
    }
  });

  it("the log line is a warning with the request's facts", async () => {
    const ids = await recordedRun();
    await behindGuards(owner, "evidence_records",
      "UPDATE evidence_records SET payload = '{}' WHERE evidence_id = $1", [ids.evidence]);
    await run(server, ids.version);
    expect(JSON.parse(await logged(server, ids.evidence))).toMatchObject({ level: 40,
      msg: "DISTRESSED_DEBT_IMMUTABLE_CONFLICT evidence_payload_mismatch " +
        `evidence_id=${ids.evidence} dataset_version_id=${ids.version}` });
  });
});

describe("trace", () => {
  it("leads from a loss to the raw record", async () => {
    const version = await sealedVersion(server, EXAMPLE);
    const { json } = await run(server, version);
    const id = json.stress_test_evidence_ids.market_crash;
    const trace = (await api(server, "GET", `/api/v3/evidence/${id}/trace`)).json;
    expect(trace.evidence).toMatchObject({ evidence_id: id, kind: "stress_test",
      dataset_version_id: version, engine_id: "engine_distressed_asset_debt_stress" });
    expect(trace.evidence.payload.loss_estimate).toBe(259_250);
    expect(trace.raw_record.record_id).toBe(json.report.metadata.raw_record_id);
    expect(trace.raw_record.payload).toStrictEqual(EXAMPLE);
    expect(trace.normalized_record.record_id).toBe(json.report.metadata.normalized_record_id);
    expect(trace.findings.map((finding: Json) => finding.id)).toStrictEqual(
      [json.material_findings[2].id]);
    expect(trace.runs.map((entry: Json) => entry.run_id)).toStrictEqual([json.run_id]);
    expect(trace.dataset).toMatchObject({ version_number: 1, raw_records: 1,
      normalized_records: 1, base_currency: "EUR" });
  });

  it("lists evidence by kind and the beginning of an id, and findings by materiality", async () => {
    const version = await sealedVersion(server, EXAMPLE);
    const { json } = await run(server, version);
    const list = async (path: string): Promise<Json[]> =>
      (await api(server, "GET", `${path}${path.includes("?") ? "&" : "?"}dataset_version_id=${version}`))
        .json.items;
    expect(await list("/api/v3/evidence")).toHaveLength(4);
    expect((await list("/api/v3/evidence?kind=debt_exposure")).map((item) => item.evidence_id))
      .toStrictEqual([json.debt_exposure_evidence_id]);
    const prefix = json.debt_exposure_evidence_id.slice(0, 10);
    expect((await list(`/api/v3/evidence?q=${prefix}`)).map((item) => item.evidence_id))
      .toStrictEqual([json.debt_exposure_evidence_id]);
    expect(await list("/api/v3/evidence?q=nothing")).toStrictEqual([]);
    expect(await list("/api/v3/findings")).toHaveLength(4);
    expect(await list("/api/v3/findings?material=true")).toHaveLength(3);
    expect(await list("/api/v3/findings?material=false")).toMatchObject(
      [{ title: "debt_exposure: net", evidence_id: json.debt_exposure_evidence_id }]);
    expect((await api(server, "GET", `/api/v3/runs?dataset_version_id=${version}`)).json.items)
      .toMatchObject([{ run_id: json.run_id, scenarios: 3, findings: 4, material_findings: 3,
        worst_scenario_id: "market_crash", worst_loss_estimate: 259_250 }]);
  });
});
