import { z } from "zod";
import { etag, listOf, pageQuery, timestamp, uuid } from "./common";
import { FLAG_NAMES, FLAG_NUMBER_LIMIT } from "./feature-flags";
import { operation } from "./operation";

/** What can throw the kill switch. */
export const KILL_SWITCH_TRIGGERS = ["manual", "day_guard", "month_guard", "var_limit", "drill",
  "environment", "file"] as const;
export type KillSwitchTrigger = (typeof KILL_SWITCH_TRIGGERS)[number];
/** What a caller may name as the trigger; the other two are noticed by the product itself. */
const NAMED_TRIGGERS = ["manual", "day_guard", "month_guard", "var_limit", "drill"] as const;

/** Where the kill switch can be set; it is on when any of them says so. */
export const KILL_SWITCH_SOURCES = ["stored", "file", "environment"] as const;

/** What a resume checks by itself, and may be accepted as failed with the reason given. */
export const CHECKED_ITEMS = ["health", "chain_verified"] as const;

const reason = z.string().trim().min(1, "say why").max(2000);

export const killSwitchSchema = z.object({
  enabled: z.boolean(),
  reason: z.string().nullable(),
  activated_at: timestamp.nullable(),
  activated_by: z.string().nullable(),
  trigger: z.enum(KILL_SWITCH_TRIGGERS).nullable(),
  sources: z.array(z.object({
    source: z.enum(KILL_SWITCH_SOURCES), enabled: z.boolean(), reason: z.string().nullable(),
    since: timestamp.nullable(),
    /** False while the database does not answer: then `enabled` is the last that was known. */
    known: z.boolean(),
  })),
  elsewhere: z.array(z.object({
    source: z.enum(["environment", "file"]), holder: z.string(), reason: z.string(),
    since: timestamp,
  })),
}).meta({ id: "KillSwitch" });

const checklistItem = z.object({
  item: z.enum(["cause_resolved", ...CHECKED_ITEMS]),
  title: z.string(),
  state: z.enum(["to_confirm", "ok", "warning", "failed"]),
  message: z.string(),
});

export const checklistSchema = z.object({
  ready: z.boolean(),
  items: z.array(checklistItem),
}).meta({ id: "ResumeChecklist" });

export const killSwitchEventSchema = z.object({
  event_id: uuid, action: z.enum(["activated", "resumed"]), trigger: z.enum(KILL_SWITCH_TRIGGERS),
  reason: z.string(), actor: z.string(), role: z.string().nullable(),
  request_id: z.string().nullable(), correlation_id: z.string().nullable(),
  checklist: z.unknown(), created_at: timestamp,
}).meta({ id: "KillSwitchEvent" });

export const engineSchema = z.object({
  engine_id: z.string(), title: z.string().nullable(), version: z.string().nullable(),
  state: z.enum(["enabled", "disabled", "unknown"]),
  origin: z.enum(["environment", "stored", "default"]),
  listed: z.boolean(), disabled_at_run_time: z.boolean(), reason: z.string().nullable(),
  changed_by: z.string().nullable(), changed_at: timestamp.nullable(), etag,
}).meta({ id: "Engine" });

const flagValue = z.union([z.boolean(), z.number()]);
export const flagSchema = z.object({
  flag: z.enum(FLAG_NAMES), type: z.enum(["boolean", "number"]), value: flagValue,
  origin: z.enum(["environment", "stored", "default"]),
  default: flagValue, stored: flagValue.nullable(), environment: flagValue.nullable(),
  description: z.string(), reason: z.string().nullable(), updated_at: timestamp.nullable(),
  updated_by: z.string().nullable(), etag,
}).meta({ id: "FeatureFlag" });

const withReason = z.strictObject({ reason });

