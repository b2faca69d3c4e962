import { describe, expect, it } from "vitest";
import { ACCOUNT, ADDRESS, PAIR, waitsOf } from "./sign-in-policy";

describe("waits after failed sign-ins", () => {
  it("begin with the fifth for an account from one address, and double to an hour", () => {
    expect(waitsOf(PAIR)).toStrictEqual([0, 0, 0, 0, 30, 60, 120, 240, 480, 960, 1920, 3600]);
  });

  it("end at the longest, also when doubling jumps over it", () => {
    expect(waitsOf({ free: 1, firstWaitS: 30, longestWaitS: 100, forgetS: 60 }))
      .toStrictEqual([0, 30, 60, 100]);
    expect(waitsOf({ free: 0, firstWaitS: 30, longestWaitS: 30, forgetS: 60 })).toStrictEqual([30]);
  });

  it("are later and shorter where a stranger could shut somebody else out", () => {
    for (const wide of [ACCOUNT, ADDRESS]) {
      expect(wide.free).toBeGreaterThan(10 * PAIR.free);
      expect(Math.max(...waitsOf(wide))).toBeLessThanOrEqual(900);
    }
  });

  it("let one address guess a password no more than 36 times a day", () => {
    let spentS = 0;
    let guesses = 0;
    const waits = waitsOf(PAIR);
    while (spentS < 86_400) {
      spentS += waits[Math.min(guesses, waits.length - 1)] ?? 0;
      guesses += 1;
    }
    expect(guesses).toBeLessThanOrEqual(36);
  });
});
