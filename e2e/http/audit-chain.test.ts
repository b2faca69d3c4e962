import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, afterEach, describe, expect, it } from "vitest";
import { startEmbeddedDatabase, type EmbeddedDatabase } from "@/lib/service/db/embedded";
import { EMPTY_CHAIN, nextLink, type ChainHead } from "@/lib/evidence";
import { canonicalHash } from "@/lib/kernel/hash";
import { newId } from "@/lib/kernel/ids";
import { api, EXAMPLE, newDataset, run, sealedVersion, type Json } from "../support/api";
import { behindGuards } from "../support/database";
import { newDataDir, removeDataDir, startServer, type TestServer } from "../support/server";
import { logged, until } from "../support/until";

/** Held by whichever process appends; a test that holds it keeps the chain as it is. */
const LOCK = 7_305_211_906;

const databaseDir = newDataDir();
const dataDir = newDataDir();
let database: EmbeddedDatabase;
let server: TestServer;
let owner: pg.Client;

const start = (folder = dataDir): Promise<TestServer> =>
  startServer({ TODISCOPE_DATABASE_URL: database.url }, folder);

beforeAll(async () => {
  database = await startEmbeddedDatabase(databaseDir);
  server = await start();
  owner = new pg.Client({ connectionString: database.url });
  await owner.connect();
});
afterAll(async () => {
  await owner.end();
  await server.stop();
  await database.stop();
  removeDataDir(dataDir);
  removeDataDir(databaseDir);
});

const verify = async (): Promise<Json> => {
  const answer = await api(server, "POST", "/api/v3/audit/verify", { role: "AUDIT" });
  expect(answer.status).toBe(200);
  return answer.json;
};
const sequenced = (on = server): Promise<Json> => until("all events are in the chain", async () => {
  const { json } = await api(on, "GET", "/api/v3/audit/tail");
  return json.unsequenced === 0 ? json : undefined;
});
const chainHealth = async (): Promise<Json> =>
  (await api(server, "GET", "/health", { role: null })).json.components.evidence_chain;
const lock = async (): Promise<unknown> => owner.query("SELECT pg_advisory_lock($1)", [LOCK]);
const unlock = async (): Promise<unknown> => owner.query("SELECT pg_advisory_unlock($1)", [LOCK]);

type Link = {
  position: number; audit_event_id: string; event_sha256: string; chain_sha256: string;
};
const links = async (): Promise<Link[]> => (await owner.query<Link>(`SELECT position::int,
  audit_event_id, event_sha256, chain_sha256 FROM audit_chain ORDER BY position`)).rows;

const EVENT = "audit_event";
const CHAIN = "audit_chain";
const PLACE = 5;

/** The links from one position on, computed anew: what an owner of the database can do. */
async function recompute(from: number): Promise<void> {
  let head: ChainHead = EMPTY_CHAIN;
  for (const link of await links()) {
    const next = nextLink(head, link);
    if (link.position >= from) {
      await behindGuards(owner, CHAIN, "UPDATE audit_chain SET chain_sha256 = $2 WHERE position = $1",
        [link.position, next.chain_sha256]);
    }
    head = next;
  }
}

type Fault = {
  what: string; tamper: (at: Link) => Promise<unknown>;
  position: (last: number) => number; named: boolean; says: RegExp;
};
const edit = (table: string, set: string) => (at: Link): Promise<void> =>
  behindGuards(owner, table, `UPDATE ${table} SET ${set} WHERE audit_event_id = $1`,
    [at.audit_event_id]);
const here = (): number => PLACE;
const CHANGED = { position: here, named: true, says: /content no longer has the hash/ };
const LINK = { position: here, named: true, says: /does not follow from the links before/ };

