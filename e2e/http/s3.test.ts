import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import {
  DeleteObjectCommand, GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client,
} from "@aws-sdk/client-s3";
import S3rver from "s3rver";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { api, newDataset, sealedVersion, type Json } from "../support/api";
import { cli } from "../support/cli";
import { removeDataDir, startServer, type TestServer } from "../support/server";
import { until } from "../support/until";

const folder = mkdtempSync(path.join(os.tmpdir(), "todiscope-s3-"));
const KEYS = { AWS_ACCESS_KEY_ID: "S3RVER", AWS_SECRET_ACCESS_KEY: "S3RVER" };
const TAPE = "loan_id,principal,interest_rate\nA,1000,5%\nB,2000,6%\n";
let store: S3rver;
let client: S3Client;
let server: TestServer;
let environment: Record<string, string>;
let artifacts: Record<string, string>;

beforeAll(async () => {
  store = new S3rver({ port: 0, address: "127.0.0.1", silent: true, directory: folder,
    configureBuckets: [{ name: "tapes" }] });
  const { port } = await store.run();
  const endpoint = `http://127.0.0.1:${port}`;
  environment = { ...KEYS, AWS_ENDPOINT_URL: endpoint };
  client = new S3Client({ endpoint, region: "us-east-1", forcePathStyle: true,
    credentials: { accessKeyId: "S3RVER", secretAccessKey: "S3RVER" },
    requestChecksumCalculation: "WHEN_REQUIRED" });
  artifacts = { ...environment, TODISCOPE_INBOX: "s3://tapes/incoming",
    TODISCOPE_ARTIFACT_STORE_URL: "s3://tapes/artifacts" };
  server = await startServer(artifacts);
});
afterAll(async () => {
  await server?.stop();
  removeDataDir(server.dataDir);
  client.destroy();
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

const put = (key: string, text: string): Promise<unknown> =>
  client.send(new PutObjectCommand({ Bucket: "tapes", Key: key, Body: text }));
const keys = async (prefix: string): Promise<string[]> => ((await client.send(
  new ListObjectsV2Command({ Bucket: "tapes", Prefix: prefix }))).Contents ?? [])
  .map(({ Key }) => Key ?? "").sort();
const textOf = async (key: string): Promise<string> => (await client.send(
  new GetObjectCommand({ Bucket: "tapes", Key: key }))).Body?.transformToString() ?? "";

async function scan(): Promise<Json> {
  const { json } = await api(server, "POST", "/api/v3/jobs", { body: { kind: "import_inbox" } });
  return until("the look has ended", async () => {
    const { json: job } = await api(server, "GET", `/api/v3/jobs/${json.job_id}`);
    return ["succeeded", "failed"].includes(job.state) ? job : undefined;
  });
}

describe("a watched bucket", () => {
  it("has its objects imported once and moved", async () => {
    const dataset = await newDataset(server);
    await put(`incoming/${dataset}/tape one.csv`, TAPE);
    await put(`incoming/${dataset}/.hidden.csv`, TAPE);
    await put(`incoming/${dataset}/readme.md`, "no tape");
    expect((await scan()).result).toMatchObject({ watched: true, taken: 1, ignored: 1 });
    await until("it was moved", async () =>
      !(await keys(`incoming/${dataset}/tape one.csv`)).length || undefined);
    expect(await keys(`incoming/${dataset}/`)).toEqual([`incoming/${dataset}/.hidden.csv`,
      `incoming/${dataset}/imported/1-tape one.csv`, `incoming/${dataset}/readme.md`]);
    expect(await textOf(`incoming/${dataset}/imported/1-tape one.csv`)).toBe(TAPE);
    expect((await scan()).result).toMatchObject({ taken: 0, known: 0 });
    await put(`incoming/${dataset}/tape one.csv`, TAPE);
    expect((await scan()).result).toMatchObject({ taken: 0, known: 1 });
    const { json: { items } } =
      await api(server, "GET", `/api/v3/dataset-versions?dataset_id=${dataset}`);
    expect(items).toMatchObject([{ status: "sealed", source: { name: "tape one.csv" } }]);
  });

  it("keeps what cannot be read under failed, with the reason beside it", async () => {
    const dataset = await newDataset(server);
    for (const round of ["", "2-"]) {
      await put(`incoming/${dataset}/bad.csv`, "a,b\n1,2\n");
      expect((await scan()).failure).toMatchObject({ code: "TAPES_REFUSED" });
      const failed = `incoming/${dataset}/failed/${round}bad.csv`;
      expect(await keys(failed)).toEqual([failed, `${failed}.txt`]);
      expect(await textOf(`${failed}.txt`)).toContain("MAPPING_REQUIRED");
    }
  });

  it("says that the bucket cannot be reached, and never a key", async () => {
    const lost = await startServer({ ...environment, AWS_SECRET_ACCESS_KEY: "a-wrong-secret-key",
      TODISCOPE_INBOX: "s3://nowhere-at-all" });
    const { json } = await api(lost, "POST", "/api/v3/jobs", { body: { kind: "import_inbox" } });
    const job = await until("the look has failed", async () => {
      const { json: found } = await api(lost, "GET", `/api/v3/jobs/${json.job_id}`);
      return found.state === "failed" ? found : undefined;
    });
    expect(job.failure.code).toBe("INBOX_UNREADABLE");
    await lost.stop();
    expect(lost.output()).not.toContain("a-wrong-secret-key");
    removeDataDir(lost.dataDir);
  });
});

describe("the command line", () => {
  it("imports an object, small or in pieces", async () => {
    const rows = Array.from({ length: 100_000 }, (_, at) => `LN-${at},10,${"text ".repeat(25)}`);
    await put("one/small.csv", TAPE);
    await put("one/large.csv", `loan_id,principal,note\n${rows.join("\n")}\n`);
    for (const [key, count] of [["small", 2], ["large", 100_000]] as const) {
      const { code, out, err } = await cli(server, ["ingest", `s3://tapes/one/${key}.csv`,
        "--dataset", "From a bucket", "--create", "--json"], environment);
      expect(code, err).toBe(0);
      expect(JSON.parse(out)).toMatchObject({ status: "sealed", counts: { normalized: count },
        source: { name: `${key}.csv` } });
    }
    await client.send(new DeleteObjectCommand({ Bucket: "tapes", Key: "one/large.csv" }));
  });

  it("says which object there is not", async () => {
    const missing = await cli(server, ["ingest", "s3://tapes/nothing.csv", "--dataset", "x"],
      environment);
    expect([missing.code, missing.err]).toEqual([1,
      expect.stringMatching(/^s3:\/\/tapes\/nothing\.csv: (NotFound|404|NoSuchKey)/)]);
    const bare = await cli(server, ["ingest", "s3://x.csv", "--dataset", "x"], environment);
    expect([bare.code, bare.err]).toEqual([2, expect.stringContaining("s3://bucket/key")]);
  });
});

describe("artifacts in a bucket", () => {
  it("are written at the seal, and made again when they are missing or damaged", async () => {
    const sealed = await sealedVersion(server, ...[100, 200].map((principal) =>
      ({ principal, collateral_value: 90, interest_rate_pct: 5 })));
    const name = (await keys("artifacts/columns/")).find((key) => key.includes(sealed));
    expect(name).toBeDefined();
    const asked = (): Promise<Json> => api(server, "POST", "/api/v3/analyses/stress", { body: {
      dataset_version_id: sealed, netting: "instrument",
      scenarios: [{ scenario_id: "s", collateral_market_impact_pct: -0.1 }] } });
    const first = await asked();
    expect(first.status, first.text).toBe(200);
    const whole = await textOf(name as string);
    const again = async (): Promise<void> => {
      await server.stop();
      server = await startServer(artifacts, server.dataDir);
      expect((await asked()).text).toBe(first.text);
      expect(await textOf(name as string)).toBe(whole);
    };
    await put(name as string, `x${whole}`);
    await again();
    await client.send(new DeleteObjectCommand({ Bucket: "tapes", Key: name }));
    await again();
  });
});
