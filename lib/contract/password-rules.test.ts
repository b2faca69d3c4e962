import { describe, expect, it } from "vitest";
import { passwordProblems } from "./password-rules";

const OWNER = { email: "maria.keller@example.com", name: "Maria Keller" };
const problemsOf = (password: string): string => passwordProblems(password, OWNER).join(" ");

describe("passwordProblems", () => {
  it.each(["a long enough passphrase", "gR7-pelican_quay", "Tr0ub4dor&3-horse",
    "maria counts seven blue herons", "кириллица пароль 42", "😀🎈🍎🚗🌊🐢🎹🌵🍄🧲🪁🎺"])(
    "lets %s through", (password) => expect(problemsOf(password)).toBe(""));

  it.each<[string, RegExp]>([
    ["", /At least 12 characters\. This has 0\./],
    ["short-7-xyz", /This has 11\./],
    ["😀🎈🍎🚗🌊🐢", /This has 6\./],
    ["x1".repeat(101), /At most 200 characters\. This has 202\./],
    ["maria.keller@example.com", /e-mail address or your name/],
    ["Maria_Keller!2026", /e-mail address or your name/],
    ["mariakeller1", /e-mail address or your name/],
    ["Password1234!", /many people use/],
    ["2026-dragon-2026", /many people use/],
    ["1qaz2wsx3edc", /many people use/],
    ["LeaveMeAlone", /many people use/],
    ["aaaaaaaaaaaaaa", /again and again/],
    ["abcdabcdabcdabcd", /again and again/],
    ["password-Password-", /again and again|many people use/],
    ["abcdefghijklmnop", /row of neighbours/],
    ["987654321098", /row of neighbours/],
    ["123456789012", /row of neighbours/],
  ])("refuses %s", (password, why) => expect(problemsOf(password)).toMatch(why));
});
