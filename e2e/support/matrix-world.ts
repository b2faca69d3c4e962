import { randomUUID } from "node:crypto";
import type pg from "pg";
import type { Operation } from "@/lib/contract/operation";
import { fullPath, operations, type OperationName } from "@/lib/contract/operations";
import { api, EXAMPLE, newDataset, run, sealedVersion, STARTED_AT, type Answer } from "./api";
import { cuttableProxy } from "./cuttable-proxy";
import { connect } from "./database";
import { removeDataDir, startServer, type TestServer, type TOKENS } from "./server";
import { sessionCookie } from "./session-cookie";

/** A well-formed id that nothing has. */
export const NOBODY = "00000000-0000-7000-8000-000000000000";

/** Servers and records of every state that an operation can meet. */
export type World = {
  /** As most are. */
  server: TestServer;
  /** Same database: halted, a flag held by its environment, roles changed by two persons. */
  halted: TestServer;
  /** Same database over a way that can be cut: no engine, one request a second for a token. */
  limited: TestServer;
  cut(): Promise<void>;
  owner: pg.Client;
  /** Cookies of a user who reads, and of an administrator with a one-time password. */
  cookie: string; freshCookie: string; freshUser: string;
  /** The reader's cookie at the limited server. */
  limitedCookie: string;
  /** A version under a legal hold, and a hold that was released. */
  held: string; releasedHold: string;
  dataset: string; sealed: string; ingested: string; importing: string; erased: string;
  run: string; evidence: string; finding: string; record: string; row: string; token: string;
  /** A user that tests may change. */
  user: string;
  /** A job that has succeeded, and a schedule. */
  job: string; schedule: string;
  /** A saved mapping. */
  profile: string;
  /** Library scenarios: a draft, one that waits for approval, an approved and an archived one. */
  scenario: string; submittedScenario: string; approvedScenario: string; archivedScenario: string;
  macroMapping: string;
  /** An upload that has not arrived in full. */
  upload: string;
  erasedRun: string; erasedEvidence: string;
  /** The size of a checkpoint of the evidence log. */
  checkpoint: string;
  /** A user whose roles are about to change, that change, and one that was rejected. */
  changing: string; pendingChange: string; closedChange: string;
  close(): Promise<void>;
};

/** What a request needs beside its operation; path parameters that are not given name nothing. */
export type Sample = {
  path?: Record<string, string>; query?: string; body?: unknown; raw?: BodyInit;
  headers?: Record<string, string>;
};
export type Way = {
  server?: TestServer; role?: keyof typeof TOKENS | null; cookie?: string;
  headers?: Record<string, string>;
};

/** Sends a request to an operation, as an administrator unless said otherwise. */
export function send(
  world: World, name: OperationName, sample: Sample, way: Way = {},
): Promise<Answer> {
  const entry: Operation = operations[name];
  const path = fullPath(entry)
    .replace(/\{(\w+)\}/g, (_, key: string) => sample.path?.[key] ?? NOBODY);
  const { cookie } = way;
  return api(way.server ?? world.server, entry.method, `${path}${sample.query ?? ""}`, {
    role: cookie === undefined ? way.role : null,
    ...(sample.body === undefined ? {} : { body: sample.body }),
    ...(sample.raw === undefined ? {} : { raw: sample.raw }),
    headers: { ...(cookie === undefined ? {} : { cookie, "sec-fetch-site": "same-origin" }),
      ...sample.headers, ...way.headers },
  });
}

async function newUser(
  server: TestServer, roles: string[],
): Promise<{ id: string; password: string }> {
  const { json } = await api(server, "POST", "/api/v3/users",
    { body: { email: `${randomUUID()}@example.com`, name: "Matrix", roles } });
  return { id: json.user_id, password: json.one_time_password };
}

const UPLOAD = { name: "matrix.csv", media_type: "text/csv", bytes: 9 * 1024 ** 2 };
const PROFILE = { name: "Matrix", mapping: { principal: "a" } };

