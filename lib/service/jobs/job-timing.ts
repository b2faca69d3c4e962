import { Cron } from "croner";

const FIRST_RETRY_S = 1;
const LONGEST_RETRY_S = 300;

/** Seconds to wait after the `attempt`-th failed attempt: 1, 2, 4, 8, up to 5 minutes. */
export const backoffS = (attempt: number): number =>
  Math.min(LONGEST_RETRY_S, FIRST_RETRY_S * 2 ** Math.max(0, attempt - 1));

export type Pace = {
  rows: number; totalRows: number | null; bytes: number; totalBytes: number | null;
  elapsedMs: number;
};

/** Before this a rate says more about the start than about the work. */
const SETTLED_MS = 500;

/** How far work got, how fast it goes and how long it will take at this pace. */
export function paceOf(
  pace: Pace,
): { share: number | null; rowsPerS: number | null; secondsLeft: number | null } {
  const share = pace.totalRows !== null && pace.totalRows > 0 ? pace.rows / pace.totalRows
    : pace.totalBytes !== null && pace.totalBytes > 0 ? pace.bytes / pace.totalBytes : null;
  const done = share === null ? null : Math.min(1, share);
  if (pace.elapsedMs < SETTLED_MS || pace.rows === 0) {
    return { share: done, rowsPerS: null, secondsLeft: null };
  }
  const left = done === null || done === 0 ? null : pace.elapsedMs * (1 / done - 1) / 1000;
  return {
    share: done,
    rowsPerS: Math.round(pace.rows * 1000 / pace.elapsedMs),
    secondsLeft: left === null ? null : Math.round(left),
  };
}

/**
 * The first time after `after` at which five cron fields, read in UTC, are due.
 * @returns null with `message` where the text is no cron or is never due.
 */
export function nextRun(
  cron: string, after: Date,
): { ok: true; at: Date } | { ok: false; message: string } {
  if (cron.trim().split(/\s+/).length !== 5) {
    return { ok: false, message: `"${cron}" is no cron of five fields` };
  }
  try {
    const at = new Cron(cron, { timezone: "UTC", mode: "5-part", paused: true }).nextRun(after);
    return at ? { ok: true, at } : { ok: false, message: `"${cron}" is never due` };
  } catch (error) {
    const reason = (error as Error).message.replace(/^CronPattern: /, "");
    return { ok: false, message: `"${cron}" is no cron of five fields: ${reason}` };
  }
}
