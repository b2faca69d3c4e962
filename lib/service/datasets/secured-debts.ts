import type { PortfolioColumns } from "@/lib/portfolio";
import { Shortfalls, type SecuredDebts } from "@/lib/risk";
import { columnsOf, type VersionColumns } from "./version-columns";

/** By the columns they are of: they go when those leave the memory. */
const known = new WeakMap<VersionColumns, Shortfalls>();

/** A sealed version's debts, ready for any market: those of its columns. */
export async function shortfallsOf(versionId: string): Promise<Shortfalls> {
  const loaded = await columnsOf(versionId);
  const shortfalls = known.get(loaded) ?? new Shortfalls(debtsOf(loaded.columns));
  known.set(loaded, shortfalls);
  return shortfalls;
}

/** Each debt with what covers it alone; debts under one stated collateral are one debt. */
function debtsOf(columns: PortfolioColumns): SecuredDebts {
  const outstanding = columns.outstanding.slice();
  columns.statedFrom.forEach((from, index) => {
    for (let row = from + 1; row < (columns.statedTo[index] as number); row += 1) {
      outstanding[from] = (outstanding[from] as number) + (outstanding[row] as number);
      outstanding[row] = 0;
    }
  });
  const { collateral } = columns;
  // What section 1 skips, and what went into another, is a row of zeros.
  const isDebt = (row: number): boolean => outstanding[row] !== 0 || collateral[row] !== 0;
  const rows = outstanding.every((_, row) => isDebt(row)) ? null
    : Uint32Array.from([...outstanding.keys()].filter(isDebt));
  return rows === null ? { outstanding, collateral } : {
    outstanding: Float64Array.from(rows, (row) => outstanding[row] as number),
    collateral: Float64Array.from(rows, (row) => collateral[row] as number) };
}
