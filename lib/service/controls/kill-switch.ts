import type { KillSwitchTrigger } from "@/lib/contract/controls";
import type { BodyOf, QueryOf, ResponseOf } from "@/lib/contract/operations";
import { newId } from "@/lib/kernel/ids";
import { AppError } from "../platform/app-error";
import { recordAudit } from "../audit/audit";
import type { Context } from "../platform/caller";
import { controls, refreshControls, refreshFile } from "./controls";
import { databaseUnavailable, isDatabaseGone, prisma, sqlState } from "../db/database";
import { environment } from "../platform/environment";
import {
  dataFolderName, killSwitchPath, writeKillSwitchFile, type KillSwitchContent,
} from "./kill-switch-file";
import { log } from "../platform/log";
import { afterCursor, pageOf } from "../platform/paging";

type Status = ResponseOf<"killSwitchStatus">;
type Source = Status["sources"][number] & { by: string | null; trigger: KillSwitchTrigger | null };

const RETRY_S = 30;
/** How long an activation waits for the database before the file has to do. */
const RECORD_MS = 3000;
/** Raised by the last look before a commit, in the database itself. */
const HALTED = "TS005";

/** @throws AppError KILL_SWITCH_ACTIVE with its reason. Costs nothing: asks nobody. */
export function refuseWhenHalted(): void {
  if (haltingSources().length > 0) throw halted();
}

const halted = (): AppError => new AppError("KILL_SWITCH_ACTIVE", {
  message: `The kill switch is active: ${reasonOf(haltingSources())
    ?? "it was set a moment ago; its reason is on the page Operations."}`,
  retryAfterS: RETRY_S });

/** Whether the database, or a gate, refused because of the kill switch. */
export const isHalt = (error: unknown): boolean => sqlState(error) === HALTED
  || (error instanceof AppError && error.code === "KILL_SWITCH_ACTIVE");

/** What a caller is told when the last look before a commit refused. */
export async function haltError(): Promise<AppError> {
  await refreshControls();
  return halted();
}

function storedSource(): Source {
  const { killSwitch, unreadable, known } = controls();
  if (unreadable !== null) {
    return { source: "stored", enabled: true, known: true, since: null, by: null, trigger: null,
      reason: `The stored state of the kill switch cannot be understood: ${unreadable}. ` +
        "Restore the row of table kill_switch." };
  }
  const on = killSwitch?.enabled ?? false;
  return { source: "stored", enabled: on, known, reason: on ? killSwitch?.reason ?? null : null,
    since: on ? killSwitch?.activated_at?.toISOString() ?? null : null,
    by: on ? killSwitch?.activated_by ?? null : null,
    trigger: on ? killSwitch?.trigger ?? null : null };
}

function fileSource(): Source {
  const { file } = controls();
  if (!file.enabled) {
    return { source: "file", enabled: false, known: true, reason: null, since: null, by: null,
      trigger: null };
  }
  const since = file.content?.activated_at ?? new Date(file.modifiedAt).toISOString();
  return { source: "file", enabled: true, known: true, reason: file.reason,
    since: new Date(since).toISOString(), by: file.content?.activated_by ?? "file",
    trigger: file.content?.trigger ?? "file" };
}

function environmentSource(): Source {
  const { KILL_SWITCH_ENABLED: enabled, KILL_SWITCH_REASON: reason } = environment();
  return { source: "environment", enabled, known: true, reason: enabled ? reason : null,
    since: enabled ? controls().startedAt.toISOString() : null,
    by: enabled ? "environment" : null, trigger: enabled ? "environment" : null };
}

const allSources = (): Source[] => [storedSource(), fileSource(), environmentSource()];
const haltingSources = (): Source[] => allSources().filter((source) => source.enabled);

function reasonOf(sources: readonly Source[]): string | null {
  const reasons = new Set(sources.map((source) => source.reason).filter(Boolean));
  return reasons.size === 0 ? null : [...reasons].join(" / ");
}

/** State, reason and sources, as this process obeys them. */
export function killSwitchStatus(): Status {
  const sources = allSources();
  const halting = sources.filter((source) => source.enabled);
  const first = halting[0];
  const isHere = (held: { source: string; holder: string }): boolean =>
    held.holder === dataFolderName() && halting.some(({ source }) => source === held.source);
  return {
    enabled: halting.length > 0, reason: reasonOf(halting), activated_at: first?.since ?? null,
    activated_by: first?.by ?? null, trigger: first?.trigger ?? null,
    sources: sources.map(({ by: _by, trigger: _trigger, ...source }) => source),
    elsewhere: controls().sources.filter((held) => !isHere(held)).map((held) => ({
      source: held.source, holder: held.holder, reason: held.reason,
      since: held.since.toISOString() })),
  };
}

