import type { ErrorCode } from "@/lib/contract/errors";
import { bodyLimitOf, type Operation } from "@/lib/contract/operation";
import { operations, type OperationName } from "@/lib/contract/operations";
import { allows, ROLES } from "@/lib/contract/roles";
import { api, EXAMPLE, run, sealedVersion, type Answer } from "./api";
import { behindGuards, connect } from "./database";
import { COMPARE_PROVOKERS } from "./compare-provokers";
import { LOG_PROVOKERS } from "./log-provokers";
import { IMPORT_PROVOKERS } from "./import-provokers";
import { VIEW_PROVOKERS } from "./view-provokers";
import { PEOPLE_PROVOKERS } from "./people-provokers";
import { NOBODY, sampleOf, send, type Sample, type Way, type World } from "./matrix-world";
import { until } from "./until";

/** One operation of the table, about to be asked for one of its refusals. */
export type Asked = { world: World; name: OperationName; entry: Operation };
/** Provokes a code; undefined where this way of doing it does not fit the operation. */
export type Provoker = (asked: Asked) => Promise<Answer> | undefined;

const ask = (
  { world, name }: Asked, change: (sample: Sample) => Sample = (same) => same, way: Way = {},
): Promise<Answer> => send(world, name, change(sampleOf(world, name)), way);

const withBody = (members: object) => (sample: Sample): Sample =>
  ({ ...sample, body: { ...sample.body as object, ...members } });
const withQuery = (query: string) => (sample: Sample): Sample => ({ ...sample, query });
const bodyOf = ({ world, name }: Asked): Record<string, unknown> =>
  (sampleOf(world, name).body ?? {}) as Record<string, unknown>;

/** As the first parameter of the address, else in the query, else in the body. */
function naming(member: string, id: string): Provoker {
  return (asked) => {
    const first = /\{(\w+)\}/.exec(asked.entry.path)?.[1];
    if (first !== undefined) {
      return ask(asked, (sample) => ({ ...sample, path: { ...sample.path, [first]: id } }));
    }
    if (asked.entry.query && member in asked.entry.query.shape) {
      return ask(asked, withQuery(`?${member}=${id}`));
    }
    return member in bodyOf(asked) ? ask(asked, withBody({ [member]: id })) : undefined;
  };
}

/** Codes of single body members, from the table's `memberCodes`. */
const member = (code: ErrorCode): Provoker => (asked) => {
  for (const entry of asked.entry.memberCodes ?? []) {
    // Null is "not there", a number is never what these members hold.
    if (entry.invalid === code) return ask(asked, withBody({ [entry.member]: 7 }));
    if (entry.required === code) return ask(asked, withBody({ [entry.member]: null }));
  }
  return undefined;
};

const parametersInvalid: Provoker = (asked) => {
  if (asked.entry.query) return ask(asked, withQuery("?unknown_member=1"));
  if (asked.entry.creates) {
    return ask(asked, (same) => same, { headers: { "idempotency-key": "x".repeat(256) } });
  }
  return member("PARAMETERS_INVALID")(asked);
};

const tooLarge: Provoker = (asked) => {
  const { entry } = asked;
  const type = entry.body === "stream" && !entry.maxJsonBytes ? entry.bodyTypes?.[0] ?? ""
    : "application/json";
  const raw = Buffer.alloc((entry.maxJsonBytes ?? bodyLimitOf(entry)) + 1, " ") as BodyInit;
  return ask(asked, ({ path }) => ({ raw, headers: { "content-type": type }, ...(path ? { path } : {}) }));
};

let keys = 0;
/** Sends a request with a key, does something to what was kept, and sends it again. */
const afterKept = (change: string): Provoker => async (asked) => {
  const way: Way = { headers: { "idempotency-key": `matrix-${keys += 1}` } };
  await ask(asked, (same) => same, way);
  const changed = await asked.world.owner.query(`UPDATE idempotency_key SET ${change}
    WHERE id = (SELECT id FROM idempotency_key ORDER BY created_at DESC LIMIT 1)`);
  if (changed.rowCount !== 1) throw new Error("no answer was kept");
  return ask(asked, (same) => same, way);
};

