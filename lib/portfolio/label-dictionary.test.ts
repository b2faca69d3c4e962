import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LabelDictionary } from "./label-dictionary";

describe("LabelDictionary", () => {
  it("gives equal texts equal codes, in the order in which they first come", () => {
    fc.assert(fc.property(fc.array(fc.string({ maxLength: 4, unit: "grapheme" })), (texts) => {
      const dictionary = new LabelDictionary();
      const known = new Map<string, number>();
      for (const text of texts) {
        if (!known.has(text)) known.set(text, known.size + 1);
        expect(dictionary.codeOf(text)).toBe(known.get(text));
      }
      const table = dictionary.table();
      expect(Array.from({ length: table.length }, (_, at) => table.at(at)))
        .toStrictEqual([...known.keys()]);
    }));
  });

  it("does so for many texts, of which most come again", () => {
    const dictionary = new LabelDictionary();
    const texts = Array.from({ length: 50_000 }, (_, at) => `Schuldner-Ä${at * 7919 % 50_021}`);
    const codes = texts.map((_, at) => at + 1);
    expect(texts.map((text) => dictionary.codeOf(text))).toStrictEqual(codes);
    expect(texts.map((text) => dictionary.find(text))).toStrictEqual(codes);
    expect(texts.map((text) => dictionary.codeOf(text))).toStrictEqual(codes);
    expect(dictionary.find("nobody")).toBe(0);
    expect(dictionary.size).toBe(50_000);
    const table = dictionary.table();
    expect(table.length).toBe(50_000);
    expect(table.at(49_999)).toBe(texts.at(-1));
  });

  it("knows nothing when it is empty, and an empty text as any other", () => {
    const dictionary = new LabelDictionary();
    expect(dictionary.find("")).toBe(0);
    expect([dictionary.codeOf(""), dictionary.codeOf("a"), dictionary.codeOf("")])
      .toStrictEqual([1, 2, 1]);
    expect(dictionary.table().at(0)).toBe("");
  });
});
