/** The instrument-level engine: MODEL.md section 4 over a portfolio in columns. */
export {
  ColumnsBuilder, valueAt, type Dimension, type PortfolioColumns,
} from "./columns";
export { columnPieces, decodeColumns, encodeColumns, type ColumnsDamage } from "./column-format";
export { debtResults, type DebtResults } from "./debt-results";
export {
  decodeInstrumentResults, encodeInstrumentResults, increaseOf, instrumentResultBytes,
  instrumentResults, orderOf, RESULTS_FORMAT, type InstrumentResults,
} from "./instrument-results";
export {
  compareInstruments, instrumentIdOf, sumsOf, type ComparedMeasure, type InstrumentPairs,
  type InstrumentSums,
} from "./instrument-comparison";
export { LabelTable } from "./labels";
export { KEY_BYTES, KeyFiller, keysBuffer, keysIn, NO_DAYS, type RecordKeys } from "./record-keys";
export {
  changedInstruments, versionChanges, type ChangedRows, type KeyedVersion,
} from "./version-changes";
export { ExactColumn } from "./exact-column";
export { cutColumns, groupCount, segmentsOf, shocksByProfile, type Cut } from "./cut";
export { groupTotals, type GroupTotals } from "./group-totals";
export type { Codes } from "./growing-columns";
export {
  KEY_SORTS, PAGE_SORTS, recordPage, type ImpactSort, type LabelSort, type PageRequest,
  type PageSort,
} from "./record-page";
export { mergeMarkets, sumMarkets, type MarketSums } from "./market-sums";
export {
  BASE, cutFor, marketsOf, RESULT_LIMIT, sizeProblem, stressOfSums, stressPortfolio,
  type PortfolioStress, type PortfolioStressResult, type StressProblem, type StressRequest,
} from "./stress-portfolio";
export type { GroupBase, GroupStress, GroupStressResult } from "./group-results";
export { KNOWN_VALUES_LIMIT, type UnmatchedSegment } from "./unmatched";
export {
  ALL_ROWS_TABLE, factsOf, LOADS_TABLE, nativeBlock, ROWS_TABLE, tableStatements, type LoadFacts,
} from "./clickhouse-table";
export { groupCountQuery, MARKETS_IN_STATEMENT, stressQuery, type StressQuery } from "./clickhouse-sql";
export { readAnswers } from "./clickhouse-answer";
