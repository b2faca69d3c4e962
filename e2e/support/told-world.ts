import { readFileSync } from "node:fs";
import path from "node:path";
import { expect } from "vitest";
import { api, EXAMPLE, run, sealedVersion, sendTape, type Answer, type Json } from "./api";
import type { TestServer, TOKENS } from "./server";
import { until } from "./until";

type Role = keyof typeof TOKENS;

/** Fills a deployment with at least one row of all that a verification of the log looks at. */
export async function fillLog(server: TestServer): Promise<void> {
  const ask = async (
    method: string, address: string, body: object, role: Role = "ADMIN", etag?: string,
  ): Promise<Answer> => {
    const answer = await api(server, method, `/api/v3${address}`, { role, body,
      headers: etag === undefined ? {} : { "if-match": etag } });
    expect(answer.status, `${address}: ${answer.text}`).toBeLessThan(300);
    return answer;
  };
  const change = async (address: string, body: object): Promise<Answer> =>
    ask("PATCH", address, body, "ADMIN", (await api(server, "GET", `/api/v3${address}`)).json.etag);
  const publish = (): Promise<Answer> => ask("POST", "/evidence-log/publish", {});

  const { json: made } = await run(server, await sealedVersion(server, EXAMPLE));
  await publish();
  const tape = (await sendTape(server,
    "instrument_id,principal,collateral_value,sector\nA,10,5,retail\nB,20,7,energy\n")).json;
  await run(server, tape.dataset_version_id, { netting: "instrument", group_by: ["sector"] });
  await publish();
  const gone = await sealedVersion(server, EXAMPLE);
  await run(server, gone);
  await ask("DELETE", `/dataset-versions/${gone}`, { reason: "test" });
  await publish();
  await ask("POST", "/evidence-log/keys", { reason: "yearly" });
  await signOff(ask, made);
  await decide(ask, tape, server);
  await publish();
  await change(`/datasets/${tape.dataset_id}/kpi-settings`,
    { reason: "The board said so", tangible_equity: 100 });
  await change(`/datasets/${tape.dataset_id}/retention`, { mode: "propose", keep_newest: 2 });
  await change(`/datasets/${tape.dataset_id}/quality-rules`, { tolerances: { min_score: 5 } });
  await report(ask, server, tape.dataset_id);
  await publish();
  await lastCheckpointSeen(server);
}

type Ask = (method: string, address: string, body: object, role?: Role, etag?: string) =>
Promise<Answer>;

async function signOff(ask: Ask, made: Json): Promise<void> {
  const sign = (step: string, role: Role, note?: string) =>
    ask("POST", `/runs/${made.run_id}/sign-off`, { step, ...(note && { note }) }, role);
  await sign("prepared", "EXECUTE", "Ready");
  await sign("reviewed", "APPROVE");
  await sign("returned", "APPROVE", "Too mild");
  await ask("POST", `/runs/${made.run_id}/comments`, { text: "Looks high" }, "EXECUTE");
  await ask("POST", `/runs/${made.run_id}/comments`,
    { text: "This one", finding_id: made.material_findings[0].id }, "EXECUTE");
}

async function decide(ask: Ask, tape: Json, server: TestServer): Promise<void> {
  const hold = await ask("POST", `/dataset-versions/${tape.dataset_version_id}/legal-holds`,
    { reason: "Case 17", owner: "Legal" });
  await ask("POST", `/legal-holds/${hold.json.legal_hold_id}/release`, { reason: "closed" });
  await ask("POST", `/dataset-versions/${tape.dataset_version_id}/legal-holds`,
    { reason: "Case 18", owner: "Legal" });
  const { json: scenario } = await ask("POST", "/scenarios", { scenario_id: "crash", name: "Crash",
    collateral_market_impact_pct: -0.2, tags: ["a"], note: "Desk",
    segment_shocks: [{ where: { sector: "CRE" }, collateral_market_impact_pct: -0.35 }] },
  "EXECUTE");
  const at = `/scenarios/${scenario.library_scenario_id}`;
  const etag = async (): Promise<string> => (await api(server, "GET", `/api/v3${at}`)).json.etag;
  await ask("POST", `${at}/submit`, { reason: "please" }, "EXECUTE", await etag());
  await ask("POST", `${at}/approve`, {}, "APPROVE", await etag());
  await ask("POST", `${at}/versions`, { name: "Crash 2" }, "EXECUTE", await etag());
  await ask("POST", "/feature-flags/AUTO_APPROVAL/enable", { reason: "try" });
  await ask("POST", "/kill-switch/activate", { reason: "drill" });
  await ask("POST", "/kill-switch/deactivate", { reason: "over",
    checklist: { cause_resolved: true } });
}

async function report(ask: Ask, server: TestServer, datasetId: string): Promise<void> {
  const { json } = await ask("POST", "/jobs", { kind: "report",
    report: { dataset_id: datasetId, template: "board", format: "pdf" } });
  await until("the report is made", async () =>
    (await api(server, "GET", `/api/v3/jobs/${json.job_id}`)).json.state === "succeeded"
      || undefined);
}

/** The last checkpoint stands in the data folder, from where its loss is seen. */
export async function lastCheckpointSeen(server: TestServer): Promise<void> {
  const { json } = await api(server, "GET", "/api/v3/evidence-log");
  await until("the last checkpoint is noted", () => {
    const text = readFileSync(path.join(server.dataDir, "evidence-log-head.json"), "utf8");
    const heads = Object.values((JSON.parse(text) as Json).heads) as Json[];
    return heads.some(({ head }) => head?.size === json.checkpoint.size
      && head.position === json.checkpoint.number) || undefined;
  });
}