const FAULTS: Fault[] = [
  ...["reason = 'another'", "actor = 'somebody'", "type = 'x.y'", "role = NULL", "subject_id = 'x'",
    "request_id = 'x'", "correlation_id = NULL", `after = '{"a": 1}'`, `before = '{}'`,
    `details = '{"a": 1}'`, "created_at = created_at - interval '1 ms'",
    "dataset_version_id = gen_random_uuid()",
    "reason = 'another', sha256 = repeat('0', 64)"].map((set): Fault => ({ ...CHANGED,
    what: `an event with ${set}`, tamper: edit(EVENT, set) })),
  { what: "an event with another hash", position: here, named: true,
    says: /hash that the event carries/, tamper: edit(EVENT, "sha256 = repeat('0', 64)") },
  { what: "an event without its hash", position: here, named: true, says: /carries no hash/,
    tamper: edit(EVENT, "sha256 = NULL") },
  { what: "an event that is gone", position: here, named: true, says: /event of this link is gone/,
    tamper: (at) => behindGuards(owner, EVENT,
      "DELETE FROM audit_event WHERE audit_event_id = $1", [at.audit_event_id]) },
  { ...LINK, what: "a link with another event hash", tamper: edit(CHAIN, "event_sha256 = 'x'") },
  { ...LINK, what: "a link with another hash", tamper: edit(CHAIN, "chain_sha256 = 'x'") },
  { ...CHANGED, what: "a link to another event", tamper: (at) => behindGuards(owner, CHAIN,
    `UPDATE audit_chain SET audit_event_id = $2 WHERE audit_event_id = $1`,
    [at.audit_event_id, newId()]), says: /event of this link is gone/ },
  { ...LINK, what: "two links in another order", tamper: () => behindGuards(owner, CHAIN,
    `DELETE FROM audit_chain WHERE position IN (${PLACE}, ${PLACE + 2})`).then(swap) },
  { what: "a link that was taken out", position: here, named: false, says: /no link at this position/,
    tamper: (at) => behindGuards(owner, CHAIN,
      "DELETE FROM audit_chain WHERE position = $1", [at.position]) },
  { ...LINK, what: "a link that was taken out and the gap closed", tamper: (at) =>
    behindGuards(owner, CHAIN, "DELETE FROM audit_chain WHERE position = $1", [at.position])
      .then(() => behindGuards(owner, CHAIN,
        "UPDATE audit_chain SET position = -position WHERE position > $1", [at.position]))
      .then(() => behindGuards(owner, CHAIN,
        "UPDATE audit_chain SET position = -position - 1 WHERE position < 0")) },
  { what: "a link made by hand", position: (last) => last + 1, named: true,
    says: /does not follow/, tamper: () => owner.query(
      `INSERT INTO audit_chain (position, audit_event_id, event_sha256, chain_sha256)
       SELECT max(position) + 1, gen_random_uuid(), repeat('0', 64), repeat('0', 64)
       FROM audit_chain`) },
  { what: "a link before the first", position: () => 1, named: false,
    says: /no link at this position/, tamper: () => owner.query(
      `INSERT INTO audit_chain (position, audit_event_id, event_sha256, chain_sha256)
       VALUES (0, gen_random_uuid(), repeat('0', 64), repeat('0', 64))`) },
  { what: "the last links gone", position: (last) => last - 2, named: false,
    says: /last links were removed/, tamper: () => behindGuards(owner, CHAIN,
      "DELETE FROM audit_chain WHERE position > (SELECT max(position) - 3 FROM audit_chain)") },
  { what: "the whole chain gone", position: () => 1, named: false, says: /last links were removed/,
    tamper: () => behindGuards(owner, CHAIN, "DELETE FROM audit_chain") },
  { what: "an edited event with everything after it computed anew", position: (last) => last,
    named: true, says: /seen with another hash/, tamper: async (at) => {
      await edit(EVENT, "reason = 'another'")(at);
      const { rows } = await owner.query(`SELECT audit_event_id, type, actor, role, request_id,
        correlation_id, dataset_version_id, subject_id, reason, before, after, details, created_at
        FROM audit_event WHERE audit_event_id = $1`, [at.audit_event_id]);
      const sha256 = canonicalHash({ ...rows[0], created_at: rows[0].created_at.toISOString() });
      await edit(EVENT, `sha256 = '${sha256}'`)(at);
      await edit(CHAIN, `event_sha256 = '${sha256}'`)(at);
      await recompute(at.position);
    } },
];

