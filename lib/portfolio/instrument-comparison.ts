import type { PortfolioColumns } from "./portfolio-columns";
import type { InstrumentResults } from "./instrument-results";
import { sameLabels } from "./label-dictionary";
import { LabelTable } from "./labels";

/** A version's debts, and what they come to under a scenario. */
export type ComparedDebts = { columns: PortfolioColumns; results: InstrumentResults };

/** By what instruments differ: what they owe, or what they lose of their own. */
export type ComparedMeasure = "outstanding" | "own_loss";

/**
 * Instruments of two versions matched by id, as each version's code of the id: 0 stands for all
 * debts without one, -1 where a version does not have the instrument.
 */
export type InstrumentPairs = { base: Int32Array; other: Int32Array };

/** What the debts of one instrument id come to together, in whole 1/10,000 units. */
export type InstrumentSums = {
  rows: number; outstanding: number; collateral: number; stressedCollateral: number;
  shortfallIncrease: number; buffer: number;
};

const NO_LABELS = new LabelTable(new Uint8Array(), new Uint32Array());
const idsOf = ({ dimensions }: PortfolioColumns): LabelTable =>
  dimensions.instrument_id?.labels ?? NO_LABELS;
const codeOf = ({ dimensions }: PortfolioColumns, debt: number): number =>
  dimensions.instrument_id?.codes[debt] ?? 0;

/** The id that a code of `InstrumentPairs` stands for; null of the debts without one. */
export const instrumentIdOf = (columns: PortfolioColumns, code: number): string | null =>
  code <= 0 ? null : idsOf(columns).at(code - 1);

/**
 * The instruments of two versions, those whose `measure` differs most first, then in the order of
 * `base`, then of `other`. Rows that share an id are one instrument. `own_loss` is what a debt
 * lacks more in its own collateral under the scenario, and its default buffer.
 */
export function compareInstruments(
  base: ComparedDebts, other: ComparedDebts, measure: ComparedMeasure,
): InstrumentPairs {
  const [before, after] = [sumsByCode(base, measure), sumsByCode(other, measure)];
  const partner = partners(base.columns, other.columns);
  const [baseCodes, otherCodes, moved]: [number[], number[], number[]] = [[], [], []];
  const add = (one: number, two: number): void => {
    baseCodes.push(one);
    otherCodes.push(two);
    moved.push(Math.abs((two < 0 ? 0 : after.sums[two] as number)
      - (one < 0 ? 0 : before.sums[one] as number)));
  };
  const isMatched = new Uint8Array(after.sums.length);
  before.rows.forEach((rows, code) => {
    if (rows === 0) return;
    const found = partner[code] as number;
    const isThere = found >= 0 && after.rows[found] !== 0;
    if (isThere) isMatched[found] = 1;
    add(code, isThere ? found : -1);
  });
  after.rows.forEach((rows, code) => {
    if (rows !== 0 && isMatched[code] === 0) add(-1, code);
  });
  const order = Uint32Array.from(baseCodes.keys()).sort((a, b) =>
    (moved[b] as number) - (moved[a] as number) || a - b);
  return { base: Int32Array.from(order, (at) => baseCodes[at] as number),
    other: Int32Array.from(order, (at) => otherCodes[at] as number) };
}

/** By code: the debts with it, and the sum of what they measure. */
function sumsByCode(
  { columns, results }: ComparedDebts, measure: ComparedMeasure,
): { rows: Uint32Array; sums: Float64Array } {
  const count = idsOf(columns).length + 1;
  const [rows, sums] = [new Uint32Array(count), new Float64Array(count)];
  for (let debt = 0; debt < columns.debtCount; debt += 1) {
    const code = codeOf(columns, debt);
    rows[code] = (rows[code] as number) + 1;
    sums[code] = (sums[code] as number) + (measure === "outstanding"
      ? columns.outstanding[debt] as number
      : (results.stressedShortfall[debt] as number) - (results.shortfall[debt] as number)
        + (results.buffer[debt] as number));
  }
  return { rows, sums };
}

/** By code of `base`: the code of the same id in `other`, or -1. */
function partners(base: PortfolioColumns, other: PortfolioColumns): Int32Array {
  const [ids, others] = [idsOf(base), idsOf(other)];
  const partner = new Int32Array(ids.length + 1);
  if (base === other || ids === others) return partner.map((_, code) => code);
  sameLabels(ids, others).forEach((code, at) => { partner[at + 1] = code === 0 ? -1 : code; });
  return partner;
}

/** What the debts of each of these codes come to; a code that no debt has is not in the answer. */
export function sumsOf(
  { columns, results }: ComparedDebts, codes: ReadonlySet<number>,
): Map<number, InstrumentSums> {
  const found = new Map<number, InstrumentSums>();
  for (let debt = 0; debt < columns.debtCount; debt += 1) {
    const code = codeOf(columns, debt);
    if (!codes.has(code)) continue;
    const sums = found.get(code) ?? { rows: 0, outstanding: 0, collateral: 0,
      stressedCollateral: 0, shortfallIncrease: 0, buffer: 0 };
    found.set(code, sums);
    sums.rows += 1;
    sums.outstanding += columns.outstanding[debt] as number;
    sums.collateral += results.collateral[debt] as number;
    sums.stressedCollateral += results.stressedCollateral[debt] as number;
    sums.shortfallIncrease += (results.stressedShortfall[debt] as number)
      - (results.shortfall[debt] as number);
    sums.buffer += results.buffer[debt] as number;
  }
  return found;
}