async function versionsOf(server: TestServer, owner: pg.Client) {
  const sealed = await sealedVersion(server, EXAMPLE);
  const erased = await sealedVersion(server, EXAMPLE);
  const [kept, gone] = [await run(server, sealed), await run(server, erased)];
  await api(server, "DELETE", `/api/v3/dataset-versions/${erased}`, { body: { reason: "matrix" } });
  const held = await sealedVersion(server, EXAMPLE);
  const holds = await Promise.all([held, sealed].map((id) => api(server, "POST",
    `/api/v3/dataset-versions/${id}/legal-holds`, { body: { reason: "matrix", owner: "legal" } })));
  const releasedHold = holds[1]?.json.legal_hold_id as string;
  await api(server, "POST", `/api/v3/legal-holds/${releasedHold}/release`,
    { body: { reason: "matrix" } });
  const dataset = await newDataset(server);
  const raw = await api(server, "POST", `/api/v3/datasets/${dataset}/versions?normalize=false`, {
    body: { records: [{ payload: { principal: 1 } }] }, headers: { prefer: "wait=30" } });
  const importing = randomUUID();
  await owner.query(`INSERT INTO dataset_version (dataset_version_id, dataset_id, number, status,
    source_media_type, source_bytes, source_sha256, options, created_by)
    VALUES ($1, $2, 99, 'importing', 'text/csv', 1, 'x', '{}', 'matrix')`,
  [importing, dataset]);
  const jobs = await api(server, "GET", `/api/v3/jobs?subject=${sealed}`);
  const schedules = await api(server, "GET", "/api/v3/schedules");
  const records = await api(server, "GET", `/api/v3/dataset-versions/${sealed}/records`);
  const profile = await api(server, "POST", `/api/v3/datasets/${dataset}/mapping-profiles`,
    { body: PROFILE });
  const upload = await api(server, "POST", `/api/v3/datasets/${dataset}/uploads`, { body: UPLOAD });
  const published = await api(server, "POST", "/api/v3/evidence-log/publish");
  return { held, releasedHold, dataset, sealed, erased, importing,
    checkpoint: String(published.json.latest_size),
    upload: upload.json.upload_id,
    ingested: raw.json.dataset_version_id, run: kept.json.run_id,
    evidence: kept.json.debt_exposure_evidence_id, finding: kept.json.material_findings[0].id,
    record: records.json.items[0].record_id, row: records.json.items[1].record_id,
    job: jobs.json.items[0].job_id,
    schedule: schedules.json.items[0].schedule_id, profile: profile.json.mapping_profile_id,
    erasedRun: gone.json.run_id, erasedEvidence: gone.json.debt_exposure_evidence_id };
}

async function roleChangesOf(server: TestServer, owner: pg.Client) {
  const [changing, pendingChange, closedChange] =
    [(await newUser(server, ["READ"])).id, randomUUID(), randomUUID()];
  await owner.query(`INSERT INTO role_change (role_change_id, user_id, from_roles, to_roles, reason,
      requested_by, asker, status, expires_at)
    SELECT id, $3, '{READ}', '{ADMIN}', 'matrix', 'token:admin', 'admin', status,
      now() + interval '1 day' FROM (VALUES ($1::uuid, 'pending'), ($2, 'rejected')) t(id, status)`,
  [pendingChange, closedChange, changing]);
  return { changing, pendingChange, closedChange };
}

const MACRO = { name: "Matrix", note: "matrix", variables: [], coefficients: [] };

async function scenariosOf(server: TestServer) {
  const made = async (name: string): Promise<string> => (await api(server, "POST",
    "/api/v3/scenarios", { body: { scenario_id: name, name } })).json.library_scenario_id;
  const act = (id: string, action: string, role: keyof typeof TOKENS = "ADMIN") => api(server,
    "POST", `/api/v3/scenarios/${id}/${action}`, { body: {}, role, headers: { "if-match": "*" } });
  const [scenario, submittedScenario, approvedScenario, archivedScenario] = [
    await made("matrix_draft"), await made("matrix_submitted"), await made("matrix_approved"),
    await made("matrix_archived")];
  await act(submittedScenario, "submit");
  await act(approvedScenario, "submit");
  await act(approvedScenario, "approve", "APPROVE");
  await api(server, "PATCH", `/api/v3/scenarios/${archivedScenario}`,
    { body: { archived: true }, headers: { "if-match": "*" } });
  const mapping = await api(server, "POST", "/api/v3/macro-mappings", { body: MACRO });
  return { scenario, submittedScenario, approvedScenario, archivedScenario,
    macroMapping: mapping.json.macro_mapping_id as string };
}

