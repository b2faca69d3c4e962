import type {
  BodyOf, OperationName, QueryOf, ResponseOf,
} from "@/lib/contract/operations";
import { openApiDocument } from "@/lib/contract/openapi";
import {
  analyseAttribution, analyseConcentration, analyseReverseStress, analyseSensitivity,
} from "@/lib/service/analyses/analyses";
import { auditTail, exportAudit, listAudit, verifyAudit } from "@/lib/service/audit/audit-log";
import type { Context } from "@/lib/service/platform/caller";
import {
  createDataset, getDataset, getVersion, listDatasets, listVersions, updateDataset,
} from "@/lib/service/datasets/datasets";
import { analyseCreditLoss } from "@/lib/service/analyses/credit-analysis";
import { cancelCreditLoss, keepCreditLoss, startCreditLoss } from "@/lib/service/operations/credit-loss-orders";
import { runEngine } from "@/lib/service/runs/engine";
import { eraseVersion } from "@/lib/service/retention/erasure";
import {
  enabledEngines, engineHealth, listEngines, switchEngine,
} from "@/lib/service/controls/engine-registry";
import {
  getEvidence, listEvidence, listFindings, traceEvidence,
} from "@/lib/service/evidence/evidence-records";
import {
  getLog, getLogCheckpoint, getLogConsistency, getLogInclusion, listLogCheckpoints, publishLog,
  rotateLogKey,
} from "@/lib/service/evidence/evidence-log";
import { getLogPublishing } from "@/lib/service/evidence/evidence-log-publisher";
import { verifyLog } from "@/lib/service/evidence/evidence-log-verification";
import type { ExportRequest } from "@/lib/service/reports/export-job";
import { cancelExport, exportFile, getExportFile, listExports } from "@/lib/service/operations/exports";
import { getExposure } from "@/lib/service/datasets/exposure";
import { listFlags, resetFlag, setFlag, switchFlag } from "@/lib/service/controls/feature-flags";
import {
  analyseIrb, analyseProjection, analyseValueAtRisk,
} from "@/lib/service/analyses/figure-analyses";
import { createVersion, normalizeVersion } from "@/lib/service/imports/imports";
import {
  createMappingProfile, deleteMappingProfile, getMappingProfile, listMappingProfiles,
  updateMappingProfile,
} from "@/lib/service/imports/mapping-profiles";
import { previewTape } from "@/lib/service/imports/tape-preview";
import { cancelJob, getJob, listJobs, resolveJob, restartJob, startJob } from "@/lib/service/operations/jobs";
import {
  activateKillSwitch, killSwitchHistory, killSwitchStatus,
} from "@/lib/service/controls/kill-switch";
import { deactivateKillSwitch, killSwitchChecklist } from "@/lib/service/operations/kill-switch-resume";
import { getKpiSettings, updateKpiSettings } from "@/lib/service/kpis/kpi-settings";
import { getKpis, listKpiHistory, listKpis, recordKpis } from "@/lib/service/kpis/kpis";
import { createComment, listComments } from "@/lib/service/runs/comments";
import { listKpiSettingsChanges } from "@/lib/service/kpis/kpi-limit-changes";
import { getRunNarrative } from "@/lib/service/runs/run-background";
import { getReportFile, listReportFiles } from "@/lib/service/reports/report-files";
import { getSignOff, signOffRun } from "@/lib/service/runs/sign-offs";
import { createLegalHold, listLegalHolds, releaseLegalHold } from "@/lib/service/retention/legal-holds";
import {
  createMacroMapping, deleteMacroMapping, getMacroMapping, listMacroMappings, updateMacroMapping,
} from "@/lib/service/scenarios/macro-mappings";
import { getManifest, getRecordProof } from "@/lib/service/imports/manifest";
import { metricsText } from "@/lib/service/platform/metrics";
import {
  getEngineVersion, listEngineVersions, rerunEngineVersion, validateEngineVersion,
} from "@/lib/service/analyses/model-register";
import { pipelineHealth } from "@/lib/service/imports/pipeline-health";
import {
  getQualityRules, previewQualityRules, updateQualityRules,
} from "@/lib/service/imports/quality-settings";
import {
  getQuality, getRecord, getSecuredDebts, listInstruments, listRecords,
} from "@/lib/service/datasets/records";
import { getRetention, previewRetention, updateRetention } from "@/lib/service/retention/retention";
import {
  appendUpload, createUpload, deleteUpload, getUpload,
} from "@/lib/service/imports/resumable-uploads";
import { compareRuns } from "@/lib/service/runs/run-compare";
import { compareRunGroups } from "@/lib/service/runs/run-compare-groups";
import { compareRunInstruments } from "@/lib/service/runs/run-compare-instruments";
import { exportRunGroups, listRunGroups } from "@/lib/service/runs/run-group-list";
import { listRunInstruments } from "@/lib/service/runs/run-instruments";
import { engineReport, getRun, listRuns } from "@/lib/service/runs/runs";
import {
  createSchedule, deleteSchedule, getSchedule, listSchedules, updateSchedule,
} from "@/lib/service/operations/schedules";
import { analyzeStress } from "@/lib/service/analyses/stress-analysis";
import { exportScenarios, importScenarios } from "@/lib/service/scenarios/scenario-files";
import { listScenarioSeries, listTriedScenarios } from "@/lib/service/analyses/scenario-series";
import {
  approveScenario, cloneScenario, createScenario, createScenarioVersion, getScenario,
  listScenarios, listScenarioTemplates, listScenarioVersions, rejectScenario, retireScenario,
  submitScenario, updateScenario,
} from "@/lib/service/scenarios/scenarios";
import { health, healthReady } from "@/lib/service/operations/system";
import { createSavedView, deleteSavedView, listSavedViews } from "@/lib/service/access/saved-views";
import { createToken, listTokens, revokeToken } from "@/lib/service/access/tokens";
import { getRecordUses, listEvidenceRecords, traceFinding } from "@/lib/service/evidence/traces";
import { accessPolicy, changePassword, resetPassword } from "@/lib/service/access/passwords";
import {
  approveRoleChange, listRoleChanges, rejectRoleChange,
} from "@/lib/service/access/role-changes";
import { endOtherSessions, endSession, listSessions } from "@/lib/service/access/user-sessions";
import { compareVersions, listInstrumentChanges } from "@/lib/service/datasets/version-compare";
import { exportLeftOutRows } from "@/lib/service/imports/left-out-rows";
import { createUser, getUser, listUsers, unlockUser, updateUser } from "@/lib/service/access/users";
import { verifyOnRequest } from "@/lib/service/evidence/verification";
import type { HttpRequest } from "./http-types";
import { prefersJob, waitSeconds } from "./prefer";
import { attachment, csv, fileReply, Reply } from "./reply";

