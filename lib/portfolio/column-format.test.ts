import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeColumns, encodeColumns } from "./column-format";
import { stressPortfolio } from "./stress-portfolio";
import { anyRecords, anyScenarios, columnsOf } from "./test-data";

const SOME = columnsOf([
  { record_kind: "instrument", principal: 10, collateral_value: 5, sector: "CRÉ",
    instrument_id: "L1", obligor_id: "B1" },
  { record_kind: "distressed_asset", distressed_value: 4, recovery_rate_pct: 50,
    linked_instrument_id: "L1" },
  { record_kind: "portfolio", financial: { debt: { total_outstanding: 9, collateral_value: 3 } },
    distressed_assets: [] },
]);
const buffer = (): ArrayBuffer => encodeColumns(SOME).slice().buffer;

describe("columns as bytes", () => {
  it("come back the same, from shared memory too", () => {
    fc.assert(fc.property(anyRecords, anyScenarios, (records, scenarios) => {
      const columns = columnsOf(records);
      const bytes = encodeColumns(columns);
      const shared = new SharedArrayBuffer(bytes.length);
      new Uint8Array(shared).set(bytes);
      const decoded = decodeColumns(shared);
      if (!decoded.ok) throw new Error(decoded.error.detail);
      expect(decoded.value.outstanding.buffer).toBe(shared);
      expect(encodeColumns(decoded.value)).toStrictEqual(bytes);
      const request = { scenarios, netting: "instrument" as const, groupBy: ["sector" as const] };
      expect(stressPortfolio(decoded.value, request))
        .toStrictEqual(stressPortfolio(columns, request));
    }), { numRuns: 40 });
  });

  it("hold what is twice once", () => {
    const decoded = decodeColumns(buffer());
    expect(decoded.ok && decoded.value.dimensions.obligor?.codes.byteOffset)
      .toBe(decoded.ok && decoded.value.dimensions.obligor_id?.codes.byteOffset);
  });

  it("are refused with a reason where they are cut, strange or damaged", () => {
    const whole = buffer();
    const refusal = (bytes: ArrayBuffer) => {
      const decoded = decodeColumns(bytes);
      return decoded.ok ? null : decoded.error.code;
    };
    const changed = (at: number, value: number): ArrayBuffer => {
      const copy = whole.slice(0);
      new Uint8Array(copy)[at] = value;
      return copy;
    };
    expect(refusal(new ArrayBuffer(0))).toBe("TRUNCATED");
    expect(refusal(new ArrayBuffer(64))).toBe("NOT_COLUMNS");
    expect(refusal(whole.slice(0, 40))).toBe("TRUNCATED");
    expect(refusal(whole.slice(0, whole.byteLength - 8))).toBe("TRUNCATED");
    expect(refusal(changed(30, 0))).toBe("HEADER_DAMAGED");
    const decoded = decodeColumns(whole);
    if (!decoded.ok) throw new Error(decoded.error.detail);
    const { dimensions, linkedDebt, statedTo } = decoded.value;
    expect(refusal(changed(dimensions.sector?.codes.byteOffset ?? 0, 9))).toBe("VALUES_DAMAGED");
    expect(refusal(changed(dimensions.sector?.labels.ends.byteOffset ?? 0, 1)))
      .toBe("VALUES_DAMAGED");
    expect(refusal(changed(linkedDebt.byteOffset, 77))).toBe("VALUES_DAMAGED");
    expect(refusal(changed(statedTo.byteOffset, 1))).toBe("VALUES_DAMAGED");
  });

  it("never throw, whatever byte is wrong", () => {
    const whole = buffer();
    fc.assert(fc.property(fc.nat(whole.byteLength - 1), fc.nat(255), (at, value) => {
      const copy = whole.slice(0);
      new Uint8Array(copy)[at] = value;
      decodeColumns(copy);
    }), { numRuns: 2000 });
  });
});