/** Builds the world; three servers on one database. */
export async function newWorld(): Promise<World> {
  const server = await startServer();
  const databaseUrl = server.databaseUrl();
  const proxy = await cuttableProxy(databaseUrl);
  const [halted, limited] = await Promise.all([
    startServer({ TODISCOPE_DATABASE_URL: databaseUrl, KILL_SWITCH_ENABLED: "true",
      STRICT_VALIDATION: "true", ROLE_CHANGE_APPROVAL: "true",
      TODISCOPE_LOG_KEY: Buffer.alloc(32, 7).toString("base64") }),
    startServer({ TODISCOPE_DATABASE_URL: proxy.url, TODISCOPE_RATE_LIMIT: "1",
      TODISCOPE_ENABLED_ENGINES: "engine_none", TODISCOPE_DB_CONNECT_TIMEOUT_S: "2" }),
  ]);
  const owner = await connect(server);
  const [reader, fresh] = [await newUser(server, ["READ"]), await newUser(server, ["ADMIN"])];
  const edited = await newUser(server, ["READ"]);
  await owner.query("UPDATE app_user SET must_change_password = false WHERE user_id = $1",
    [reader.id]);
  const token = await api(server, "POST", "/api/v3/tokens",
    { body: { name: "matrix", roles: ["READ"] } });
  return {
    server, halted, limited, owner, cut: proxy.cut,
    cookie: await sessionCookie(server, owner, reader.id),
    limitedCookie: await sessionCookie(limited, owner, reader.id),
    freshCookie: await sessionCookie(server, owner, fresh.id), freshUser: fresh.id,
    user: edited.id, token: token.json.token_id,
    ...await scenariosOf(server),
    ...await versionsOf(server, owner), ...await roleChangesOf(server, owner),
    close: async () => {
      await owner.end();
      await Promise.all([halted.stop(), limited.stop()]);
      await server.stop();
      for (const one of [server, halted, limited]) removeDataDir(one.dataDir);
    },
  };
}

const reason = { reason: "matrix" };
const ENGINE = "engine_distressed_asset_debt_stress";
const SCENARIO = { scenario: { scenario_id: "market_crash" } };
const ANALYSIS_BODIES = {
  analyseAttribution: SCENARIO, analyseSensitivity: SCENARIO,
  analyseReverseStress: { ...SCENARIO, target: { metric: "loss_share", value: 0.1 } },
  analyseConcentration: { by: "sector" }, analyseCreditLoss: { method: "granular" },
  analyseIrb: { exposures: [{ ead: 1, pd: 0.01, lgd: 0.45, asset_class: "corporate" }],
    persist: true },
  analyseProjection: { statements: { revenue: 1, operating_costs: 1 }, debt_schedule: [],
    start: "2026-01-01", horizon_months: 6, persist: true },
  analyseValueAtRisk: { series: [{ date: "2026-01-01", value: 1 }], persist: true },
};

const COMPARED = { compareRuns: "", compareRunGroups: "&group_by=sector",
  compareRunInstruments: "&scenario_id=market_crash", exportRunComparison: "" };

/**
 * A request to each operation that gets as far as its service. An operation whose body or path is
 * not here is asked with none and with ids that nothing has.
 */