const erased: Provoker = (asked) => {
  const { world, entry } = asked;
  const ids: [string, string][] = [["/dataset-versions/", world.erased],
    ["/runs/", world.erasedRun], ["/evidence/", world.erasedEvidence]];
  const id = ids.find(([prefix]) => entry.path.startsWith(`${prefix}{`))?.[1];
  if (id !== undefined) return naming("id", id)(asked);
  if (entry.creates) return afterKept("body = NULL, status = 201")(asked);
  return ask(asked, withBody({ dataset_version_id: world.erased,
    ...("run_id" in bodyOf(asked) ? { run_id: world.erasedRun } : {}) }));
};

const limited: Provoker = async (asked) => {
  const answers = await Promise.all([1, 2, 3].map(() =>
    ask(asked, (same) => same, { server: asked.world.limited })));
  return answers.find((answer) => answer.status === 429) ?? answers[0] as Answer;
};

/** On the server without an engine, as soon as it lets another request in. */
const withoutEngine: Provoker = (asked) => until("the limited server lets one in", async () => {
  const answer = await ask(asked, (same) => same,
    { server: asked.world.limited, role: "EXECUTE" });
  return answer.status === 429 ? undefined : answer;
});

/** One's own is open to everybody, another's to administrators only. */
const ofOthers: Provoker = (asked) => asked.entry.query && "user_id" in asked.entry.query.shape
  ? ask(asked, withQuery(`?user_id=${asked.world.freshUser}`), { role: "READ" }) : undefined;

/** What provokes a code at every operation that declares it. */
export const PROVOKERS: Partial<Record<ErrorCode, Provoker>> = {
  AUTH_REQUIRED: (asked) => ask(asked, (same) => same, { role: null }),
  AUTH_INVALID: (asked) => ask(asked, (same) => same,
    { role: null, headers: { authorization: "Bearer unknown-0123456789" } }),
  FORBIDDEN: (asked) => {
    const { role: needed, orRole } = asked.entry;
    if (needed === "PUBLIC" || needed === "SIGNED_IN") return ofOthers(asked);
    const role = ROLES.find((other) => !allows([other], needed)
      && !(orRole && allows([other], orRole)));
    return ask(asked, (same) => same, { role });
  },
  PASSWORD_CHANGE_REQUIRED: (asked) => ask(asked, (same) => same,
    { cookie: asked.world.freshCookie }),
  ORIGIN_FORBIDDEN: (asked) => ask(asked, (same) => same,
    { cookie: asked.world.cookie, headers: { "sec-fetch-site": "cross-site" } }),
  RATE_LIMITED: limited,
  KILL_SWITCH_ACTIVE: (asked) => ask(asked, (same) => same, { server: asked.world.halted }),
  ENGINE_DISABLED: withoutEngine,
  REQUEST_BODY_INVALID: (asked) => ask(asked, ({ path, headers }) => ({
    body: { unknown_member: 1 }, ...(path ? { path } : {}), ...(headers ? { headers } : {}) })),
  PARAMETERS_INVALID: parametersInvalid,
  MEDIA_TYPE_UNSUPPORTED: (asked) => ask(asked, ({ path }) => ({ raw: "<x/>",
    headers: { "content-type": "application/xml" }, ...(path ? { path } : {}) })),
  PAYLOAD_TOO_LARGE: tooLarge,
  DATASET_NOT_FOUND: naming("dataset_id", NOBODY),
  DATASET_VERSION_NOT_FOUND: naming("dataset_version_id", NOBODY),
  RUN_NOT_FOUND: naming("run_id", NOBODY),
  EVIDENCE_NOT_FOUND: naming("evidence_id", NOBODY),
  TOKEN_NOT_FOUND: naming("token_id", NOBODY),
  USER_NOT_FOUND: naming("user_id", NOBODY),
  ENGINE_NOT_FOUND: naming("engine_id", "engine_of_nobody"),
  ENGINE_VERSION_NOT_FOUND: naming("version", "0.0.0"),
  FLAG_NOT_FOUND: naming("flag", "FLAG_OF_NOBODY"),
  JOB_NOT_FOUND: naming("job_id", NOBODY),
  LEGAL_HOLD_NOT_FOUND: naming("legal_hold_id", NOBODY),
  // The sample's hold was released.
  LEGAL_HOLD_RELEASED: (asked) => ask(asked),
  UPLOAD_NOT_FOUND: naming("upload_id", NOBODY),
  SCHEDULE_NOT_FOUND: naming("schedule_id", NOBODY),
  SCENARIO_NOT_FOUND: naming("library_scenario_id", NOBODY),
  SCENARIO_STATE_CONFLICT: (asked) =>
    naming("library_scenario_id", asked.world.archivedScenario)(asked),
  SCENARIO_ID_TAKEN: (asked) => ask(asked, withBody({ scenario_id: "matrix_draft" })),
  MACRO_MAPPING_NOT_FOUND: naming("macro_mapping_id", NOBODY),
  MAPPING_PROFILE_NOT_FOUND: naming("mapping_profile_id", NOBODY),
  // The sample's profile is named so.
  MAPPING_PROFILE_NAME_TAKEN: (asked) => ask(asked, withBody({ name: "Matrix" })),
  // The sample's job has succeeded: there is nothing left to do with it.
  JOB_STATE_CONFLICT: (asked) => ask(asked),
  SESSION_NOT_FOUND: naming("session_id", NOBODY),
  ROLE_CHANGE_NOT_FOUND: naming("role_change_id", NOBODY),
  ROLE_CHANGE_CLOSED: (asked) => naming("role_change_id", asked.world.closedChange)(asked),
  // A token has nobody behind it who could be the second person.
  SECOND_PERSON_REQUIRED: (asked) => ask(asked),
  RECORD_NOT_FOUND: (asked) => ask(asked, (sample) =>
    ({ ...sample, path: { ...sample.path, recordId: NOBODY } })),
  DATASET_VERSION_ERASED: erased,
  NORMALIZED_RECORD_REQUIRED: (asked) =>
    naming("dataset_version_id", asked.world.ingested)(asked),
  PRECONDITION_REQUIRED: (asked) => ask(asked, ({ headers: _, ...sample }) => sample),
  PRECONDITION_FAILED: (asked) => ask(asked, (same) => same, { headers: { "if-match": '"x"' } }),
  IDEMPOTENCY_KEY_REUSED: afterKept("fingerprint = 'another'"),
  IDEMPOTENCY_KEY_IN_USE: afterKept("status = NULL, claimed_until = now() + interval '1 h'"),
  IDEMPOTENCY_ANSWER_LOST: afterKept("status = NULL, effective = true, " +
    "claimed_until = now() - interval '1 s'"),
};

