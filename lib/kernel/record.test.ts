import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ByteWriter } from "./bytes";
import { canonicalJson, type Json } from "./canonical";
import {
  AMOUNT_FIELDS, DATE_FIELDS, RATE_FIELDS, RECORD_FIELDS, RecordJson, recordValues, TEXT_FIELDS,
  WHOLE_FIELDS, type NormalizedRecord,
} from "./record";

const texts = Object.fromEntries([...TEXT_FIELDS, ...DATE_FIELDS].map((field) =>
  [field, fc.string({ unit: "grapheme" })]));
const numbers = Object.fromEntries([...AMOUNT_FIELDS, ...RATE_FIELDS, ...WHOLE_FIELDS].map(
  (field) => [field, fc.double({ noNaN: true, noDefaultInfinity: true })]));

const json = new RecordJson();
const recordJson = (record: NormalizedRecord): string => {
  json.write(record);
  return new TextDecoder().decode(json.bytes);
};
const storedJson = (record: NormalizedRecord): string => {
  const out = new ByteWriter(1);
  out.text("before");
  json.write(record);
  json.store(out);
  return new TextDecoder().decode(out.from("before".length));
};

describe("recordValues", () => {
  it("puts every field in its place", () => {
    const record = Object.fromEntries(RECORD_FIELDS.map((field, at) => [field, at]));
    expect(recordValues(record, [])).toEqual(RECORD_FIELDS.map((_, at) => at));
  });
});

describe("RecordJson", () => {
  const records = fc.record({ record_kind: fc.constantFrom("instrument", "distressed_asset"),
    ...texts, ...numbers }, { requiredKeys: ["record_kind"] });

  it("is the canonical JSON of any record of a tape", () => {
    fc.assert(fc.property(records, (record) => {
      expect(recordJson(record as unknown as NormalizedRecord))
        .toBe(canonicalJson(record as unknown as Json));
    }));
  });

  it("is stored as the same object, short names first", () => {
    fc.assert(fc.property(records, (record) => {
      const stored = storedJson(record as unknown as NormalizedRecord);
      expect(canonicalJson(JSON.parse(stored) as Json)).toBe(canonicalJson(record as Json));
      const names = Object.keys(JSON.parse(stored) as object);
      expect(names).toEqual(names.toSorted((a, b) =>
        a.length - b.length || (a < b ? -1 : 1)));
      expect(recordJson(record as unknown as NormalizedRecord)).toBe(canonicalJson(record as Json));
    }));
    const portfolio: NormalizedRecord =
      { record_kind: "portfolio", financial: { debt: {} }, distressed_assets: [] };
    expect(storedJson(portfolio)).toBe(canonicalJson(portfolio as unknown as Json));
  });

  it("leaves out what is undefined and writes portfolios too", () => {
    expect(recordJson({ record_kind: "instrument", principal: -0, sector: undefined } as never))
      .toBe('{"principal":0,"record_kind":"instrument"}');
    expect(recordJson({ record_kind: "portfolio", financial: { debt: {} }, distressed_assets: [] }))
      .toBe('{"distressed_assets":[],"financial":{"debt":{}},"record_kind":"portfolio"}');
  });
});
