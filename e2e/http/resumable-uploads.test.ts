import { createHash, randomBytes } from "node:crypto";
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { api, newDataset, type Answer, type Json } from "../support/api";
import { connect } from "../support/database";
import { expectProblem } from "../support/problem";
import { TOKENS, type TestServer } from "../support/server";
import { until } from "../support/until";
import { usingServer } from "../support/using-server";

let server: TestServer;
usingServer(async (up) => { ({ server } = up); });

const sha = (data: Uint8Array): string => createHash("sha256").update(data).digest("hex");
const TAPE = Buffer.from("instrument_id,principal\na,100\nb,23.5\n");

async function begin(bytes: number, more = {}): Promise<Json> {
  const dataset = await newDataset(server);
  const answer = await api(server, "POST", `/api/v3/datasets/${dataset}/uploads`, {
    role: "INGEST", body: { name: "tape.csv", media_type: "text/csv", bytes, ...more } });
  expect(answer.status, answer.text).toBe(201);
  expect(answer.headers.get("location")).toBe(`/api/v3/uploads/${answer.json.upload_id}`);
  return answer.json;
}
const append = (upload: Json, offset: number, data: Uint8Array, hash?: string): Promise<Answer> =>
  api(server, "POST", `/api/v3/uploads/${upload.upload_id}/pieces?offset=${offset}`
    + (hash === undefined ? "" : `&sha256=${hash}`), { role: "INGEST", raw: data as BodyInit,
    headers: { "content-type": "application/octet-stream" } });
const finish = (upload: Json, query = ""): Promise<Answer> => api(server, "POST",
  `/api/v3/datasets/${upload.dataset_id}/versions?upload=${upload.upload_id}${query}`,
  { role: "INGEST", headers: { "content-type": "text/csv", prefer: "wait=60" } });
const state = (upload: Json, role: "INGEST" | "ADMIN" = "INGEST"): Promise<Answer> =>
  api(server, "GET", `/api/v3/uploads/${upload.upload_id}`, { role });
const files = (): string[] => {
  const folder = path.join(server.dataDir, "uploads");
  return existsSync(folder) ? readdirSync(folder) : [];
};

