import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ByteWriter, phraseOf } from "./bytes";
import { canonicalJson, canonicalText } from "./canonical";

const written = (write: (out: ByteWriter) => void): string => {
  const out = new ByteWriter(1);
  write(out);
  return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(out.from(0));
};

describe("ByteWriter", () => {
  it("writes numbers as canonical JSON does", () => {
    const cents = fc.tuple(fc.integer({ min: -(10 ** 9), max: 10 ** 9 }),
      fc.integer({ min: -3, max: 6 })).map(([digits, power]) => digits / 10 ** power);
    const numbers = fc.oneof(cents, fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.integer(), fc.constantFrom(-0, 0, 0.01, -0.005, 0.1 + 0.2, 1e15, 1e21,
        9_999_999_999_999.99, 99_999_999_999_999.98, -9e14, 5e-324, 1e-7, Number.MAX_SAFE_INTEGER));
    fc.assert(fc.property(numbers, (value) => {
      expect(written((out) => out.jsonNumber(value))).toBe(canonicalJson(value));
    }), { numRuns: 2000 });
    expect(() => written((out) => out.jsonNumber(NaN))).toThrow(/NaN/);
  });

  it("writes texts as UTF-8, and as canonical JSON does", () => {
    const texts = fc.oneof(fc.string({ unit: "grapheme" }), fc.string({ unit: "binary" }),
      fc.constantFrom("", '"', "\\", "\t", "\u007f", "\u0080", "é", "€", "😀", "\u0000"));
    fc.assert(fc.property(texts, (text) => {
      expect(written((out) => out.text(text))).toBe(text);
      expect(written((out) => out.jsonText(text))).toBe(canonicalText(text));
    }));
    expect(() => written((out) => out.jsonText("\ud800"))).toThrow(/surrogates/);
  });

  it("writes phrases of any length as they are", () => {
    fc.assert(fc.property(fc.array(fc.string({ unit: "grapheme" })), (texts) => {
      expect(written((out) => texts.forEach((text) => out.phrase(phraseOf(text)))))
        .toBe(texts.join(""));
    }));
    expect(written((out) => out.phrase(phraseOf(Uint8Array.of(0x61, 0xc3, 0xa4))))).toBe("aä");
  });

  it("writes whole numbers and floats with their upper byte first, and grows", () => {
    const out = new ByteWriter(1);
    out.int16(-2);
    const place = out.length;
    out.int32(0);
    out.int64(-(2n ** 63n));
    out.float64(1.5);
    out.byte(7);
    out.put(Uint8Array.of(1, 2));
    out.int32At(place, 258);
    expect([...out.from(0)]).toEqual([255, 254, 0, 0, 1, 2, 128, 0, 0, 0, 0, 0, 0, 0,
      63, 248, 0, 0, 0, 0, 0, 0, 7, 1, 2]);
    out.clear();
    expect(out.from(0).length).toBe(0);
  });
});