/** A run whose records were changed afterwards. */
const tampered = (table: string, change: string): Provoker => async ({ world }) => {
  const version = await sealedVersion(world.server, EXAMPLE);
  await run(world.server, version);
  await behindGuards(world.owner, table,
    `UPDATE ${table} SET ${change} WHERE dataset_version_id = $1`, [version]);
  return run(world.server, version);
};

/** A version whose recorded KPIs were changed afterwards, judged once more. */
const tamperedKpis = (table: string): Provoker => async (asked) => {
  const { world, name } = asked;
  const version = await sealedVersion(world.server, { principal: 100, days_past_due: 95 });
  await behindGuards(world.owner, table,
    `UPDATE ${table} SET payload = '{}' WHERE dataset_version_id = $1 AND kind = 'kpi'`, [version]);
  const { json } = await api(world.server, "GET", `/api/v3/dataset-versions/${version}`);
  const id = name === "recordKpis" ? version : json.dataset_id;
  return ask(asked, (sample) => ({ ...sample, path: { id },
    ...(sample.body ? { body: { limits: {}, reason: "x" } } : {}) }));
};
const ofKpis = {
  IMMUTABLE_EVIDENCE_MISMATCH: tamperedKpis("evidence_records"),
  IMMUTABLE_FINDING_MISMATCH: tamperedKpis("finding_record"),
};

/** Does something with a table out of the way. */
const without = (table: string, provoke: Provoker): Provoker => async (asked) => {
  await asked.world.owner.query(`ALTER TABLE ${table} RENAME TO ${table}_elsewhere`);
  try {
    return await provoke(asked) as Answer;
  } finally {
    await asked.world.owner.query(`ALTER TABLE ${table}_elsewhere RENAME TO ${table}`);
  }
};

