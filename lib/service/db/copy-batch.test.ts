import { describe, expect, it } from "vitest";
import { ByteWriter } from "@/lib/kernel/bytes";
import { measured, numericField, textField } from "./copy-batch";

const bytesOf = (write: (out: ByteWriter) => void): string => {
  const out = new ByteWriter(0);
  write(out);
  return Buffer.from(out.from(0)).toString("hex");
};

describe("fields of a binary COPY", () => {
  it.each([
    // Length, number of digits to the base of 10,000, weight of the first, sign, none behind.
    [0n, "00000008" + "0000" + "0000" + "0000" + "0000"],
    [1n, "0000000a" + "0001" + "0000" + "0000" + "0000" + "0001"],
    [-9999n, "0000000a" + "0001" + "0000" + "4000" + "0000" + "270f"],
    [10_000n, "0000000c" + "0002" + "0001" + "0000" + "0000" + "0001" + "0000"],
    [5_447_013_875_000_000n, "00000010" + "0004" + "0003" + "0000" + "0000" + "1547" + "008a"
      + "1d4c" + "0000"],
    [-(10n ** 30n), "00000018" + "0008" + "0007" + "4000" + "0000" + "0064" + "0000".repeat(7)],
  ])("write %s as a numeric", (value, bytes) => {
    expect(bytesOf((out) => numericField(out, value))).toBe(bytes);
  });

  it("say how long a text is in bytes, and that there is none", () => {
    expect(bytesOf((out) => textField(out, "a€"))).toBe("00000004" + "61e282ac");
    expect(bytesOf((out) => textField(out, ""))).toBe("00000000");
    expect(bytesOf((out) => textField(out, null))).toBe("ffffffff");
    expect(bytesOf((out) => {
      expect(measured(out, () => out.text("ab"))).toBe(4);
    })).toBe("00000002" + "6162");
  });
});