describe("an upload in pieces", () => {
  it("becomes a version with the hash of the whole, and leaves nothing behind", async () => {
    const upload = await begin(TAPE.length, { sha256: sha(TAPE) });
    expect(upload).toMatchObject({ offset: 0, bytes: TAPE.length, name: "tape.csv" });
    const first = await append(upload, 0, TAPE.subarray(0, 20), sha(TAPE.subarray(0, 20)));
    expect(first.json.offset).toBe(20);
    expectProblem(await finish(upload), "UPLOAD_INCOMPLETE");
    expect((await append(upload, 20, TAPE.subarray(20))).json.offset).toBe(TAPE.length);
    const { status, json, text } = await finish(upload);
    expect(status, text).toBe(201);
    expect(json).toMatchObject({ status: "sealed", source: { name: "tape.csv", sha256: sha(TAPE),
      bytes: TAPE.length }, consolidated: { total_outstanding: 123.5 } });
    expectProblem(await state(upload), "UPLOAD_NOT_FOUND");
    expectProblem(await finish(upload), "UPLOAD_NOT_FOUND");
    await until("the upload folder is empty", async () => files().length === 0 || undefined);
  });

  it("says where to go on when a piece begins elsewhere", async () => {
    const upload = await begin(TAPE.length);
    await append(upload, 0, TAPE.subarray(0, 20));
    for (const offset of [0, 19, 21]) {
      const refused = await append(upload, offset, TAPE.subarray(20));
      expectProblem(refused, "UPLOAD_OFFSET_CONFLICT");
      expect(refused.json.errors).toEqual([{ path: "offset", message: "must be 20" }]);
    }
    expect((await state(upload)).json.offset).toBe(20);
  });

  it("keeps nothing of a piece that is damaged, too long or breaks off", async () => {
    const upload = await begin(TAPE.length);
    expectProblem(await append(upload, 0, TAPE, sha(randomBytes(4))), "UPLOAD_CHECKSUM_MISMATCH");
    expectProblem(await append(upload, 0, Buffer.concat([TAPE, TAPE])), "PAYLOAD_TOO_LARGE");
    const before = files().length;
    const abort = new AbortController();
    const broken = fetch(`${server.url}/api/v3/uploads/${upload.upload_id}/pieces?offset=0`, {
      method: "POST", duplex: "half", signal: abort.signal,
      headers: { authorization: `Bearer ${TOKENS.INGEST}`,
        "content-type": "application/octet-stream" },
      body: new ReadableStream({ start: (controller) => controller.enqueue(TAPE.subarray(0, 9)) }),
    } as RequestInit);
    await until("a piece is being received", async () => files().length > before || undefined);
    abort.abort();
    await expect(broken).rejects.toThrow();
    await until("the piece is gone", async () => files().length === before || undefined);
    expect((await state(upload)).json.offset).toBe(0);
  });

  it("lets one of several senders add a piece", async () => {
    const upload = await begin(3_000_000);
    const pieces = Array.from({ length: 6 }, () => randomBytes(1_000_000));
    const answers = await Promise.all(pieces.map((piece) => append(upload, 0, piece)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409, 409, 409]);
    expect((await state(upload)).json.offset).toBe(1_000_000);
  });

  it("is only for who began it", async () => {
    const upload = await begin(TAPE.length);
    expectProblem(await state(upload, "ADMIN"), "UPLOAD_NOT_FOUND");
    const other = await newDataset(server);
    expectProblem(await finish({ ...upload, dataset_id: other }), "UPLOAD_NOT_FOUND");
  });

  it("refuses a whole that is not what was announced, and keeps it for a look", async () => {
    const upload = await begin(TAPE.length, { sha256: sha(Buffer.from("other")) });
    await append(upload, 0, TAPE);
    expectProblem(await finish(upload), "UPLOAD_CHECKSUM_MISMATCH");
    const wrong = await begin(4);
    await append(wrong, 0, Buffer.from("a\n1\n"));
    expectProblem(await finish(wrong), "MAPPING_REQUIRED");
    const mended = await finish(wrong,
      `&mapping=${encodeURIComponent('{"principal": "a"}')}`);
    expect(mended.json.consolidated.total_outstanding).toBe(1);
    await api(server, "DELETE", `/api/v3/uploads/${upload.upload_id}`, { role: "INGEST" });
    expectProblem(await state(upload), "UPLOAD_NOT_FOUND");
  });

  it("may be packed, and has the limits of an import", async () => {
    const packed = gzipSync(TAPE);
    const upload = await begin(packed.length,
      { content_encoding: "gzip", sha256: sha(packed) });
    await append(upload, 0, packed);
    expect((await finish(upload)).json.source.sha256).toBe(sha(TAPE));
    const dataset = await newDataset(server);
    for (const body of [{ bytes: 0 }, { bytes: 21 * 1024 ** 3 }, { media_type: "text/html" },
      { sha256: "x" }]) {
      expectProblem(await api(server, "POST", `/api/v3/datasets/${dataset}/uploads`, { body: {
        name: "t.csv", media_type: "text/csv", bytes: 1, ...body } }), "REQUEST_BODY_INVALID");
    }
    expectProblem(await api(server, "POST", `/api/v3/datasets/${dataset}/uploads`, { body: {
      name: "t.json", media_type: "application/json", bytes: 70_000_000 } }), "PAYLOAD_TOO_LARGE");
  });

  it("is removed by clean_uploads once it has expired, and not before", async () => {
    const [kept, expired] = [await begin(TAPE.length), await begin(TAPE.length)];
    for (const upload of [kept, expired]) await append(upload, 0, TAPE);
    const owner = await connect(server);
    await owner.query("UPDATE upload_session SET expires_at = now() WHERE upload_id = $1",
      [expired.upload_id]);
    expectProblem(await state(expired), "UPLOAD_NOT_FOUND");
    const job = await api(server, "POST", "/api/v3/jobs", { body: { kind: "clean_uploads" } });
    await until("the job has ended", async () => (await api(server, "GET",
      `/api/v3/jobs/${job.json.job_id}`)).json.state === "succeeded" || undefined);
    const { rows } = await owner.query("SELECT upload_id FROM upload_session");
    expect(rows.map((row) => row.upload_id)).toContain(kept.upload_id);
    expect(rows.map((row) => row.upload_id)).not.toContain(expired.upload_id);
    await owner.end();
    expect((await state(kept)).json.offset).toBe(TAPE.length);
  });
});
