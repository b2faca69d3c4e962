import { DEFAULT_PD_FLOOR, IRB_CLASSES, irbCapital, irbTotals } from "@/lib/risk";
import type { IrbCapital, IrbClass, IrbExposure, IrbTotals } from "@/lib/risk";
import type { ClassChoice } from "./irb-version";
import { numberAt, parseAsRows } from "./json-param";

/** One line of the table, short so that links stay short: fractions, years, millions. */
export interface IrbRow {
  /** Asset class. */
  k: IrbClass;
  /** Exposure at default. */
  e: number;
  /** PD and LGD, fractions. */
  p: number;
  l: number;
  /** Maturity in years; turnover in millions, null for no size adjustment. */
  m: number;
  t: number | null;
}

export const ROWS_LIMIT = 40;

export const AMOUNT_LIMIT = 9e14;

function readRow(value: unknown): IrbRow | null {
  if (typeof value !== "object" || value === null) return null;
  const members = value as Record<string, unknown>;
  const known = IRB_CLASSES.find((name) => name === members["k"]) ?? "corporate";
  return {
    k: known, e: numberAt(value, "e", 0, AMOUNT_LIMIT, 0), p: numberAt(value, "p", 0, 1, 0.01),
    l: numberAt(value, "l", 0, 1, 0.45), m: numberAt(value, "m", 0, 50, 2.5),
    t: members["t"] === null || members["t"] === undefined ? null
      : numberAt(value, "t", 0, AMOUNT_LIMIT, 50),
  };
}

/** One exposure of each class, PD 1 %, LGD 45 %: what textbooks print. */
export const EXAMPLE: IrbRow[] = IRB_CLASSES.map((k) =>
  ({ k, e: 1_000_000, p: 0.01, l: 0.45, m: 2.5, t: k === "corporate" ? 50 : null }));

/** Choices of the address; the class of an asset class that the address has twice is the last. */
export const parseAsClassChoices = parseAsRows((value): ClassChoice | null => {
  if (!Array.isArray(value)) return null;
  const [assetClass, chosen] = value as unknown[];
  const known = IRB_CLASSES.find((name) => name === chosen);
  return known && (assetClass === null || typeof assetClass === "string")
    ? [assetClass, known] : null;
}).withDefault([]);

export const parseAsIrbRows = parseAsRows(readRow).withDefault(EXAMPLE);

export interface IrbResult {
  /** null where the maturity term has no value. */
  capital: (IrbCapital | null)[];
  totals: IrbTotals;
  failed: number;
}

export const exposureOf = (row: IrbRow, floor: number): IrbExposure => ({
  ead: row.e, pd: row.p, lgd: row.l, asset_class: row.k, maturity: row.m, pd_floor: floor,
  ...(row.t === null ? {} : { turnover_meur: row.t }),
});

/** Capital of every line and in total; lines that have none are left out of the total. */
export function irbOf(exposures: readonly IrbExposure[]): IrbResult {
  const capital = exposures.map((exposure) => {
    const found = irbCapital(exposure);
    return found.ok ? found.value : null;
  });
  const known = capital.flatMap((one, index) => {
    const exposure = exposures[index];
    return one && exposure ? [{ one, exposure }] : [];
  });
  return { capital, failed: capital.length - known.length,
    totals: irbTotals(known.map(({ exposure }) => exposure), known.map(({ one }) => one)) };
}

export { DEFAULT_PD_FLOOR };
