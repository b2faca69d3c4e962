import { describe, expect, it } from "vitest";
import { resolveMapping, type Mapping, type MappingProblem } from "./mapping";
import { ALIASES, fieldType, headerKey, MAPPABLE_FIELDS } from "./mapping-fields";

const HEADERS = ["Loan ID", "Balance", "State", "Note"];
const resolved = (headers: string[], mapping?: unknown): Mapping => {
  const result = resolveMapping(headers, mapping);
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
};
const refused = (headers: string[], mapping?: unknown): MappingProblem => {
  const result = resolveMapping(headers, mapping);
  if (result.ok) throw new Error("was accepted");
  return result.error;
};
const columns = ({ fields }: Mapping): Record<string, string> => Object.fromEntries(
  [...fields].map(([field, source]) => [field, source.kind === "column" ? source.column : "="]));

describe("aliases", () => {
  it("read names without case, spaces, underscores, hyphens and dots", () => {
    const mapping = resolved(["LOAN-ID", "Outstanding_Bal", "interest rate", "D.P.D", "x"]);
    expect(columns(mapping)).toEqual({
      instrument_id: "LOAN-ID", principal: "Outstanding_Bal",
      interest_rate_pct: "interest rate", days_past_due: "D.P.D",
    });
    expect(mapping).toMatchObject({ origin: "aliases", unmapped: ["x"] });
  });

  it("give a field to the name listed first and say so", () => {
    const mapping = resolved(["amount", "upb", "principal"]);
    expect(columns(mapping)).toEqual({ principal: "principal" });
    expect(mapping.unmapped).toEqual(["amount", "upb"]);
    expect(mapping.notes[0]).toContain("'principal' was read as principal");
    expect(columns(resolved(["amount", "upb"]))).toEqual({ principal: "upb" });
  });

  it("stand for one field each, and every field maps to itself", () => {
    const keys = MAPPABLE_FIELDS.flatMap((field) =>
      [field, ...(ALIASES[field] ?? [])].map(headerKey));
    expect(new Set(keys).size).toBe(keys.length);
    expect(resolved([...MAPPABLE_FIELDS]).unmapped).toEqual([]);
    for (const field of MAPPABLE_FIELDS) expect(fieldType(field)).toBeDefined();
  });

  it("ask for a mapping when nothing is the principal, with the headers seen", () => {
    const problem = refused(["1000014003", "60000", "IN"]);
    expect(problem).toMatchObject({
      code: "MAPPING_REQUIRED", missing: ["principal"], headers: ["1000014003", "60000", "IN"],
    });
    expect(problem.message).toContain("60000");
  });
});

describe("a given mapping", () => {
  it("takes columns, adjustments and constants, and guesses nothing else", () => {
    const mapping = resolved(HEADERS, {
      principal: { column: "Balance", scale: 1000, negate: true },
      region: "State", currency: { constant: "USD" },
      status: { column: "Note", map: { "P I F": "performing", n: null, one: 1 } },
    });
    expect(columns(mapping)).toEqual(
      { principal: "Balance", region: "State", currency: "=", status: "Note" });
    expect(mapping).toMatchObject({ origin: "mapping", unmapped: ["Loan ID"] });
    expect(mapping.fields.get("principal")).toMatchObject({ scale: 1000, negate: true });
    expect(mapping.fields.get("currency")).toEqual({ kind: "constant", value: "USD" });
  });

  it.each([
    [[], "mapping"], ["x", "mapping"], [{ principle: "Balance" }, "mapping.principle"],
    [{ principal: "Nope" }, "mapping.principal"], [{ principal: 5 }, "mapping.principal"],
    [{ principal: null }, "mapping.principal"], [{ principal: {} }, "mapping.principal.column"],
    [{ principal: { column: "Nope" } }, "mapping.principal.column"],
    [{ principal: { column: "Balance", scale: 0 } }, "mapping.principal.scale"],
    [{ principal: { column: "Balance", scale: "2" } }, "mapping.principal.scale"],
    [{ principal: { column: "Balance", negate: "yes" } }, "mapping.principal.negate"],
    [{ principal: { column: "Balance", factor: 2 } }, "mapping.principal.factor"],
    [{ region: { column: "State", scale: 2 } }, "mapping.region.scale"],
    [{ region: { column: "State", map: ["CA"] } }, "mapping.region.map"],
    [{ region: { column: "State", map: { CA: {} } } }, "mapping.region.map.CA"],
    [{ principal: { constant: "abc" } }, "mapping.principal.constant"],
    [{ principal: { constant: 1, column: "Balance" } }, "mapping.principal.column"],
    [{ region: { constant: " " } }, "mapping.region.constant"],
    [{ maturity_date: { constant: "1.1.2025" } }, "mapping.maturity_date.constant"],
    [{ record_kind: { constant: "bond" } }, "mapping.record_kind.constant"],
    [JSON.parse('{"__proto__": "Balance"}'), "mapping.__proto__"],
  ])("refuses %j at %s", (mapping, path) => {
    const problem = refused(HEADERS, mapping);
    expect(problem.code).toBe("PARAMETERS_INVALID");
    if (problem.code === "PARAMETERS_INVALID") expect(problem.errors[0]?.path).toBe(path);
  });

  it("lists every error", () => {
    const problem = refused(HEADERS, { principal: "Nope", region: 5, x: "State" });
    if (problem.code === "PARAMETERS_INVALID") expect(problem.errors.length).toBe(3);
  });

  it("needs the amount of the kind of record", () => {
    expect(refused(HEADERS, {})).toMatchObject({ missing: ["principal"] });
    const kind = { record_kind: { constant: "distressed_asset" } };
    expect(refused(HEADERS, kind)).toMatchObject({ missing: ["distressed_value"] });
    expect(columns(resolved(HEADERS, { ...kind, distressed_value: "Balance" }))).toBeTruthy();
    const both = { record_kind: "Note", distressed_value: "Balance" };
    expect(columns(resolved(HEADERS, both))).toBeTruthy();
  });
});
