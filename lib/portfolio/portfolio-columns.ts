import type { GroupDimension } from "../risk";
import type { Codes } from "./growing-columns";
import type { LabelTable } from "./labels";

/** A dimension of a portfolio: `labels` has the value of code c at c - 1. */
export type Dimension = { codes: Codes; labels: LabelTable };

/**
 * A dataset version in columns, for section 4 of MODEL.md. Amounts are whole 1/10,000 units, rates
 * whole 1/1,000,000 points, both as float64. Rows are the debts, then the distressed assets: row
 * `debtCount + j` is asset j. A portfolio record is one row for each debt and asset that it lists.
 */
export type PortfolioColumns = {
  debtCount: number;
  assetCount: number;
  /** Of each row: the tape's row that it came from. */
  rowNumber: Uint32Array;
  /** Of each row: 1 where it is the first row of its record, which is how records are counted. */
  isFirst: Uint8Array;
  /** Of each debt. A record that section 1 skips is a row of zeros: it counts as a record. */
  outstanding: Float64Array;
  /** Of each debt; a negative rate counts as 0. */
  interestRate: Float64Array;
  collateral: Float64Array;
  assets: Float64Array;
  /** Of each distressed asset. */
  distressedValue: Float64Array;
  recoveryRate: Float64Array;
  /** Of each distressed asset: the debt whose shortfall it lowers first, or -1. */
  linkedDebt: Int32Array;
  /**
   * Debts that one stated collateral covers together, from row `statedFrom` to before `statedTo`:
   * it stands at the first of them, the others have none. It takes the scenario's own shock.
   */
  statedFrom: Uint32Array;
  statedTo: Uint32Array;
  /** Dimensions that at least one row has a value of. */
  dimensions: { [D in GroupDimension]?: Dimension };
};