/** What a handler gets: everything about the request that was checked. */
export type Call<N extends OperationName> = {
  context: Context;
  path: Record<string, string>;
  query: QueryOf<N>;
  body: BodyOf<N>;
  request: HttpRequest;
};

type Handler<N extends OperationName> = (
  call: Call<N>) => ResponseOf<N> | Reply | Promise<ResponseOf<N> | Reply>;

const id = (call: { path: Record<string, string> }): string => call.path.id ?? "";

/** One service call per operation; an operation without an entry does not compile. */
export const handlers: { [N in OperationName]: Handler<N> } = {
  runEngine: async ({ context, body }) => {
    const run = await runEngine(context, body);
    return new Reply(null, 200, run.replayed ? { "idempotent-replayed": "true" } : {}, run.text);
  },
  analyseAttribution: ({ context, body, request }) =>
    analyseAttribution(context, body, request.signal?.()),
  analyseSensitivity: ({ context, body, request }) =>
    analyseSensitivity(context, body, request.signal?.()),
  analyseReverseStress: ({ context, body, request }) =>
    analyseReverseStress(context, body, request.signal?.()),
  analyseConcentration: ({ context, body }) => analyseConcentration(context, body),
  analyseCreditLoss: async ({ context, body, request }) =>
    // What is given inline is computed at once: a job would have to keep it.
    body.obligors || !prefersJob(request)
      ? analyseCreditLoss(context, body, request.signal?.())
      : accepted(await startCreditLoss(context, body)),
  cancelCreditLoss: (call) => cancelCreditLoss(call.context, id(call)),
  keepCreditLoss: (call) => keepCreditLoss(call.context, id(call)),
  analyseIrb: ({ context, body }) => analyseIrb(context, body),
  analyseProjection: ({ context, body }) => analyseProjection(context, body),
  analyseValueAtRisk: ({ context, body }) => analyseValueAtRisk(context, body),
  engineHealth,
  engineReport: ({ body }) => engineReport(body),
  enabledEngines,
  listRuns: ({ query }) => listRuns(query),
  getRun: (call) => getRun(id(call)),
  listRunInstruments: async (call) => call.query.format === "json"
    ? listRunInstruments(id(call), call.query)
    : exported(call, { operation: "listRunInstruments", id: id(call), query: call.query }),
  listRunGroups: async (call) => call.query.format === "json"
    ? listRunGroups(id(call), call.query) : csv(await exportRunGroups(call.context, id(call))),
  exportRun: (call) =>
    exported(call, { operation: "exportRun", id: id(call), query: call.query }),
  compareRuns: ({ query }) => compareRuns(query),
  compareRunGroups: ({ query }) => compareRunGroups(query),
  compareRunInstruments: ({ query }) => compareRunInstruments(query),
  exportRunComparison: (call) =>
    exported(call, { operation: "exportRunComparison", query: call.query }),
  createDataset: async ({ context, body }) => {
    const dataset = await createDataset(context, body);
    return new Reply(dataset, 201, { location: `/api/v3/datasets/${dataset.dataset_id}` });
  },
  listDatasets: ({ query }) => listDatasets(query),
  getDataset: (call) => getDataset(id(call)),
  updateDataset: (call) => updateDataset(call.context, id(call), call.body),
  createVersion: async (call) => loaded(await createVersion(
    call.context, id(call), call.query, tapeOf(call.request), waitSeconds(call.request)),
    waitSeconds(call.request)),
  createUpload: async (call) => {
    const upload = await createUpload(call.context, id(call), call.body);
    return new Reply(upload, 201, { location: `/api/v3/uploads/${upload.upload_id}` });
  },
  getUpload: (call) => getUpload(call.context, id(call)),
  appendUpload: (call) =>
    appendUpload(call.context, id(call), call.query, tapeOf(call.request).bytes),
  deleteUpload: (call) => deleteUpload(call.context, id(call)),
  previewTape: ({ request, query }) => previewTape(query, tapeOf(request)),
  normalizeVersion: async (call) => loaded(
    await normalizeVersion(call.context, id(call), call.query, waitSeconds(call.request)),
    waitSeconds(call.request)),
  listMappingProfiles: (call) => listMappingProfiles(id(call), call.query),
  createMappingProfile: async (call) => {
    const profile = await createMappingProfile(call.context, id(call), call.body);
    return new Reply(profile, 201,
      { location: `/api/v3/mapping-profiles/${profile.mapping_profile_id}` });
  },
  getMappingProfile: (call) => getMappingProfile(id(call)),
  updateMappingProfile: (call) => updateMappingProfile(call.context, id(call), call.body),
  deleteMappingProfile: (call) => deleteMappingProfile(call.context, id(call)),
  listVersions: ({ query }) => listVersions(query),
  getVersion: (call) => getVersion(id(call)),
  compareVersions: ({ query }) => compareVersions(query),
  listInstrumentChanges: ({ query }) => listInstrumentChanges(query),
  listScenarioSeries: (call) => listScenarioSeries(id(call), call.query),
  listTriedScenarios: (call) => listTriedScenarios(id(call), call.query),
  exportVersion: (call) =>
    exported(call, { operation: "exportVersion", id: id(call), query: call.query }),
  exportLeftOutRows: async (call) => fileReply(await exportLeftOutRows(call.context, id(call))),
  eraseVersion: (call) => eraseVersion(call.context, id(call), call.body.reason),
  listComments: (call) => listComments(id(call), call.query),
  createComment: (call) => createComment(call.context, id(call), call.body),
  listKpiSettingsChanges: (call) => listKpiSettingsChanges(id(call), call.query),
  listReportFiles: (call) => listReportFiles(id(call), call.query),
  getReportFile: async (call) => fileReply(await getReportFile(call.context, id(call))),
  getSignOff: (call) => getSignOff(id(call)),
  getRunNarrative: (call) => getRunNarrative(id(call)),
  signOffRun: (call) => signOffRun(call.context, id(call), call.body),
  listLegalHolds: (call) => listLegalHolds(id(call), call.query),
  createLegalHold: (call) => createLegalHold(call.context, id(call), call.body),
  releaseLegalHold: (call) => releaseLegalHold(call.context, id(call), call.body),
  getRetention: (call) => getRetention(id(call)),
  updateRetention: (call) => updateRetention(call.context, id(call), call.body),
  previewRetention: (call) => previewRetention(id(call), call.query),
  listRecords: (call) => listRecords(id(call), call.query),
  getRecord: (call) => getRecord(id(call), call.path.recordId ?? ""),
  listInstruments: (call) => listInstruments(id(call), call.query),
  getExposure: (call) => getExposure(id(call), call.query),
  getQuality: (call) => getQuality(id(call), call.query),
  getManifest: (call) => getManifest(id(call)),
  getRecordProof: (call) => getRecordProof(id(call), call.path.recordId ?? ""),
  getSecuredDebts: (call) => getSecuredDebts(id(call)),
  getKpis: (call) => getKpis(id(call)),
  recordKpis: (call) => recordKpis(call.context, id(call)),
  listKpis: (call) => listKpis(id(call), call.query),
  listKpiHistory: (call) => listKpiHistory(id(call), call.query),
  getKpiSettings: (call) => getKpiSettings(id(call)),
  updateKpiSettings: (call) => updateKpiSettings(call.context, id(call), call.body),
  getQualityRules: (call) => getQualityRules(id(call)),
  updateQualityRules: (call) => updateQualityRules(call.context, id(call), call.body),
  previewQualityRules: (call) => previewQualityRules(id(call), call.body),
  listEvidence: ({ query }) => listEvidence(query),
  getEvidence: (call) => getEvidence(id(call)),
  traceEvidence: (call) => traceEvidence(id(call)),
  listEvidenceRecords: (call) => listEvidenceRecords(id(call), call.query),
  traceFinding: (call) => traceFinding(id(call), call.query),
  getRecordUses: (call) => getRecordUses(id(call), call.path.recordId ?? "", call.query),
  getLog,
  listLogCheckpoints: ({ query }) => listLogCheckpoints(query),
  getLogCheckpoint: ({ path }) => getLogCheckpoint(path.size ?? ""),
  getLogInclusion: ({ query }) => getLogInclusion(query),
  getLogConsistency: ({ query }) => getLogConsistency(query),
  verifyLog: ({ context }) => verifyLog(context),
  rotateLogKey: ({ context, body }) => rotateLogKey(context, body.reason),
  getLogPublishing,
  publishLog: ({ context }) => publishLog(context),
  analyzeStress: ({ context, body, request }) =>
    analyzeStress(context, body, request.signal?.()),
  verifyEvidence: ({ context, body }) => verifyOnRequest(context, body),
  listFindings: ({ query }) => listFindings(query),
  listEngineVersions,
  getEngineVersion: ({ path }) => getEngineVersion(path.version ?? ""),
  validateEngineVersion: ({ context, path }) =>
    validateEngineVersion(context, path.version ?? ""),
  rerunEngineVersion: ({ context, path, body }) =>
    rerunEngineVersion(context, path.version ?? "", body),
  listScenarios: ({ query }) => listScenarios(query),
  createScenario: async ({ context, body }) => newScenario(await createScenario(context, body)),
  listScenarioTemplates,
  exportScenarios: ({ query }) => exportScenarios(query),
  importScenarios: ({ context, query, body }) => importScenarios(context, query, body),
  getScenario: (call) => getScenario(id(call)),
  updateScenario: (call) => updateScenario(call.context, id(call), call.body),
  listScenarioVersions: (call) => listScenarioVersions(id(call), call.query),
  createScenarioVersion: (call) => createScenarioVersion(call.context, id(call), call.body),
  cloneScenario: async (call) =>
    newScenario(await cloneScenario(call.context, id(call), call.body)),
  submitScenario: (call) => submitScenario(call.context, id(call), call.body),
  approveScenario: (call) => approveScenario(call.context, id(call), call.body),
  rejectScenario: (call) => rejectScenario(call.context, id(call), call.body),
  retireScenario: (call) => retireScenario(call.context, id(call), call.body),
  listMacroMappings: ({ query }) => listMacroMappings(query),
  createMacroMapping: async ({ context, body }) => {
    const mapping = await createMacroMapping(context, body);
    return new Reply(mapping, 201,
      { location: `/api/v3/macro-mappings/${mapping.macro_mapping_id}` });
  },
  getMacroMapping: (call) => getMacroMapping(id(call)),
  updateMacroMapping: (call) => updateMacroMapping(call.context, id(call), call.body),
  deleteMacroMapping: (call) => deleteMacroMapping(call.context, id(call)),
  listJobs: ({ query }) => listJobs(query),
  getJob: (call) => getJob(id(call)),
  startJob: async ({ context, body }) => {
    const job = await startJob(context, body);
    return new Reply(job, 202, { location: `/api/v3/jobs/${job.job_id}` });
  },
  cancelJob: (call) => cancelJob(call.context, id(call)),
  listExports: (call) => listExports(call.context, call.query),
  getExportFile: async (call) => fileReply(await getExportFile(call.context, id(call))),
  cancelExport: (call) => cancelExport(call.context, id(call)),
  restartJob: (call) => restartJob(call.context, id(call)),
  resolveJob: (call) => resolveJob(call.context, id(call), call.body.reason),
  listSchedules: ({ query }) => listSchedules(query),
  createSchedule: async ({ context, body }) => {
    const schedule = await createSchedule(context, body);
    return new Reply(schedule, 201, { location: `/api/v3/schedules/${schedule.schedule_id}` });
  },
  getSchedule: (call) => getSchedule(id(call)),
  updateSchedule: (call) => updateSchedule(call.context, id(call), call.body),
  deleteSchedule: (call) => deleteSchedule(call.context, id(call)),
  pipelineHealth,
  whoAmI: ({ context: { caller } }) => ({ kind: caller.kind, name: caller.name,
    roles: [...caller.roles], must_change_password: caller.mustChangePassword }),
  changePassword: ({ context, body }) => changePassword(context, body),
  listTokens: ({ query }) => listTokens(query),
  createToken: ({ context, body }) => createToken(context, body),
  revokeToken: (call) => revokeToken(call.context, id(call)),
  listSavedViews: (call) => listSavedViews(call.context, call.query),
  createSavedView: (call) => createSavedView(call.context, call.body),
  deleteSavedView: (call) => deleteSavedView(call.context, id(call)),
  listUsers: ({ query }) => listUsers(query),
  createUser: ({ context, body }) => createUser(context, body),
  getUser: (call) => getUser(id(call)),
  updateUser: async (call) => {
    const { user, waits } = await updateUser(call.context, id(call), call.body);
    return new Reply(user, waits ? 202 : 200);
  },
  resetPassword: (call) => resetPassword(call.context, id(call)),
  unlockUser: (call) => unlockUser(call.context, id(call)),
  accessPolicy,
  listSessions: ({ context, query }) => listSessions(context, query),
  endOtherSessions: ({ context, query }) => endOtherSessions(context, query),
  endSession: (call) => endSession(call.context, id(call)),
  listRoleChanges: ({ query }) => listRoleChanges(query),
  approveRoleChange: (call) => approveRoleChange(call.context, id(call), call.body),
  rejectRoleChange: (call) => rejectRoleChange(call.context, id(call), call.body),
  health: async () => {
    const state = await health();
    return new Reply(state, state.status === "unhealthy" ? 503 : 200);
  },
  healthLive: () => ({ status: "alive" }),
  healthReady,
  openApi: () => openApiDocument(),
  killSwitchStatus,
  activateKillSwitch: ({ context, body }) => activateKillSwitch(context, body),
  killSwitchChecklist,
  deactivateKillSwitch: ({ context, body }) => deactivateKillSwitch(context, body),
  listEngines,
  enableEngine: ({ context, path, body }) =>
    switchEngine(context, path.engine_id ?? "", true, body.reason),
  disableEngine: ({ context, path, body }) =>
    switchEngine(context, path.engine_id ?? "", false, body.reason),
  listFlags,
  enableFlag: ({ context, path, body }) =>
    switchFlag(context, path.flag ?? "", true, body.reason),
  disableFlag: ({ context, path, body }) =>
    switchFlag(context, path.flag ?? "", false, body.reason),
  setFlag: ({ context, path, body }) => setFlag(context, path.flag ?? "", body),
  resetFlag: ({ context, path, body }) => resetFlag(context, path.flag ?? "", body.reason),
  killSwitchHistory: ({ query }) => killSwitchHistory(query),
  metrics: async () => {
    const { type, text } = await metricsText(killSwitchStatus().enabled);
    return new Reply(null, 200, { "content-type": type }, text);
  },
  listAudit: ({ query }) => listAudit(query),
  exportAudit: async ({ context, query }) => {
    const file = await exportAudit(context, query);
    return new Reply(null, 200, attachment(file), null, file.stream);
  },
  auditTail,
  verifyAudit: ({ context }) => verifyAudit(context),
};

