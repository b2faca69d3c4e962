import { createPrivateKey, sign } from "node:crypto";
import { createServer } from "node:http";
import { readdirSync, readFileSync, statSync } from "node:fs";
import type { AddressInfo } from "node:net";
import path from "node:path";
import type pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  base64, checkpointNote, checkpointText, fromBase64, logLeaf, readCheckpoint, verifyConsistency,
  verifyInclusion,
} from "@/lib/evidence";
import { newId } from "@/lib/kernel/ids";
import { api, EXAMPLE, run, sealedVersion, type Json } from "../support/api";
import { behindGuards, connect } from "../support/database";
import { EDITS, TABLES } from "../support/log-edits";
import { newDataDir, removeDataDir, startServer, type TestServer } from "../support/server";
import { lastCheckpointSeen } from "../support/told-world";
import { until } from "../support/until";

const dataDir = newDataDir();
const publishDir = path.join(dataDir, "published");
const received: Json[] = [];
let webhookStatus = 200;
const webhook = createServer((request, response) => {
  let text = "";
  request.on("data", (chunk: Buffer) => { text += chunk.toString(); });
  request.on("end", () => {
    if (webhookStatus === 200) received.push({ ...JSON.parse(text) as object,
      authorization: request.headers.authorization });
    response.writeHead(webhookStatus).end();
  });
});
let server: TestServer;
let owner: pg.Client;
let version: string;
let recorded: Json;
let erasedRun: Json;

const start = (): Promise<TestServer> => startServer({ TODISCOPE_LOG_PUBLISH_DIR: publishDir,
  TODISCOPE_LOG_PUBLISH_URL: `http://hook:s%20cret@127.0.0.1:${
    (webhook.address() as AddressInfo).port}/log` }, dataDir);

beforeAll(async () => {
  await new Promise<void>((resolve) => { webhook.listen(0, "127.0.0.1", resolve); });
  server = await start();
  owner = await connect(server);
  version = await sealedVersion(server, EXAMPLE);
  recorded = (await run(server, version)).json;
  const gone = await sealedVersion(server, EXAMPLE);
  erasedRun = (await run(server, gone)).json;
  await signed();
  await api(server, "DELETE", `/api/v3/dataset-versions/${gone}`, { body: { reason: "test" } });
});
afterAll(async () => {
  await owner.end();
  await server.stop();
  webhook.close();
  removeDataDir(dataDir);
});

const get = async (address: string): Promise<Json> => {
  const answer = await api(server, "GET", `/api/v3/evidence-log${address}`, { role: "READ" });
  expect(answer.status, answer.text).toBe(200);
  return answer.json;
};
const signed = async (): Promise<Json> => {
  const answer = await api(server, "POST", "/api/v3/evidence-log/publish");
  expect(answer.status, answer.text).toBe(200);
  return answer.json;
};
const verify = async (): Promise<Json> => {
  const answer = await api(server, "POST", "/api/v3/evidence-log/verify", { role: "AUDIT" });
  expect(answer.status, answer.text).toBe(200);
  return answer.json;
};
const stop = (): Promise<unknown> => owner.query("SELECT pg_advisory_lock(7305211907)");
const go = (): Promise<unknown> => owner.query("SELECT pg_advisory_unlock(7305211907)");
const bytes = (text: string): Uint8Array => fromBase64(text) as Uint8Array;
const all = (list: string[]): Uint8Array[] => list.map(bytes);