const lastAdministrator: Provoker = async (asked) => {
  const { owner } = asked.world;
  await owner.query("UPDATE app_user SET disabled_at = now() WHERE user_id = $1",
    [asked.world.freshUser]);
  const first = await owner.query<{ user_id: string }>(
    "SELECT user_id FROM app_user WHERE 'ADMIN' = ANY(roles) AND disabled_at IS NULL");
  const answer = await ask(asked, (sample) => ({ ...sample, body: { disabled: true },
    path: { id: first.rows[0]?.user_id ?? NOBODY } }));
  await owner.query("UPDATE app_user SET disabled_at = NULL WHERE user_id = $1",
    [asked.world.freshUser]);
  return answer;
};

const checklistOpen: Provoker = async (asked) => {
  const { world } = asked;
  const damaged = await sealedVersion(world.server, EXAMPLE);
  await run(world.server, damaged);
  await behindGuards(world.owner, "evidence_records",
    "UPDATE evidence_records SET payload = '{}' WHERE dataset_version_id = $1", [damaged]);
  const path = "/api/v3/kill-switch";
  await api(world.server, "POST", `${path}/activate`, { body: { reason: "matrix" } });
  const answer = await ask(asked) as Answer;
  await api(world.server, "POST", `${path}/deactivate`, { body: { reason: "matrix", checklist: {
    cause_resolved: true, accept_failed: ["health", "chain_verified"] } } });
  return answer;
};

/** An import that somebody cancels while its sender waits. */
const cancelled: Provoker = async (asked) => {
  const { server } = asked.world;
  const blocker = await connect(server);
  await blocker.query("BEGIN; LOCK TABLE raw_record IN EXCLUSIVE MODE");
  const answer = ask(asked);
  const job = await until("the import runs", async () => {
    const { json } = await api(server, "GET", "/api/v3/jobs?state=running&kind=import");
    return json.items[0]?.job_id as string | undefined;
  });
  await api(server, "POST", `/api/v3/jobs/${job}/cancel`);
  await blocker.query("COMMIT");
  await blocker.end();
  return answer;
};

const tape = (text: string): Provoker => (asked) => ask(asked, (sample) =>
  ({ ...sample, body: undefined, raw: text, headers: { "content-type": "text/csv" } }));
const rerunOf = (body: (world: World) => unknown): Provoker => (asked) =>
  ask(asked, (sample) => ({ ...sample, body: body(asked.world) }));
const held: Provoker = (asked) => ask(asked, (same) => same, { server: asked.world.halted });

const keeping = withBody({ persist: true });
/** A stress that was kept and then changed, asked to be kept once more. */
const tamperedStress: Provoker = async (asked) => {
  const { world } = asked;
  const version = await sealedVersion(world.server, EXAMPLE);
  const again = () => ask(asked, withBody({ dataset_version_id: version, persist: true }));
  await again();
  await behindGuards(world.owner, "evidence_records", "UPDATE evidence_records " +
    "SET payload = '{}' WHERE dataset_version_id = $1 AND kind = 'analysis'", [version]);
  return again();
};

const uploaded = (upload: (world: World) => string): Provoker => (asked) => ask(asked, (sample) =>
  ({ ...sample, query: `?upload=${upload(asked.world)}` }));

/** An analysis that is kept: what guards records of a run guards it too. */
const kept = withBody({ persist: true });
const ofKept = {
  KILL_SWITCH_ACTIVE: (asked: Asked) => ask(asked, kept, { server: asked.world.halted }),
  ENGINE_DISABLED: (asked: Asked) => until("the limited server lets one in", async () => {
    const answer = await ask(asked, kept, { server: asked.world.limited, role: "EXECUTE" });
    return answer.status === 429 ? undefined : answer;
  }),
  IMMUTABLE_EVIDENCE_MISMATCH: async (asked: Asked) => {
    const first = await ask(asked, kept);
    await behindGuards(asked.world.owner, "evidence_records",
      "UPDATE evidence_records SET payload = '{}' WHERE evidence_id = $1",
      [first.json.evidence_id]);
    return ask(asked, kept);
  },
};
const tooManyDraws = { obligors: Array.from({ length: 10_001 }, () => ({ ead: 1, pd: 0, lgd: 0 })),
  paths: 1_000_000 };

