import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isCalendarDate, normalizeTimestamp } from "./dates";

describe("normalizeTimestamp", () => {
  it.each([
    ["2025-01-01T00:00:00Z", "2025-01-01T00:00:00Z"],
    ["2025-01-01", "2025-01-01T00:00:00Z"],
    ["2025-01-01T12:30", "2025-01-01T12:30:00Z"],
    ["2025-01-01 12:30:15", "2025-01-01T12:30:15Z"],
    ["2025-01-01t12:30:15z", "2025-01-01T12:30:15Z"],
    ["2025-01-01T00:00:00+02:00", "2024-12-31T22:00:00Z"],
    ["2025-01-01T00:00:00-0530", "2025-01-01T05:30:00Z"],
    ["2025-01-01T00:00:00.000Z", "2025-01-01T00:00:00Z"],
    ["2025-01-01T00:00:00.5Z", "2025-01-01T00:00:00.500Z"],
    ["2025-01-01T00:00:00,25", "2025-01-01T00:00:00.250Z"],
    ["2025-01-01T00:00:00.123999999Z", "2025-01-01T00:00:00.123Z"],
    ["2025-01-01T00:00:00.0009Z", "2025-01-01T00:00:00Z"],
    ["2024-02-29T23:59:59Z", "2024-02-29T23:59:59Z"],
    ["0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"],
    ["0099-12-31T00:00:00Z", "0099-12-31T00:00:00Z"],
  ])("%s is %s", (text, expected) => {
    expect(normalizeTimestamp(text)).toEqual({ ok: true, value: expected });
  });

  it.each([
    "", "now", "2025", "2025-13-01", "2025-00-10", "2025-02-29", "2025-04-31T00:00:00Z",
    "2025-01-01T24:00:00Z", "2025-01-01T00:60:00Z", "2025-01-01T00:00:60Z",
    "2025-01-01T00:00:00+24:00", "2025-01-01T00:00:00+01:60", "2025-01-01T00:00:00.Z",
    "2025-01-01T00:00:00.1234567890Z", " 2025-01-01", "2025-01-01\n", "25-01-01", "2025-1-1",
    "0000-01-01", "0001-01-01T00:00:00+01:00", "9999-12-31T23:59:59-01:00", "2025-01-01Z",
  ])("%j is refused", (text) => {
    expect(normalizeTimestamp(text)).toEqual({ ok: false, error: "TIMESTAMP_INVALID" });
  });

  it("is its own normal form and the same moment", () => {
    const range = { min: new Date("0001-01-02T00:00:00Z"), max: new Date("9999-12-30T00:00:00Z") };
    fc.assert(fc.property(fc.date({ ...range, noInvalidDate: true }), (moment) => {
      const once = normalizeTimestamp(moment.toISOString());
      if (!once.ok) throw new Error(once.error);
      expect(new Date(once.value).getTime()).toBe(moment.getTime());
      expect(normalizeTimestamp(once.value)).toEqual(once);
    }));
  });
});

describe("isCalendarDate", () => {
  it("knows leap years", () => {
    const leap = [2024, 2000, 1900, 2100, 2025].map((year) => isCalendarDate(year, 2, 29));
    expect(leap).toEqual([true, true, false, false, false]);
    expect(isCalendarDate(2025, 12, 31)).toBe(true);
    expect(isCalendarDate(2025, 12, 32)).toBe(false);
  });
});
