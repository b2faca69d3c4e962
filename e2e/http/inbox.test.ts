import { createHash } from "node:crypto";
import {
  existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, utimesSync,
  writeFileSync,
} from "node:fs";
import os from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import type pg from "pg";
import { afterAll, describe, expect, it } from "vitest";
import { api, newDataset, type Json } from "../support/api";
import { csvOf, SET, texts, zipOf } from "../support/eba-set";
import type { TestServer } from "../support/server";
import { until } from "../support/until";
import { usingServer } from "../support/using-server";

const inbox = mkdtempSync(path.join(os.tmpdir(), "todiscope-inbox-"));
afterAll(() => rmSync(inbox, { recursive: true, force: true }));

let server: TestServer;
let owner: pg.Client;
usingServer((up) => { ({ server, owner } = up); }, { TODISCOPE_INBOX: inbox });

const TAPE = "loan_id,principal,interest_rate\nA,1000,5%\nB,2000,6%\n";

/** Puts a file into the inbox as if it had come a minute ago. */
function put(folder: string, name: string, content: string | Uint8Array, ageS = 60): string {
  const file = path.join(inbox, folder, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, content);
  const at = Date.now() / 1000 - ageS;
  utimesSync(file, at, at);
  return file;
}

const filesOf = (...folder: string[]): string[] => {
  const at = path.join(inbox, ...folder);
  return existsSync(at) ? readdirSync(at).sort() : [];
};

/** Looks through the inbox and waits until the imports it ordered have ended. */
async function scan(): Promise<Json> {
  const { status, json, text } = await api(server, "POST", "/api/v3/jobs",
    { body: { kind: "import_inbox" } });
  expect(status, text).toBe(202);
  const job = await until("the look has ended", async () => {
    const { json: found } = await api(server, "GET", `/api/v3/jobs/${json.job_id}`);
    return ["succeeded", "failed"].includes(found.state) ? found : undefined;
  });
  await until("no import is open", async () => (await owner.query(
    "SELECT FROM job WHERE state IN ('queued', 'running')")).rowCount === 0);
  return job;
}

const versionsOf = async (dataset: string): Promise<Json[]> =>
  (await api(server, "GET", `/api/v3/dataset-versions?dataset_id=${dataset}`)).json.items;
const eventsOf = async (type: string, subject: string): Promise<Json[]> =>
  (await api(server, "GET", `/api/v3/audit?type=${type}`)).json.items
    .filter((event: Json) => event.subject_id === subject);
const pipeline = async (): Promise<Json> =>
  (await api(server, "GET", "/api/v3/pipeline/health", { role: "READ" })).json;

/** Resolves one last error after the other. */
async function resolveErrors(): Promise<void> {
  for (;;) {
    const { last_error: error } = await pipeline();
    if (error === null) return;
    const { status, text } = await api(server, "POST", `/api/v3/jobs/${error.job_id}/resolve`,
      { body: { reason: "Told the sender." } });
    expect(status, text).toBe(200);
  }
}

