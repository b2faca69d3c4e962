import { expect, it } from "vitest";
import { keyIdOf, readArguments } from "./verify-arguments";

const KEY = "ab".repeat(32);

it("takes a bundle, and the key in either way that options are written", () => {
  expect(readArguments(["run.zip"])).toStrictEqual(
    { kind: "check", file: "run.zip", keyId: undefined });
  for (const words of [["run.zip", "--key", KEY], ["--key", KEY, "run.zip"],
    [`--key=${KEY.toUpperCase()}`, "run.zip"]]) {
    expect(readArguments(words)).toStrictEqual({ kind: "check", file: "run.zip", keyId: KEY });
  }
  expect(readArguments(["--help"]).kind).toBe("help");
});

it("refuses what it would otherwise pass over, and says what it was", () => {
  const cases: [string[], RegExp][] = [
    [[], /No bundle/], [["run.zip", "--key"], /without a key/], [["run.zip", "--key="], /it got ""/],
    [["run.zip", "--key", "zz"], /64 hexadecimal digits; it got "zz"/],
    [["--key", "run.zip"], /it got|No bundle/], [["run.zip", "--keys", KEY], /no option "--keys"/],
    [["a.zip", "b.zip"], /More than one/], [["a.zip", "--key", KEY, "--key", KEY], /twice/],
  ];
  for (const [words, says] of cases) {
    const read = readArguments(words);
    expect([read.kind, read.kind === "refused" ? read.says : ""], words.join(" "))
      .toStrictEqual(["refused", expect.stringMatching(says)]);
  }
});

it("knows a key by its 64 digits", () => {
  expect([keyIdOf(` ${KEY.toUpperCase()}\n`), keyIdOf(KEY.slice(1)), keyIdOf("")])
    .toStrictEqual([KEY, null, null]);
});
