import { DPD_BUCKETS, type DpdBucket } from "./kpis";
import type { ChangeCell } from "./version-bridge";

/** Why a row of the matrix has no shares. */
export type RollGap = "NO_INSTRUMENTS" | "NO_BALANCE";

/** Where instruments went: how many, their opening balance in units, and both as shares. */
export type RollCell = {
  to: DpdBucket; count: number; balance: bigint;
  countShare: number | null; balanceShare: number | null;
};

/** All that was in one bucket, by where it went. Shares of a row add up to 1. */
export type RollRow = {
  from: DpdBucket; count: number; balance: bigint; to: RollCell[];
  countGap: RollGap | null; balanceGap: RollGap | null;
};

export type RollRates = {
  rows: RollRow[];
  /** Matched instruments whose days past due one of the versions does not give. */
  withoutDays: number;
};

/**
 * Roll rates between two versions, MODEL.md section 9: of what was in a days-past-due bucket in
 * the base version, the share in each bucket of the other, by number and by opening balance
 * (units of 1/10,000). Only instruments that both versions have are counted. A bucket without
 * instruments, or without a balance above 0, gives null with a reason.
 */
export function rollRates(cells: readonly ChangeCell[]): RollRates {
  const matched = cells.filter(({ match }) => match === "changed" || match === "unchanged");
  const known = matched.filter((cell) => cell.fromBucket !== null && cell.toBucket !== null);
  return {
    rows: DPD_BUCKETS.map((from) => rowOf(from, known.filter((cell) => cell.fromBucket === from))),
    withoutDays: countOf(matched) - countOf(known),
  };
}

function rowOf(from: DpdBucket, cells: readonly ChangeCell[]): RollRow {
  const count = countOf(cells);
  const balance = balanceOf(cells);
  return {
    from, count, balance,
    countGap: count > 0 ? null : "NO_INSTRUMENTS",
    balanceGap: count === 0 ? "NO_INSTRUMENTS" : balance > 0n ? null : "NO_BALANCE",
    to: DPD_BUCKETS.map((to) => {
      const own = cells.filter((cell) => cell.toBucket === to);
      return {
        to, count: countOf(own), balance: balanceOf(own),
        countShare: count > 0 ? countOf(own) / count : null,
        balanceShare: balance > 0n ? Number(balanceOf(own)) / Number(balance) : null,
      };
    }),
  };
}

const countOf = (cells: readonly ChangeCell[]): number =>
  cells.reduce((sum, cell) => sum + cell.baseRows, 0);
const balanceOf = (cells: readonly ChangeCell[]): bigint =>
  cells.reduce((sum, cell) => sum + cell.baseOutstanding, 0n);