describe("the watched folder", () => {
  it("starts idle, and with the folder empty imports nothing", async () => {
    // The demo's imports are none that anybody made.
    await owner.query("DELETE FROM job");
    expect(await pipeline()).toMatchObject({ status: "idle", last_run: null, next_run: null,
      last_error: null });
    expect((await scan()).result).toStrictEqual({ watched: true, taken: 0, known: 0, waiting: 0,
      ignored: 0, refused: [] });
  });

  it("imports a tape once, however often it comes, and says so", async () => {
    const dataset = await newDataset(server);
    put(dataset, "tape.csv", TAPE);
    expect((await scan()).result).toMatchObject({ taken: 1, known: 0 });
    await until("it was moved", () => filesOf(dataset, "imported").length > 0);
    expect(filesOf(dataset)).toStrictEqual(["imported"]);
    expect(filesOf(dataset, "imported")).toStrictEqual(["1-tape.csv"]);
    expect((await scan()).result).toMatchObject({ taken: 0, known: 0 });

    put(dataset, "tape.csv", TAPE);
    expect((await scan()).result).toMatchObject({ taken: 0, known: 1 });
    expect(filesOf(dataset)).toStrictEqual(["imported"]);
    const [version, ...more] = await versionsOf(dataset);
    expect(more).toStrictEqual([]);
    expect(version).toMatchObject({ number: 1, status: "sealed", created_by: "system:inbox",
      source: { name: "tape.csv" }, counts: { raw: 2, normalized: 2 } });

    const { evidence_id: evidence } = (await api(server, "GET",
      `/api/v3/dataset-versions/${version.dataset_version_id}/kpis`)).json;
    expect(await pipeline()).toMatchObject({ status: "ok", next_run: null, last_error: null,
      last_run: { dataset_id: dataset, dataset_version_id: version.dataset_version_id, version: 1,
        source_name: "tape.csv", rows: 2, outcome: "succeeded" },
      metrics_computed: { dataset_version_id: version.dataset_version_id,
        evidence_id: evidence } });
    expect((await pipeline()).metrics_computed.count).toBeGreaterThan(0);
  });

  it("imports it once when two look at the same time", async () => {
    const dataset = await newDataset(server);
    for (let tape = 0; tape < 5; tape += 1) put(dataset, `tape-${tape}.csv`, TAPE);
    const looks = await Promise.all([scan(), scan(), scan()]);
    expect(looks.reduce((sum, { result }) => sum + result.taken, 0)).toBe(5);
    await until("all were moved", () => filesOf(dataset, "imported").length === 5);
    expect(filesOf(dataset)).toStrictEqual(["imported"]);
    expect(await versionsOf(dataset)).toHaveLength(5);
  });

  it("masks what columns say of persons, unless a version of the dataset decided", async () => {
    const tape = "loan_id,principal,Borrower Name,Phone\nA,1000,Ada Byron,+49 0123 998877\n";
    const rawOf = async (dataset: string, number: number): Promise<Json> => {
      const version = (await versionsOf(dataset)).find((one) => one.number === number);
      const { json } = await api(server, "GET",
        `/api/v3/dataset-versions/${version.dataset_version_id}/records?kind=raw`);
      return json.items.find((one: Json) => one.payload.loan_id === "A")?.payload;
    };
    const dataset = await newDataset(server);
    put(dataset, "people.csv", tape);
    await scan();
    expect(await rawOf(dataset, 1)).toMatchObject({ loan_id: "A", principal: "1000",
      "Borrower Name": expect.stringMatching(/^px_/), Phone: expect.stringMatching(/^px_/) });
    expect((await owner.query("SELECT FROM raw_record WHERE payload::text ~ 'Ada Byron|998877'"))
      .rowCount).toBe(0);
    const rules = encodeURIComponent('{"Borrower Name": "keep", "Phone": "drop"}');
    const decided = await newDataset(server);
    await api(server, "POST", `/api/v3/datasets/${decided}/versions?privacy=${rules}`, { raw: tape,
      headers: { "content-type": "text/csv", prefer: "wait=60" } });
    put(decided, "people.csv", tape.replace("Phone", "Phone,Email").replace("998877", "998877,a@b.c"));
    await scan();
    expect(await rawOf(decided, 2)).toMatchObject({ "Borrower Name": "Ada Byron", Phone: "",
      Email: expect.stringMatching(/^px_/) });

    const json = await newDataset(server);
    put(json, "people.json", JSON.stringify({ records: [{ payload: { principal: 1,
      loan_id: "A", contact: { email: "c@d.e" } } }] }));
    await scan();
    expect((await rawOf(json, 1)).contact.email).toMatch(/^px_/);
  });

  it("takes other content of the name, and packed files, by the saved mapping that fits", async () => {
    const dataset = await newDataset(server);
    const named = `Portfolio ${dataset}`;
    await api(server, "PATCH", `/api/v3/datasets/${dataset}`,
      { body: { name: named }, headers: { "if-match": "*" } });
    const columns = { instrument_id: "Nr", principal: "Betrag" };
    for (const [name, mapping] of [["narrow", { principal: "Betrag" }], ["fits", columns],
      ["other", { ...columns, sector: "Branche" }]] as const) {
      const made = await api(server, "POST", `/api/v3/datasets/${dataset}/mapping-profiles`,
        { body: { name, mapping, locale: "de" } });
      expect(made.status, made.text).toBe(201);
    }
    put(named, "loans.csv", "Nr;Betrag\nA;1.000,50\n");
    put(named, "packed.csv.gz", gzipSync("Nr;Betrag\nB;2.000,25\n"));
    put(named, "notes.txt", "not a tape");
    expect((await scan()).result).toMatchObject({ taken: 2, ignored: 1 });
    // A file that changes before it is moved would stay where it is.
    await until("both were moved", () => filesOf(named, "imported").length === 2);
    put(named, "loans.csv", "Nr;Betrag\nA;3.000,50\n");
    expect((await scan()).result).toMatchObject({ taken: 1, known: 0 });
    await until("all were moved", () => filesOf(named, "imported").length === 3);
    expect(filesOf(named)).toStrictEqual(["imported", "notes.txt"]);
    expect(filesOf(named, "imported"))
      .toStrictEqual(["1-loans.csv", "2-packed.csv.gz", "3-loans.csv"]);
    expect((await versionsOf(dataset)).map(({ consolidated }) => consolidated.total_outstanding))
      .toStrictEqual([3000.5, 2000.25, 1000.5]);
    const { rows } = await owner.query(
      "SELECT DISTINCT options->>'profile' AS profile FROM dataset_version WHERE dataset_id = $1",
      [dataset]);
    expect(rows).toStrictEqual([{ profile: "fits" }]);
  });

  it("takes an archive with the tables of one tape", async () => {
    const dataset = await newDataset(server);
    put(dataset, "tables.zip", zipOf({ ...texts(), "Bank_Loan.csv": csvOf(
      (SET["Bank_Loan.csv"] ?? []).map((row) => ({ ...row, loan_currency: "EUR" }))) }));
    put(dataset, "other.zip", zipOf({ "notes.csv": "a,b\n1,2" }));
    expect((await scan()).result).toMatchObject({ taken: 1,
      refused: [{ file: `${dataset}/other.zip`, code: "FILE_UNREADABLE" }] });
    await until("it was moved", () => filesOf(dataset, "imported").length > 0);
    expect((await versionsOf(dataset))[0]).toMatchObject({ status: "sealed",
      counts: { raw: 9, normalized: 8, obligors: 3 },
      consolidated: { total_outstanding: 251_070, collateral_value: 80_000.5 } });
    await resolveErrors();
  });

  it("leaves alone what may still be on its way", async () => {
    const dataset = await newDataset(server);
    put(dataset, "young.csv", TAPE, -3600);
    expect((await scan()).result).toMatchObject({ taken: 0, waiting: 1 });
    expect(filesOf(dataset)).toStrictEqual(["young.csv"]);
    rmSync(path.join(inbox, dataset), { recursive: true });
  });
});

