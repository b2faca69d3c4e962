/**
 * Tapes: from bytes or JSON to normalized records and row problems (API.md "Tapes over HTTP").
 * Rows and columns of any format go lookAtRows -> resolveMapping -> readRows -> normalizeRows; a
 * JSON document goes checkJson -> normalizePayload.
 * Pure: no clock, no environment, no database.
 */
export { rawWriter } from "./csv";
export { isReadWhole, lookAtRows, readRows, type RowsLook, type RowsPlan } from "./rows";
export { createSetNormalizer, type JoinSummary } from "./eba-join";
export { currencyColumn, idColumn } from "./eba-records";
export { absentFields } from "./eba-tables";
export type { SetTable } from "./set-table";
export { lookAtTables, readTables, type SeenTable } from "./table-set";
export { createDuplicateCheck } from "./duplicates";
export type { NormalizeOptions } from "./fields";
export { checkJson } from "./json-guard";
export { DEFAULT_LOCALE, resolveLocale, type Locale } from "./locale";
export { mappedColumns, resolveMapping, type Mapping, type MappingProblem } from "./mapping";
export { normalizePayload } from "./normalize-payload";
export { compileRowNormalizer } from "./normalize-row";
export { PROBLEMS, rowProblem, type RowProblem } from "./problem";
export { createQualityCollector, type ColumnOutliers, type QualityReport } from "./quality";
export {
  BUILT_INS, createRuleSet, DEFAULT_RULES, READ_RULE, rulesInForce, type ColumnNames,
  type QualityChoices, type RuleSet, type RulesInForce,
} from "./rule-set";
export { ruleInWords } from "./rules";
export { OUTLIER_Z } from "./spread";
export {
  checkTolerances, toleranceInWords, type ControlTotals, type ToleranceCheck, type Tolerances,
} from "./tolerances";
export {
  BUILT_IN_PROFILES, EBA_PROFILE, fitProfile, knownShape, type BuiltInProfile,
} from "./profiles";
export { currenciesIn, currencyColumns, type CurrencyColumn } from "./currency-columns";
export { createIntercompanyCheck, type IntercompanyCheck } from "./intercompany";
export { columnOf, createUnitCheck, unitHints, type UnitCheck } from "./units";
export { suggestColumns } from "./suggest";
export { normalizeRows, readTape } from "./tape";
export {
  hidesAnything, maskedBatch, maskedPayload, maskedRows, memberNames, personalColumns, privacyNotes,
  resolvePrivacy, type PrivacyRules, type Tokenizer,
} from "./privacy";
export { FormatError, type ByteSource } from "./zip";
