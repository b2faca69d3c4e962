import type { ErrorCode } from "@/lib/contract/errors";
import { writeAudit, type AuditSource } from "./audit";
import type { Caller } from "../platform/caller";
import { log } from "../platform/log";
import { processState } from "../platform/process-state";

/** A request that was turned away, with who asked for what. */
export type Refusal = {
  code: ErrorCode; operation: string; source: AuditSource; reason: string;
  /** Where it came from: all that is known of somebody without valid credentials. */
  address: string | null;
};

/** Which refusals are events; a request without any credentials is none. */
const TYPES: Partial<Record<ErrorCode, string>> = {
  AUTH_INVALID: "access.refused", FORBIDDEN: "access.refused",
  ORIGIN_FORBIDDEN: "access.refused", PASSWORD_CHANGE_REQUIRED: "access.refused",
  RATE_LIMITED: "access.refused", ENGINE_DISABLED: "engine.refused",
  KILL_SWITCH_ACTIVE: "kill_switch.refused",
};

export const isAuditedRefusal = (code: ErrorCode): boolean => code in TYPES;

const WINDOW_MS = 60_000;
/** Callers and operations told apart at a time; a flood from more is counted together. */
const APART = 100;
const SEVERAL: Omit<Refusal, "code"> = { operation: "several", address: null,
  reason: "More callers and operations were refused than are told apart.",
  source: { actor: "several", role: null, requestId: null, correlationId: null } };

type Window = { first: Refusal; more: number; since: number };

/**
 * The first refusal of a caller at an operation is written at once, further ones are counted and
 * written as one event a minute: a flood of requests must not become a flood of rows.
 */
class Refusals {
  private readonly windows = new Map<string, Window>();
  private timer: NodeJS.Timeout | undefined;

  note(refusal: Refusal): void {
    const key = this.keyOf(refusal);
    const window = this.windows.get(key);
    if (window) {
      window.more += 1;
      return;
    }
    const first = key === "several" ? { ...refusal, ...SEVERAL } : refusal;
    const opened: Window = { first, more: 0, since: Date.now() };
    this.windows.set(key, opened);
    this.timer ??= setInterval(() => { void this.flush(); }, WINDOW_MS).unref();
    void this.write(first, null).then((written) => { if (!written) opened.more += 1; });
  }

  private keyOf({ source, address, operation, code }: Refusal): string {
    const key = JSON.stringify([source.actor, address, operation, code]);
    return this.windows.has(key) || this.windows.size < APART ? key : "several";
  }

  /** Writes what was counted; a caller who has stopped is forgotten. */
  async flush(): Promise<void> {
    for (const [key, window] of this.windows) {
      const { more, since } = window;
      if (more === 0) {
        this.windows.delete(key);
        continue;
      }
      const until = Date.now();
      const written = await this.write(window.first, { more, since, until });
      if (!written) return; // the database is away: counted on
      window.more -= more;
      window.since = until;
    }
  }

  private async write(
    { code, operation, source, reason, address }: Refusal,
    counted: { more: number; since: number; until: number } | null,
  ): Promise<boolean> {
    const details = { code, operation, ...(address ? { address } : {}),
      ...(counted ? { refused: counted.more, since: new Date(counted.since).toISOString(),
        until: new Date(counted.until).toISOString() } : {}) };
    try {
      await writeAudit(counted ? { ...source, requestId: null, correlationId: null } : source, {
        type: TYPES[code] ?? "access.refused", subjectId: operation, details,
        reason: counted ? `${counted.more} more like this: ${reason}` : reason });
      return true;
    } catch (error) {
      log().warn({ err: error, code, operation, actor: source.actor }, "REFUSAL_NOT_AUDITED");
      return false;
    }
  }
}

const refusals = (): Refusals => processState("refusals", () => new Refusals());

/** Notes a refusal for the audit log; nobody waits for it. */
export const noteRefusal = (refusal: Refusal): void => refusals().note(refusal);

/** Writes what is counted and not written yet; the process is about to exit. */
export const flushRefusals = (): Promise<void> => refusals().flush();

const DAY_MS = 86_400_000;
const usedOn = () => processState("token-used-on", () => new Map<string, number>());

/**
 * Notes that a token is in use: one event a day (UTC) and process. What a token does has events of
 * its own, and its last use stands with the token; here an auditor finds on which days it came in.
 */
export function noteTokenUse(caller: Caller, source: AuditSource): void {
  const today = Math.floor(Date.now() / DAY_MS);
  if (usedOn().get(caller.id) === today) return;
  usedOn().set(caller.id, today);
  writeAudit(source, { type: "token.used", subjectId: caller.id }).catch((error: unknown) => {
    usedOn().delete(caller.id);
    log().warn({ err: error, actor: caller.name }, "TOKEN_USE_NOT_AUDITED");
  });
}