export const SAMPLES: Partial<Record<OperationName, (world: World) => Sample>> = {
  runEngine: (world) => ({ body: { dataset_version_id: world.sealed, started_at: STARTED_AT,
    parameters: {} } }),
  ...Object.fromEntries(Object.entries(ANALYSIS_BODIES).map(([name, body]) => [name,
    (world: World) => ({ body: { dataset_version_id: world.sealed, ...body } })])),
  cancelCreditLoss: (world) => ({ path: { id: world.job } }),
  cancelExport: (world) => ({ path: { id: world.job } }),
  getExportFile: (world) => ({ path: { id: world.job } }),
  keepCreditLoss: (world) => ({ path: { id: world.job } }),
  engineReport: (world) => ({ body: { dataset_version_id: world.sealed, run_id: world.run } }),
  getRun: (world) => ({ path: { id: world.run } }),
  exportRun: (world) => ({ path: { id: world.run } }),
  listRunGroups: (world) => ({ path: { id: world.run } }),
  ...Object.fromEntries((["compareRuns", "compareRunGroups", "compareRunInstruments",
    "exportRunComparison"] as const).map((name) => [name, (world: World) => ({
    query: `?base=${world.run}&other=${world.run}${COMPARED[name]}` })])),
  listRunInstruments: (world) => ({ path: { id: world.run }, query: "?scenario_id=market_crash" }),
  createDataset: () => ({ body: { name: "Matrix", base_currency: "EUR" } }),
  getDataset: (world) => ({ path: { id: world.dataset } }),
  updateDataset: (world) => ({ path: { id: world.dataset }, body: { name: "Matrix" },
    headers: { "if-match": "*" } }),
  recordKpis: (world) => ({ path: { id: world.sealed } }),
  listKpis: (world) => ({ path: { id: world.dataset } }),
  getKpiSettings: (world) => ({ path: { id: world.dataset } }),
  updateKpiSettings: (world) => ({ path: { id: world.dataset },
    body: { ...reason, limits: { par30_pct: { warning: 4, critical: 9 } } }, headers: { "if-match": "*" } }),
  getQualityRules: (world) => ({ path: { id: world.dataset } }),
  updateQualityRules: (world) => ({ path: { id: world.dataset },
    body: { built_ins: { NEGATIVE_RATE: "warning" } }, headers: { "if-match": "*" } }),
  previewQualityRules: (world) => ({ path: { id: world.dataset }, body: {} }),
  createVersion: (world) => ({ path: { id: world.dataset },
    body: { records: [{ payload: { principal: 1 } }] }, headers: { prefer: "wait=30" } }),
  createUpload: (world) => ({ path: { id: world.dataset }, body: UPLOAD }),
  getUpload: (world) => ({ path: { id: world.upload } }),
  appendUpload: (world) => ({ path: { id: world.upload }, query: "?offset=0", raw: "principal\n",
    headers: { "content-type": "application/octet-stream" } }),
  getRetention: (world) => ({ path: { id: world.dataset } }),
  previewRetention: (world) => ({ path: { id: world.dataset } }),
  updateRetention: (world) => ({ path: { id: world.dataset }, body: { keep_newest: 12 },
    headers: { "if-match": "*" } }),
  listMappingProfiles: (world) => ({ path: { id: world.dataset } }),
  createMappingProfile: (world) => ({ path: { id: world.dataset },
    body: { ...PROFILE, name: "Matrix again" } }),
  getMappingProfile: (world) => ({ path: { id: world.profile } }),
  updateMappingProfile: (world) => ({ path: { id: world.profile }, body: { locale: "de" },
    headers: { "if-match": "*" } }),
  createSavedView: () => ({ body: { name: "Matrix", path: "/runs", search: "dataset=x" } }),
  previewTape: () => ({ raw: "principal\n1\n", headers: { "content-type": "text/csv" } }),
  normalizeVersion: (world) => ({ path: { id: world.sealed } }),
  getVersion: (world) => ({ path: { id: world.sealed } }),
  listScenarioSeries: (world) => ({ path: { id: world.dataset } }),
  listTriedScenarios: (world) => ({ path: { id: world.sealed } }),
  exportVersion: (world) => ({ path: { id: world.sealed } }),
  exportLeftOutRows: (world) => ({ path: { id: world.sealed } }),
  compareVersions: (world) => ({ query: `?base=${world.sealed}&other=${world.sealed}` }),
  listInstrumentChanges: (world) =>
    ({ query: `?base=${world.sealed}&other=${world.sealed}` }),
  listComments: (world) => ({ path: { id: world.run } }),
  listKpiSettingsChanges: (world) => ({ path: { id: world.dataset } }),
  listReportFiles: (world) => ({ path: { id: world.dataset } }),
  getReportFile: () => ({ path: { id: NOBODY } }),
  getSignOff: (world) => ({ path: { id: world.run } }),
  getRunNarrative: (world) => ({ path: { id: world.run } }),
  signOffRun: (world) => ({ path: { id: world.run }, body: { step: "prepared" } }),
  createComment: (world) => ({ path: { id: world.run }, body: { text: "matrix" } }),
  listLegalHolds: (world) => ({ path: { id: world.sealed } }),
  createLegalHold: (world) => ({ path: { id: world.sealed }, body: { ...reason, owner: "legal" } }),
  releaseLegalHold: (world) => ({ path: { id: world.releasedHold }, body: reason }),
  eraseVersion: (world) => ({ path: { id: world.importing }, body: reason }),
  getRecord: (world) => ({ path: { id: world.sealed, recordId: world.record } }),
  getRecordProof: (world) => ({ path: { id: world.sealed, recordId: world.row } }),
  getRecordUses: (world) => ({ path: { id: world.sealed, recordId: world.row } }),
  listEvidenceRecords: (world) => ({ path: { id: world.evidence } }),
  traceFinding: (world) => ({ path: { id: world.finding } }),
  analyzeStress: (world) => ({ body: { dataset_version_id: world.sealed,
    scenarios: [{ scenario_id: "market_crash" }], group_by: ["sector"] } }),
  getLogCheckpoint: (world) => ({ path: { size: world.checkpoint } }),
  getLogInclusion: (world) => ({ query: `?kind=run&id=${world.run}` }),
  getLogConsistency: () => ({ query: "?first=1&second=2" }),
  rotateLogKey: () => ({ body: reason }),
  verifyEvidence: (world) => ({ body: { dataset_version_id: world.sealed } }),
  getEngineVersion: () => ({ path: { version: "1.0.0" } }),
  validateEngineVersion: () => ({ path: { version: "1.0.0" } }),
  rerunEngineVersion: (world) => ({ path: { version: "1.0.0" }, body: { run_id: world.run } }),
  changePassword: () => ({ body: { current_password: "x", new_password: "a long new password" } }),
  createToken: () => ({ body: { name: "matrix", roles: ["READ"] } }),
  createUser: () => ({ body: { email: "matrix@example.com", name: "M", roles: ["READ"] } }),
  updateUser: (world) => ({ path: { id: world.user }, body: { roles: ["READ"] },
    headers: { "if-match": "*" } }),
  approveRoleChange: (world) => ({ path: { id: world.pendingChange }, body: reason }),
  rejectRoleChange: (world) => ({ path: { id: world.pendingChange }, body: reason }),
  createScenario: () => ({ body: { scenario_id: "matrix", name: "Matrix" } }),
  importScenarios: () => ({ body: { format: "todiscope.scenarios", format_version: 1,
    scenarios: [{ scenario_id: "matrix_file", name: "Matrix" }] } }),
  getScenario: (world) => ({ path: { id: world.scenario } }),
  updateScenario: (world) => ({ path: { id: world.scenario }, body: { archived: false },
    headers: { "if-match": "*" } }),
  listScenarioVersions: (world) => ({ path: { id: world.scenario } }),
  createScenarioVersion: (world) => ({ path: { id: world.scenario }, body: { name: "Matrix" },
    headers: { "if-match": "*" } }),
  cloneScenario: (world) => ({ path: { id: world.scenario },
    body: { scenario_id: "matrix_clone" } }),
  submitScenario: (world) => ({ path: { id: world.scenario }, body: {},
    headers: { "if-match": "*" } }),
  approveScenario: (world) => ({ path: { id: world.submittedScenario }, body: {},
    headers: { "if-match": "*" } }),
  rejectScenario: (world) => ({ path: { id: world.submittedScenario }, body: reason,
    headers: { "if-match": "*" } }),
  retireScenario: (world) => ({ path: { id: world.approvedScenario }, body: reason,
    headers: { "if-match": "*" } }),
  createMacroMapping: (world) => ({ body: { ...MACRO, dataset_id: world.dataset } }),
  getMacroMapping: (world) => ({ path: { id: world.macroMapping } }),
  updateMacroMapping: (world) => ({ path: { id: world.macroMapping }, body: { name: "Matrix" },
    headers: { "if-match": "*" } }),
  getJob: (world) => ({ path: { id: world.job } }),
  startJob: () => ({ body: { kind: "clean_uploads" } }),
  cancelJob: (world) => ({ path: { id: world.job } }),
  restartJob: (world) => ({ path: { id: world.job } }),
  resolveJob: (world) => ({ path: { id: world.job }, body: reason }),
  createSchedule: () => ({ body: { kind: "clean_uploads", cron: "0 3 * * *", enabled: false } }),
  getSchedule: (world) => ({ path: { id: world.schedule } }),
  updateSchedule: (world) => ({ path: { id: world.schedule }, body: { enabled: false },
    headers: { "if-match": "*" } }),
  enableEngine: () => ({ path: { engine_id: ENGINE }, body: reason }),
  disableEngine: () => ({ path: { engine_id: ENGINE }, body: reason }),
  enableFlag: () => ({ path: { flag: "STRICT_VALIDATION" }, body: reason }),
  disableFlag: () => ({ path: { flag: "STRICT_VALIDATION" }, body: reason }),
  setFlag: () => ({ path: { flag: "STRICT_VALIDATION" }, body: { value: true, ...reason } }),
  resetFlag: () => ({ path: { flag: "STRICT_VALIDATION" }, body: reason }),
  activateKillSwitch: () => ({ body: reason }),
  deactivateKillSwitch: () => ({ body: { ...reason, checklist: { cause_resolved: true } } }),
};

export const sampleOf = (world: World, name: OperationName): Sample => SAMPLES[name]?.(world) ?? {};
