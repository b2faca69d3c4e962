import { Readable } from "node:stream";
import type pg from "pg";
import { describe, expect, it } from "vitest";
import { api, EXAMPLE, newDataset, type Answer } from "../support/api";
import { connect } from "../support/database";
import { expectProblem } from "../support/problem";
import type { TestServer } from "../support/server";
import { until } from "../support/until";
import { usingServer } from "../support/using-server";

let server: TestServer;
let owner: pg.Client;

usingServer((up) => { ({ server, owner } = up); });

let keys = 0;
const newKey = (): string => `key-${process.pid}-${keys += 1}`;
const create = (key: string, body: object = { name: "Once", base_currency: "EUR" }, role = "ADMIN") =>
  api(server, "POST", "/api/v3/datasets",
    { body, role: role as "ADMIN", headers: { "idempotency-key": key } });
const count = async (sql: string, values: unknown[] = []): Promise<number> =>
  (await owner.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${sql}`, values)).rows[0]?.n ?? -1;
const datasets = (name: string) => count("dataset WHERE name = $1", [name]);

describe("a request with an Idempotency-Key", () => {
  it("is carried out once, and its first answer repeated", async () => {
    const key = newKey();
    const first = await create(key, { name: "Repeated", base_currency: "EUR" });
    expect(first.status).toBe(201);
    expect(first.headers.get("idempotent-replayed")).toBeNull();
    // Members in another order are the same request.
    const again = await create(key, { base_currency: "EUR", name: "Repeated" });
    expect([again.status, again.text]).toStrictEqual([201, first.text]);
    for (const header of ["location", "etag", "content-type"]) {
      expect(again.headers.get(header), header).toBe(first.headers.get(header));
      expect(first.headers.get(header), header).not.toBeNull();
    }
    expect(again.headers.get("idempotent-replayed")).toBe("true");
    expect(again.headers.get("x-request-id")).not.toBe(first.headers.get("x-request-id"));
    expect(await datasets("Repeated")).toBe(1);
    expect(await count("audit_event WHERE subject_id = $1", [first.json.dataset_id])).toBe(1);
  });

  it("IDEMPOTENCY_KEY_REUSED for another body", async () => {
    const key = newKey();
    await create(key);
    expectProblem(await create(key, { name: "Twice", base_currency: "EUR" }),
      "IDEMPOTENCY_KEY_REUSED");
    expect(await datasets("Twice")).toBe(0);
  });

  it("shares its key with no other caller, operation or address", async () => {
    const key = newKey();
    const mine = await create(key, { name: "Scoped", base_currency: "EUR" });
    const other = await create(key, { name: "Scoped", base_currency: "EUR" }, "INGEST");
    expect(other.json.dataset_id).not.toBe(mine.json.dataset_id);
    const [a, b] = [await newDataset(server), await newDataset(server)];
    const send = (dataset: string): Promise<Answer> => api(server, "POST",
      `/api/v3/datasets/${dataset}/versions`, { body: { records: [{ payload: EXAMPLE }] },
        headers: { "idempotency-key": key, prefer: "wait=30" } });
    const [first, second] = [await send(a), await send(b)];
    expect([first.status, second.status]).toStrictEqual([201, 201]);
    expect(first.json.dataset_version_id).not.toBe(second.json.dataset_version_id);
  });

  it("keeps a refusal that was worked out, and none of a malformed request", async () => {
    const key = newKey();
    const body = { email: `${key}@example.com`, name: "U", roles: ["READ"] };
    await api(server, "POST", "/api/v3/users", { body });
    const send = () => api(server, "POST", "/api/v3/users",
      { body, headers: { "idempotency-key": key } });
    const first = await send();
    expectProblem(first, "EMAIL_TAKEN");
    await owner.query("DELETE FROM app_user WHERE email = $1", [body.email]);
    const again = await send();
    expect([again.status, again.text]).toStrictEqual([409, first.text]);
    const other = newKey();
    expectProblem(await create(other, { name: "" }), "REQUEST_BODY_INVALID");
    expect((await create(other)).status).toBe(201);
  });

  it.each(["", "ü", "a\tb", "x".repeat(256)])("PARAMETERS_INVALID for the key %j", async (key) => {
    const answer = await create(key);
    expectProblem(answer, "PARAMETERS_INVALID");
    expect(answer.json.errors[0].path).toBe("Idempotency-Key");
  });
  it("takes a key of 255 characters", async () => {
    expect((await create(`${newKey()} `.padEnd(255, "~"))).status).toBe(201);
  });

  it("is carried out once when twenty come at the same time", async () => {
    const key = newKey();
    const ask = () => create(key, { name: "Crowd", base_currency: "EUR" });
    const answers = await Promise.all(Array.from({ length: 20 }, ask));
    const done = answers.filter((answer) => answer.status === 201);
    expect(done.length).toBeGreaterThan(0);
    for (const answer of answers) {
      if (answer.status === 201) continue;
      expectProblem(answer, "IDEMPOTENCY_KEY_IN_USE");
      expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
    }
    expect(new Set(done.map((answer) => answer.text)).size).toBe(1);
    expect((await ask()).text).toBe(done[0]?.text);
    expect(await datasets("Crowd")).toBe(1);
  });
});

describe("an upload with an Idempotency-Key", () => {
  const tape = "loan_id,principal\nL1,100\n";
  const upload = (dataset: string, key: string, text: string, query = ""): Promise<Answer> =>
    api(server, "POST", `/api/v3/datasets/${dataset}/versions${query}`, {
      raw: Readable.toWeb(Readable.from([text.slice(0, 5), text.slice(5)]
        .map((part) => Buffer.from(part)))) as unknown as BodyInit,
      headers: { "content-type": "text/csv", prefer: "wait=30", "idempotency-key": key } });

  it("becomes one version, however often it is sent", async () => {
    const dataset = await newDataset(server);
    const key = newKey();
    const first = await upload(dataset, key, tape);
    expect(first.status).toBe(201);
    const again = await upload(dataset, key, tape);
    expect([again.status, again.text]).toStrictEqual([201, first.text]);
    expect(again.headers.get("location")).toBe(first.headers.get("location"));
    expectProblem(await upload(dataset, key, `${tape}L2,5\n`), "IDEMPOTENCY_KEY_REUSED");
    expectProblem(await upload(dataset, key, tape, "?as_of=2026-01-01"), "IDEMPOTENCY_KEY_REUSED");
    expect(await count("dataset_version WHERE dataset_id = $1", [dataset])).toBe(1);
  });

  it("keeps nothing of one that was refused unread", async () => {
    const dataset = await newDataset(server);
    const key = newKey();
    const bad = await api(server, "POST", `/api/v3/datasets/${dataset}/versions`, { raw: tape,
      headers: { "content-type": "text/plain", "idempotency-key": key } });
    expectProblem(bad, "MEDIA_TYPE_UNSUPPORTED");
    expect((await upload(dataset, key, tape)).status).toBe(201);
  });

  it("forgets the figures of a version that is erased", async () => {
    const dataset = await newDataset(server);
    const key = newKey();
    const { json } = await upload(dataset, key, tape);
    await api(server, "DELETE", `/api/v3/dataset-versions/${json.dataset_version_id}`,
      { body: { reason: "test" } });
    expectProblem(await upload(dataset, key, tape), "DATASET_VERSION_ERASED");
    expect(await count("idempotency_key WHERE body LIKE $1", [`%${json.dataset_version_id}%`]))
      .toBe(0);
  });
});

describe("a secret", () => {
  it("is in the first answer only, and nowhere in the database", async () => {
    for (const [path, member, body] of [
      ["/api/v3/tokens", "secret", { name: "once", roles: ["READ"] }],
      ["/api/v3/users", "one_time_password",
        { email: `${newKey()}@example.com`, name: "U", roles: ["READ"] }]] as const) {
      const key = newKey();
      const send = () => api(server, "POST", path, { body, headers: { "idempotency-key": key } });
      const first = await send();
      const secret = first.json[member];
      expect(secret).toMatch(/^[\w-]{20,}$/);
      const again = await send();
      expect(again.status).toBe(201);
      expect(again.json).toStrictEqual({ ...first.json, [member]: null });
      expect(await count("idempotency_key WHERE body LIKE $1", [`%${secret}%`])).toBe(0);
    }
  });
});

describe("when something breaks", () => {
  it("a failure of the server is not kept: the same request may come again", async () => {
    const key = newKey();
    await owner.query("ALTER TABLE dataset RENAME TO dataset_elsewhere");
    try {
      expectProblem(await create(key), "INTERNAL_ERROR");
    } finally {
      await owner.query("ALTER TABLE dataset_elsewhere RENAME TO dataset");
    }
    const again = await create(key);
    expect([again.status, again.headers.get("idempotent-replayed")]).toStrictEqual([201, null]);
  });

  const claim = (key: string, change: string): Promise<unknown> => owner.query(
    `UPDATE idempotency_key SET ${change} WHERE body LIKE $1`, [`%${key}%`]);

  it("a claim of a process that is gone runs out, unless it took effect", async () => {
    const key = newKey();
    const body = { name: key, base_currency: "EUR" };
    const first = await create(key, body);
    // As a process leaves it that dies while it carries the request out ...
    await claim(key, "status = NULL, effective = false, claimed_until = now() + interval '1 h'");
    expectProblem(await create(key, body), "IDEMPOTENCY_KEY_IN_USE");
    await owner.query(`UPDATE idempotency_key SET claimed_until = now() - interval '1 s'
      WHERE status IS NULL`);
    const second = await create(key, body);
    expect(second.status).toBe(201);
    expect(second.json.dataset_id).not.toBe(first.json.dataset_id);
    // ... and as one leaves it that dies between its commit and its answer.
    await claim(key, "status = NULL, claimed_until = now() - interval '1 s'");
    const lost = await create(key, body);
    expectProblem(lost, "IDEMPOTENCY_ANSWER_LOST");
    expect(lost.json.message).toContain(second.json.dataset_id);
    expect(await datasets(key)).toBe(2);
  });

  it("a request whose claim another has taken over changes nothing", async () => {
    const key = newKey();
    const underWay = "status IS NULL AND NOT effective AND claimed_until > now()";
    const blocker = await connect(server);
    await blocker.query("BEGIN; LOCK TABLE dataset IN EXCLUSIVE MODE");
    const slow = create(key, { name: key, base_currency: "EUR" });
    await until("the claim stands", async () => await count(
      `idempotency_key WHERE ${underWay}`) > 0);
    await owner.query(`UPDATE idempotency_key SET claim_id = gen_random_uuid() WHERE ${underWay}`);
    await blocker.query("COMMIT");
    await blocker.end();
    expectProblem(await slow, "IDEMPOTENCY_KEY_IN_USE");
    expect(await datasets(key)).toBe(0);
    await owner.query("DELETE FROM idempotency_key WHERE status IS NULL");
  });

  it("an answer is kept for a day", async () => {
    const key = newKey();
    const first = await create(key, { name: key, base_currency: "EUR" });
    await claim(key, "created_at = now() - interval '23 h 59 min'");
    expect((await create(key, { name: key, base_currency: "EUR" })).text).toBe(first.text);
    await claim(key, "created_at = now() - interval '24 h 1 min'");
    const next = await create(key, { name: key, base_currency: "EUR" });
    expect([next.status, next.headers.get("idempotent-replayed")]).toStrictEqual([201, null]);
  });
});
