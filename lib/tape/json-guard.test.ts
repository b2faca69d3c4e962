import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkJson } from "./json-guard";

const nested = (depth: number): unknown => {
  let value: unknown = 1;
  for (let level = 0; level < depth; level++) value = level % 2 === 0 ? [value] : { a: value };
  return value;
};

describe("checkJson", () => {
  it("finds nothing in plain JSON", () => {
    fc.assert(fc.property(fc.jsonValue({ maxDepth: 6, stringUnit: "grapheme-ascii" }), (value) => {
      expect(checkJson(value)).toBeNull();
    }));
    expect(checkJson(nested(64))).toBeNull();
  });

  it.each([
    ['{"a":[1,{"b":1e400}]}', "a[1].b", "float64"], ["-1e999", "", "float64"],
    ['[{"x":"a\\u0000b"}]', "[0].x", "NUL"], ['{"a\\u0000":1}', "a\ufffd", "NUL"],
    ['{"a":{"\\ud800":1}}', "a.\ufffd", "surrogate"], ['["\\udc00"]', "[0]", "surrogate"],
  ])("finds the fault in %s at %j", (text, path, message) => {
    const fault = checkJson(JSON.parse(text));
    expect(fault?.path).toBe(path);
    expect(fault?.message).toContain(message);
  });

  it("refuses depth without recursion", () => {
    expect(checkJson(nested(65))?.message).toContain("deeper than 64");
    expect(checkJson(nested(200_000))?.path.length).toBeLessThan(600);
    expect(checkJson([[1]], { maxDepth: 1 })?.path).toBe("[0]");
    expect(checkJson([1], { maxDepth: 1 })).toBeNull();
  });
});
