/** Schemes of industry codes: NACE Rev. 2 (EU) and NAICS (North America). */
export const SECTOR_SCHEMES = ["nace", "naics"] as const;
export type SectorScheme = (typeof SECTOR_SCHEMES)[number];

/** NACE Rev. 2 (Regulation (EC) 1893/2006): section, its sector, its first and last division. */
const NACE_SECTIONS: readonly (readonly [string, string, number, number])[] = [
  ["A", "Agriculture", 1, 3], ["B", "Mining", 5, 9], ["C", "Manufacturing", 10, 33],
  ["D", "Utilities", 35, 35], ["E", "Water and waste", 36, 39], ["F", "Construction", 41, 43],
  ["G", "Wholesale and retail trade", 45, 47], ["H", "Transportation", 49, 53],
  ["I", "Accommodation and food", 55, 56], ["J", "Information", 58, 63],
  ["K", "Finance and insurance", 64, 66], ["L", "Real estate", 68, 68],
  ["M", "Professional services", 69, 75], ["N", "Administrative services", 77, 82],
  ["O", "Public administration", 84, 84], ["P", "Education", 85, 85], ["Q", "Health care", 86, 88],
  ["R", "Arts and recreation", 90, 93], ["S", "Other services", 94, 96],
  ["T", "Households", 97, 98], ["U", "Extraterritorial organisations", 99, 99],
];

/** NAICS by its first two digits; 31 to 33, 44 and 45, 48 and 49 are one sector each. */
const NAICS_SECTORS: Readonly<Record<string, string>> = {
  11: "Agriculture", 21: "Mining", 22: "Utilities", 23: "Construction",
  31: "Manufacturing", 32: "Manufacturing", 33: "Manufacturing", 42: "Wholesale trade",
  44: "Retail trade", 45: "Retail trade", 48: "Transportation", 49: "Transportation",
  51: "Information", 52: "Finance and insurance", 53: "Real estate", 54: "Professional services",
  55: "Management of companies", 56: "Administrative services", 61: "Education",
  62: "Health care", 71: "Arts and recreation", 72: "Accommodation and food", 81: "Other services",
  92: "Public administration",
};

/** Which scheme a column's name speaks of; null for none. */
export function schemeOfName(column: string): SectorScheme | null {
  const [word] = /nace|naics/.exec(column.toLowerCase()) ?? [];
  return (word as SectorScheme | undefined) ?? null;
}

/** True for texts that stand for "not known": nothing, or only zeros. */
export const isNoCode = (code: string): boolean => /^[0.\s-]*$/.test(code);

/**
 * The sector of an industry code; undefined when the scheme has no such code. NACE by its section
 * ("C", "C10.71") or its division ("10.71", "1071", "1.11" for 01.11), NAICS by two digits or more.
 */
export function sectorOfCode(scheme: SectorScheme, text: string): string | undefined {
  const code = text.trim().toUpperCase();
  if (scheme === "naics") return /^\d{2,6}(\.0)?$/.test(code) ? NAICS_SECTORS[code.slice(0, 2)]
    : undefined;
  const [, letter, digits = ""] = /^([A-U])?[.\s-]?(\d{1,2}(?:\.?\d{1,2}(?:\.\d{1,2})?)?)?$/
    .exec(code) ?? [];
  if (letter !== undefined) return NACE_SECTIONS.find(([section]) => section === letter)?.[1];
  const division = Number((digits.split(".")[0] ?? "").slice(0, 2));
  return NACE_SECTIONS.find(([, , first, last]) => division >= first && division <= last)?.[1];
}
