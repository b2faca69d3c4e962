import { describe, expect, it } from "vitest";
import { callbackPath, signInAddress } from "./callback-path";

describe("callbackPath", () => {
  it.each([
    ["/runs/1?version=2#loss", "/runs/1?version=2#loss"],
    ["/", "/"],
    [null, "/"],
    ["", "/"],
    ["https://elsewhere.example/", "/"],
    ["//elsewhere.example", "/"],
    ["/\\elsewhere.example", "/"],
    ["/\t/elsewhere.example", "/"],
    ["/.//elsewhere.example", "/"],
    ["/..//elsewhere.example", "/"],
    ["javascript:alert(1)", "/"],
    ["/signin?callbackUrl=/", "/"],
    ["/api/auth/signout", "/"],
    ["/signinger", "/signinger"],
  ])("leads %s to %s", (asked, path) => {
    expect(callbackPath(asked)).toBe(path);
  });
});

describe("signInAddress", () => {
  it("carries the way back", () => {
    expect(signInAddress("/runs?a=1&b=2")).toBe("/signin?callbackUrl=%2Fruns%3Fa%3D1%26b%3D2");
    expect(signInAddress("/")).toBe("/signin");
  });
});
