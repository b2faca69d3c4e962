/** The instrument-level engine: MODEL.md section 4 over a portfolio in columns. */
export { ColumnsBuilder, valueAt } from "./columns";
export type { PortfolioColumns } from "./portfolio-columns";
export { columnPieces, decodeColumns, encodeColumns } from "./column-format";
export { debtResults } from "./debt-results";
export {
  decodeInstrumentResults, encodeInstrumentResults, increaseOf, instrumentResultBytes,
  instrumentResults, orderOf, RESULTS_FORMAT, type InstrumentResults,
} from "./instrument-results";
export {
  compareInstruments, instrumentIdOf, sumsOf, type ComparedMeasure, type InstrumentPairs,
  type InstrumentSums,
} from "./instrument-comparison";
export { KeyFiller, keysBuffer, keysIn, NO_DAYS } from "./record-keys";
export {
  changedInstruments, versionChanges, type ChangedRows, type KeyedVersion,
} from "./version-changes";
export { cutColumns, groupCount, segmentsOf, type Cut } from "./cut";
export { groupTotals, type GroupTotals } from "./group-totals";
export { KEY_SORTS, PAGE_SORTS, recordPage, type PageRequest } from "./record-page";
export { sumMarkets } from "./market-sums";
export {
  BASE, marketsOf, stressOfSums, stressPortfolio, type PortfolioStress, type PortfolioStressResult,
  type StressProblem, type StressRequest,
} from "./stress-portfolio";
export type { GroupStress } from "./group-results";
export type { UnmatchedSegment } from "./unmatched";
export {
  ALL_ROWS_TABLE, factsOf, LOADS_TABLE, nativeBlock, ROWS_TABLE, tableStatements, type LoadFacts,
} from "./clickhouse-table";
export { groupCountQuery, MARKETS_IN_STATEMENT, stressQuery } from "./clickhouse-sql";
export { readAnswers } from "./clickhouse-answer";
