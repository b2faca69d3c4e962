import { describe, expect, it } from "vitest";
import type { CsvBatch } from "./csv";
import {
  hidesAnything, maskedPayload, maskedRows, personalColumns, privacyNotes, resolvePrivacy,
} from "./privacy";

describe("personalColumns", () => {
  it.each([["borrower_name", "name"], ["TaxID", "tax id"], ["E-Mail", "mail"], ["TIN", "tin"],
    ["national id (hashed)", "national id"], ["DateOfBirth", "birth"], ["Straße / Street", "street"],
    ["guarantorPhone2", "phone"], ["HOME ADDRESS", "address"]])(
    "%s is about a person for %s", (column, token) => {
      expect(personalColumns([column])).toEqual([{ column, token }]);
    });

  it.each(["rating", "tint", "username_count", "tenant", "emails_sent",
    "taxidermy", "addressable", "nominal", "birthplaces", "principal", "id", "tax", "national"])(
    "%s is not", (column) => {
      expect(personalColumns([column])).toEqual([]);
    });
});

describe("resolvePrivacy", () => {
  it("takes rules for columns that exist, and names what is wrong", () => {
    expect(resolvePrivacy(["A", "B"], { A: "mask", B: "keep" }))
      .toEqual({ ok: true, value: { A: "mask", B: "keep" } });
    expect(resolvePrivacy(["A"], { A: "hide", C: "mask" })).toEqual({ ok: false, error: [
      { path: "privacy.A", message: "must be one of mask, drop, keep" },
      { path: "privacy.C", message: "is not a column" }] });
    expect(resolvePrivacy(["A"], ["A"]).ok).toBe(false);
    expect(resolvePrivacy(null, { anything: "drop" }).ok).toBe(true);
    expect(hidesAnything({ A: "keep" })).toBe(false);
    expect(hidesAnything({ A: "keep", B: "drop" })).toBe(true);
  });

  it("remarks on what looks personal and has no rule", () => {
    expect(privacyNotes(["name", "email", "principal"], { name: "keep" }))
      .toEqual([expect.stringContaining("'email' looks personal (email)")]);
  });
});

const tokenOf = (text: string): string => `<${text}>`;
async function rowsOf(batch: CsvBatch): Promise<CsvBatch["rows"]> {
  const rows = [];
  for await (const masked of maskedRows((async function* () { yield batch; })(),
    { name: "mask", phone: "drop", kept: "keep" }, tokenOf)) rows.push(...masked.rows);
  return rows;
}

describe("maskedRows", () => {
  const header = ["id", "name", "phone", "kept"];

  it("hides what the rules name and nothing else; empty cells stay empty", async () => {
    const rows = await rowsOf({ header, rows: [
      { line: 2, cells: ["1", " Ana ", "555", "x"], problem: null },
      { line: 3, cells: ["2", "", "", "y"], problem: null }] } as unknown as CsvBatch);
    expect(rows.map((row) => row.cells)).toEqual([["1", "<Ana>", "", "x"], ["2", "", "", "y"]]);
  });

  it("hides every cell of a damaged row, where values may stand under another name", async () => {
    const [row] = await rowsOf({ header, rows: [{ line: 2, cells: ["Ana", "7"],
      problem: { code: "COLUMN_COUNT", value: "Ana;7" } }] } as unknown as CsvBatch);
    expect(row).toMatchObject({ cells: ["<Ana>", "<7>"], problem: { value: null } });
  });

  it("treats two ways of writing a letter as one", async () => {
    const rows = await rowsOf({ header, rows: ["Jose\u0301", "Jos\u00e9"].map((name, index) => (
      { line: index, cells: ["", name, "", ""], problem: null })) } as unknown as CsvBatch);
    expect(rows[0]?.cells[1]).toBe(rows[1]?.cells[1]);
  });
});

describe("maskedPayload", () => {
  it("reaches members at any depth, and leaves the others alone", () => {
    expect(maskedPayload({ name: "Ana", principal: 5, at: [{ phone: 1, name: 7, x: null }] },
      { name: "mask", phone: "drop" }, tokenOf))
      .toEqual({ name: "<Ana>", principal: 5, at: [{ name: "<7>", x: null }] });
  });
});
