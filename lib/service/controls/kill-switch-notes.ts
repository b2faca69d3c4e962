import { newId } from "@/lib/kernel/ids";
import { recordAudit, systemSource } from "../audit/audit";
import { controls, refreshControls, type HeldSource } from "./controls";
import { prisma, type Prisma } from "../db/database";
import { environment } from "../platform/environment";
import { recordActivation, type Activation } from "./kill-switch";
import { dataFolderName, removeKillSwitchFile, type KillSwitchFile } from "./kill-switch-file";

type SourceName = HeldSource["source"];

const HEARTBEAT_MS = 5000;
/** A holder that was not seen for this long has ended without a word. */
const LEASE_MS = 20_000;

/**
 * Brings history and stored state up to date with file and environment, after each look at the
 * database. What several processes see at the same time is written once.
 */
export async function noteSources(): Promise<void> {
  const { sources, databaseTime, steadySince } = controls();
  const own = sources.filter((held) => held.holder === dataFolderName());
  const ageOf = (held: HeldSource): number => databaseTime.getTime() - held.seen_at.getTime();
  const holds: Record<SourceName, string | null> = {
    file: await handmadeReason(),
    environment: environment().KILL_SWITCH_ENABLED ? environment().KILL_SWITCH_REASON : null,
  };
  for (const source of ["file", "environment"] as const) {
    const held = own.find((row) => row.source === source);
    const reason = holds[source];
    if (reason !== null && !held) await begin(source, reason);
    else if (reason !== null && held && ageOf(held) > HEARTBEAT_MS) await heartbeat(source);
    // Another process of this folder may have another environment: that one only falls silent.
    else if (reason === null && held && source === "file") await end(held, 0);
  }
  // After an outage every holder looks silent: they get as long to report as a lease lasts.
  if (performance.now() - steadySince < LEASE_MS) return;
  for (const held of sources) if (ageOf(held) > LEASE_MS) await end(held, LEASE_MS);
}

/**
 * What the file says, when a person or a script wrote it. One that an activation wrote is brought
 * into the database when it is not there yet, and taken away once that activation was resumed.
 */
async function handmadeReason(): Promise<string | null> {
  const { file } = controls();
  if (!file.enabled) return null;
  const id = file.content?.activation_id;
  if (file.content === null || id === undefined) return file.reason ?? "";
  const known = await prisma().killSwitchEvent.findUnique({ where: { id } });
  if (!known) {
    const { content } = file;
    const activation: Activation = { ...content, activation_id: id, reason: file.reason ?? "",
      trigger: content.trigger ?? "manual", activated_by: content.activated_by ?? "file",
      activated_at: content.activated_at ?? new Date(file.modifiedAt).toISOString() };
    await recordActivation(activation);
    return null;
  }
  // Asked anew: what this process saw last may be from before that activation.
  const state = await prisma().killSwitch.findFirst();
  if (state?.enabled !== false) return null;
  if (!await wasResumedSince(prisma(), file)) return file.reason ?? "";
  removeKillSwitchFile(file);
  await refreshControls();
  return null;
}

/**
 * Whether somebody, on any server, has resumed since the file was written. A copy of it that was
 * put there after the resume means what it says.
 */
async function wasResumedSince(
  database: Prisma.TransactionClient, file: KillSwitchFile,
): Promise<boolean> {
  const resumed = await database.killSwitchEvent.findFirst({
    where: { action: "resumed", trigger: { notIn: ["file", "environment"] } },
    orderBy: { createdAt: "desc" } });
  return resumed !== null && file.modifiedAt <= resumed.createdAt.getTime();
}

/** Whether the file is all that is left of an activation which another server has resumed. */
export async function isLeftOver(
  database: Prisma.TransactionClient, file: KillSwitchFile,
): Promise<boolean> {
  const id = file.content?.activation_id;
  if (!file.enabled || id === undefined) return false;
  const known = await database.killSwitchEvent.findUnique({ where: { id } });
  return known !== null && await wasResumedSince(database, file);
}

async function begin(source: SourceName, reason: string): Promise<void> {
  const id = newId();
  await prisma().$transaction(async (transaction) => {
    const added = await transaction.killSwitchSource.createMany({ skipDuplicates: true,
      data: [{ source, holder: dataFolderName(), reason }] });
    if (added.count === 0) return;
    const by = systemSource(source);
    await transaction.killSwitchEvent.create({ data: { id, action: "activated", trigger: source,
      reason, actor: source } });
    await recordAudit(transaction, by, { type: "kill_switch.activated", subjectId: id, reason,
      details: { trigger: source, source, holder: dataFolderName() } });
  });
}

const heartbeat = (source: SourceName): Promise<unknown> =>
  prisma().$executeRaw`UPDATE kill_switch_source SET seen_at = now()
    WHERE source = ${source} AND holder = ${dataFolderName()}`;

const ENDED: Record<SourceName, string> = {
  file: "kill-switch.json no longer halts.",
  environment: "No process with KILL_SWITCH_ENABLED runs any more.",
};

async function end(held: HeldSource, silentMs: number): Promise<void> {
  const id = newId();
  await prisma().$transaction(async (transaction) => {
    const removed = await transaction.$executeRaw`DELETE FROM kill_switch_source
      WHERE source = ${held.source} AND holder = ${held.holder}
        AND seen_at <= now() - make_interval(secs => ${silentMs / 1000}::float8)`;
    if (removed === 0) return;
    const reason = ENDED[held.source];
    await transaction.killSwitchEvent.create({ data: { id, action: "resumed",
      trigger: held.source, reason, actor: held.source } });
    await recordAudit(transaction, systemSource(held.source), { type: "kill_switch.resumed",
      subjectId: id, reason, details: { source: held.source, holder: held.holder } });
  });
}
