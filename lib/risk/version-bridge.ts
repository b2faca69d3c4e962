import type { DpdBucket } from "./kpis";

/**
 * How the rows of one instrument id stand to each other in two versions. `repeated` is an id that
 * several rows of a version share, `missing` are rows without an id: neither can be followed.
 */
export const MATCH_KINDS =
  ["added", "removed", "changed", "unchanged", "repeated", "missing"] as const;
export type MatchKind = (typeof MATCH_KINDS)[number];

/**
 * Instruments of one kind of change, summed. Amounts are units of 1/10,000 of the base currency
 * (MODEL.md, "Reproducible sums"); an amount is 0 on the side where the rows do not exist.
 */
export type ChangeCell = {
  match: MatchKind;
  /** How the outstanding amount of a matched instrument moved. */
  direction: "higher" | "lower" | "same";
  /** The last status says that it was written or charged off. */
  writtenOff: boolean;
  fromBucket: DpdBucket | null;
  toBucket: DpdBucket | null;
  baseRows: number;
  otherRows: number;
  baseOutstanding: bigint;
  otherOutstanding: bigint;
  baseCollateral: bigint;
  otherCollateral: bigint;
};

/** Rows and amounts of one kind of change on both sides, in units. */
export type ChangeCount = {
  match: MatchKind; baseRows: number; otherRows: number;
  baseOutstanding: bigint; otherOutstanding: bigint;
};

/** Counts and outstanding by kind of change; every kind is there, also with nothing in it. */
export function changeCounts(cells: readonly ChangeCell[]): ChangeCount[] {
  return MATCH_KINDS.map((match) => {
    const own = cells.filter((cell) => cell.match === match);
    return {
      match,
      baseRows: own.reduce((sum, cell) => sum + cell.baseRows, 0),
      otherRows: own.reduce((sum, cell) => sum + cell.otherRows, 0),
      baseOutstanding: total(own, (cell) => cell.baseOutstanding),
      otherOutstanding: total(own, (cell) => cell.otherOutstanding),
    };
  });
}

/** Steps from an opening to a closing amount, in units; they add up exactly. */
export type Bridge<Step extends string> = {
  opening: bigint; steps: { step: Step; amount: bigint }[]; closing: bigint;
};

export const OUTSTANDING_STEPS =
  ["new", "drawn", "repaid", "written_off", "removed", "not_comparable"] as const;
export type OutstandingStep = (typeof OUTSTANDING_STEPS)[number];

/**
 * Outstanding of `base` carried to that of `other` (MODEL.md section 9, two versions of one tape):
 * new instruments, drawn (higher principal), repaid (lower), written off (gone or lower, and the
 * status says so), removed (gone without that status), and the difference of rows that have no id
 * or share one.
 */
export function outstandingBridge(cells: readonly ChangeCell[]): Bridge<OutstandingStep> {
  return bridge(OUTSTANDING_STEPS, cells, outstandingStep,
    (cell) => cell.baseOutstanding, (cell) => cell.otherOutstanding);
}

function outstandingStep(cell: ChangeCell): OutstandingStep {
  if (isUnmatched(cell)) return "not_comparable";
  if (cell.match === "added") return "new";
  if (cell.match === "removed") return cell.writtenOff ? "written_off" : "removed";
  if (cell.direction === "higher") return "drawn";
  return cell.writtenOff ? "written_off" : "repaid";
}

export const COLLATERAL_STEPS = ["new", "revaluation", "removed", "not_comparable"] as const;
export type CollateralStep = (typeof COLLATERAL_STEPS)[number];

/** Collateral value carried from `base` to `other`: revaluation is that of matched instruments. */
export function collateralBridge(cells: readonly ChangeCell[]): Bridge<CollateralStep> {
  return bridge(COLLATERAL_STEPS, cells, collateralStep,
    (cell) => cell.baseCollateral, (cell) => cell.otherCollateral);
}

function collateralStep(cell: ChangeCell): CollateralStep {
  if (isUnmatched(cell)) return "not_comparable";
  if (cell.match === "added") return "new";
  return cell.match === "removed" ? "removed" : "revaluation";
}

const isUnmatched = ({ match }: ChangeCell): boolean => match === "repeated" || match === "missing";

function bridge<Step extends string>(
  steps: readonly Step[], cells: readonly ChangeCell[], stepOf: (cell: ChangeCell) => Step,
  before: (cell: ChangeCell) => bigint, after: (cell: ChangeCell) => bigint,
): Bridge<Step> {
  return {
    opening: total(cells, before),
    steps: steps.map((step) => ({ step,
      amount: total(cells.filter((cell) => stepOf(cell) === step),
        (cell) => after(cell) - before(cell)) })),
    closing: total(cells, after),
  };
}

const total = (cells: readonly ChangeCell[], read: (cell: ChangeCell) => bigint): bigint =>
  cells.reduce((sum, cell) => sum + read(cell), 0n);
