import { describe, expect, it } from "vitest";
import { parseKillSwitch } from "./kill-switch-file";

const FULL = JSON.stringify({ enabled: false, reason: "Prices are wrong", activated_by: "a@b.c",
  activated_at: "2026-11-20T12:00:00.000Z", activation_id: "019af000-0000-7000-8000-000000000000",
  trigger: "manual", role: "ADMIN", request_id: null, correlation_id: "c-1" });
const parse = (value: unknown) => parseKillSwitch(
  typeof value === "string" ? value : JSON.stringify(value), 1);

describe("kill-switch.json", () => {
  it("is off only when all of it is there: every half-written prefix is on", () => {
    expect(parse(FULL)).toMatchObject({ enabled: false, unreadable: null });
    for (let length = 0; length < FULL.length; length += 1) {
      const half = parse(FULL.slice(0, length));
      expect(half.enabled, FULL.slice(0, length)).toBe(true);
      expect(half.unreadable).not.toBeNull();
      expect(half.reason).toContain("cannot be understood");
    }
  });

  it("says yes or no in no other words", () => {
    for (const enabled of ["false", "true", 0, 1, null, undefined, [], {}]) {
      expect(parse({ enabled }).enabled).toBe(true);
      expect(parse({ enabled }).unreadable).toMatch(/^enabled: /);
    }
    expect(parse({ enabled: false })).toMatchObject({ enabled: false, reason: null });
    expect(parse({ enabled: true })).toMatchObject({ enabled: true, unreadable: null });
    expect(parse({ enabled: true }).reason).not.toBe("");
    expect(parse({ enabled: true, reason: " Flood " }).reason).toBe("Flood");
  });

  it("is on when a member is unknown or of another type, whatever enabled says", () => {
    for (const more of [{ enable: false }, { reason: 5 }, { reason: " " }, { activated_at: "soon" },
      { activation_id: "1" }, { trigger: "whim" }, { activated_by: {} }]) {
      expect(parse({ enabled: false, ...more }).enabled, JSON.stringify(more)).toBe(true);
    }
    for (const value of ["[]", "null", "false", "\"off\"", "0", "{}", "{\"enabled\":false}x",
      "\u0000", "enabled: false"]) expect(parse(value).enabled, value).toBe(true);
  });
});
