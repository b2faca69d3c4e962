import { describe, expect, it } from "vitest";
import { DEFAULT_LOCALE } from "./locale";
import { resolveMapping } from "./mapping";
import { compileRowNormalizer } from "./normalize-row";
import { schemeOfName, sectorOfCode } from "./sectors";

describe("sectorOfCode", () => {
  it.each([
    ["nace", "C", "Manufacturing"], ["nace", "c10.71", "Manufacturing"], ["nace", "1071", "Manufacturing"],
    ["nace", "01.11", "Agriculture"], ["nace", "1.11", "Agriculture"], ["nace", "A1.1", "Agriculture"],
    ["nace", "68.20", "Real estate"], ["nace", "47", "Wholesale and retail trade"],
    ["nace", "99.00", "Extraterritorial organisations"], ["nace", "34", undefined],
    ["nace", "V", undefined], ["nace", "bakery", undefined], ["nace", "123456", undefined],
    ["naics", "311811", "Manufacturing"], ["naics", "45", "Retail trade"],
    ["naics", "722410.0", "Accommodation and food"], ["naics", "99", undefined],
    ["naics", "7", undefined], ["naics", "C10", undefined],
  ] as const)("of %s %s is %s", (scheme, code, sector) =>
    expect(sectorOfCode(scheme, code)).toBe(sector));

  it("is known by the column's name", () => {
    expect(schemeOfName("NAICS_Code")).toBe("naics");
    expect(schemeOfName("NACE Rev. 2")).toBe("nace");
    expect(schemeOfName("Branche")).toBeNull();
  });
});

describe("a sector by its code", () => {
  const read = (headers: string[], cells: string[], rules?: unknown) => {
    const mapping = resolveMapping(headers, rules);
    if (!mapping.ok) throw new Error(mapping.error.message);
    return compileRowNormalizer(mapping.value,
      { locale: DEFAULT_LOCALE, baseCurrency: "EUR" })(cells, 2);
  };
  const RULES = { principal: "p", sector: { column: "code", sector_scheme: "nace" } };

  it("keeps the code beside the sector", () => {
    expect(read(["p", "code"], ["1", "C10.71"], RULES).record)
      .toMatchObject({ sector: "Manufacturing", sector_code: "C10.71" });
    expect(read(["p", "code"], ["1", "0"], RULES))
      .toEqual({ record: { record_kind: "instrument", principal: 1 }, problems: [] });
  });

  it("keeps a code that it does not know, with a warning", () => {
    const { record, problems } = read(["p", "code"], ["1", "34"], RULES);
    expect(record).toEqual({ record_kind: "instrument", principal: 1, sector_code: "34" });
    expect(problems).toMatchObject([{ code: "SECTOR_CODE_UNKNOWN", severity: "warning",
      column: "code", value: "34" }]);
  });

  it("is read from a column with the scheme's name unless another gives the sector", () => {
    expect(read(["principal", "NAICS code"], ["1", "236115"]).record)
      .toMatchObject({ sector: "Construction", sector_code: "236115" });
    expect(read(["principal", "sector", "NAICS code"], ["1", "Bau", "236115"]).record)
      .toEqual({ record_kind: "instrument", principal: 1, sector: "Bau" });
  });

  it.each([
    [{ principal: "p", sector: { column: "code", sector_scheme: "sic" } }, "nace, naics"],
    [{ principal: { column: "p", sector_scheme: "nace" } }, "sector only"],
    [{ principal: "p", region: { column: "code", sector_scheme: "nace" } }, "sector only"],
  ])("refuses %j", (rules, words) => {
    const mapping = resolveMapping(["p", "code"], rules);
    expect(mapping).toMatchObject({ ok: false, error: { code: "PARAMETERS_INVALID" } });
    expect(JSON.stringify(mapping)).toContain(words);
  });
});
