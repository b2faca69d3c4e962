import type { BodyOf, ResponseOf } from "@/lib/contract/operations";
import { newId } from "@/lib/kernel/ids";
import { AppError } from "../platform/app-error";
import { recordAudit, sourceOf } from "../audit/audit";
import { checkAuditChain } from "../audit/audit-log";
import type { Context } from "../platform/caller";
import { controls, refreshControls } from "../controls/controls";
import {
  databaseUnavailable, pool, prisma, type KillSwitch, type Prisma,
} from "../db/database";
import { environment } from "../platform/environment";
import { killSwitchStatus } from "../controls/kill-switch";
import {
  dataFolderName, killSwitchPath, readKillSwitchFile, removeKillSwitchFile,
} from "../controls/kill-switch-file";
import { isLeftOver } from "../controls/kill-switch-notes";
import { log } from "../platform/log";
import { health } from "./system";
import { verifyEvidence } from "../evidence/verification";

type Checklist = ResponseOf<"killSwitchChecklist">;
type Item = Checklist["items"][number];
type Confirmed = NonNullable<BodyOf<"deactivateKillSwitch">["checklist"]>;

/** How long either is verified at most: a resume is not to take an hour. */
const VERIFY_MS = 10_000;

/** What a resume requires; `ready` when only the confirmation of a person is missing. */
export async function killSwitchChecklist(): Promise<Checklist> {
  const items: Item[] = [
    { item: "cause_resolved", title: "The cause is resolved", state: "to_confirm",
      message: killSwitchStatus().reason ?? "The kill switch is off." },
    ...await Promise.all([healthItem(), chainItem()]),
  ];
  return { ready: items.every((item) => item.state !== "failed"), items };
}

async function healthItem(): Promise<Item> {
  const { components } = await health();
  const others = Object.entries(components).filter(([name]) => name !== "kill_switch");
  const wordsOf = (state: string): string => others.filter(([, each]) => each.status === state)
    .map(([name, each]) => `${name}: ${each.message ?? state}`).join(" ");
  const failed = wordsOf("failed");
  const degraded = wordsOf("degraded");
  return { item: "health", title: "Every component is well",
    state: failed ? "failed" : degraded ? "warning" : "ok",
    message: failed || degraded || `${others.length} components are well.` };
}

type Found = Pick<Item, "state" | "message">;

async function chainItem(): Promise<Item> {
  const found = await Promise.all([evidenceFound(), auditFound()]);
  const state = (["failed", "warning", "ok"] as const)
    .find((one) => found.some((each) => each.state === one)) ?? "ok";
  return { item: "chain_verified", title: "Evidence and audit log are unchanged", state,
    message: found.map((each) => each.message).join(" ") };
}

/** Verifies the evidence of every version with runs, newest first, while there is time. */
async function evidenceFound(): Promise<Found> {
  const { rows } = await pool().query<{ id: string }>(
    `SELECT dataset_version_id::text AS id FROM dataset_version v WHERE status = 'sealed'
       AND EXISTS (SELECT FROM run WHERE run.dataset_version_id = v.dataset_version_id)
     ORDER BY created_at DESC`);
  const end = performance.now() + VERIFY_MS;
  let records = 0;
  for (const [index, { id }] of rows.entries()) {
    if (performance.now() > end) {
      return { state: "warning", message: `${records} evidence records of ${index} versions are ` +
        `unchanged; ${rows.length - index} older versions were not looked at.` };
    }
    const found = await verifyEvidence({ dataset_version_id: id });
    records += found.checked;
    if (!found.ok) {
      return { state: "failed", message: `Evidence: ${found.first_bad?.reason}, record ` +
        `${found.first_bad?.id} of version ${id}.` };
    }
  }
  return { state: "ok", message: `${records} evidence records of ${rows.length} versions are ` +
    "unchanged." };
}

/** Verifies the chain of the audit log, as far as there is time to wait for it. */
async function auditFound(): Promise<Found> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), VERIFY_MS);
  });
  const found = await Promise.race([checkAuditChain(), late]).finally(() => clearTimeout(timer));
  if (found === null) {
    return { state: "warning", message:
      "The audit log is too long to verify here; POST /audit/verify verifies all of it." };
  }
  return found.ok
    ? { state: "ok", message: `${found.checked} audit events are unchanged.` }
    : { state: "failed", message: `Audit log, position ${found.first_bad?.position}: ` +
        `${found.first_bad?.reason}` };
}

/**
 * Resumes: stored state and file are cleared together, with history and audit event.
 * @throws AppError KILL_SWITCH_SOURCE_REMAINS when something holds it that this cannot clear.
 */
