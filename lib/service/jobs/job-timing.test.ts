import { describe, expect, it } from "vitest";
import { backoffS, nextRun, paceOf } from "./job-timing";

describe("backoff", () => {
  it("doubles up to five minutes", () => {
    expect([1, 2, 3, 4, 9, 10, 50].map(backoffS)).toStrictEqual([1, 2, 4, 8, 256, 300, 300]);
    expect(backoffS(0)).toBe(1);
  });
});

describe("pace", () => {
  const base = { rows: 0, totalRows: null, bytes: 0, totalBytes: null, elapsedMs: 0 };

  it("counts rows where their number is known, else bytes", () => {
    const rows = { rows: 250, totalRows: 1000, elapsedMs: 5000 };
    expect(paceOf({ ...base, ...rows, bytes: 9, totalBytes: 10 }))
      .toStrictEqual({ share: 0.25, rowsPerS: 50, secondsLeft: 15 });
    expect(paceOf({ ...base, rows: 300, bytes: 75, totalBytes: 100, elapsedMs: 3000 }))
      .toStrictEqual({ share: 0.75, rowsPerS: 100, secondsLeft: 1 });
  });

  it("says no time left where no total is known, and nothing at all at the start", () => {
    expect(paceOf({ ...base, rows: 300, elapsedMs: 3000 }))
      .toStrictEqual({ share: null, rowsPerS: 100, secondsLeft: null });
    expect(paceOf({ ...base, rows: 300, totalRows: 600, elapsedMs: 100 }))
      .toStrictEqual({ share: 0.5, rowsPerS: null, secondsLeft: null });
    expect(paceOf({ ...base, totalRows: 600, elapsedMs: 9000 }))
      .toStrictEqual({ share: 0, rowsPerS: null, secondsLeft: null });
    expect(paceOf({ ...base, rows: 1, totalRows: 0, elapsedMs: 9000 }).share).toBeNull();
  });

  it("never passes the whole", () => {
    expect(paceOf({ ...base, rows: 10, bytes: 110, totalBytes: 100, elapsedMs: 1000 }))
      .toStrictEqual({ share: 1, rowsPerS: 10, secondsLeft: 0 });
  });
});

describe("the next run of a schedule", () => {
  const after = (text: string, cron: string): string => {
    const next = nextRun(cron, new Date(text));
    return next.ok ? next.at.toISOString() : next.message;
  };

  it.each([
    ["2026-11-20T02:59:59Z", "0 3 * * *", "2026-11-20T03:00:00.000Z"],
    ["2026-11-20T03:00:00Z", "0 3 * * *", "2026-11-21T03:00:00.000Z"],
    // Clocks of central Europe change that night; UTC has no such night.
    ["2026-03-29T00:30:00Z", "30 1 * * *", "2026-03-29T01:30:00.000Z"],
    ["2026-10-25T00:59:00Z", "*/15 * * * *", "2026-10-25T01:00:00.000Z"],
    ["2026-11-20T00:00:00Z", "0 0 29 2 *", "2028-02-29T00:00:00.000Z"],
    ["2026-11-20T12:00:00Z", "0 6 * * 1", "2026-11-23T06:00:00.000Z"],
  ])("after %s by %s is %s", (from, cron, expected) => {
    expect(after(from, cron)).toBe(expected);
  });

  it.each(["* * * * * *", "61 * * * *", "0 3 * *", "daily", "", "0 0 30 2 *", "@daily",
    "2026-11-20T03:00:00Z"])("refuses %s", (cron) => {
    expect(nextRun(cron, new Date("2026-11-20T00:00:00Z")).ok).toBe(false);
  });
});
