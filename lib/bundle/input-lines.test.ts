import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalJson, type Json } from "../kernel/canonical";
import { inputLines } from "./input-lines";

const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const hash = fc.stringMatching(/^[0-9a-f]{64}$/);

describe("inputLines", () => {
  it("writes each row canonically, whatever its record holds", () => {
    fc.assert(fc.property(fc.array(fc.tuple(hash, fc.jsonValue()), { minLength: 1 }), (rows) => {
      const text = rows.map(([raw, value]) => `${raw} ${JSON.stringify(value)}`).join("\n");
      expect(textOf(inputLines(text, "normalized"))).toBe(rows.map(([raw, value]) =>
        `${canonicalJson({ normalized: JSON.parse(JSON.stringify(value)) as Json, raw })}\n`)
        .join(""));
    }));
  });

  it("names the hash of a record that is erased", () => {
    const raw = "a".repeat(64);
    expect(textOf(inputLines(`${raw} "b"\n${raw} null`, "normalized_sha256"))).toBe(
      `{"normalized_sha256":"b","raw":"${raw}"}\n{"normalized_sha256":null,"raw":"${raw}"}\n`);
  });
});