/** What provokes a code at one operation only, or there in another way. */
export const OWN_PROVOKERS: { [N in OperationName]?: Partial<Record<ErrorCode, Provoker>> } = {
  ...LOG_PROVOKERS, ...VIEW_PROVOKERS, ...COMPARE_PROVOKERS, ...PEOPLE_PROVOKERS,
  ...IMPORT_PROVOKERS,
  runEngine: {
    EVIDENCE_ID_COLLISION: tampered("evidence_records", "kind = 'analysis'"),
    IMMUTABLE_EVIDENCE_MISMATCH: tampered("evidence_records", "payload = '{}'"),
    FINDING_ID_COLLISION: tampered("finding_record", "kind = 'other'"),
    IMMUTABLE_FINDING_MISMATCH: tampered("finding_record", "payload = '{}'"),
    IMMUTABLE_LINK_MISMATCH: tampered("finding_evidence_link", "engine_id = 'engine_other'"),
    ENGINE_RUN_FAILED: without("run", (asked) => ask(asked)),
  },
  analyseAttribution: ofKept, analyseSensitivity: ofKept, analyseReverseStress: ofKept,
  analyseConcentration: ofKept, analyseIrb: ofKept, analyseProjection: ofKept,
  analyseValueAtRisk: ofKept,
  analyseCreditLoss: { ...ofKept,
    PARAMETERS_INVALID: (asked) => ask(asked, () => ({ body: tooManyDraws })) },
  rerunEngineVersion: {
    RUN_NOT_FOUND: rerunOf(() => ({ run_id: NOBODY })),
    DATASET_VERSION_NOT_FOUND: rerunOf(() => ({ dataset_version_id: NOBODY })),
    DATASET_VERSION_ERASED: rerunOf(({ erasedRun }) => ({ run_id: erasedRun })),
    NORMALIZED_RECORD_REQUIRED: rerunOf(({ ingested }) => ({ dataset_version_id: ingested })),
  },
  analyzeStress: {
    KILL_SWITCH_ACTIVE: (asked) => ask(asked, keeping, { server: asked.world.halted }),
    IMMUTABLE_EVIDENCE_MISMATCH: tamperedStress,
  },
  recordKpis: ofKpis,
  updateKpiSettings: ofKpis,
  createComment: { FINDING_NOT_FOUND: (asked) => ask(asked, withBody({ finding_id: NOBODY })) },
  engineReport: { RUN_NOT_FOUND: (asked) => ask(asked, withBody({ run_id: NOBODY })) },
  createVersion: { VERSION_STATE_CONFLICT: cancelled, MAPPING_REQUIRED: tape("a,b\n1,2\n"), FILE_UNREADABLE: tape(""),
    MAPPING_PROFILE_NOT_FOUND: (asked) => ask(asked, (sample) =>
      ({ ...sample, query: "?profile=nobody" })),
    QUALITY_TOLERANCE_EXCEEDED: (asked) => ask(asked, withQuery("?expected_rows=5")),
    UPLOAD_NOT_FOUND: uploaded(() => NOBODY),
    UPLOAD_INCOMPLETE: uploaded(({ upload }) => upload),
    UPLOAD_CHECKSUM_MISMATCH: async (asked) => {
      const { world } = asked;
      const { json } = await send(world, "createUpload", { path: { id: world.dataset }, body: {
        name: "x.csv", media_type: "text/csv", bytes: 2, sha256: "0".repeat(64) } });
      await send(world, "appendUpload", { path: { id: json.upload_id }, query: "?offset=0",
        raw: "ab", headers: { "content-type": "application/octet-stream" } });
      return uploaded(() => json.upload_id as string)(asked) as Promise<Answer>;
    } },
  appendUpload: {
    UPLOAD_OFFSET_CONFLICT: (asked) => ask(asked, withQuery("?offset=7")),
    UPLOAD_CHECKSUM_MISMATCH: (asked) =>
      ask(asked, withQuery(`?offset=0&sha256=${"0".repeat(64)}`)),
    // The query is read after the body's type, and needs an offset.
    PAYLOAD_TOO_LARGE: (asked) => ask(asked, (sample) => ({ ...sample,
      raw: Buffer.alloc(bodyLimitOf(asked.entry) + 1) as BodyInit })),
  },
  exportScenarios: { SCENARIO_NOT_FOUND: (asked) => ask(asked, withQuery(`?ids=${NOBODY}`)) },
  importScenarios: { SCENARIO_ID_TAKEN: (asked) => ask(asked, withBody({
    scenarios: [{ scenario_id: "matrix_draft", name: "Another" }] })) },
  updateMappingProfile: { MAPPING_PROFILE_NAME_TAKEN: async (asked) => {
    const other = sampleOf(asked.world, "createMappingProfile");
    await send(asked.world, "createMappingProfile", other);
    return ask(asked, withBody({ name: (other.body as { name: string }).name }));
  } },
  previewTape: { FILE_UNREADABLE: tape("") },
  normalizeVersion: { VERSION_STATE_CONFLICT: (asked) => ask(asked) },
  eraseVersion: {
    VERSION_STATE_CONFLICT: (asked) => ask(asked),
    LEGAL_HOLD_ACTIVE: (asked) => ask(asked, (sample) =>
      ({ ...sample, path: { id: asked.world.held } })),
  },
  createUser: { EMAIL_TAKEN: async (asked) => {
    await ask(asked);
    return ask(asked);
  } },
  updateUser: {
    LAST_ADMINISTRATOR: lastAdministrator,
    ROLE_CHANGE_PENDING: (asked) =>
      ask(asked, (sample) => ({ ...sample, path: { id: asked.world.changing } })),
    SECOND_PERSON_REQUIRED: (asked) => ask(asked,
      withBody({ roles: ["ADMIN"], reason: "matrix", break_glass: true }),
      { server: asked.world.halted }),
  },
  enableEngine: { HELD_BY_ENVIRONMENT: async (asked) => until("one is let in", async () => {
    const answer = await ask(asked, (same) => same, { server: asked.world.limited });
    return answer.status === 429 ? undefined : answer;
  }) },
  enableFlag: { HELD_BY_ENVIRONMENT: held },
  disableFlag: { HELD_BY_ENVIRONMENT: held },
  setFlag: { HELD_BY_ENVIRONMENT: held },
  resetFlag: { HELD_BY_ENVIRONMENT: held },
  deactivateKillSwitch: {
    KILL_SWITCH_NOT_ACTIVE: (asked) => ask(asked),
    KILL_SWITCH_SOURCE_REMAINS: (asked) => ask(asked, (same) => same,
      { server: asked.world.halted }),
    KILL_SWITCH_CHECKLIST_OPEN: checklistOpen,
  },
};

