import { describe, expect, it } from "vitest";
import { isUsable, tokenState } from "./token-state";

const NOW = Date.parse("2026-11-20T12:00:00Z");
const state = (expires: string | null, revoked: string | null) =>
  tokenState({ expires_at: expires, revoked_at: revoked }, NOW).word;

describe("tokenState", () => {
  it("is active without an expiry or before it", () => {
    expect(state(null, null)).toBe("Active");
    expect(state("2026-12-04T12:00:00.001Z", null)).toBe("Active");
  });
  it("warns two weeks before its expiry, and can be used until then", () => {
    expect(state("2026-12-04T12:00:00Z", null)).toBe("Expires soon");
    expect(state("2026-11-20T12:00:01Z", null)).toBe("Expires soon");
    expect(isUsable({ expires_at: "2026-11-20T12:00:01Z", revoked_at: null }, NOW)).toBe(true);
    expect(isUsable({ expires_at: "2026-11-20T12:00:00Z", revoked_at: null }, NOW)).toBe(false);
  });
  it("expires at the very moment", () => {
    expect(state("2026-11-20T12:00:00Z", null)).toBe("Expired");
  });
  it("stays revoked", () => {
    expect(state("2026-11-19T12:00:00Z", "2026-11-18T12:00:00Z")).toBe("Revoked");
    expect(state("2027-11-19T12:00:00Z", "2026-11-18T12:00:00Z")).toBe("Revoked");
  });
});
