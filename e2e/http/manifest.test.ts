import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { api, sealedVersion, sendTape, type Json } from "../support/api";
import { connect } from "../support/database";
import type { TestServer } from "../support/server";
import { usingServer } from "../support/using-server";

let server: TestServer;
usingServer(async (up) => { ({ server } = up); });

const sha256 = (...parts: (Buffer | string)[]): Buffer =>
  parts.reduce<ReturnType<typeof createHash>>((hash, part) => hash.update(part),
    createHash("sha256")).digest();
const ZERO = Buffer.from([0]);
const ONE = Buffer.from([1]);

/** Walks a proof up by the rules of RFC 9162, from its words alone. */
function rootOf(proof: Json): string {
  const { normalized, raw } = proof.leaf;
  let hash = sha256(ZERO, JSON.stringify({ normalized, raw }));
  expect(hash.toString("hex")).toBe(proof.leaf_hash);
  let [at, last] = [proof.index, proof.size - 1];
  for (const text of proof.proof as string[]) {
    const sibling = Buffer.from(text, "hex");
    if (at % 2 === 1 || at === last) {
      hash = sha256(ONE, sibling, hash);
      while (at % 2 === 0 && at !== 0) [at, last] = [at >> 1, last >> 1];
    } else hash = sha256(ONE, hash, sibling);
    [at, last] = [at >> 1, last >> 1];
  }
  expect(last).toBe(0);
  return hash.toString("hex");
}

const TAPE = ["Kredit;Saldo;Sicherheit", ...Array.from({ length: 11 }, (_, index) =>
  `K${index};${index === 4 ? "viel" : `${index + 1}.000,50`};500`)].join("\n");
const MAPPING = { instrument_id: "Kredit", principal: "Saldo", collateral_value: "Sicherheit" };
describe("a packed file", () => {
  it("is recorded as it arrived, beside its content", async () => {
    const { dataset_id: dataset } = (await sendTape(server, "principal\n1\n")).json;
    const content = "principal\n2\n";
    const file = gzipSync(content);
    const { json: version } = await api(server, "POST", `/api/v3/datasets/${dataset}/versions`, {
      raw: file as BodyInit, headers: { "content-type": "text/csv", "content-encoding": "gzip",
        prefer: "wait=60" } });
    const shown = { bytes: content.length, sha256: sha256(content).toString("hex"),
      received: { encoding: "gzip", bytes: file.length, sha256: sha256(file).toString("hex") } };
    expect(version.source).toMatchObject(shown);
    const { json: manifest } = await api(server, "GET",
      `/api/v3/dataset-versions/${version.dataset_version_id}/manifest`);
    expect(manifest.files).toMatchObject([shown]);
    expect(manifest.reading).not.toHaveProperty("received");
  });
  it("is nothing beside the content where that was sent plain", async () => {
    expect((await sendTape(server, "principal\n1\n")).json.source.received).toBeNull();
  });
});

const newVersion = () => sendTape(server, TAPE, { query: { mapping: JSON.stringify(MAPPING),
  locale: "de-DE", source_name: "kredite.csv" } });

describe("the manifest", () => {
  it("says what a version was made of, by whom and when", async () => {
    const { json: version } = await newVersion();
    const answer = await api(server, "GET",
      `/api/v3/dataset-versions/${version.dataset_version_id}/manifest`);
    expect(answer.status).toBe(200);
    expect(answer.json).toMatchObject({
      manifest_version: 1, status: "sealed", dataset_version_id: version.dataset_version_id,
      files: [{ name: "kredite.csv", media_type: "text/csv", bytes: Buffer.byteLength(TAPE),
        sha256: sha256(TAPE).toString("hex") }],
      reading: { locale: "de", delimiter: ";", header: ["Kredit", "Saldo", "Sicherheit"],
        mapping: MAPPING },
      counts: { raw: 11, normalized: 10, rejected: 1 },
      consolidated: version.consolidated,
      content: { hash: version.content_hash, leaves: 11, tree: "RFC 9162, SHA-256" },
    });
    const file = readFileSync(join(server.dataDir, "artifacts/columns",
      `${version.dataset_version_id}.v${answer.json.columns.format}`));
    expect(answer.json.columns).toMatchObject({ bytes: file.length,
      sha256: sha256(file).toString("hex") });
    expect(answer.json.quality.score).toBeGreaterThan(0);
    expect(answer.json.steps).toHaveLength(1);
    expect(answer.json.steps[0]).toMatchObject({ kind: "import", state: "succeeded", rows: 11,
      asked_for_by: version.created_by });
    expect(answer.json.steps[0].duration_ms).toBeGreaterThanOrEqual(0);
  });

  it("is gone with the content", async () => {
    const version = await sealedVersion(server, { principal: 1 });
    await api(server, "DELETE", `/api/v3/dataset-versions/${version}`,
      { body: { reason: "asked for" } });
    expect((await api(server, "GET", `/api/v3/dataset-versions/${version}/manifest`)).status)
      .toBe(410);
  });
});

