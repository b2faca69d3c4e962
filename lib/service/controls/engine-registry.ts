import type { ResponseOf } from "@/lib/contract/operations";
import { ENGINE_ID, ENGINE_VERSION } from "@/lib/evidence";
import { AppError } from "../platform/app-error";
import { recordAudit } from "../audit/audit";
import type { Context } from "../platform/caller";
import { controls, refreshControls } from "./controls";
import { prisma } from "../db/database";
import { compareMatch, etagOf } from "../platform/etag";
import { environment, isInEnvironment } from "../platform/environment";

type Item = ResponseOf<"listEngines">["items"][number];

/** Every engine that this build has. */
const ENGINES = [{ id: ENGINE_ID, version: ENGINE_VERSION, title: "Distressed asset debt stress" }];

const isListed = (id: string): boolean => environment().TODISCOPE_ENABLED_ENGINES.includes(id);
const isSwitchedOff = (id: string): boolean => controls().engines.get(id)?.disabled ?? false;

/** Whether an engine may run: listed in the environment and not disabled at run time. */
export const isEngineEnabled = (id: string = ENGINE_ID): boolean =>
  isListed(id) && !isSwitchedOff(id);

export const enabledEngines = (): ResponseOf<"enabledEngines"> => ({
  enabled_engines: environment().TODISCOPE_ENABLED_ENGINES.filter((id) => !isSwitchedOff(id)) });

export const engineHealth = (): ResponseOf<"engineHealth"> =>
  ({ status: isEngineEnabled() ? "ok" : "disabled", engine_id: ENGINE_ID });

/** @throws AppError ENGINE_DISABLED saying where it is disabled. Asks nobody. */
export function refuseWhenDisabled(): void {
  if (isEngineEnabled()) return;
  const stored = controls().engines.get(ENGINE_ID);
  const message = isListed(ENGINE_ID)
    ? `The engine was disabled by ${stored?.changed_by ?? "an administrator"}: ${stored?.reason ?? ""}`
    : "The engine is not listed in TODISCOPE_ENABLED_ENGINES.";
  throw new AppError("ENGINE_DISABLED", { message, retryAfterS: 60 });
}

const listOrigin = (): Item["origin"] =>
  isInEnvironment("TODISCOPE_ENABLED_ENGINES") ? "environment" : "default";

const tagOf = (id: string, disabled: boolean): string => etagOf({ engine: id, disabled });

function toItem(id: string): Item {
  const known = ENGINES.find((engine) => engine.id === id);
  const stored = controls().engines.get(id);
  return {
    engine_id: id, title: known?.title ?? null, version: known?.version ?? null,
    state: known ? isEngineEnabled(id) ? "enabled" : "disabled" : "unknown",
    origin: isListed(id) && isSwitchedOff(id) ? "stored" : listOrigin(),
    listed: isListed(id), disabled_at_run_time: isSwitchedOff(id), reason: stored?.reason ?? null,
    etag: tagOf(id, isSwitchedOff(id)),
    changed_by: stored?.changed_by ?? null, changed_at: stored?.changed_at.toISOString() ?? null,
  };
}

/** Every engine of this build, and every id that the environment lists and no engine has. */
export function listEngines(): ResponseOf<"listEngines"> {
  const ids = new Set([...ENGINES.map((engine) => engine.id),
    ...environment().TODISCOPE_ENABLED_ENGINES]);
  return { items: [...ids].map(toItem), next_cursor: null };
}

/** Lets an engine run or stops it, in every process within a second. */
export async function switchEngine(
  context: Context, id: string, enabled: boolean, reason: string,
): Promise<Item> {
  if (!ENGINES.some((engine) => engine.id === id)) {
    throw new AppError("ENGINE_NOT_FOUND", { message: `There is no engine "${id.slice(0, 100)}". ` +
      `Engines: ${ENGINES.map((engine) => engine.id).join(", ")}.` });
  }
  if (enabled && !isListed(id)) {
    throw new AppError("HELD_BY_ENVIRONMENT", { message: `${id} is not listed in ` +
      "TODISCOPE_ENABLED_ENGINES of this server's environment. Add it there and restart the " +
      "server. Nothing was stored." });
  }
  await prisma().$transaction(async (transaction) => {
    await transaction.$queryRaw`SELECT pg_advisory_xact_lock(7305211921)::text`;
    const before = await transaction.engineOverride.findUnique({ where: { engineId: id } });
    compareMatch(context, tagOf(id, before?.disabled ?? false));
    const row = { disabled: !enabled, reason, changedBy: context.caller.name,
      changedAt: new Date() };
    await transaction.engineOverride.upsert(
      { where: { engineId: id }, update: row, create: { ...row, engineId: id } });
    await recordAudit(transaction, context, {
      type: enabled ? "engine.enabled" : "engine.disabled", subjectId: id, reason,
      before: { disabled: before?.disabled ?? false }, after: { disabled: !enabled } });
  });
  await refreshControls();
  return toItem(id);
}
