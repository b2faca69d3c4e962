import type pg from "pg";
import { describe, expect, it } from "vitest";
import {
  ENGINE_ID, ENGINE_VERSION, exposureEvidenceId, linkId, scenarioEvidenceId,
} from "@/lib/evidence";
import { canonicalHash } from "@/lib/kernel/hash";
import { api, EXAMPLE, run, sealedVersion, type Answer, type Json } from "../support/api";
import { behindGuards, connect, countsOf } from "../support/database";
import type { TestServer } from "../support/server";
import { logged, until } from "../support/until";
import { usingServer } from "../support/using-server";

let server: TestServer;
let owner: pg.Client;

usingServer((up) => { ({ server, owner } = up); });

const verify = async (versionId: string): Promise<Json> => (await api(server, "POST",
  "/api/v3/evidence/verify", { role: "READ", body: { dataset_version_id: versionId } })).json;

type Ids = {
  version: string; other: string; run: string; evidence: string; finding: string; link: string;
};
type Tampering = {
  what: string; table: string; sql: string; values: (ids: Ids) => unknown[];
  code: string; reason: string; named: (ids: Ids) => string;
  /** What verify says of it. */
  verified: string;
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
  { ...EVIDENCE, what: "another content with its own fitting hash", verified: "EVIDENCE_ID_MISMATCH",
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
  { ...EVIDENCE, what: "another kind", code: "EVIDENCE_ID_COLLISION", verified: "EVIDENCE_ID_MISMATCH",
    reason: "evidence_id_collision",
    sql: "UPDATE evidence_records SET kind = 'analysis' WHERE evidence_id = $1",
    values: (ids) => [ids.evidence] },
  { ...EVIDENCE, what: "another engine", code: "EVIDENCE_ID_COLLISION", verified: "EVIDENCE_ID_MISMATCH",
    reason: "evidence_id_collision",
    sql: "UPDATE evidence_records SET engine_id = 'engine_x' WHERE evidence_id = $1",
    values: (ids) => [ids.evidence] },
  { ...EVIDENCE, what: "another version", code: "EVIDENCE_ID_COLLISION",
    reason: "evidence_id_collision", verified: "EVIDENCE_ID_MISMATCH",
    sql: "UPDATE evidence_records SET dataset_version_id = $2 WHERE evidence_id = $1",
    values: (ids) => [ids.evidence, ids.other] },
  { ...FINDING, what: "another finding text", code: "IMMUTABLE_FINDING_MISMATCH",
    reason: "finding_payload_mismatch", verified: "FINDING_HASH_MISMATCH",
    sql: `UPDATE finding_record SET payload = payload || '{"value": 1}' WHERE finding_id = $1`,
    values: (ids) => [ids.finding] },
  { ...FINDING, what: "a finding that is said to be immaterial", verified: "FINDING_COLUMN_MISMATCH",
    code: "IMMUTABLE_FINDING_MISMATCH", reason: "finding_payload_mismatch",
    sql: "UPDATE finding_record SET is_material = NOT is_material WHERE finding_id = $1",
    values: (ids) => [ids.finding] },
  { ...FINDING, what: "no finding where the run names one", verified: "FINDING_MISSING",
    code: "IMMUTABLE_FINDING_MISMATCH", reason: "finding_payload_mismatch",
    sql: "DELETE FROM finding_record WHERE finding_id = $1", values: (ids) => [ids.finding] },
  { ...FINDING, what: "a finding of another version", code: "FINDING_ID_COLLISION",
    reason: "finding_id_collision", verified: "FINDING_COLUMN_MISMATCH",
    sql: "UPDATE finding_record SET dataset_version_id = $2 WHERE finding_id = $1",
    values: (ids) => [ids.finding, ids.other] },
  { ...LINK, what: "a link to something else", code: "IMMUTABLE_LINK_MISMATCH",
    reason: "link_mismatch", verified: "LINK_ID_MISMATCH",
    sql: "UPDATE finding_evidence_link SET evidence_id = finding_id WHERE link_id = $1",
    values: (ids) => [ids.link] },
  { ...LINK, what: "no link", code: "IMMUTABLE_LINK_MISMATCH", reason: "link_mismatch",
    verified: "LINK_MISSING", sql: "DELETE FROM finding_evidence_link WHERE link_id = $1",
    values: (ids) => [ids.link] },
];

/** A run that is asked for again and again is compared by a shorter way: it must see as much. */
const REPLAYS = [0, 2];

async function recordedRun(): Promise<Ids> {
  const version = await sealedVersion(server, EXAMPLE);
  const other = await sealedVersion(server, EXAMPLE);
  const { json } = await run(server, version);
  const finding = json.material_findings[2].id;
  const link = await owner.query(
    "SELECT link_id FROM finding_evidence_link WHERE finding_id = $1", [finding]);
  return { version, other, run: json.run_id, finding, link: link.rows[0].link_id,
    evidence: json.stress_test_evidence_ids.market_crash };
}

describe("behind the guards", () => {
  it.each(TAMPERINGS.flatMap((tampering) => REPLAYS.map((replays) => ({ ...tampering, replays }))))(
    "$what ($table) is found after $replays replays: $code", async (tampering) => {
    const ids = await recordedRun();
    for (let replay = 0; replay < tampering.replays; replay += 1) await run(server, ids.version);
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

  it("a run that was replayed is gone with its version, whoever erases that", async () => {
    const { version } = await recordedRun();
    const replays = [await run(server, version), await run(server, version)];
    expect(replays.map((replay) => replay.status)).toStrictEqual([200, 200]);
    await owner.query(
      "SELECT erase_dataset_version($1, 'elsewhere', 'other process', NULL)", [version]);
    const answer = await run(server, version);
    expect([answer.status, answer.json.detail]).toStrictEqual([410, "DATASET_VERSION_ERASED"]);
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

/** What a replay of the same request would not notice as well; `id` names the first bad record. */
type Forgery = { what: string; table: string; change: string; reason: string;
  at: "run" | "evidence" | "finding" | "link" };
const RUN = { table: "run", at: "run" } as const;
const THRESHOLD = "stress_loss_materiality_threshold_pct";
const KEYS = { run: "run_id", evidence: "evidence_id", finding: "finding_id", link: "link_id" };

const FORGERIES: Forgery[] = [
  { ...RUN, what: "another threshold", reason: "RUN_ID_MISMATCH",
    change: `parameters = jsonb_set(parameters, '{${THRESHOLD}}', '0.06')` },
  { ...RUN, what: "a parameter less", reason: "RUN_ID_MISMATCH",
    change: `parameters = parameters - '${THRESHOLD}'` },
  { ...RUN, what: "parameters that are none", reason: "RUN_ID_MISMATCH",
    change: "parameters = 'null'" },
  { ...RUN, what: "another start", reason: "RUN_ID_MISMATCH",
    change: "started_at = started_at + interval '1 ms'" },
  { ...RUN, what: "a start at no time", reason: "RUN_ID_MISMATCH",
    change: "started_at = 'infinity'" },
  { ...RUN, what: "another engine", reason: "RUN_ID_MISMATCH", change: "engine_id = 'engine_x'" },
  { ...RUN, what: "another engine version", reason: "RUN_ID_MISMATCH",
    change: "engine_version = '1.0.1'" },
  { ...RUN, what: "evidence left out", reason: "RUN_EVIDENCE_MISMATCH",
    change: "evidence_ids = evidence_ids[1:3]" },
  { ...RUN, what: "no evidence", reason: "RUN_EVIDENCE_MISMATCH", change: "evidence_ids = NULL" },
  { ...RUN, what: "another exposure", reason: "RUN_EVIDENCE_MISMATCH",
    change: "exposure_evidence_id = evidence_ids[2]" },
  { ...RUN, what: "findings in another order", reason: "RUN_FINDINGS_MISMATCH",
    change: "finding_ids = finding_ids[2:4] || finding_ids[1]" },
  { ...RUN, what: "a milder summary", reason: "RUN_SUMMARY_MISMATCH",
    change: "summary = jsonb_set(summary, '{worst_loss_estimate}', '1')" },
  { ...RUN, what: "no summary", reason: "RUN_SUMMARY_MISMATCH", change: "summary = NULL" },
  { ...RUN, what: "another author", reason: "RUN_AUDIT_MISMATCH",
    change: "created_by = 'somebody'" },
  { ...RUN, what: "another request", reason: "RUN_AUDIT_MISMATCH", change: "request_id = 'x'" },
  { what: "another engine version", table: "evidence_records", at: "evidence",
    reason: "EVIDENCE_ID_MISMATCH", change: "engine_version = '0.9.0'" },
  { what: "another kind", table: "finding_record", at: "finding",
    reason: "FINDING_COLUMN_MISMATCH", change: "kind = 'debt_exposure'" },
  { what: "another engine", table: "finding_record", at: "finding",
    reason: "FINDING_COLUMN_MISMATCH", change: "engine_id = 'engine_x'" },
  { what: "another evidence", table: "finding_record", at: "finding",
    reason: "FINDING_COLUMN_MISMATCH", change: "evidence_id = finding_id" },
  { what: "another version", table: "finding_evidence_link", at: "link",
    reason: "LINK_COLUMN_MISMATCH", change: "dataset_version_id = link_id" },
  { what: "another engine", table: "finding_evidence_link", at: "link",
    reason: "LINK_COLUMN_MISMATCH", change: "engine_id = 'engine_x'" },
];

describe("verify", () => {
  const good = { ok: true, checked: 5, first_bad: null };

  it.each(TAMPERINGS)("names $what ($table): $verified", async (tampering) => {
    const ids = await recordedRun();
    expect(await verify(ids.version)).toStrictEqual(good);
    await behindGuards(owner, tampering.table, tampering.sql, tampering.values(ids));
    const found = await verify(ids.version);
    expect([found.ok, found.first_bad.reason]).toStrictEqual([false, tampering.verified]);
    expect(tampering.named(ids)).toContain(found.first_bad.id);
  });

  it.each(FORGERIES)("names $what ($table): $reason", async ({ table, change, reason, at }) => {
    const ids = await recordedRun();
    const before = await verify(ids.version);
    await behindGuards(owner, table, `UPDATE ${table} SET ${change} WHERE ${KEYS[at]} = $1`, [ids[at]]);
    expect([before, (await verify(ids.version)).first_bad])
      .toStrictEqual([good, { id: ids[at], reason }]);
  });

  it.each([
    ["evidence_records", "evidence_id", "loss_estimate", "EVIDENCE_NOT_REPRODUCED"],
    ["finding_record", "finding_id", "value", "FINDING_NOT_REPRODUCED"],
  ])("names another figure with its own fitting hash (%s)", async (table, key, figure, reason) => {
    const ids = await recordedRun();
    const id = key === "evidence_id" ? ids.evidence : ids.finding;
    const { rows } = await owner.query(`SELECT payload FROM ${table} WHERE ${key} = $1`, [id]);
    const payload = { ...rows[0].payload, [figure]: rows[0].payload[figure] - 1 };
    await behindGuards(owner, table, `UPDATE ${table} SET payload = $2, sha256 = $3
      WHERE ${key} = $1`, [id, payload, canonicalHash(payload)]);
    // The summary of the run would tell as well: here it was thought of.
    if (figure === "loss_estimate") {
      await behindGuards(owner, "run", `UPDATE run SET summary =
        jsonb_set(summary, '{worst_loss_estimate}', $2) WHERE run_id = $1`,
        [ids.run, JSON.stringify(payload[figure])]);
    }
    expect((await verify(ids.version)).first_bad).toStrictEqual({ id, reason });
  });

  it.each([
    ["raw_record", "payload = (payload::jsonb || '{\"x\": 1}')::json", "RECORD_HASH_MISMATCH"],
    ["raw_record", "sha256 = repeat('0', 64)", "RECORD_HASH_MISMATCH"],
    ["raw_record", "row_number = row_number + 1", "CONTENT_HASH_MISMATCH"],
    ["normalized_record", "payload = payload || '{\"sector\": \"x\"}'", "RECORD_HASH_MISMATCH"],
    ["normalized_record", "raw_record_id = gen_random_uuid()", "CONTENT_HASH_MISMATCH"],
  ])("names a row that is not the one that was sealed (%s: %s)", async (table, set, reason) => {
    const { version } = await recordedRun();
    const of = `dataset_version_id = $1 AND kind IN ('record', 'instrument', 'distressed_asset',
      'portfolio')`;
    const { rows } = await owner.query(`SELECT ${table}_id AS id FROM ${table} WHERE ${of}`, [version]);
    await owner.query(`ALTER TABLE ${table} DISABLE TRIGGER ALL`);
    await owner.query(`UPDATE ${table} SET ${set} WHERE ${of}`, [version]);
    await owner.query(`ALTER TABLE ${table} ENABLE TRIGGER ALL`);
    expect((await verify(version)).first_bad).toStrictEqual(
      { id: reason === "RECORD_HASH_MISMATCH" ? rows[0].id : version, reason });
  });

  it("names what was put there beside the runs", async () => {
    const ids = await recordedRun();
    const scenario = { scenario_id: "forged", description: "", interest_rate_delta_pct: 0,
      collateral_market_impact_pct: 0, recovery_degradation_pct: 0, default_risk_increment_pct: 0 };
    const payload = { ...scenario, netting: "portfolio" };
    const id = scenarioEvidenceId({ datasetVersionId: ids.version, netting: "portfolio", scenario });
    await owner.query(`INSERT INTO evidence_records (evidence_id, kind, dataset_version_id,
      engine_id, engine_version, payload, sha256) VALUES ($1, 'stress_test', $2, $3, $4, $5, $6)`,
      [id, ids.version, ENGINE_ID, ENGINE_VERSION, payload, canonicalHash(payload)]);
    expect((await verify(ids.version)).first_bad)
      .toStrictEqual({ id, reason: "EVIDENCE_WITHOUT_RUN" });
    await behindGuards(owner, "evidence_records",
      "DELETE FROM evidence_records WHERE evidence_id = $1", [id]);
    const link = linkId({ findingId: id, evidenceId: ids.evidence });
    await owner.query(`INSERT INTO finding_evidence_link (link_id, finding_id, evidence_id,
      dataset_version_id, engine_id) VALUES ($1, $2, $3, $4, $5)`,
      [link, id, ids.evidence, ids.version, ENGINE_ID]);
    expect((await verify(ids.version)).first_bad)
      .toStrictEqual({ id: link, reason: "LINK_WITHOUT_FINDING" });
  });

  it("misses a run that was taken away, whether or not another shares its evidence", async () => {
    const alone = await recordedRun();
    await behindGuards(owner, "run", "DELETE FROM run WHERE run_id = $1", [alone.run]);
    expect((await verify(alone.version)).first_bad.reason).toBe("EVIDENCE_WITHOUT_RUN");
    const shared = await recordedRun();
    const later = await run(server, shared.version, {}, "2026-01-01T00:00:00Z");
    await behindGuards(owner, "run", "DELETE FROM run WHERE run_id = $1", [later.json.run_id]);
    expect((await verify(shared.version)).first_bad)
      .toStrictEqual({ id: later.json.run_id, reason: "RUN_MISSING" });
  });

  it("misses a run that moved to another version, and finds it there", async () => {
    const ids = await recordedRun();
    await behindGuards(owner, "run", "UPDATE run SET dataset_version_id = $2 WHERE run_id = $1",
      [ids.run, ids.other]);
    expect((await verify(ids.version)).first_bad.reason).toBe("EVIDENCE_WITHOUT_RUN");
    expect((await verify(ids.other)).first_bad)
      .toStrictEqual({ id: ids.run, reason: "RUN_ID_MISMATCH" });
  });

  it("looks at every run of many, and at one state of them while others are recorded", async () => {
    const version = await sealedVersion(server, EXAMPLE);
    const record = (at: number): Promise<Answer> => run(server, version,
      { stress_scenarios: [{ scenario_id: `s${at}`, interest_rate_delta_pct: at / 10 }] },
      at % 2 ? "2025-01-01T00:00:00.250Z" : "2025-06-30T12:00:00Z");
    for (let start = 0; start < 600; start += 100) {
      const [verdict] = await Promise.all([verify(version),
        ...Array.from({ length: 100 }, (_, index) => record(start + index))]);
      expect(verdict).toMatchObject({ ok: true, first_bad: null });
    }
    expect(await verify(version)).toStrictEqual({ ok: true, checked: 605, first_bad: null });
    const last = await record(599);
    await behindGuards(owner, "run",
      "UPDATE run SET started_at = started_at - interval '1 h' WHERE run_id = $1",
      [last.json.run_id]);
    expect(await verify(version)).toStrictEqual({ ok: false, checked: 605,
      first_bad: { id: last.json.run_id, reason: "RUN_ID_MISMATCH" } });
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
    expect(await list("/api/v3/evidence")).toHaveLength(5);
    expect((await list("/api/v3/evidence?kind=debt_exposure")).map((item) => item.evidence_id))
      .toStrictEqual([json.debt_exposure_evidence_id]);
    const prefix = json.debt_exposure_evidence_id.slice(0, 10);
    expect((await list(`/api/v3/evidence?q=${prefix}`)).map((item) => item.evidence_id))
      .toStrictEqual([json.debt_exposure_evidence_id]);
    expect(await list("/api/v3/evidence?q=nothing")).toStrictEqual([]);
    const { dataset_id: dataset } = (await api(server, "GET", `/api/v3/dataset-versions/${version}`))
      .json;
    const ofDataset = await api(server, "GET", `/api/v3/evidence?dataset_id=${dataset}`);
    expect(ofDataset.json.items.map((item: Json) => item.dataset_version_id))
      .toStrictEqual(Array.from({ length: 5 }, () => version));
    expect(await list("/api/v3/findings")).toHaveLength(4);
    expect(await list("/api/v3/findings?material=true")).toHaveLength(3);
    expect(await list("/api/v3/findings?material=false")).toMatchObject(
      [{ title: "debt_exposure: net", evidence_id: json.debt_exposure_evidence_id }]);
    expect((await api(server, "GET", `/api/v3/runs?dataset_version_id=${version}`)).json.items)
      .toMatchObject([{ run_id: json.run_id, scenarios: 3, findings: 4, material_findings: 3,
        worst_scenario_id: "market_crash", worst_loss_estimate: 259_250 }]);
  });
});
