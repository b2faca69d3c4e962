import "./schema-mode";
import { z } from "zod";

/** Every code an operation can answer, with its status and title (API.md "Errors"). */
export const ERRORS = {
  REQUEST_UNREADABLE: [400, "The request is no HTTP"],
  REQUEST_BODY_INVALID: [400, "The request body is not valid"],
  PARAMETERS_INVALID: [400, "The parameters are not valid"],
  DATASET_VERSION_ID_REQUIRED: [400, "A dataset version id is required"],
  DATASET_VERSION_ID_INVALID: [400, "The dataset version id is not valid"],
  STARTED_AT_REQUIRED: [400, "A start time is required"],
  STARTED_AT_INVALID: [400, "The start time is not valid"],
  RUN_ID_REQUIRED: [400, "A run id is required"],
  RUN_ID_INVALID: [400, "The run id is not valid"],
  AUTH_REQUIRED: [401, "Sign in first"],
  AUTH_INVALID: [401, "The credentials are not valid"],
  FORBIDDEN: [403, "The role is not sufficient"],
  PASSWORD_CHANGE_REQUIRED: [403, "The one-time password must be changed first"],
  SECOND_PERSON_REQUIRED: [403, "Another person must decide this"],
  ORIGIN_FORBIDDEN: [403, "The request came from another site"],
  NOT_FOUND: [404, "There is nothing at this address"],
  DATASET_NOT_FOUND: [404, "The dataset does not exist"],
  DATASET_VERSION_NOT_FOUND: [404, "The dataset version does not exist"],
  RUN_NOT_FOUND: [404, "The run does not exist"],
  EVIDENCE_NOT_FOUND: [404, "The evidence does not exist"],
  FINDING_NOT_FOUND: [404, "The finding does not exist"],
  RECORD_NOT_FOUND: [404, "The record does not exist"],
  TOKEN_NOT_FOUND: [404, "The token does not exist"],
  USER_NOT_FOUND: [404, "The user does not exist"],
  ENGINE_NOT_FOUND: [404, "The engine does not exist"],
  FLAG_NOT_FOUND: [404, "The feature flag does not exist"],
  SESSION_NOT_FOUND: [404, "The session does not exist"],
  ROLE_CHANGE_NOT_FOUND: [404, "The change of roles does not exist"],
  JOB_NOT_FOUND: [404, "The job does not exist"],
  SCHEDULE_NOT_FOUND: [404, "The schedule does not exist"],
  MAPPING_PROFILE_NOT_FOUND: [404, "The mapping profile does not exist"],
  METHOD_NOT_ALLOWED: [405, "The method is not offered at this address"],
  REQUEST_TIMEOUT: [408, "The request did not arrive in time"],
  NORMALIZED_RECORD_REQUIRED: [409, "The dataset version is not sealed"],
  EVIDENCE_ID_COLLISION: [409, "The evidence id belongs to another record"],
  FINDING_ID_COLLISION: [409, "The finding id belongs to another record"],
  IMMUTABLE_EVIDENCE_MISMATCH: [409, "Stored evidence is not what the engine computes"],
  IMMUTABLE_FINDING_MISMATCH: [409, "A stored finding is not what the engine computes"],
  IMMUTABLE_LINK_MISMATCH: [409, "A stored link is not what the engine computes"],
  VERSION_STATE_CONFLICT: [409, "The dataset version's status does not allow this"],
  KILL_SWITCH_NOT_ACTIVE: [409, "The kill switch is not active"],
  KILL_SWITCH_SOURCE_REMAINS: [409, "The kill switch is held where this call cannot reach"],
  KILL_SWITCH_CHECKLIST_OPEN: [409, "The resume checklist has failed items"],
  HELD_BY_ENVIRONMENT: [409, "The environment of the server decides this"],
  JOB_STATE_CONFLICT: [409, "The job's state does not allow this"],
  MAPPING_PROFILE_NAME_TAKEN: [409, "Another mapping profile of the dataset has this name"],
  EMAIL_TAKEN: [409, "Another user has this e-mail address"],
  LAST_ADMINISTRATOR: [409, "The last administrator must stay"],
  IDEMPOTENCY_KEY_IN_USE: [409, "The first request with this key is under way"],
  IDEMPOTENCY_ANSWER_LOST: [409, "The first request took effect, but its answer was lost"],
  ROLE_CHANGE_PENDING: [409, "A change of this user's roles waits for approval"],
  ROLE_CHANGE_CLOSED: [409, "The change of roles was decided before"],
  DATASET_VERSION_ERASED: [410, "The dataset version was erased"],
  PRECONDITION_FAILED: [412, "Somebody has changed this meanwhile"],
  PAYLOAD_TOO_LARGE: [413, "The body is too large"],
  MEDIA_TYPE_UNSUPPORTED: [415, "The media type is not supported"],
  IDEMPOTENCY_KEY_REUSED: [422, "The key belongs to another request"],
  MAPPING_REQUIRED: [422, "The columns need a mapping"],
  FILE_UNREADABLE: [422, "The file cannot be read"],
  PRECONDITION_REQUIRED: [428, "An edit needs If-Match"],
  RATE_LIMITED: [429, "Too many requests"],
  HEADERS_TOO_LARGE: [431, "The request's headers are too large"],
  ENGINE_RUN_FAILED: [500, "The engine run failed"],
  INTERNAL_ERROR: [500, "Something went wrong"],
  ENGINE_DISABLED: [503, "The engine is disabled"],
  KILL_SWITCH_ACTIVE: [503, "The kill switch is active"],
  DATABASE_UNAVAILABLE: [503, "The database is not available"],
  STORAGE_FULL: [507, "There is no space left on the disk"],
} as const satisfies Record<string, readonly [number, string]>;

export type ErrorCode = keyof typeof ERRORS;

export const statusOf = (code: ErrorCode): number => ERRORS[code][0];

/** One offending member: where, and what is wrong with it. */
export type FieldProblem = { path: string; message: string };

/** RFC 9457 problem body; `detail` is always the bare code. */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  detail: z.string(),
  message: z.string(),
  request_id: z.string(),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
}).meta({ id: "Problem" });
export type Problem = z.infer<typeof problemSchema>;