/** Puts the two links back with their places changed. */
async function swap(): Promise<void> {
  await owner.query(`INSERT INTO audit_chain
    SELECT CASE position WHEN ${PLACE} THEN ${PLACE + 2} ELSE ${PLACE} END, audit_event_id,
      event_sha256, chain_sha256, sequenced_at
    FROM kept_chain WHERE position IN (${PLACE}, ${PLACE + 2})`);
}

describe("behind the triggers", () => {
  let headBefore: string;
  beforeAll(async () => {
    await run(server, await sealedVersion(server, EXAMPLE));
    for (let count = 0; count < 5; count += 1) await newDataset(server);
    const tail = await sequenced();
    await until("the head is kept outside", () => keptHead().position >= tail.position || undefined);
    headBefore = readFileSync(headFile(), "utf8");
    await lock();
    await owner.query(`CREATE TEMP TABLE kept_chain AS TABLE audit_chain;
      CREATE TEMP TABLE kept_event AS TABLE audit_event`);
  });
  afterAll(unlock);
  beforeEach(async () => { expect((await verify()).ok).toBe(true); });
  afterEach(async () => {
    await owner.query(`ALTER TABLE audit_chain DISABLE TRIGGER USER;
      ALTER TABLE audit_event DISABLE TRIGGER USER;
      DELETE FROM audit_chain; INSERT INTO audit_chain TABLE kept_chain;
      DELETE FROM audit_event WHERE audit_event_id IN (SELECT audit_event_id FROM kept_event);
      INSERT INTO audit_event TABLE kept_event;
      ALTER TABLE audit_chain ENABLE TRIGGER USER;
      ALTER TABLE audit_event ENABLE TRIGGER USER`);
    if (!(await verify()).ok) await forgetForgedHead();
  });

  /** The sequencer may have looked in between, and rightly misses the forged head for ever. */
  async function forgetForgedHead(): Promise<void> {
    await server.stop();
    writeFileSync(headFile(), headBefore);
    server = await start();
  }

  it.each(FAULTS)("$what is found and named", async ({ tamper, position, named, says }) => {
    const before = await links();
    await tamper(before[PLACE - 1] as Link);
    const found = await verify();
    const after = await links();
    expect(found).toMatchObject({ ok: false, first_bad: { position: position(before.length),
      reason: expect.stringMatching(says) } });
    expect(found.first_bad.audit_event_id).toBe(named
      ? after.find((link) => link.position === found.first_bad.position)?.audit_event_id : null);
    expect(found.checked).toBe(found.first_bad.position - 1);
    expect(await chainHealth()).toMatchObject({ status: "degraded" });
  });

  it("and nothing is said of a chain that was put back", async () => {
    await verify();
    expect(await until("the health is well again", async () => {
      const health = await chainHealth();
      return health.status === "ok" ? health : undefined;
    })).toStrictEqual({ status: "ok" });
  });
});

const headFile = (folder = dataDir): string => path.join(folder, "audit-head.json");

function keptHead(folder = dataDir): { position: number } {
  const { heads } = JSON.parse(readFileSync(headFile(folder), "utf8"));
  return (Object.values(heads)[0] as { head: { position: number } }).head;
}

