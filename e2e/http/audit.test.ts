import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { canonicalHash } from "@/lib/kernel/hash";
import type { Json } from "@/lib/kernel/canonical";
import { api, EXAMPLE, run, sealedVersion } from "../support/api";
import { startServer, type TestServer } from "../support/server";

let server: TestServer;
beforeAll(async () => { server = await startServer(); });
afterAll(() => server.stop());

type Event = Record<string, Json> & { type: string; sha256: string };
const events = async (query = ""): Promise<Event[]> =>
  (await api(server, "GET", `/api/v3/audit?limit=1000${query}`)).json.items as Event[];

describe("an audit event", () => {
  it("carries the hash of its canonical form, whoever wrote it", async () => {
    const version = await sealedVersion(server, EXAMPLE);
    await run(server, version);
    await api(server, "DELETE", `/api/v3/dataset-versions/${version}`,
      { body: { reason: 'Löschung "nach" Art. 17\n\u0007 \\ / \u007f' } });
    const all = await events();
    expect(all.map((event) => event.type)).toEqual(expect.arrayContaining(
      ["dataset.created", "dataset_version.received", "run.recorded", "dataset_version.erased"]));
    for (const { sha256, ...form } of all) expect(canonicalHash(form)).toBe(sha256);
  });

  it("names role, request and correlation id", async () => {
    const headers = { "x-request-id": "r-1", "x-correlation-id": "c-1" };
    const made = await api(server, "POST", "/api/v3/datasets",
      { body: { name: "Audited", base_currency: "EUR" }, headers });
    expect(made.headers.get("x-correlation-id")).toBe("c-1");
    expect((await events("&type=dataset.created"))[0])
      .toMatchObject({ role: "ADMIN", request_id: "r-1", correlation_id: "c-1" });
  });
});