export const controlOperations = {
  listEngines: operation({
    method: "GET", path: "/engine-registry", tag: "Controls", role: "READ",
    summary: "Every engine with its version, whether it may run, and what decides that.",
    response: listOf(engineSchema), errors: [],
  }),
  enableEngine: operation({
    method: "POST", path: "/engine-registry/{engine_id}/enable", tag: "Controls", role: "ADMIN",
    tagged: "switches",
    summary: "Lets an engine run again, in every process within a second.",
    body: withReason, response: engineSchema,
    errors: ["REQUEST_BODY_INVALID", "ENGINE_NOT_FOUND", "HELD_BY_ENVIRONMENT"],
  }),
  disableEngine: operation({
    method: "POST", path: "/engine-registry/{engine_id}/disable", tag: "Controls", role: "ADMIN",
    tagged: "switches",
    summary: "Stops an engine from running, in every process within a second.",
    body: withReason, response: engineSchema,
    errors: ["REQUEST_BODY_INVALID", "ENGINE_NOT_FOUND"],
  }),
  listFlags: operation({
    method: "GET", path: "/feature-flags", tag: "Controls", role: "READ",
    summary: "Every feature flag with its effective value and where that comes from.",
    response: listOf(flagSchema), errors: [],
  }),
  enableFlag: operation({
    method: "POST", path: "/feature-flags/{flag}/enable", tag: "Controls", role: "ADMIN",
    tagged: "switches",
    summary: "Switches a flag on, in every process within a second.",
    body: withReason, response: flagSchema,
    errors: ["REQUEST_BODY_INVALID", "FLAG_NOT_FOUND", "HELD_BY_ENVIRONMENT"],
  }),
  disableFlag: operation({
    method: "POST", path: "/feature-flags/{flag}/disable", tag: "Controls", role: "ADMIN",
    tagged: "switches",
    summary: "Switches a flag off, in every process within a second.",
    body: withReason, response: flagSchema,
    errors: ["REQUEST_BODY_INVALID", "FLAG_NOT_FOUND", "HELD_BY_ENVIRONMENT"],
  }),
  setFlag: operation({
    method: "POST", path: "/feature-flags/{flag}/set", tag: "Controls", role: "ADMIN",
    tagged: "switches",
    summary: "Gives a flag a value of its type, in every process within a second.",
    body: z.strictObject({
      value: z.union([z.boolean(), z.number().min(0).max(FLAG_NUMBER_LIMIT)],
        `true, false, or a number from 0 to ${FLAG_NUMBER_LIMIT}`), reason }),
    response: flagSchema,
    errors: ["REQUEST_BODY_INVALID", "FLAG_NOT_FOUND", "HELD_BY_ENVIRONMENT"],
  }),
  resetFlag: operation({
    method: "POST", path: "/feature-flags/{flag}/reset", tag: "Controls", role: "ADMIN",
    tagged: "switches",
    summary: "Forgets the stored value of a flag: its default holds again.",
    body: withReason, response: flagSchema,
    errors: ["REQUEST_BODY_INVALID", "FLAG_NOT_FOUND", "HELD_BY_ENVIRONMENT"],
  }),
  killSwitchStatus: operation({
    method: "GET", path: "/kill-switch/status", tag: "Controls", role: "READ",
    summary: "Whether the kill switch stops runs and imports, and what sets it.",
    response: killSwitchSchema, errors: [],
  }),
  activateKillSwitch: operation({
    method: "POST", path: "/kill-switch/activate", tag: "Controls", role: "ADMIN",
    summary: "Stops runs, imports, approvals and schedules. Works without the database too.",
    body: z.strictObject({ reason, trigger: z.enum(NAMED_TRIGGERS).default("manual") }),
    response: killSwitchSchema, errors: ["REQUEST_BODY_INVALID"],
  }),
  killSwitchChecklist: operation({
    method: "GET", path: "/kill-switch/checklist", tag: "Controls", role: "READ",
    summary: "What a resume requires, and how each item stands now.",
    response: checklistSchema, errors: [],
  }),
  deactivateKillSwitch: operation({
    method: "POST", path: "/kill-switch/deactivate", tag: "Controls", role: "ADMIN",
    summary: "Resumes. The checklist is gone through again and kept with the reason; who sends " +
      "theirs is held to it, so that a failed item must be accepted by name.",
    body: z.strictObject({
      reason,
      checklist: z.strictObject({
        cause_resolved: z.literal(true, "true: you confirm that the cause is resolved"),
        accept_failed: z.array(z.enum(CHECKED_ITEMS)).max(CHECKED_ITEMS.length).default([]),
      }).optional().meta({ description: "The pages and the command line always send it." }),
    }),
    response: killSwitchSchema,
    errors: ["REQUEST_BODY_INVALID", "KILL_SWITCH_NOT_ACTIVE", "KILL_SWITCH_SOURCE_REMAINS",
      "KILL_SWITCH_CHECKLIST_OPEN"],
  }),
  killSwitchHistory: operation({
    method: "GET", path: "/kill-switch/history", tag: "Controls", role: "READ",
    summary: "Every activation and resume, newest first.",
    query: z.strictObject(pageQuery), response: listOf(killSwitchEventSchema),
    errors: ["PARAMETERS_INVALID"],
  }),
};
