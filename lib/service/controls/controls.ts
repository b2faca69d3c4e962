import { z } from "zod";
import { KILL_SWITCH_TRIGGERS } from "@/lib/contract/controls";
import { isDatabaseGone, sqlState, watchQuery } from "../db/database";
import { readKillSwitchFile, type KillSwitchFile } from "./kill-switch-file";
import { log } from "../platform/log";
import { processState } from "../platform/process-state";

const time = z.string().transform((text) => new Date(text));
const killSwitchRow = z.object({
  enabled: z.boolean(), trigger: z.enum(KILL_SWITCH_TRIGGERS).nullable(),
  reason: z.string().nullable(), activated_at: time.nullable(), activated_by: z.string().nullable(),
});
const sourceRow = z.object({
  source: z.enum(["environment", "file"]), holder: z.string(), reason: z.string(), since: time,
  seen_at: time,
});
const engineRow = z.object({
  engine_id: z.string(), disabled: z.boolean(), reason: z.string(), changed_by: z.string(),
  changed_at: time,
});
const flagRow = z.object({
  flag: z.string(), value: z.unknown(), reason: z.string(), updated_by: z.string(),
  updated_at: time,
});

export type StoredKillSwitch = z.infer<typeof killSwitchRow>;
export type HeldSource = z.infer<typeof sourceRow>;
export type EngineOverride = z.infer<typeof engineRow>;
export type StoredFlag = z.infer<typeof flagRow>;

/** What this process knows of its controls; read synchronously, so that a gate costs nothing. */
export type Controls = {
  file: KillSwitchFile;
  /** The last stored state that was understood; null until the database has answered once. */
  killSwitch: StoredKillSwitch | null;
  /** Why the stored kill switch cannot be understood; then it counts as on. */
  unreadable: string | null;
  /** Whether the database answered when it was last asked. */
  known: boolean;
  sources: readonly HeldSource[];
  engines: ReadonlyMap<string, EngineOverride>;
  flags: ReadonlyMap<string, StoredFlag>;
  /** The database's clock at the last answer, and since when it has answered every time. */
  databaseTime: Date;
  steadySince: number;
  startedAt: Date;
};

type Answer = { kill_switch: unknown; sources: unknown; engines: unknown; flags: unknown;
  database_time: Date };
const QUERY = `SELECT (SELECT to_jsonb(k) FROM kill_switch k) AS kill_switch,
  (SELECT coalesce(jsonb_agg(s), '[]') FROM kill_switch_source s) AS sources,
  (SELECT coalesce(jsonb_agg(e), '[]') FROM engine_override e) AS engines,
  (SELECT coalesce(jsonb_agg(f), '[]') FROM feature_flag f) AS flags,
  clock_timestamp() AS database_time`;

const FILE_MS = 200;
const STORED_MS = 400;
/** SQL states of a table, a column or a right that is missing: an answer, but none to rely on. */
const NOT_UNDERSTOOD = /^(42|22)/;

type Watch = {
  now: Controls;
  /** The look under way or the last one, and the one that waits for it, shared by who asks now. */
  looking: Promise<void>; next: Promise<void> | null;
  timers: NodeJS.Timeout[];
};

const watch = (): Watch => processState("controls", () => ({
  now: { file: readKillSwitchFile(), killSwitch: null, unreadable: null, known: false,
    sources: [], engines: new Map(), flags: new Map(), databaseTime: new Date(0),
    steadySince: Number.POSITIVE_INFINITY, startedAt: new Date() },
  looking: Promise.resolve(), next: null, timers: [],
}));

/** The controls as this process last saw them, a fraction of a second ago. */
export const controls = (): Controls => watch().now;

/** Looks at the file at once. */
export function refreshFile(): void {
  watch().now.file = readKillSwitchFile();
}

/** Looks at file and database at once. Never fails: what does not answer is not known. */
export async function refreshControls(): Promise<void> {
  refreshFile();
  const state = watch();
  // An answer that is under way may be older than what the caller wants to see.
  state.next ??= state.looking = state.looking.then(() => {
    state.next = null;
    return ask(state.now);
  });
  await state.next;
}

async function ask(now: Controls): Promise<void> {
  try {
    take(now, await watchQuery<Answer>(QUERY));
  } catch (error) {
    const state = sqlState(error);
    now.known = false;
    now.steadySince = Number.POSITIVE_INFINITY;
    if (isDatabaseGone(error) || !NOT_UNDERSTOOD.test(state ?? "")) return;
    if (now.unreadable === null) log().warn({ err: error }, "CONTROLS_NOT_UNDERSTOOD");
    now.unreadable = `the database refuses to show it (${state})`;
  }
}

function take(now: Controls, answer: Answer): void {
  const killSwitch = killSwitchRow.safeParse(answer.kill_switch);
  if (killSwitch.success) now.killSwitch = killSwitch.data;
  now.unreadable = killSwitch.success ? null : answer.kill_switch === null
    ? "its row is missing" : `its row holds an unknown value (${killSwitch.error.issues[0]?.message})`;
  now.sources = understood(sourceRow, answer.sources);
  now.engines = new Map(understood(engineRow, answer.engines).map((row) => [row.engine_id, row]));
  now.flags = new Map(understood(flagRow, answer.flags).map((row) => [row.flag, row]));
  now.databaseTime = answer.database_time;
  now.known = true;
  now.steadySince = Math.min(now.steadySince, performance.now());
}

function understood<T>(row: z.ZodType<T>, rows: unknown): T[] {
  return (Array.isArray(rows) ? rows : []).flatMap((each: unknown) => {
    const parsed = row.safeParse(each);
    return parsed.success ? [parsed.data] : [];
  });
}

/**
 * Starts looking, several times a second, until `stopControls`. `afterAnswer` runs after each
 * answer of the database, never twice at the same time.
 */
export async function startControls(afterAnswer: () => Promise<void>): Promise<void> {
  const state = watch();
  if (state.timers.length > 0) return;
  let busy = false;
  let failing = false;
  const look = async (): Promise<void> => {
    if (busy) return;
    busy = true;
    try {
      await refreshControls();
      if (state.now.known) await afterAnswer();
      failing = false;
    } catch (error) {
      // Said once: the next look comes in a moment.
      if (!failing && !isDatabaseGone(error)) log().warn({ err: error }, "CONTROLS_NOT_NOTED");
      failing = true;
    } finally {
      busy = false;
    }
  };
  state.timers = [setInterval(refreshFile, FILE_MS), setInterval(() => void look(), STORED_MS)];
  for (const timer of state.timers) timer.unref();
  await look();
}

/** Stops looking; the process is about to end. */
export function stopControls(): void {
  for (const timer of watch().timers.splice(0)) clearInterval(timer);
}
