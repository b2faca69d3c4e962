import { spawnSync } from "node:child_process";
import {
  checkDatabase, checked, checkMachine, type Check,
} from "@/lib/service/operations/doctor";
import { readOnlyQuery } from "@/lib/service/operations/maintenance";
import { reachDatabase } from "@/lib/service/operations/start-up";
import type { Options } from "./commands/doctor";
import { overHttp, Refused, type Connection } from "./connection";
import type { Settings } from "./settings";

/** What `todiscope doctor` looks at; with `postDeploy` also the list of a deployment. */
export const allChecks = async (
  settings: Settings, root: string, options: Options,
): Promise<Check[]> => [...await checkMachine(), ...await withDatabaseOrNot(async (isThere) => [
  ...isThere ? await checkDatabase(root) : [],
  ...options.postDeploy ? await postDeploy(settings, root, options) : [],
])];

/** Runs checks with the database open; one that cannot be opened is a check that failed. */
async function withDatabaseOrNot(look: (isThere: boolean) => Promise<Check[]>): Promise<Check[]> {
  let close: () => Promise<void>;
  try {
    close = await reachDatabase();
  } catch (error) {
    return [{ name: "database", state: "failed", found: (error as Error).message,
      advice: "Start it, or correct TODISCOPE_DATABASE_URL and TODISCOPE_DATA_DIR." },
    ...await look(false)];
  }
  try {
    return await look(true);
  } finally {
    await close();
  }
}

/** MODEL.md section 2: the portfolio whose figures are known. */
const EXAMPLE = {
  financial: {
    debt: { total_outstanding: 1_000_000, interest_rate_pct: 5, collateral_value: 750_000 },
    assets: { total: 2_000_000 },
  },
  distressed_assets: [
    { name: "A", value: 200_000, recovery_rate_pct: 35 },
    { name: "B", value: 150_000, recovery_rate_pct: 50 },
  ],
};
const EXPECTED = { net: 105_000, market_crash: 259_250 };
const DATASET = "Post-deployment check";

const held = (name: string, isSo: boolean, found: string, advice: string): Check =>
  ({ name, state: isSo ? "ok" : "failed", found, advice: isSo ? null : advice });

/** The verification list of a deployment, on the running server. */
async function postDeploy(settings: Settings, root: string, options: Options): Promise<Check[]> {
  const server = overHttp(settings.url, settings.token);
  const checks: Check[] = [];
  const check = async (
    name: string, advice: string, look: () => Promise<Check>,
  ): Promise<void> => { checks.push(await checked(name, advice, look)); };
  const logs = "See the server's log.";
  await check("server health", logs, async () => {
    const { status } = await server.call("health");
    return held("server health", status !== "unhealthy", status, logs);
  });
  await check("anonymous access", "Do not serve this.", () => anonymous(settings));
  await check("engine registered", "Set TODISCOPE_ENABLED_ENGINES.", async () => {
    const { status, engine_id: id } = await server.call("engineHealth");
    return held("engine registered", status === "ok", `${id}: ${status}`,
      "Set TODISCOPE_ENABLED_ENGINES, or enable the engine on /operations.");
  });
  await check("kill switch", "GET /kill-switch/status must answer.", async () => {
    const { enabled, reason } = await server.call("killSwitchStatus");
    return held("kill switch", !enabled, enabled ? `active: ${reason ?? ""}` : "not active",
      "Resume once its cause is resolved.");
  });
  let runId = "";
  await check("run endpoint", "The token needs INGEST and EXECUTE; else see the log.",
    async () => {
      const { check: found, id } = await runExample(server);
      runId = id;
      return found;
    });
  await check("records in the database", "Is this the server's own database?",
    () => recorded(runId));
  if (options.withTests) checks.push(unitTests(root));
  return checks;
}

async function anonymous(settings: Settings): Promise<Check> {
  const name = "anonymous access";
  try {
    await overHttp(settings.url, null).call("listDatasets");
  } catch (error) {
    if (error instanceof Refused && error.status === 401) {
      return held(name, true, "refused", "");
    }
    throw error;
  }
  return held(name, false, "datasets are readable without a token", "Do not serve this.");
}

/** Runs the worked example twice and verifies what was recorded. */
async function runExample(server: Connection): Promise<{ check: Check; id: string }> {
  const datasets = await server.list((query) => server.call("listDatasets", { query }), 100_000);
  const dataset = datasets.find((item) => item.name === DATASET) ??
    await server.call("createDataset", { body: { name: DATASET, base_currency: "EUR",
      description: "The worked example, imported and run after each deployment." } });
  const version = await server.call("createVersion", {
    path: { id: dataset.dataset_id }, headers: { prefer: "wait=60" },
    stream: { type: "application/json", bytes: (async function* () {
      yield Buffer.from(JSON.stringify({ source_system: "todiscope doctor",
        records: [{ source_record_id: "example", payload: EXAMPLE }] }));
    })() },
  });
  const id = version.dataset_version_id;
  const request = { body: { dataset_version_id: id, started_at: new Date().toISOString() } };
  const first = await server.send("runEngine", request);
  const again = await server.send("runEngine", request);
  const run = JSON.parse(first.text) as { run_id: string; report: {
    debt_exposure: { net_exposure_after_recovery: number };
    stress_tests: { scenario_id: string; loss_estimate: number }[] } };
  const verified = await server.call("verifyEvidence", { body: { dataset_version_id: id } });
  const loss = run.report.stress_tests.find((test) => test.scenario_id === "market_crash");
  const problems = [
    run.report.debt_exposure.net_exposure_after_recovery !== EXPECTED.net && "net exposure is wrong",
    loss?.loss_estimate !== EXPECTED.market_crash && "the loss of market_crash is wrong",
    again.text !== first.text && "the replay differs",
    again.header("idempotent-replayed") !== "true" && "the replay was recorded anew",
    !verified.ok && `evidence does not verify: ${verified.first_bad?.reason ?? ""}`,
  ].filter((problem) => problem !== false);
  return { id: run.run_id, check: held("run endpoint", problems.length === 0,
    problems.join(", ") || `run ${run.run_id}: figures, replay and evidence are right`,
    "Do not use this deployment; see the log.") };
}

async function recorded(runId: string): Promise<Check> {
  const name = "records in the database";
  if (!/^[0-9a-f-]{36}$/.test(runId)) return held(name, false, "there is no run", "See above.");
  const { rows } = await readOnlyQuery(
    `SELECT cardinality(run.evidence_ids), cardinality(run.finding_ids),
       (SELECT count(*) FROM evidence_records e WHERE e.evidence_id = ANY (run.evidence_ids)),
       (SELECT count(*) FROM finding_record f WHERE f.finding_id = ANY (run.finding_ids)),
       (SELECT count(*) FROM finding_evidence_link l WHERE l.finding_id = ANY (run.finding_ids))
     FROM run WHERE run_id = '${runId}'`, 1);
  const [evidence, findings, evidenceThere, findingsThere, links] = rows[0] ?? [];
  return held(name, rows.length === 1 && evidence === evidenceThere &&
    findings === findingsThere && links === findings,
    `${evidenceThere ?? 0} evidence, ${findingsThere ?? 0} findings, ${links ?? 0} links`,
    "Is TODISCOPE_DATABASE_URL the server's?");
}

function unitTests(root: string): Check {
  const { status } = spawnSync("npm", ["test", "--", "unit"], { cwd: root, stdio: "ignore" });
  return held("tests", status === 0, status === 0 ? "unit and property tests pass"
    : `npm test -- unit ended with ${status}`, "npm test -- unit says which.");
}
