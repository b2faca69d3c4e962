import { SHOCK_NAMES } from "@/lib/risk";
import type { RunParametersInput, Shocks } from "@/lib/risk";

/** What the page says about a run that was not recorded. */
export interface RunProblem {
  title: string;
  todo: string;
  requestId: string | null;
  signIn: boolean;
  fields: readonly FieldMessage[];
}

export interface FieldMessage {
  field: FieldName;
  message: string;
}

/** Where a message belongs: a scenario's shock, a scenario, a line, or nowhere in particular. */
export type FieldName =
  | { kind: "shock"; scenarioId: string; shock: keyof Shocks }
  | { kind: "scenario"; scenarioId: string }
  | { kind: "line"; line: "net" | "loss" }
  | { kind: "other" };

/** What went wrong with a call, as `ApiError` says it. */
export interface Refusal {
  code: string;
  message: string;
  requestId: string | null;
  errors: readonly { path: string; message: string }[];
}

const KEPT = "Your edits are kept.";

const WORDS: Record<string, readonly [title: string, todo: string]> = {
  PARAMETERS_INVALID: ["The engine refused the inputs.", "Correct the marked fields and run again."],
  KILL_SWITCH_ACTIVE: ["The kill switch is on, so nothing can be recorded.",
    `${KEPT} The preview still works. Run again when the switch is off.`],
  ENGINE_DISABLED: ["The stress engine is disabled, so nothing can be recorded.",
    `${KEPT} The preview still works. Ask an administrator to enable the engine.`],
  DATABASE_UNAVAILABLE: ["The database did not answer.",
    `${KEPT} Try again.`],
  NETWORK: ["The server did not answer.", `${KEPT} Try again.`],
  FORBIDDEN: ["You need the Execute role to record a run.", "Ask an administrator."],
  AUTH_REQUIRED: ["Your session has ended.", "Your edits are kept in the address of this page."],
  AUTH_INVALID: ["Your session has ended.", "Your edits are kept in the address of this page."],
  NORMALIZED_RECORD_REQUIRED: ["This version is not sealed.",
    "Choose a sealed version, or wait until the import ends."],
  DATASET_VERSION_NOT_FOUND: ["This version does not exist.", "Choose another version."],
  DATASET_VERSION_ERASED: ["This version was erased.", "Choose another version."],
  IMMUTABLE_EVIDENCE_MISMATCH: ["Stored evidence is not what the engine computes.",
    "Nothing was written. Tell compliance."],
  IMMUTABLE_FINDING_MISMATCH: ["A stored finding is not what the engine computes.",
    "Nothing was written. Tell compliance."],
  IMMUTABLE_LINK_MISMATCH: ["A stored link is not what the engine computes.",
    "Nothing was written. Tell compliance."],
  RATE_LIMITED: ["Too many requests at once.", `${KEPT} Wait a moment and run again.`],
};

/** Refusals that somebody decided: the reason they gave is in the message. */
const REASONED = new Set(["KILL_SWITCH_ACTIVE", "ENGINE_DISABLED"]);
const sentence = (text: string): string => /[.?!]$/.test(text) ? text : `${text}.`;

const SIGN_IN = new Set(["AUTH_REQUIRED", "AUTH_INVALID"]);

export function runProblem(refusal: Refusal, parameters: RunParametersInput): RunProblem {
  const [title, advice] = WORDS[refusal.code]
    ?? ["The run was not recorded.", `${KEPT} Try again.`];
  const todo = REASONED.has(refusal.code) ? `${sentence(refusal.message)} ${advice}` : advice;
  return {
    title, todo, requestId: refusal.requestId, signIn: SIGN_IN.has(refusal.code),
    fields: refusal.errors.map((entry) => ({
      field: fieldAt(entry.path, parameters), message: entry.message,
    })),
  };
}

/** "parameters.stress_scenarios[1].recovery_degradation_pct" as the field on the page. */
export function fieldAt(path: string, parameters: RunParametersInput): FieldName {
  if (path.endsWith("net_exposure_materiality_threshold_pct")) return { kind: "line", line: "net" };
  if (path.endsWith("stress_loss_materiality_threshold_pct")) return { kind: "line", line: "loss" };
  const index = /stress_scenarios(?:\[(\d+)\]|\.(\d+))/.exec(path);
  const place = index?.[1] ?? index?.[2];
  const scenario = place === undefined ? undefined : parameters.stress_scenarios?.[Number(place)];
  if (!scenario) return { kind: "other" };
  const shock = SHOCK_NAMES.find((name) => path.endsWith(name));
  return shock ? { kind: "shock", scenarioId: scenario.scenario_id, shock }
    : { kind: "scenario", scenarioId: scenario.scenario_id };
}

/** The messages at one shock of one scenario, by shock. */
export function shockMessages(
  problem: RunProblem | null, scenarioId: string,
): Partial<Record<keyof Shocks, string>> {
  const messages: Partial<Record<keyof Shocks, string>> = {};
  for (const { field, message } of problem?.fields ?? []) {
    if (field.kind === "shock" && field.scenarioId === scenarioId) messages[field.shock] = message;
  }
  return messages;
}

export function lineMessage(problem: RunProblem | null, line: "net" | "loss"): string | null {
  return problem?.fields.find(({ field }) => field.kind === "line" && field.line === line)?.message
    ?? null;
}

/** Messages that belong to no field that is shown as such. */
export function otherMessages(problem: RunProblem | null): string[] {
  return (problem?.fields ?? [])
    .filter(({ field }) => field.kind === "other" || field.kind === "scenario")
    .map(({ field, message }) => field.kind === "scenario"
      ? `${field.scenarioId}: ${message}` : message);
}