describe("what cannot be imported", () => {
  it("lands in failed with its reason and an alert, before and after the load began", async () => {
    const dataset = await newDataset(server);
    put(dataset, "columns.csv", "colour,taste\nred,sweet\n");
    put(dataset, "rows.csv", "loan_id,principal\nA,nothing\n");
    put(dataset, "book.xlsx", "no workbook");
    const job = await scan();
    expect(job).toMatchObject({ state: "failed", failure: { code: "TAPES_REFUSED" },
      result: { taken: 1, refused: [
        { file: `${dataset}/book.xlsx`, code: "FILE_UNREADABLE" },
        { file: `${dataset}/columns.csv`, code: "MAPPING_REQUIRED" }] } });
    const reasons = ["book.xlsx.txt", "columns.csv.txt", "rows.csv.txt"];
    await until("all have their reasons", () => reasons.every((name) =>
      filesOf(dataset, "failed").includes(name)));
    expect(filesOf(dataset, "failed")).toHaveLength(6);
    expect(filesOf(dataset)).toStrictEqual(["failed"]);
    const reasonOf = (name: string) =>
      readFileSync(path.join(inbox, dataset, "failed", name), "utf8");
    expect(reasonOf("columns.csv.txt")).toContain("MAPPING_REQUIRED: ");
    expect(reasonOf("rows.csv.txt")).toMatch(/NO_VALID_RECORD: .*Row 2/);

    expect(await eventsOf("pipeline.import_failed", dataset)).toMatchObject([
      { reason: "MAPPING_REQUIRED", actor: "system:inbox",
        details: { file: `${dataset}/columns.csv` } },
      { reason: "FILE_UNREADABLE", details: { file: `${dataset}/book.xlsx` } }]);
    const [version] = await versionsOf(dataset);
    expect(await eventsOf("pipeline.import_failed", version.dataset_version_id)).toMatchObject([
      { reason: "NO_VALID_RECORD", dataset_version_id: version.dataset_version_id }]);
  });

  it("is the pipeline's last error until it is resolved", async () => {
    const failed = await pipeline();
    expect(failed).toMatchObject({ status: "failed", last_error: {
      code: expect.stringMatching(/^(NO_VALID_RECORD|TAPES_REFUSED)$/) } });
    put(await newDataset(server), "tape.csv", TAPE);
    await scan();
    expect(await pipeline()).toMatchObject({ status: "degraded",
      last_error: failed.last_error, last_run: { outcome: "succeeded" } });
    await resolveErrors();
    expect((await pipeline()).status).toBe("ok");
  });

  it("a failed file that is put there again is tried again and keeps its first failure", async () => {
    const dataset = await newDataset(server);
    put(dataset, "rows.csv", "loan_id,principal\nA,nothing\n");
    await scan();
    await until("it failed", () => filesOf(dataset, "failed").length === 2);
    put(dataset, "rows.csv", "loan_id,principal\nA,nothing\n");
    expect((await scan()).result).toMatchObject({ taken: 1 });
    await until("it failed again", () => filesOf(dataset, "failed").length === 4);
    expect(filesOf(dataset, "failed"))
      .toStrictEqual(["2-rows.csv", "2-rows.csv.txt", "rows.csv", "rows.csv.txt"]);
    expect((await versionsOf(dataset)).map(({ status }) => status))
      .toStrictEqual(["failed", "failed"]);
  });

  it("what an interruption left lying is settled or tried again, by what had failed", async () => {
    for (const [code, taken] of [["NO_VALID_RECORD", 0], ["KILL_SWITCH_ACTIVE", 1]] as const) {
      const dataset = await newDataset(server);
      put(dataset, "tape.csv", TAPE);
      await owner.query(`INSERT INTO dataset_version (dataset_version_id, dataset_id, number,
          status, source_name, source_media_type, source_bytes, source_sha256, options, failure,
          created_by)
        VALUES (gen_random_uuid(), $1, 1, 'failed', 'tape.csv', 'text/csv', $2, $3, '{}', $4, 'x')`,
      [dataset, TAPE.length, createHash("sha256").update(TAPE).digest("hex"),
        JSON.stringify({ code, message: "As it was." })]);
      expect((await scan()).result, code).toMatchObject({ taken, known: 1 - taken });
      await until("it was moved", () => filesOf(dataset).join() !== "tape.csv");
      expect(filesOf(dataset, taken === 1 ? "imported" : "failed"))
        .toStrictEqual(taken === 1 ? ["2-tape.csv"] : ["tape.csv", "tape.csv.txt"]);
    }
  });

  it("links are not followed, and folders of no dataset stay: each said once", async () => {
    const dataset = await newDataset(server);
    const outside = mkdtempSync(path.join(os.tmpdir(), "todiscope-outside-"));
    try {
      writeFileSync(path.join(outside, "secret.csv"), TAPE);
      utimesSync(path.join(outside, "secret.csv"), 0, 0);
      mkdirSync(path.join(inbox, dataset));
      symlinkSync(path.join(outside, "secret.csv"), path.join(inbox, dataset, "link.csv"));
      const linked = await newDataset(server);
      symlinkSync(outside, path.join(inbox, linked));
      put("Nobody's", "tape.csv", TAPE);
      for (const _ of ["first", "second"]) {
        expect((await scan()).result).toMatchObject({ taken: 0, ignored: 4, refused: [] });
      }
      expect([...await versionsOf(dataset), ...await versionsOf(linked)]).toStrictEqual([]);
      for (const link of [`${dataset}/link.csv`, linked]) {
        expect(await eventsOf("pipeline.link_refused", link)).toHaveLength(1);
      }
      expect(await eventsOf("pipeline.folder_refused", "Nobody's"))
        .toMatchObject([{ reason: "DATASET_NOT_FOUND" }]);
      expect(filesOf("Nobody's")).toStrictEqual(["tape.csv"]);

      // A place to move to that leads out is no place to move to.
      const trapped = await newDataset(server);
      put(trapped, "tape.csv", TAPE);
      put(trapped, "broken.xlsx", "no workbook");
      for (const name of ["imported", "failed"]) {
        symlinkSync(outside, path.join(inbox, trapped, name));
      }
      expect(await scan()).toMatchObject({ failure: { code: "TAPES_REFUSED" } });
      expect(filesOf(trapped)).toStrictEqual(["broken.xlsx", "failed", "imported", "tape.csv"]);
      expect(readdirSync(outside)).toStrictEqual(["secret.csv"]);
      for (const name of ["imported", "failed"]) rmSync(path.join(inbox, trapped, name));
      await scan();
      expect(filesOf(trapped, "failed")).toStrictEqual(["broken.xlsx", "broken.xlsx.txt"]);
      expect(filesOf(trapped, "imported")).toStrictEqual(["1-tape.csv"]);
    } finally {
      rmSync(outside, { recursive: true });
    }
  });
});

