import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Operation } from "@/lib/contract/operation";
import { fullPath, operationNames, operations } from "@/lib/contract/operations";
import { api } from "../support/api";
import { expectProblem } from "../support/problem";
import { removeDataDir, startServer, TOKENS, type TestServer } from "../support/server";

const SEVERAL = "several-token-0123456789abcdef";
const NOBODY = "00000000-0000-7000-8000-000000000000";

let server: TestServer;

beforeAll(async () => {
  const tokens = Object.entries(TOKENS).map(([role, secret]) => `${role}:${role}:${secret}`);
  server = await startServer({
    TODISCOPE_API_TOKENS: [...tokens, `several:READ+EXECUTE:${SEVERAL}`].join(",") });
});
afterAll(async () => {
  await server.stop();
  removeDataDir(server.dataDir);
});

const table = operationNames.map((name) => {
  const entry: Operation = operations[name];
  return { name, entry, path: fullPath(entry).replace(/\{\w+\}/g, NOBODY) };
});

describe("every operation", () => {
  it("has a role that API.md gives it", () => {
    const roleOf = (name: string): string => (operations as Record<string, Operation>)[name]!.role;
    expect(Object.fromEntries(["runEngine", "engineReport", "engineHealth", "createDataset",
      "createVersion", "normalizeVersion", "listVersions", "eraseVersion", "listRecords",
      "verifyEvidence", "listFindings", "listAudit", "createToken", "createUser", "updateUser",
      "killSwitchStatus", "enabledEngines", "health"].map((name) => [name, roleOf(name)])))
      .toStrictEqual({ runEngine: "EXECUTE", engineReport: "EXECUTE", engineHealth: "READ",
        createDataset: "INGEST", createVersion: "INGEST", normalizeVersion: "INGEST",
        listVersions: "READ", eraseVersion: "ADMIN", listRecords: "READ", verifyEvidence: "READ",
        listFindings: "READ", listAudit: "AUDIT", createToken: "ADMIN", createUser: "ADMIN",
        updateUser: "ADMIN", killSwitchStatus: "READ", enabledEngines: "READ", health: "PUBLIC" });
  });

  it("gives a token of several roles each of them and nothing more", async () => {
    const status = async (method: string, path: string): Promise<string> =>
      (await api(server, method, path, { token: SEVERAL })).json.detail ?? "allowed";
    expect(await status("GET", "/api/v3/runs")).toBe("allowed");
    expect(await status("POST", "/api/v3/engines/distressed-asset-debt-stress/run"))
      .toBe("REQUEST_BODY_INVALID");
    expect(await status("POST", "/api/v3/datasets")).toBe("FORBIDDEN");
    expect(await status("GET", "/api/v3/audit")).toBe("FORBIDDEN");
    const me = await api(server, "GET", "/api/v3/me", { token: SEVERAL });
    expect(me.json).toStrictEqual({ kind: "token", name: "token:several",
      roles: ["READ", "EXECUTE"], must_change_password: false });
  });

  it("refuses a forged, foreign or damaged session cookie", async () => {
    for (const cookie of ["next-auth.session-token=abc", "next-auth.session-token=",
      "next-auth.session-token=eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0..x.y.z",
      "__Secure-next-auth.session-token=eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.", "a=b; ; =; x",
      `next-auth.session-token.0=${"a".repeat(3000)}`]) {
      expectProblem(await api(server, "GET", "/api/v3/runs", { role: null, headers: { cookie } }),
        "AUTH_REQUIRED");
    }
  });

  it("that writes may find no space, and the OpenAPI document says so", async () => {
    const { json } = await api(server, "GET", "/api/v3/openapi.json", { role: null });
    for (const { entry } of table) {
      const { responses } = json.paths[fullPath(entry)][entry.method.toLowerCase()];
      expect(responses["507"]?.description, fullPath(entry))
        .toBe(entry.method === "GET" ? undefined : "STORAGE_FULL");
    }
  });

  it("is in the OpenAPI document with its role, and the document names no other", async () => {
    const { json } = await api(server, "GET", "/api/v3/openapi.json", { role: null });
    expect(json.openapi).toMatch(/^3\.1\./);
    const listed = Object.entries<Record<string, { operationId: string; "x-role": string }>>(
      json.paths).flatMap(([path, methods]) => Object.entries(methods).map(
      ([method, entry]) => [method.toUpperCase(), path, entry.operationId, entry["x-role"]].join(" ")));
    expect(listed.sort()).toStrictEqual(table.map(({ name, entry }) =>
      [entry.method, fullPath(entry), name, entry.role].join(" ")).sort());
  });
});
