import {
  FEATURE_FLAGS, FLAG_NAMES, type FlagName, type FlagValue,
} from "@/lib/contract/feature-flags";
import type { BodyOf, ResponseOf } from "@/lib/contract/operations";
import type { Json } from "@/lib/kernel/canonical";
import { AppError } from "../platform/app-error";
import { recordAudit } from "../audit/audit";
import type { Context } from "../platform/caller";
import { controls, refreshControls } from "./controls";
import { prisma } from "../db/database";
import { environment } from "../platform/environment";
import { compareMatch, etagOf } from "../platform/etag";

type Item = ResponseOf<"listFlags">["items"][number];
type Value = boolean | number;

/** The value that holds now, without a restart and without asking anybody. */
export function flagValue<N extends FlagName>(name: N): FlagValue<N> {
  return (environment()[name] ?? storedValue(name) ?? FEATURE_FLAGS[name].default) as FlagValue<N>;
}

/** A stored value of another type than the flag's, as only a hand can put it there, is none. */
function storedValue(name: FlagName): Value | undefined {
  const value = controls().flags.get(name)?.value;
  return typeof value === typeof FEATURE_FLAGS[name].default ? value as Value : undefined;
}

/** By what is stored, which is what people change; null and a missing row are the same. */
const tagOf = (name: FlagName, stored: unknown): string =>
  etagOf({ flag: name, stored: (stored ?? null) as Json });

function toItem(name: FlagName): Item {
  const held = environment()[name];
  const stored = storedValue(name);
  const row = controls().flags.get(name);
  const { default: byDefault, description } = FEATURE_FLAGS[name];
  return {
    flag: name, type: typeof byDefault as "boolean" | "number", value: flagValue(name),
    origin: held !== undefined ? "environment" : stored !== undefined ? "stored" : "default",
    default: byDefault, stored: stored ?? null, environment: held ?? null, description,
    etag: tagOf(name, row?.value),
    reason: row?.reason ?? null, updated_at: row?.updated_at.toISOString() ?? null,
    updated_by: row?.updated_by ?? null,
  };
}

/** Every flag with its effective value and where that comes from. */
export const listFlags = (): ResponseOf<"listFlags"> =>
  ({ items: FLAG_NAMES.map(toItem), next_cursor: null });

function named(flag: string): FlagName {
  const name = FLAG_NAMES.find((each) => each === flag);
  if (name) return name;
  throw new AppError("FLAG_NOT_FOUND",
    { message: `There is no flag "${flag.slice(0, 60)}". Flags: ${FLAG_NAMES.join(", ")}.` });
}

/** Switches a flag on or off. @throws AppError FLAG_NOT_FOUND, or when it is a number. */
export const switchFlag = (
  context: Context, flag: string, value: boolean, reason: string,
): Promise<Item> => store(context, named(flag), value, reason);

/** Gives a flag a value of its type. */
export const setFlag = (
  context: Context, flag: string, body: BodyOf<"setFlag">,
): Promise<Item> => store(context, named(flag), body.value, body.reason);

/** Forgets the stored value: the default holds again. */
export const resetFlag = (context: Context, flag: string, reason: string): Promise<Item> =>
  store(context, named(flag), null, reason);

async function store(
  context: Context, name: FlagName, value: Value | null, reason: string,
): Promise<Item> {
  refuseWhenHeld(name);
  const type = typeof FEATURE_FLAGS[name].default;
  if (value !== null && typeof value !== type) {
    const message = type === "number"
      ? `${name} is a number: use /feature-flags/${name}/set with a number as value`
      : `${name} is on or off: value is true or false`;
    throw new AppError("REQUEST_BODY_INVALID", { message, errors: [{ path: "value", message }] });
  }
  await prisma().$transaction(async (transaction) => {
    // One change of a flag at a time, so that each says what was there before it.
    await transaction.$queryRaw`SELECT pg_advisory_xact_lock(7305211921)::text`;
    const before = await transaction.featureFlag.findUnique({ where: { flag: name } });
    compareMatch(context, tagOf(name, before?.value));
    const row = { reason, updatedBy: context.caller.name, updatedAt: new Date() };
    if (value === null) await transaction.featureFlag.deleteMany({ where: { flag: name } });
    else {
      await transaction.featureFlag.upsert({ where: { flag: name }, update: { ...row, value },
        create: { ...row, value, flag: name } });
    }
    await recordAudit(transaction, context, { type: "feature_flag.changed", subjectId: name, reason,
      before: { stored: before?.value ?? null }, after: { stored: value } });
  });
  await refreshControls();
  return toItem(name);
}

/** A stored value that has no effect would only mislead whoever stored it. */
function refuseWhenHeld(name: FlagName): void {
  const held = environment()[name];
  if (held === undefined) return;
  throw new AppError("HELD_BY_ENVIRONMENT", { message: `${name} is ${String(held)} in this ` +
    "server's environment, which wins over what is stored. Change it there and restart the " +
    "server. Nothing was stored." });
}
