import type { ResponseOf } from "@/lib/contract/operations";

export type AuditEvent = ResponseOf<"listAudit">["items"][number];

/** Kinds to filter by, as the API names them. */
export const EVENT_KINDS = [
  { value: "access.*", label: "Refused access" },
  { value: "sign_in.*", label: "Sign-ins" },
  { value: "sign_out.*", label: "Sign-outs" },
  { value: "session.*", label: "Sessions ended" },
  { value: "user.*", label: "Users" },
  { value: "role_change.*", label: "Changes of roles" },
  { value: "token.*", label: "API tokens" },
  { value: "dataset.*", label: "Datasets" },
  { value: "dataset_version.*", label: "Dataset versions" },
  { value: "legal_hold.*", label: "Legal holds" },
  { value: "kpi.*", label: "KPIs and breaches" },
  { value: "kpi_settings.*", label: "Limits of KPIs" },
  { value: "run.*", label: "Runs" },
  { value: "evidence.*", label: "Evidence" },
  { value: "engine_version.*", label: "Model register" },
  { value: "kill_switch.*", label: "Kill switch" },
  { value: "engine.*", label: "Engines" },
  { value: "feature_flag.*", label: "Feature flags" },
  { value: "job.*", label: "Jobs" },
  { value: "pipeline.*", label: "Watched folder" },
  { value: "audit.*", label: "Audit log" },
] as const;

const SPECIAL: Record<string, string> = {
  "access.refused": "Access refused",
  "sign_in.accepted": "Signed in",
  "sign_in.refused": "Sign-in refused",
  "sign_in.locked": "Sign-in refused, locked out",
  "sign_out.done": "Signed out",
  "token.created": "API token created",
  "token.revoked": "API token revoked",
  "token.used": "API token in use",
  "token.refused": "API token refused",
  "role_change.break_glass": "Roles changed without a second person",
  "engine.refused": "Engine disabled, run refused",
  "kill_switch.refused": "Stopped by the kill switch",
  "user.password_changed": "Password changed",
  "kpi.recorded": "KPIs recorded",
  "analysis.recorded": "Analysis kept",
  "kpi.breached": "KPI past its limit",
  "kpi_settings.changed": "Limits of KPIs changed",
  "pipeline.import_failed": "Import from the watched folder failed",
  "pipeline.folder_refused": "Watched folder: no dataset of that name",
  "pipeline.link_refused": "Watched folder: link not followed",
  "audit.exported": "Audit log exported",
  "audit.verified": "Audit log verified",
};

/** "dataset_version.sealed" gives "Dataset version sealed". */
export function eventTitle(type: string): string {
  const words = SPECIAL[type] ?? type.replaceAll(/[._]/g, " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** "READ+EXECUTE" gives "Read, Execute". */
export const roleWords = (role: string | null): string | null => role === null ? null
  : role.split("+").map((one) => one.charAt(0) + one.slice(1).toLowerCase()).join(", ");

const members = (value: unknown): Record<string, unknown> =>
  typeof value === "object" && value !== null ? value as Record<string, unknown> : {};

/** Whether an event is of something that was turned away or went wrong. */
export function isTrouble({ type, after }: Pick<AuditEvent, "type" | "after">): boolean {
  return /\.(refused|failed|locked|break_glass)$/.test(type)
    || (/\.verified$/.test(type) && members(after).ok === false);
}

const PEOPLE = new Set(["user", "sign_in", "sign_out", "session", "role_change"]);

/** Where the thing that an event is about can be looked at; null when there is no page for it. */
export function subjectHref(event: AuditEvent): string | null {
  const [noun] = event.type.split(".");
  const id = event.subject_id === null ? null : encodeURIComponent(event.subject_id);
  if (id !== null && noun === "run") return `/runs/${id}`;
  if (id !== null && noun === "dataset") return `/datasets/${id}`;
  if (noun === "dataset_version" || noun === "evidence") {
    return event.dataset_version_id === null ? null : `/versions/${event.dataset_version_id}`;
  }
  if (PEOPLE.has(noun ?? "")) return "/admin?tab=users";
  return noun === "token" ? "/admin?tab=tokens" : null;
}

/** The subject as one line: the name it had where the event says so, else its id. */
export function subjectName(event: AuditEvent): string | null {
  const { name, email } = { ...members(event.before), ...members(event.after) };
  const said = email ?? name;
  return typeof said === "string" && said !== "" ? said : event.subject_id;
}

export interface Change { name: string; before: string | null; after: string | null }

const textOf = (value: unknown): string | null => value === undefined ? null
  : typeof value === "string" ? value : JSON.stringify(value);

/** The members of both sides, what differs first; null stands for "was not there". */
export function changesOf(before: unknown, after: unknown): (Change & { differs: boolean })[] {
  const [was, is] = [members(before), members(after)];
  const names = [...new Set([...Object.keys(is), ...Object.keys(was)])];
  const rows = names.map((name) => {
    const change = { name, before: textOf(was[name]), after: textOf(is[name]) };
    return { ...change, differs: change.before !== change.after };
  });
  return [...rows.filter((row) => row.differs), ...rows.filter((row) => !row.differs)];
}