describe("the evidence log", () => {
  it("takes up every record and event, and nothing twice", async () => {
    await until("everything is in the log", async () =>
      (await get("")).unsequenced === 0 || undefined);
    const { rows } = await owner.query(`SELECT
      (SELECT count(*)::int FROM evidence_records) + (SELECT count(*)::int FROM finding_record)
        + (SELECT count(*)::int FROM run) AS records,
      (SELECT count(*)::int FROM log_leaf WHERE kind <> 'audit') AS leaves,
      (SELECT count(*)::int FROM log_leaf WHERE kind = 'audit') AS events,
      (SELECT max(leaf_index)::int + 1 FROM log_leaf) AS size,
      (SELECT count(*)::int FROM log_leaf) AS count`);
    expect(rows[0].leaves).toBe(rows[0].records);
    expect(rows[0].events).toBeGreaterThan(4);
    expect(rows[0].size).toBe(rows[0].count);
  });

  it("grows by two servers in turn, and has everything once", async () => {
    const folder = newDataDir();
    const other = await startServer({ TODISCOPE_DATABASE_URL: server.databaseUrl(),
      TODISCOPE_LOG_KEY: readFileSync(path.join(dataDir, "log-key.pem"), "utf8") }, folder);
    const inTurn = async (place: TestServer, month: number): Promise<void> => {
      const { status, json } = await run(place, version, {}, `2027-${month}-01T00:00:00Z`);
      expect(status).toBe(200);
      // Whoever publishes appends what is there first, so each goes on behind the other's leaves.
      expect((await api(place, "POST", "/api/v3/evidence-log/publish")).status).toBe(200);
      expect((await owner.query("SELECT 1 FROM log_leaf WHERE kind = 'run' AND record_id = $1",
        [json.run_id])).rowCount).toBe(1);
    };
    try {
      for (const month of [10, 11, 12]) {
        await inTurn(other, month);
        await inTurn(server, month);
      }
      expect(await verify()).toMatchObject({ ok: true });
    } finally {
      await other.stop();
      removeDataDir(folder);
    }
  });

  it("takes up what a transaction committed long after it began", async () => {
    const late = newId();
    const other = await connect(server);
    await other.query("BEGIN");
    await other.query(`INSERT INTO evidence_records SELECT $1, kind, dataset_version_id, engine_id,
      engine_version, payload, sha256, now() FROM evidence_records WHERE evidence_id = $2`,
    [late, recorded.debt_exposure_evidence_id]);
    // The log goes on meanwhile.
    const { size } = await get("");
    await run(server, version, {}, "2026-02-01T00:00:00Z");
    await until("the log has grown", async () => (await get("")).size > size || undefined);
    await until("the transaction is old enough to be seen", async () => (await owner.query(
      `SELECT 1 FROM pg_stat_activity WHERE state = 'idle in transaction'
       AND xact_start < clock_timestamp() - interval '4 seconds'`)).rowCount || undefined);
    await other.query("COMMIT");
    await other.end();
    await until("the late record is in the log", async () => (await owner.query(
      "SELECT 1 FROM log_leaf WHERE record_id = $1", [late])).rowCount || undefined);
  });

  it("proves that a record is in it, to whoever has the checkpoint and the key", async () => {
    await signed();
    for (const [kind, id] of [["run", recorded.run_id], ["finding", recorded.material_findings[0].id],
      ["evidence", recorded.debt_exposure_evidence_id], ["run", erasedRun.run_id]]) {
      const found = await get(`/inclusion?kind=${kind}&id=${id}`);
      expect(base64(logLeaf(found.entry))).toBe(found.leaf_hash);
      expect(verifyInclusion({ leaf: bytes(found.leaf_hash), index: found.entry.index,
        size: found.size, proof: all(found.proof), root: bytes(found.root) })).toBe(true);
      const log = await get("");
      const key = log.keys.find((each: Json) => each.key_id === found.checkpoint.key_id);
      const note = readCheckpoint(found.checkpoint.note, bytes(key.public_key));
      expect(note.ok && [note.value.size, base64(note.value.root), note.value.origin])
        .toStrictEqual([found.size, found.root, log.origin]);
    }
  });

  it("proves that each checkpoint begins with the one before", async () => {
    await run(server, version, {}, "2026-03-01T00:00:00Z");
    await signed();
    const { items } = await get("/checkpoints?limit=2");
    const [second, first] = items;
    const found = await get(`/consistency?first=${first.size}&second=${second.size}`);
    expect([found.first_root, found.second_root]).toStrictEqual([first.root, second.root]);
    expect(verifyConsistency({ first: first.size, second: second.size, proof: all(found.proof),
      firstRoot: bytes(first.root), secondRoot: bytes(second.root) })).toBe(true);
    const refused = await api(server, "GET",
      `/api/v3/evidence-log/consistency?first=9&second=${10 ** 9}`, { role: "READ" });
    expect([refused.status, refused.json.message ?? refused.text]).toStrictEqual(
      [400, expect.stringMatching(/second should be at most \d+, the log's size/)]);
  });

  it("keeps its key to itself, and goes on with a new one that the old one endorsed", async () => {
    expect(statSync(path.join(dataDir, "log-key.pem")).mode & 0o777).toBe(0o600);
    const before = readFileSync(path.join(dataDir, "log-key.pem"), "utf8");
    const rotated = await api(server, "POST", "/api/v3/evidence-log/keys",
      { body: { reason: "yearly" } });
    expect(rotated.status, rotated.text).toBe(200);
    const { keys, checkpoint } = await get("");
    expect(keys).toMatchObject([{ signs: false, follows: null },
      { key_id: rotated.json.key_id, follows: keys[0].key_id, endorsed: true, signs: true,
        reason: "yearly" }]);
    expect(checkpoint.key_id).toBe(rotated.json.key_id);
    expect(readFileSync(path.join(dataDir, "log-key.pem"), "utf8")).not.toBe(before);
    expect(readdirSync(dataDir).filter((name) => name.startsWith("log-key"))).toHaveLength(1);
    expect((await verify()).problems).toStrictEqual([]);
  });

  it("goes on behind a checkpoint of a release that said nothing of those before", async () => {
    let second = 0;
    // While the lock is held nothing else signs what the log is now.
    const { size, root, origin, keys } = await until("the log has what is not signed", async () => {
      await stop();
      const log = await get("");
      if (log.unsigned > 0) return log;
      await go();
      if (log.unsequenced > 0) return undefined;
      second += 1;
      await run(server, version, {}, new Date(Date.UTC(2026, 3, 2, 0, 0, second)).toISOString());
      return undefined;
    });
    const key = keys.find((each: Json) => each.signs);
    const silent = { origin, size, root: bytes(root), previous: null,
      signed_at: new Date().toISOString() };
    const signature = sign(null, Buffer.from(checkpointText(silent)),
      createPrivateKey(readFileSync(path.join(dataDir, "log-key.pem"), "utf8")));
    await owner.query("INSERT INTO log_checkpoint (size, root, key_id, note) VALUES ($1, $2, $3, $4)",
      [size, Buffer.from(bytes(root)), key.key_id,
        checkpointNote(silent, bytes(key.public_key), signature)]);
    await go();
    expect((await get(`/checkpoints/${size}`)).number).toBeNull();
    await run(server, version, {}, "2026-03-03T00:00:00Z");
    await signed();
    const { rows } = await owner.query("SELECT count(*)::int AS count FROM log_checkpoint");
    expect((await get("")).checkpoint.number).toBe(rows[0].count);
    expect((await verify()).problems).toStrictEqual([]);
  });

  it("publishes to folder and webhook, says when it could not, and makes up for it", async () => {
    const state = await signed();
    expect(state.targets).toMatchObject([
      { target: "folder", published_size: state.latest_size, failure: null },
      { target: "webhook", published_size: state.latest_size, failure: null,
        place: expect.not.stringMatching(/cret/) }]);
    const { checkpoint } = await get("");
    expect(readFileSync(path.join(publishDir, "latest.txt"), "utf8")).toBe(checkpoint.note);
    const last = received.at(-1);
    expect(last).toMatchObject({ size: checkpoint.size, checkpoint: checkpoint.note,
      authorization: `Basic ${Buffer.from("hook:s cret").toString("base64")}` });
    const earlier = await get(`/checkpoints/${last.previous.size}`);
    expect(verifyConsistency({ first: earlier.size, second: last.size,
      firstRoot: bytes(earlier.root), secondRoot: bytes(checkpoint.root),
      proof: all(last.previous.consistency) })).toBe(true);
    webhookStatus = 500;
    await run(server, version, {}, "2026-04-01T00:00:00Z");
    expect((await signed()).targets[1]).toMatchObject({ failure: "answered 500" });
    webhookStatus = 200;
    expect((await signed()).targets[1]).toMatchObject({ failure: null });
  });
});

type Place = { index: number; kind: string; id: string };
describe("what was done behind the guards", () => {
  /** Does something, verifies, and puts everything back. */
  async function tampered(tables: string[], work: () => Promise<unknown>): Promise<Json> {
    for (const table of tables) await owner.query(`CREATE TABLE kept_${table} AS TABLE ${table}`);
    try {
      await work();
      return await verify();
    } finally {
      for (const table of tables) {
        await owner.query(`ALTER TABLE ${table} DISABLE TRIGGER ALL`);
        // But for the events of the verifications.
        await owner.query(`DELETE FROM ${table}${table === "audit_event"
          ? " WHERE type <> 'log.verified'" : ""}`);
        await owner.query(`INSERT INTO ${table} OVERRIDING SYSTEM VALUE
          SELECT * FROM kept_${table} ON CONFLICT DO NOTHING`);
        await owner.query(`ALTER TABLE ${table} ENABLE TRIGGER ALL`);
        await owner.query(`DROP TABLE kept_${table}`);
      }
    }
  }
  const places = async (): Promise<Place[]> => (await owner.query(`SELECT leaf_index::int AS index,
    kind, record_id AS id FROM log_leaf ORDER BY leaf_index`)).rows;
  const ofVersion = async (kind: string): Promise<Place> => {
    const [table, id] = TABLES[kind] as [string, string];
    return (await owner.query(`SELECT l.leaf_index::int AS index, l.kind, l.record_id AS id
      FROM log_leaf l JOIN ${table} r ON r.${id} = l.record_id
      WHERE r.dataset_version_id = $1 AND l.kind = $2 ORDER BY 1 LIMIT 1`, [version, kind])).rows[0];
  };
  beforeAll(async () => {
    await signed();
    await lastCheckpointSeen(server);
    await stop(); // what the sequencer appends meanwhile would change the place of things
  });
  afterAll(go);

  it("is nothing: the log holds, with what was erased by its hashes", async () => {
    const found = await verify();
    expect(found).toMatchObject({ ok: true, problems: [] });
    expect(found.checked.erased).toBeGreaterThan(5);
  });

  it.each(Object.entries(EDITS).flatMap(([kind, edits]) =>
    edits.map((set) => [kind, set] as const)))(
    "is named: %s with %s", async (kind, set) => {
      const place = await ofVersion(kind);
      const [table, id] = TABLES[kind] as [string, string];
      const found = await tampered([table], () => behindGuards(owner, table,
        `UPDATE ${table} SET ${set} WHERE ${id} = $1`, [place.id]));
      expect(found).toMatchObject({ ok: false, problems_count: 1, problems: [
        { kind, id: place.id, from_index: place.index, to_index: place.index }] });
    });

  it.each(Object.keys(EDITS))("is named: %s that was removed", async (kind) => {
    const place = await ofVersion(kind);
    const [table, id] = TABLES[kind] as [string, string];
    const found = await tampered([table], () => behindGuards(owner, table,
      `DELETE FROM ${table} WHERE ${id} = $1`, [place.id]));
    expect(found.problems).toMatchObject([{ code: "RECORD_MISSING", kind, id: place.id,
      from_index: place.index }]);
  });

  it("is named: a link between a finding and its evidence, edited, removed or added", async () => {
    const LINK = "finding_evidence_link";
    const { rows: [link] } = await owner.query(`SELECT link_id AS id, leaf_index::int AS index
      FROM ${LINK} JOIN log_leaf ON record_id = finding_id AND kind = 'finding'
      WHERE dataset_version_id = $1 ORDER BY link_id LIMIT 1`, [version]);
    const after = async (sql: string): Promise<Json> => (await tampered([LINK], () =>
      behindGuards(owner, LINK, sql.replace("?", `WHERE link_id = '${link.id}'`)))).problems;
    const named = { kind: "link", id: link.id, from_index: link.index };
    for (const set of ["finding_id = gen_random_uuid()", "evidence_id = gen_random_uuid()",
      "dataset_version_id = gen_random_uuid()", "engine_id = 'x'",
      "created_at = created_at - interval '1 ms'"]) {
      expect(await after(`UPDATE ${LINK} SET ${set} ?`), set)
        .toMatchObject([{ ...named, code: "LINK_CHANGED" }]);
    }
    expect(await after(`DELETE FROM ${LINK} ?`)).toMatchObject([{ ...named, code: "LINK_MISSING" }]);
    const other = newId();
    expect(await after(`UPDATE ${LINK} SET link_id = '${other}' ?`)).toMatchObject([
      { ...named, code: "LINK_MISSING" }, { code: "LINK_SURPLUS", kind: "link", id: other }]);
    expect(await after(`INSERT INTO ${LINK} SELECT '${other}', finding_id, evidence_id,
      dataset_version_id, engine_id, created_at FROM ${LINK} ?`))
      .toMatchObject([{ code: "LINK_SURPLUS", kind: "link", id: other }]);
  });

  it("is named: entries of the log itself, of the tree, of checkpoints and keys", async () => {
    const list = await places();
    const at = 5;
    const [one, other] = [list[at] as Place, list[at + 2] as Place];
    const leaf = (sql: string) => tampered(["log_leaf"], () => behindGuards(owner, "log_leaf", sql));
    const [last, second, third] = (await get("/checkpoints?limit=3")).items as [Json, Json, Json];
    const ways: [string, () => Promise<Json>, Json][] = [
      ["an entry removed", () => leaf(`DELETE FROM log_leaf WHERE leaf_index = ${at}`),
        { code: "LEAF_MISSING", from_index: at }],
      ["an entry of another record", () => leaf(
        `UPDATE log_leaf SET record_id = gen_random_uuid() WHERE leaf_index = ${at}`),
      { code: "LEAF_CHANGED", from_index: at }],
      ["two entries in another order", () => tampered(["log_leaf"], async () => {
        const move = (from: number, to: number) => behindGuards(owner, "log_leaf",
          "UPDATE log_leaf SET leaf_index = $2 WHERE leaf_index = $1", [from, to]);
        await move(one.index, 10 ** 6);
        await move(other.index, one.index);
        await move(10 ** 6, other.index);
      }), { code: "LEAF_CHANGED", kind: other.kind, id: other.id, from_index: at }],
      ["a subtree's hash", () => tampered(["log_node"], () => behindGuards(owner, "log_node",
        "UPDATE log_node SET hash = sha256('x') WHERE level = 4 AND node_index = 0")),
      { code: "NODE_CHANGED", from_index: 0, to_index: 15 }],
      ["a subtree removed", () => tampered(["log_node"], () => behindGuards(owner, "log_node",
        "DELETE FROM log_node WHERE level = 4 AND node_index = 1")),
      { code: "NODE_MISSING", from_index: 16, to_index: 31 }],
      ["a checkpoint removed", () => tampered(["log_checkpoint"], () => behindGuards(owner,
        "log_checkpoint", "DELETE FROM log_checkpoint WHERE size = $1", [third.size])),
      { code: "CHECKPOINT_MISSING", to_index: second.size - 1, id: `checkpoint ${second.size}` }],
      ["the last checkpoint removed", () => tampered(["log_checkpoint"], () => behindGuards(owner,
        "log_checkpoint", "DELETE FROM log_checkpoint WHERE size = $1", [last.size])),
      { code: "CHECKPOINT_LOST", from_index: second.size, to_index: last.size - 1,
        id: `checkpoint ${last.size}` }],
      ["a key removed", () => tampered(["log_key"], () => behindGuards(owner, "log_key",
        "DELETE FROM log_key WHERE key_id = $1", [last.key_id])),
      { code: "KEY_MISSING", id: last.key_id }],
      ["a signed root", () => tampered(["log_checkpoint"], () => behindGuards(owner,
        "log_checkpoint", "UPDATE log_checkpoint SET root = sha256('x')")),
      { code: "CHECKPOINT_SIGNATURE" }],
      ["a key", () => tampered(["log_key"], () => behindGuards(owner, "log_key",
        "UPDATE log_key SET public_key = sha256('x')")), { code: "KEY_CHANGED" }],
      ["the end cut off", () => leaf(
        `DELETE FROM log_leaf WHERE leaf_index >= ${list.length - 3}`),
      { from_index: list.length - 3 }],
      ["everything cut off", () => leaf("DELETE FROM log_leaf"), { from_index: 0 }],
    ];
    for (const [what, way, expected] of ways) {
      const found = await way();
      expect(found.ok, what).toBe(false);
      expect(found.problems[0], what).toMatchObject(expected);
    }
    expect(await verify()).toMatchObject({ ok: true });
  });

  it("is named: a record rewritten with its entry, by a hand that knows the hashes", async () => {
    const place = await ofVersion("run");
    const found = await tampered(["log_leaf", "run"], async () => {
      await behindGuards(owner, "run", "UPDATE run SET created_by = 'x' WHERE run_id = $1", [place.id]);
      const { rows } = await owner.query(`SELECT * FROM run WHERE run_id = $1`, [place.id]);
      const { columnsHash } = await import("@/lib/service/db/evidence-log");
      const entry = await owner.query("SELECT content_sha256 FROM log_leaf WHERE leaf_index = $1",
        [place.index]);
      const record = columnsHash("run", rows[0]);
      await behindGuards(owner, "log_leaf",
        "UPDATE log_leaf SET record_sha256 = $2, leaf_hash = $3 WHERE leaf_index = $1",
        [place.index, Buffer.from(record, "hex"), Buffer.from(logLeaf({ ...place, kind: "run",
          record_sha256: record, content_sha256: entry.rows[0].content_sha256.toString("hex") }))]);
    });
    expect(found.ok).toBe(false);
    for (const { from_index: from, to_index: to } of found.problems) {
      expect(place.index).toBeGreaterThanOrEqual(from);
      expect(place.index).toBeLessThanOrEqual(to);
    }
  });
});
