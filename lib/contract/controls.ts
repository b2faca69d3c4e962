import { z } from "zod";
import { listOf, pageQuery, timestamp, uuid } from "./common";
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

export const controlOperations = {
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
    summary: "Resumes. The checklist is checked again; a failed item must be accepted by name.",
    body: z.strictObject({
      reason,
      checklist: z.strictObject({
        cause_resolved: z.literal(true, "true: you confirm that the cause is resolved"),
        accept_failed: z.array(z.enum(CHECKED_ITEMS)).max(CHECKED_ITEMS.length).default([]),
      }),
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
