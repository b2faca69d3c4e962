import { describe, expect, it } from "vitest";
import { refusalText } from "./credentials";

describe("refusalText", () => {
  it.each([
    ["CredentialsSignin", "E-mail or password is not right."],
    ["RATE_LIMITED:1", "Too many attempts. Wait 1 second."],
    ["RATE_LIMITED:42", "Too many attempts. Wait 42 seconds."],
    ["RATE_LIMITED:900", "Too many attempts. Wait 15 min."],
    ["UNAVAILABLE", "Signing in is not possible right now. Try again in a minute."],
  ])("says %s in words", (error, words) => {
    expect(refusalText(error)).toBe(words);
  });
});