describe("the proof of a row", () => {
  it("leads from every row to the content hash, by its raw or its normalized record", async () => {
    const { json: version } = await newVersion();
    const path = `/api/v3/dataset-versions/${version.dataset_version_id}/records`;
    const raws = (await api(server, "GET", `${path}?kind=raw`)).json.items
      .filter((record: Json) => record.kind === "record");
    expect(raws).toHaveLength(11);
    for (const [index, raw] of raws.entries()) {
      const { json: proof } = await api(server, "GET", `${path}/${raw.record_id}/proof`);
      expect(proof).toMatchObject({ index, size: 11, holds: true, raw_record_id: raw.record_id,
        root: version.content_hash });
      expect(proof.leaf.raw).toBe(raw.sha256);
      expect(proof.leaf.normalized === null).toBe(index === 4);
      expect(rootOf(proof)).toBe(version.content_hash);
    }
    const normalized = (await api(server, "GET", path)).json.items
      .filter((record: Json) => record.kind === "instrument");
    const { json: proof } = await api(server, "GET", `${path}/${normalized[4].record_id}/proof`);
    expect(proof).toMatchObject({ index: 5, holds: true, raw_record_id: raws[5].record_id,
      leaf: { normalized: normalized[4].sha256 } });
  });

  it("does not hold once another row was changed behind the triggers", async () => {
    const { json: version } = await newVersion();
    const id = version.dataset_version_id;
    const path = `/api/v3/dataset-versions/${id}/records`;
    const raws = (await api(server, "GET", `${path}?kind=raw`)).json.items;
    const owner = await connect(server);
    await owner.query("SET session_replication_role = replica");
    await owner.query("UPDATE raw_record SET sha256 = repeat('0', 64) WHERE raw_record_id = $1",
      [raws[3].record_id]);
    await owner.end();
    const { json: proof } = await api(server, "GET", `${path}/${raws[8].record_id}/proof`);
    expect(proof.holds).toBe(false);
    expect(rootOf(proof)).not.toBe(version.content_hash);
  });

  it("is the same over many blocks, with kept roots, damaged ones and none", async () => {
    // A blank line here and there: the place of a row is not its line.
    const rows = Array.from({ length: 2100 }, (_, at) => `${at % 7 === 0 ? "\n" : ""}L${at},${at + 1}`);
    const { json: version } = await sendTape(server, ["instrument_id,principal", ...rows].join("\n"));
    const owner = await connect(server);
    const id = version.dataset_version_id;
    const { rows: raws } = await owner.query<{ id: string }>(
      `SELECT raw_record_id AS id FROM raw_record WHERE dataset_version_id = $1
         AND kind = 'record' ORDER BY row_number`, [id]);
    expect(raws).toHaveLength(2100);
    const proofs = async () => Promise.all([0, 1023, 1024, 2047, 2099].map(async (index) => {
      const { json } = await api(server, "GET",
        `/api/v3/dataset-versions/${id}/records/${raws[index]?.id}/proof`);
      expect(json).toMatchObject({ index, size: 2100, holds: true, root: version.content_hash });
      expect(rootOf(json)).toBe(version.content_hash);
      return json;
    }));
    const first = await proofs();
    const blocks = await owner.query("SELECT 1 FROM leaf_block WHERE dataset_version_id = $1", [id]);
    expect(blocks.rows).toHaveLength(3);
    for (const change of ["UPDATE leaf_block SET first_row = first_row + 5",
      "UPDATE leaf_block SET root = '\\x00'", "DELETE FROM leaf_block"]) {
      await owner.query(`${change} WHERE dataset_version_id = $1`, [id]);
      expect(await proofs(), change).toStrictEqual(first);
    }
    await owner.end();
  });

  it("is refused for what is no row of the tape", async () => {
    const version = await sealedVersion(server, { principal: 1 });
    const path = `/api/v3/dataset-versions/${version}/records`;
    const { json } = await api(server, "GET", path);
    const sum = json.items.find((record: Json) => record.kind === "consolidated").record_id;
    for (const id of [sum, "not-an-id"]) {
      const answer = await api(server, "GET", `${path}/${id}/proof`);
      expect(answer.status).toBe(404);
      expect(answer.json.detail).toBe("RECORD_NOT_FOUND");
    }
  });
});
