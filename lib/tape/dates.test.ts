import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseDate } from "./dates";
import { LOCALE_IDS, resolveLocale } from "./locale";

const date = (text: string, name = "en"): string | null => {
  const locale = resolveLocale(name);
  if (!locale.ok) throw new Error(name);
  const read = parseDate(text, locale.value);
  return read.ok ? read.value : read.error;
};

describe("parseDate", () => {
  it.each([
    ["2025-02-28", "en", "2025-02-28"], ["2025-12-31", "en", "2025-12-31"],
    ["2024-02-29", "en", "2024-02-29"], ["2025-02-28T23:59:59Z", "en", "2025-02-28"],
    ["2025-02-28 10:00:00.000+02:00", "en", "2025-02-28"], ["2025/2/8", "en", "2025-02-08"],
    ["20250228", "en", "2025-02-28"], ["28.02.2025", "en", "2025-02-28"],
    ["1.2.25", "de", "2025-02-01"], ["02/28/2025", "en", "2025-02-28"],
    ["2/28/1997", "en-US", "1997-02-28"], ["03/04/2025", "en", "2025-03-04"],
    ["03/04/2025", "en-GB", "2025-04-03"], ["03/04/2025", "fr", "2025-04-03"],
    ["03-04-2025", "nl", "2025-04-03"], ["28-Feb-97", "en", "1997-02-28"],
    ["28 February 1997", "de", "1997-02-28"], ["Feb 28, 1997", "en", "1997-02-28"],
    ["1-Sept-68", "en", "2068-09-01"], ["1-Jan-69", "en", "1969-01-01"],
    ["2/28/1997 12:00:00 AM", "en", "1997-02-28"], [" 2025-01-01 ", "en", "2025-01-01"],
    ["9999-12-31", "en", "9999-12-31"],
  ])("reads %j in %s as %s", (text, name, value) => expect(date(text, name)).toBe(value));

  it.each([
    ["2025-02-29", "en"], ["2025-13-01", "en"], ["2025-00-10", "en"], ["2025-04-31", "en"],
    ["28/02/2025", "en"], ["02/28/2025", "fr"], ["0001-01-01", "en"], ["45000", "en"],
    ["28-Foo-97", "en"], ["2025-02", "en"], ["n/a", "en"], ["2025-02/28", "en"],
    ["1/1/199", "en"], ["0", "en"], ["2025-02-28x", "en"],
  ])("does not read %j in %s", (text, name) => expect(date(text, name)).toBe("DATE_UNREADABLE"));

  it("takes empty text as not given", () => expect(date("  ")).toBeNull());

  it("reads back every day in its locale's order", () => {
    const days = fc.date({ min: new Date("1970-01-01"), max: new Date("2060-12-31"),
      noInvalidDate: true });
    fc.assert(fc.property(days, fc.constantFrom(...LOCALE_IDS), (day, id) => {
      const iso = day.toISOString().slice(0, 10);
      const [year, month, dayOfMonth] = iso.split("-");
      expect(date(iso, id)).toBe(iso);
      expect(date(`${dayOfMonth}.${month}.${year}`, id)).toBe(iso);
      const slashed = id === "en" ? [month, dayOfMonth, year] : [dayOfMonth, month, year];
      expect(date(slashed.join("/"), id)).toBe(iso);
    }));
  });
});
