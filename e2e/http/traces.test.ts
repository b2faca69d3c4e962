import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { linkId } from "@/lib/evidence";
import { canonicalHash } from "@/lib/kernel/hash";
import { api, newDataset, run, type Json } from "../support/api";
import { newDataDir, removeDataDir, startServer, type TestServer } from "../support/server";

/** Both ways between results and the rows of a file. */
const dataDir = newDataDir();
let server: TestServer;
let version: string;
let recorded: Json;
let records: Json[];

const TAPE = "loan_id,outstanding,collateral_value,sector,lender\n" +
  "L1,1000,400,CRE,a\nL2,500,600,CRE,b\nL3,nonsense,1,SME,c\nL4,250,0,SME,d\n";

async function upload(dataset: string): Promise<string> {
  const answer = await api(server, "POST",
    `/api/v3/datasets/${dataset}/versions?source_name=tape.csv`,
    { raw: TAPE, headers: { "content-type": "text/csv", prefer: "wait=60" } });
  expect(answer.status, answer.text).toBe(201);
  return answer.json.dataset_version_id;
}
const get = async (address: string): Promise<Json> => {
  const answer = await api(server, "GET", `/api/v3${address}`, { role: "READ" });
  expect(answer.status, answer.text).toBe(200);
  return answer.json;
};
const usesOf = (recordId: string, query = ""): Promise<Json> =>
  get(`/dataset-versions/${version}/records/${recordId}/used-by${query}`);

beforeAll(async () => {
  server = await startServer({}, dataDir);
  version = await upload(await newDataset(server));
  await run(server, version);
  recorded = (await run(server, version, { group_by: ["sector"], netting: "instrument" },
    "2026-02-01T00:00:00Z")).json;
  records = (await get(`/dataset-versions/${version}/records?kind=raw`)).items
    .filter(({ kind }: Json) => kind === "record");
});
afterAll(async () => {
  await server.stop();
  removeDataDir(dataDir);
});

describe("a row's results", () => {
  it("are the runs, with its group and what fixes its own figures", async () => {
    const found = await usesOf(records[1].record_id);
    expect(found).toMatchObject({ part: "counted", file: { name: "tape.csv" },
      raw: { row: 3, sha256: records[1].sha256 }, normalized: { instrument_id: "L2" },
      position: { index: 1, size: 4 }, groups: { sector: "CRE", country: null } });
    expect(found.counts).toMatchObject({ runs: 2, evidence: { kpi: 1 } });
    const [grouped, plain] = found.items;
    const cre = recorded.group_evidence.find(({ key }: Json) => key.sector === "CRE");
    expect(grouped).toMatchObject({ type: "run", run_id: recorded.run_id, group_by: ["sector"],
      group_evidence_id: cre.evidence_id });
    expect(grouped.instruments_evidence_ids).toHaveLength(grouped.scenarios);
    expect(plain).toMatchObject({ group_evidence_id: null, instruments_evidence_ids: [] });
    const own = await get(`/evidence/${grouped.instruments_evidence_ids[0]}`);
    expect(own.payload.analysis).toBe("run-instruments");
  });

  it("come in pages, and by kind", async () => {
    const id = records[0].record_id;
    const first = await usesOf(id, "?limit=1");
    const second = await usesOf(id, `?limit=1&cursor=${first.next_cursor}`);
    expect([first.items[0].run_id, second.items[0].run_id, second.next_cursor]).toStrictEqual(
      [recorded.run_id, expect.not.stringContaining(recorded.run_id), null]);
    const findings = await usesOf(id, "?of=findings&limit=200");
    expect(findings.items).toHaveLength(findings.counts.findings);
    expect(findings.items.map((each: Json) => each.finding_id))
      .toEqual(expect.arrayContaining(recorded.material_findings.map((each: Json) => each.id)));
    const others = await usesOf(id, "?of=analyses");
    expect(others.items).toMatchObject([{ type: "evidence", kind: "kpi", analysis: null }]);
  });

  it("are none of a row that was rejected, which the content hash covers all the same", async () => {
    const found = await usesOf(records[2].record_id);
    expect(found).toMatchObject({ part: "rejected", normalized: null, items: [],
      counts: { runs: 0 }, position: { index: 2, size: 4 } });
  });
});

describe("a finding's rows", () => {
  it("are those of the file, each with its hashes", async () => {
    const [finding] = recorded.material_findings;
    const found = await get(`/findings/${finding.id}/trace?limit=2`);
    expect(canonicalHash(found.finding.payload)).toBe(found.finding.sha256);
    expect(canonicalHash(found.evidence.payload)).toBe(found.evidence.sha256);
    expect(found.link.link_id).toBe(linkId(
      { findingId: finding.id, evidenceId: found.evidence.evidence_id }));
    expect(found).toMatchObject({ total: 3, items: [
      { normalized: { row: 2, instrument_id: "L1" }, raw: { sha256: records[0].sha256 } },
      { normalized: { row: 3 } }] });
    const rest = await get(`/findings/${finding.id}/trace?cursor=${found.next_cursor}`);
    expect(rest.items.map((each: Json) => each.raw.row)).toStrictEqual([5]);
    expect(found.file.sha256).toBe(createHash("sha256").update(TAPE).digest("hex"));
    expect(found.runs.items.map((each: Json) => each.run_id)).toContain(recorded.run_id);
  });

  it("of a group's evidence are those of the group", async () => {
    const sme = recorded.group_evidence.find(({ key }: Json) => key.sector === "SME");
    const found = await get(`/evidence/${sme.evidence_id}/records`);
    expect(found.items.map((each: Json) => each.normalized.instrument_id)).toStrictEqual(["L4"]);
    const all = await get(`/evidence/${recorded.debt_exposure_evidence_id}/records`);
    expect(all.items).toHaveLength(3);
  });
});

describe("after an erasure", () => {
  it("hashes, places and proofs remain, and say so", async () => {
    const gone = await upload(await newDataset(server));
    const body = (await run(server, gone)).json;
    const [raw] = (await get(`/dataset-versions/${gone}/records?kind=raw`)).items
      .filter(({ kind }: Json) => kind === "record");
    await api(server, "POST", "/api/v3/evidence-log/publish");
    const before = await get(`/findings/${body.material_findings[0].id}/trace`);
    expect(before.log.map((each: Json) => each.signed_size > each.index))
      .toStrictEqual([true, true]);
    expect((await api(server, "DELETE", `/api/v3/dataset-versions/${gone}`,
      { body: { reason: "test" } })).status).toBe(200);
    const uses = await get(`/dataset-versions/${gone}/records/${raw.record_id}/used-by`);
    expect(uses).toMatchObject({ part: "counted", groups: null, raw: { sha256: raw.sha256 },
      version: { status: "erased", erased_at: expect.any(String) }, position: { index: 0 },
      items: [{ run_id: body.run_id, material_findings: null }] });
    const finding = await get(`/findings/${body.material_findings[0].id}/trace`);
    expect(finding.finding).toMatchObject({ payload: null, sha256: before.finding.sha256 });
    expect(finding.items.map((each: Json) => each.normalized.sha256))
      .toStrictEqual(before.items.map((each: Json) => each.normalized.sha256));
    expect(finding.log).toStrictEqual(before.log);
  });
});
