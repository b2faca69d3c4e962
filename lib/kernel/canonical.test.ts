import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalJson, isWellFormed, type Json } from "./canonical";

/** A float64 from its 16 hexadecimal digits. */
function floatOf(bits: string): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, BigInt(`0x${bits}`));
  return view.getFloat64(0);
}

describe("canonicalJson", () => {
  // RFC 8785, appendix B.
  it.each([
    ["0000000000000000", "0"], ["8000000000000000", "0"], ["0000000000000001", "5e-324"],
    ["8000000000000001", "-5e-324"], ["7fefffffffffffff", "1.7976931348623157e+308"],
    ["ffefffffffffffff", "-1.7976931348623157e+308"], ["4340000000000000", "9007199254740992"],
    ["c340000000000000", "-9007199254740992"], ["4430000000000000", "295147905179352830000"],
    ["44b52d02c7e14af5", "9.999999999999997e+22"], ["44b52d02c7e14af6", "1e+23"],
    ["44b52d02c7e14af7", "1.0000000000000001e+23"], ["444b1ae4d6e2ef4e", "999999999999999700000"],
    ["444b1ae4d6e2ef4f", "999999999999999900000"], ["444b1ae4d6e2ef50", "1e+21"],
    ["3eb0c6f7a0b5ed8c", "9.999999999999997e-7"], ["3eb0c6f7a0b5ed8d", "0.000001"],
    ["41b3de4355555553", "333333333.3333332"], ["41b3de4355555554", "333333333.33333325"],
    ["41b3de4355555555", "333333333.3333333"], ["41b3de4355555556", "333333333.3333334"],
    ["41b3de4355555557", "333333333.33333343"], ["becbf647612f3696", "-0.0000033333333333333333"],
    ["43143ff3c1cb0959", "1424953923781206.2"],
  ])("writes the number %s as %s", (bits, text) => {
    expect(canonicalJson(floatOf(bits))).toBe(text);
  });

  // RFC 8785, section 3.2.2 and 3.2.3.
  it("writes the RFC's example", () => {
    const input = JSON.parse(`{
      "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
      "string": "\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\"\\/",
      "literals": [null, true, false]
    }`) as Json;
    expect(canonicalJson(input)).toBe('{"literals":[null,true,false],'
      + '"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],'
      + '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}');
  });

  it("sorts members by UTF-16 units, as the RFC's example", () => {
    const input = {
      "\u20ac": "Euro Sign", "\r": "Carriage Return", "\ufb33": "Hebrew Letter Dalet With Dagesh",
      "1": "One", "\ud83d\ude00": "Emoji: Grinning Face", "\u0080": "Control",
      "\u00f6": "Latin Small Letter O With Diaeresis",
    };
    expect(Object.values(JSON.parse(canonicalJson(input)) as object).slice(1)).toEqual([
      "Carriage Return", "Control", "Latin Small Letter O With Diaeresis", "Euro Sign",
      "Emoji: Grinning Face", "Hebrew Letter Dalet With Dagesh",
    ]);
    expect(canonicalJson(input).indexOf('"\\r"')).toBe(1);
  });

  it("ignores order and undefined members, and can be read back", () => {
    expect(canonicalJson({ b: { d: 1, c: undefined }, a: [] })).toBe('{"a":[],"b":{"d":1}}');
    fc.assert(fc.property(fc.jsonValue({ noUnicodeString: true }), (value) => {
      const once = canonicalJson(value as Json);
      expect(canonicalJson(JSON.parse(once) as Json)).toBe(once);
    }));
  });

  it("asserts that the value has a form", () => {
    for (const bad of [Number.NaN, Infinity, "\ud800", "a\udc00b", { "\ud800": 1 }, [[-Infinity]]]) {
      expect(() => canonicalJson(bad as Json)).toThrow("canonical JSON");
    }
  });

  it("knows lone surrogates", () => {
    expect(["", "aé€", "\ud83d\ude00"].map(isWellFormed)).toEqual([true, true, true]);
    expect(["\ud83d", "\ude00\ud83d", "x\ude00"].map(isWellFormed)).toEqual([false, false, false]);
  });
});