describe("around it", () => {
  it("the kill switch makes a look wait, and it goes on afterwards", async () => {
    const dataset = await newDataset(server);
    put(dataset, "tape.csv", TAPE);
    await resolveErrors();
    expect((await pipeline()).status).toBe("ok");
    await api(server, "POST", "/api/v3/kill-switch/activate", { body: { reason: "stop" } });
    expect((await pipeline()).status).toBe("degraded");
    const { json } = await api(server, "POST", "/api/v3/jobs", { body: { kind: "import_inbox" } });
    const held = await until("the look is held", async () => {
      const { json: job } = await api(server, "GET", `/api/v3/jobs/${json.job_id}`);
      return job.failure ? job : undefined;
    });
    expect(held).toMatchObject({ state: "queued", failure: { code: "KILL_SWITCH_ACTIVE" } });
    expect(filesOf(dataset)).toStrictEqual(["tape.csv"]);
    const resumed = await api(server, "POST", "/api/v3/kill-switch/deactivate",
      { body: { reason: "go on", checklist: { cause_resolved: true } } });
    expect(resumed.status, resumed.text).toBe(200);
    await until("it was imported", () => filesOf(dataset, "imported").length === 1);
  });

  it("a schedule is the next run", async () => {
    const { json } = await api(server, "POST", "/api/v3/schedules",
      { body: { kind: "import_inbox", cron: "0 4 1 1 *" } });
    expect((await pipeline()).next_run).toStrictEqual(
      { at: json.next_run_at, schedule_id: json.schedule_id, cron: "0 4 1 1 *" });
    await api(server, "DELETE", `/api/v3/schedules/${json.schedule_id}`);
    expect((await pipeline()).next_run).toBeNull();
  });
});