/** What a job does, under the job's address. */
const accepted = (job: ResponseOf<"getJob">): Reply => new Reply(job, 202,
  { location: `/api/v3/jobs/${job.job_id}`, "preference-applied": "respond-async" });

/** A file, or the job that makes it. */
async function exported(
  { context, request }: Pick<Call<OperationName>, "context" | "request">, asked: ExportRequest,
): Promise<Reply> {
  const answer = await exportFile(context, asked, { isAsync: prefersJob(request),
    waitS: waitSeconds(request) });
  return "job" in answer ? accepted(answer.job) : fileReply(answer.file);
}

const newScenario = (entry: ResponseOf<"createScenario">): Reply => new Reply(entry, 201,
  { location: `/api/v3/scenarios/${entry.library_scenario_id}` });

const tapeOf = (request: HttpRequest) => ({
  mediaType: (request.header("content-type") ?? "").split(";")[0]?.trim().toLowerCase() ?? "",
  contentEncoding: request.header("content-encoding")?.toLowerCase() ?? null,
  bytes: request.body ?? (async function* () { /* no body: an empty file */ })(),
});

/** A version that has ended is 201; one still on its way is 202 with its address. */
function loaded(version: ResponseOf<"getVersion">, waited: number): Reply {
  const done = waited > 0 && version.status !== "importing" && version.status !== "normalizing";
  const location = `/api/v3/dataset-versions/${version.dataset_version_id}`;
  return new Reply(version, done ? 201 : 202,
    { location, ...(waited > 0 ? { "preference-applied": `wait=${waited}` } : {}) });
}