export async function deactivateKillSwitch(
  context: Context, body: BodyOf<"deactivateKillSwitch">,
): Promise<ResponseOf<"killSwitchStatus">> {
  await refreshControls();
  const { file, known } = controls();
  if (!known) throw databaseUnavailable(undefined);
  if (!killSwitchStatus().enabled) throw new AppError("KILL_SWITCH_NOT_ACTIVE");
  refuseWhenEnvironmentHolds();
  const checklist = await goneThrough(body.checklist ?? null);
  await prisma().$transaction(async (transaction) => {
    const before = await lockedState(transaction);
    await refuseWhenResumed(transaction, before);
    await clear(transaction, context, before, body.reason, checklist);
    if (file.enabled && !removeKillSwitchFile(file)) throw fileRemains();
  }, { timeout: 10_000 });
  await refreshControls();
  log().warn({ reason: body.reason, actor: context.caller.name, request_id: context.requestId },
    "KILL_SWITCH_RESUMED");
  return killSwitchStatus();
}

/**
 * The checklist as the history keeps it. The contract asks for a reason only; who confirms the
 * checklist as well is held to it.
 * @throws AppError KILL_SWITCH_CHECKLIST_OPEN when an item failed that was not accepted by name
 */
async function goneThrough(confirmed: Confirmed | null): Promise<Prisma.InputJsonObject> {
  const { items } = await killSwitchChecklist();
  const open = confirmed === null ? [] : items.filter((item) => item.state === "failed"
    && !confirmed.accept_failed.some((accepted) => accepted === item.item));
  if (open.length > 0) {
    throw new AppError("KILL_SWITCH_CHECKLIST_OPEN", {
      message: `${open.map((item) => `${item.title}: ${item.message}`).join(" ")} Resolve it, or ` +
        `name it in checklist.accept_failed (${open.map((item) => item.item).join(", ")}).`,
      errors: open.map((item) => ({ path: `checklist.${item.item}`, message: item.message })),
    });
  }
  return { cause_resolved: confirmed !== null, accepted: confirmed?.accept_failed ?? [],
    items: items.map(({ item, state, message }) => ({ item, message,
      state: item === "cause_resolved" && confirmed !== null ? "confirmed" : state })) };
}

function refuseWhenEnvironmentHolds(): void {
  if (!environment().KILL_SWITCH_ENABLED) return;
  throw new AppError("KILL_SWITCH_SOURCE_REMAINS", { message:
    "The environment holds the kill switch: KILL_SWITCH_ENABLED is set for this server. Unset it " +
    "and restart the server, then resume what else is set. Nothing was changed." });
}

const fileRemains = (): AppError => new AppError("KILL_SWITCH_SOURCE_REMAINS", { message:
  `The file ${killSwitchPath()} holds the kill switch and could not be removed, or has just been ` +
  "written anew. Look at it, then resume again. Nothing was changed." });

/**
 * Somebody may have resumed while the checklist was gone through, on another server too: then this
 * server's file is left from what is over, and must not count as a second activation.
 */
async function refuseWhenResumed(
  transaction: Prisma.TransactionClient, before: KillSwitch | null,
): Promise<void> {
  await refreshControls();
  if (before?.enabled !== false || controls().unreadable !== null) return;
  const file = readKillSwitchFile();
  const isOver = !file.enabled || await isLeftOver(transaction, file);
  if (!isOver) return;
  if (file.enabled) removeKillSwitchFile(file);
  await refreshControls();
  throw new AppError("KILL_SWITCH_NOT_ACTIVE");
}

/** One resume at a time, also where the row is missing and nothing could be locked. */
async function lockedState(transaction: Prisma.TransactionClient): Promise<KillSwitch | null> {
  await transaction.$queryRaw`SELECT pg_advisory_xact_lock(7305211922)::text`;
  await transaction.$queryRaw`SELECT 1 FROM kill_switch FOR UPDATE`;
  return transaction.killSwitch.findFirst();
}

async function clear(
  transaction: Prisma.TransactionClient, context: Context, before: KillSwitch | null,
  reason: string, checklist: Prisma.InputJsonObject,
): Promise<void> {
  const trigger = before?.trigger === "drill" ? "drill" : "manual";
  const id = newId();
  const off = { enabled: false, trigger: null, reason: null, activatedAt: null, activatedBy: null };
  await transaction.killSwitch.upsert({ where: { onlyRow: true }, update: off, create: off });
  // The file goes with this resume, so its end is no event of its own.
  await transaction.killSwitchSource.deleteMany({
    where: { source: "file", holder: dataFolderName() } });
  await transaction.killSwitchEvent.create({ data: { id, action: "resumed", trigger, reason,
    checklist, ...sourceOf(context), createdAt: new Date() } });
  await recordAudit(transaction, context, { type: "kill_switch.resumed", subjectId: id, reason,
    before: { enabled: before?.enabled ?? null, reason: before?.reason ?? null },
    after: { enabled: false }, details: { trigger, checklist } });
}
