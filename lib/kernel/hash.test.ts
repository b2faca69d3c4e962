import { sha256 as portable } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import { canonicalHash, sha256, sha256Hex } from "./hash";

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

describe("sha256", () => {
  it("gives FIPS 180's values", () => {
    expect(sha256Hex("abc"))
      .toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    expect(sha256Hex(new Uint8Array(0)))
      .toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    expect(sha256("abc")).toHaveLength(32);
    expect(sha256("abc").constructor).toBe(Uint8Array);
  });

  it("is the same natively and portably, for bytes and texts", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (data) => {
      expect(sha256Hex(data)).toBe(bytesToHex(portable(data)));
      expect(bytesToHex(new Uint8Array(sha256(data)))).toBe(sha256Hex(data));
    }));
    fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => {
      expect(sha256Hex(text)).toBe(bytesToHex(portable(utf8ToBytes(text))));
    }));
  });

  it("works where there is no Node", async () => {
    vi.resetModules();
    vi.stubGlobal("process", undefined);
    const browser = await import("./hash");
    vi.unstubAllGlobals();
    for (const text of ["", "abc", "€ 😀"]) {
      expect(browser.sha256Hex(text)).toBe(sha256Hex(text));
      expect(bytesToHex(browser.sha256(text))).toBe(sha256Hex(text));
    }
    expect(browser.canonicalHash({ b: 1, a: 2 })).toBe(sha256Hex('{"a":2,"b":1}'));
  });

  it("of a value is that of its canonical form", () => {
    expect(canonicalHash({ b: 1, a: [0.1] })).toBe(sha256Hex('{"a":[0.1],"b":1}'));
  });
});
