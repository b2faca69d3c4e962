import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalJson, type Json } from "./canonical";
import {
  AMOUNT_FIELDS, DATE_FIELDS, RATE_FIELDS, recordJson, TEXT_FIELDS, WHOLE_FIELDS,
  type NormalizedRecord,
} from "./record";

const texts = Object.fromEntries([...TEXT_FIELDS, ...DATE_FIELDS].map((field) =>
  [field, fc.string({ unit: "grapheme" })]));
const numbers = Object.fromEntries([...AMOUNT_FIELDS, ...RATE_FIELDS, ...WHOLE_FIELDS].map(
  (field) => [field, fc.double({ noNaN: true, noDefaultInfinity: true })]));

describe("recordJson", () => {
  it("is the canonical JSON of any record of a tape", () => {
    const records = fc.record({ record_kind: fc.constantFrom("instrument", "distressed_asset"),
      ...texts, ...numbers }, { requiredKeys: ["record_kind"] });
    fc.assert(fc.property(records, (record) => {
      expect(recordJson(record as unknown as NormalizedRecord))
        .toBe(canonicalJson(record as unknown as Json));
    }));
  });

  it("leaves out what is undefined and writes portfolios too", () => {
    expect(recordJson({ record_kind: "instrument", principal: -0, sector: undefined } as never))
      .toBe('{"principal":0,"record_kind":"instrument"}');
    expect(recordJson({ record_kind: "portfolio", financial: { debt: {} }, distressed_assets: [] }))
      .toBe('{"distressed_assets":[],"financial":{"debt":{}},"record_kind":"portfolio"}');
  });
});
