import { err, ok, type Result } from "./result";

const DATE = "(\\d{4})-(\\d{2})-(\\d{2})";
const TIME = "(\\d{2}):(\\d{2})(?::(\\d{2})(?:[.,](\\d{1,9}))?)?";
const TIMESTAMP = new RegExp(`^${DATE}(?:[Tt ]${TIME}(Z|z|[+-]\\d{2}:?\\d{2})?)?$`);

/** True when year, month (1-12) and day form a date of the Gregorian calendar. */
export function isCalendarDate(year: number, month: number, day: number): boolean {
  if (month < 1 || month > 12 || day < 1) return false;
  return day <= new Date(Date.UTC(year, month, 0)).getUTCDate();
}

/**
 * ISO 8601 date and time as `YYYY-MM-DDTHH:MM:SS[.fff]Z`: no offset means UTC, digits after
 * milliseconds are cut, a zero fraction is dropped, a date alone is its midnight (API.md).
 */
export function normalizeTimestamp(text: string): Result<string, "TIMESTAMP_INVALID"> {
  const match = TIMESTAMP.exec(text);
  if (!match) return err("TIMESTAMP_INVALID");
  const part = (group: number): number => Number(match[group] ?? 0);
  const [year, month, day] = [part(1), part(2), part(3)];
  const [hour, minute, second] = [part(4), part(5), part(6)];
  if (!isCalendarDate(year, month, day)) return err("TIMESTAMP_INVALID");
  if (hour > 23 || minute > 59 || second > 59) return err("TIMESTAMP_INVALID");
  const offset = offsetMinutes(match[8] ?? "Z");
  if (offset === null) return err("TIMESTAMP_INVALID");
  const milliseconds = Number((match[7] ?? "0").slice(0, 3).padEnd(3, "0"));
  const local = new Date(0);
  local.setUTCFullYear(year, month - 1, day);
  local.setUTCHours(hour, minute - offset, second, milliseconds);
  const resultYear = local.getUTCFullYear();
  if (resultYear < 1 || resultYear > 9999) return err("TIMESTAMP_INVALID");
  return ok(local.toISOString().replace(".000Z", "Z"));
}

function offsetMinutes(zone: string): number | null {
  if (zone === "Z" || zone === "z") return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(-2));
  if (hours > 23 || minutes > 59) return null;
  return (zone.startsWith("-") ? -1 : 1) * (hours * 60 + minutes);
}