describe("the sequencer", () => {
  it("takes in what is committed long after its time, and events made by hand as what they are", async () => {
    const form = { audit_event_id: newId(), type: "late.one", actor: "system:test", role: null,
      request_id: null, correlation_id: null, dataset_version_id: null, subject_id: null,
      reason: null, before: null, after: null, details: null,
      created_at: new Date(Date.now() - 20_000).toISOString() };
    await owner.query("BEGIN");
    await owner.query(`INSERT INTO audit_event (audit_event_id, type, actor, created_at, sha256)
      VALUES ($1, $2, $3, $4, $5)`, [form.audit_event_id, form.type, form.actor, form.created_at,
      canonicalHash(form)]);
    await newDataset(server);
    const younger = await sequenced();
    await owner.query("COMMIT");
    const late = await until("the late event is in the chain", async () =>
      (await api(server, "GET", "/api/v3/audit?type=late.one")).json.items[0]?.position ?? undefined);
    expect(late).toBeGreaterThan(younger.position);
    expect((await verify()).ok).toBe(true);
  });

  it("goes on in another process when one ends, and each keeps the head", async () => {
    const otherDir = newDataDir();
    const other = await start(otherDir);
    await newDataset(server);
    const first = await sequenced(other);
    await server.crash();
    await newDataset(other);
    const second = await sequenced(other);
    expect(second.position).toBeGreaterThan(first.position);
    await until("the other keeps the head", () =>
      keptHead(otherDir).position >= second.position || undefined);
    server = await start();
    expect((await verify()).ok).toBe(true);
    await other.stop();
    removeDataDir(otherDir);
  });

  it("has everything in the chain when a server has stopped", async () => {
    await newDataset(server);
    for (let times = 0; times < 5; times += 1) {
      expect((await api(server, "POST", "/api/v3/datasets", { role: "READ" })).status).toBe(403);
    }
    expect(await server.stop()).toBe(0);
    // The first refusal at once, the others as one event.
    const refused = await owner.query(`SELECT reason, details->'refused' AS refused
      FROM audit_event WHERE type = 'access.refused' AND actor = 'token:read' ORDER BY created_at`);
    expect(refused.rows).toMatchObject([{ refused: null },
      { refused: 4, reason: expect.stringMatching(/^4 more like this: This needs the role/) }]);
    const { rows } = await owner.query(`SELECT count(*)::int AS outside FROM audit_event e
      WHERE NOT EXISTS (SELECT 1 FROM audit_chain c WHERE c.audit_event_id = e.audit_event_id)`);
    expect(rows[0].outside).toBe(0);
    server = await start();
  });

  it("finds at the next start that the end of log and chain was cut off", async () => {
    for (let count = 0; count < 4; count += 1) await newDataset(server);
    const tail = await sequenced();
    await server.stop();
    const kept = keptHead().position;
    expect(kept).toBeGreaterThanOrEqual(tail.position);
    await behindGuards(owner, EVENT, `DELETE FROM audit_event WHERE audit_event_id IN
      (SELECT audit_event_id FROM audit_chain WHERE position > $1)`, [kept - 3]);
    await behindGuards(owner, CHAIN, "DELETE FROM audit_chain WHERE position > $1", [kept - 3]);
    server = await start();
    await logged(server, "AUDIT_CHAIN_LOST_ITS_HEAD");
    expect((await chainHealth()).message).toContain(`no longer holds position ${kept}`);
    const found = await verify();
    expect(found.ok).toBe(false);
    expect(found.first_bad.reason).toMatch(/last links were removed|seen with another hash/);
    // However much is written after it.
    for (let count = 0; count < 5; count += 1) await newDataset(server);
    await sequenced();
    expect((await verify()).first_bad).toMatchObject({ position: kept,
      reason: expect.stringMatching(/seen with another hash/) });
    await server.stop();
    server = await start();
    expect((await verify()).first_bad?.position).toBe(kept);
  });

  it("says what it knows when the file of heads cannot be read", async () => {
    await server.stop();
    writeFileSync(headFile(), "{ half");
    server = await start();
    await logged(server, "AUDIT_HEAD_UNREADABLE");
    expect((await verify()).ok).toBe(true);
  });
});