const isOpen = (name: OperationName): boolean => operations[name].role === "PUBLIC";

/** Why a declared code is not provoked here; null where it has to be. */
export function reasonNotProvoked(name: OperationName, code: ErrorCode): string | null {
  if (code === "STORAGE_FULL") return "needs a full disk: see disk-full.test.ts";
  if (code === "LOG_BEHIND") return "needs a log that stands still: see run-bundle.test.ts";
  if (code === "SCALE_OUT_UNAVAILABLE") return "needs a cluster: see scale-out.test.ts";
  if (code === "PASSWORD_CHANGE_REQUIRED" && /^\/me(\/password)?$/.test(operations[name].path)) {
    return "these are what such a user may do";
  }
  if (name === "approveRoleChange" && code === "LAST_ADMINISTRATOR") {
    return "who approves is an administrator, who would have to be disabled at that moment";
  }
  if (code === "CALCULATION_UNAVAILABLE") return "needs a thread that ends: see thread-pool.test.ts";
  if (isOpen(name) && code === "INTERNAL_ERROR") return "nothing of it can be broken from outside";
  return null;
}

/** The provoker of a code at an operation. */
export const provokerOf = (name: OperationName, code: ErrorCode): Provoker =>
  OWN_PROVOKERS[name]?.[code] ?? PROVOKERS[code] ?? member(code);