/** An activation as it is written to the file, and from there or at once to the history. */
export type Activation = Required<Pick<KillSwitchContent, "activation_id" | "trigger" | "reason" |
  "activated_by" | "activated_at">> & Pick<KillSwitchContent, "role" | "request_id" |
  "correlation_id">;

/**
 * Throws the switch: into the file first, which halts with or without a database, then into the
 * database. Without a database the file alone does; the history is caught up when it is back.
 */
export async function activateKillSwitch(
  context: Context, body: BodyOf<"activateKillSwitch">,
): Promise<Status> {
  const { caller, requestId, correlationId } = context;
  const activation: Activation = {
    activation_id: newId(), trigger: body.trigger, reason: body.reason, activated_by: caller.name,
    activated_at: new Date().toISOString(), role: caller.roles.join("+") || null,
    request_id: requestId, correlation_id: correlationId,
  };
  const inFile = keepInFile(activation);
  try {
    await withinTime(recordActivation(activation));
  } catch (error) {
    if (!inFile) throw isDatabaseGone(error) ? databaseUnavailable(error) : error;
    log().error({ err: error, request_id: requestId }, "KILL_SWITCH_IN_FILE_ALONE");
  }
  await refreshControls();
  log().warn({ reason: body.reason, trigger: body.trigger, actor: caller.name,
    request_id: requestId }, "KILL_SWITCH_ACTIVATED");
  return killSwitchStatus();
}

function keepInFile(activation: Activation): boolean {
  refreshFile();
  const { file } = controls();
  const isReal = file.enabled && file.content?.trigger !== "drill";
  // A drill must not take the place of what it is not.
  if (activation.trigger === "drill" && isReal) return false;
  try {
    writeKillSwitchFile({ enabled: true, ...activation });
    refreshFile();
    return true;
  } catch (error) {
    log().error({ err: error, file: killSwitchPath() }, "KILL_SWITCH_FILE_NOT_WRITTEN");
    return false;
  }
}

async function withinTime(work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(databaseUnavailable(undefined)), RECORD_MS);
  });
  await Promise.race([work, late]).finally(() => clearTimeout(timer));
}

/** Writes an activation to state, history and audit log, whoever finds it first; once. */
export async function recordActivation(activation: Activation): Promise<void> {
  const { activation_id: id, trigger, reason, activated_by: actor } = activation;
  const at = new Date(activation.activated_at);
  const origin = { actor, role: activation.role ?? null, requestId: activation.request_id ?? null,
    correlationId: activation.correlation_id ?? null };
  await prisma().$transaction(async (transaction) => {
    await transaction.$queryRaw`SELECT await_commits_in_flight()`;
    await transaction.$queryRaw`SELECT 1 FROM kill_switch FOR UPDATE`;
    const added = await transaction.killSwitchEvent.createMany({ skipDuplicates: true, data: [
      { id, action: "activated", trigger, reason, ...origin, createdAt: at }] });
    if (added.count === 0) return;
    const before = await transaction.killSwitch.findFirst();
    const after = { enabled: true, trigger, reason, activatedBy: actor,
      activatedAt: before?.enabled ? before.activatedAt : at };
    const isMoreThanDrill = before?.enabled === true && before.trigger !== "drill";
    if (trigger !== "drill" || !isMoreThanDrill) {
      await transaction.killSwitch.upsert(
        { where: { onlyRow: true }, update: after, create: after });
    }
    await recordAudit(transaction, origin, { type: "kill_switch.activated", subjectId: id, reason,
      before: { enabled: before?.enabled ?? null }, after: { enabled: true },
      details: { trigger, source: "stored" } });
  }, { timeout: 10_000 });
}

/** Every activation and resume, newest first. */
export async function killSwitchHistory(
  query: QueryOf<"killSwitchHistory">,
): Promise<ResponseOf<"killSwitchHistory">> {
  const rows = await prisma().killSwitchEvent.findMany({
    where: afterCursor(query.cursor), orderBy: [{ createdAt: "desc" }, { id: "desc" }],
    take: query.limit + 1,
  });
  return pageOf(rows, query.limit, (row) => ({
    event_id: row.id, action: row.action as "activated" | "resumed",
    trigger: row.trigger as KillSwitchTrigger, reason: row.reason, actor: row.actor,
    role: row.role, request_id: row.requestId, correlation_id: row.correlationId,
    checklist: row.checklist, created_at: row.createdAt.toISOString(),
  }));
}
