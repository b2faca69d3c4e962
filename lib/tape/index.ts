/**
 * Tapes: from bytes or JSON to normalized records and row problems (API.md "Tapes over HTTP").
 * Rows and columns of any format go lookAtRows -> resolveMapping -> readRows -> normalizeRows; a
 * JSON document goes checkJson -> normalizePayload.
 * Pure: no clock, no environment, no database.
 */
export { parseAmount, parseFraction, parsePercent } from "./amounts";
export {
  rawPayload, rawWriter, readCsv,
  type CsvBatch, type CsvOptions, type CsvRow, type Delimiter, type Encoding,
} from "./csv";
export {
  isReadWhole, lookAtRows, readRows, type RowsChoice, type RowsLook, type RowsPlan,
} from "./rows";
export {
  createSetNormalizer, SIDE_ROWS_LIMIT, type JoinSummary, type SetNormalizer,
} from "./eba-join";
export { currencyColumn, idColumn } from "./eba-records";
export { absentFields } from "./eba-tables";
export { TEMPLATES, type Template } from "./eba-templates";
export { lookAtTables, readTables, type SeenTable, type SetTable } from "./table-set";
export { parseDate } from "./dates";
export { createDuplicateCheck, type DuplicateCheck } from "./duplicates";
export type { Normalized, NormalizeOptions } from "./fields";
export { checkJson, type JsonFault } from "./json-guard";
export {
  DEFAULT_LOCALE, LOCALE_IDS, resolveLocale, type Locale, type LocaleId, type LocaleProblem,
} from "./locale";
export {
  mappedColumns, resolveMapping, type FieldSource, type Mapping, type MappingError,
  type MappingProblem,
} from "./mapping";
export { ALIASES, MAPPABLE_FIELDS, type MappableField } from "./mapping-fields";
export { normalizePayload } from "./normalize-payload";
export { compileRowNormalizer, type RowNormalizer } from "./normalize-row";
export {
  PROBLEM_CODES, PROBLEMS, rowProblem, type ProblemCode, type ProblemSeverity, type RowProblem,
} from "./problem";
export {
  createQualityCollector, SCORE_WEIGHTS, scoreOf, type ColumnOutliers, type ColumnQuality,
  type QualityCollector, type QualityReport, type ScoreComponents,
} from "./quality";
export {
  BUILT_INS, createRuleSet, DEFAULT_RULES, READ_RULE, rulesInForce, type BuiltIn, type BuiltInId,
  type ColumnNames, type QualityChoices, type RuleSet, type RulesInForce, type RuleSeverity,
} from "./rule-set";
export {
  kindOf, OPERAND, opsOf, RULE_FIELDS, RULE_OPS, ruleFault, ruleInWords, type Condition,
  type OtherField, type QualityRule, type RuleFault, type RuleOp, type RuleValue,
} from "./rules";
export { OUTLIER_Z } from "./spread";
export {
  checkTolerances, TOLERANCE_NAMES, toleranceInWords, type ControlTotals, type ToleranceCheck,
  type Tolerances,
} from "./tolerances";
export {
  BUILT_IN_PROFILES, EBA_PROFILE, fitProfile, knownShape, type BuiltInProfile,
} from "./profiles";
export { currenciesIn, currencyColumns, type CurrencyColumn } from "./currency-columns";
export { createIntercompanyCheck, type IntercompanyCheck } from "./intercompany";
export { SECTOR_SCHEMES, type SectorScheme } from "./sectors";
export { columnOf, createUnitCheck, unitHints, type UnitCheck, type UnitHint } from "./units";
export { suggestColumns, type Suggestion } from "./suggest";
export { normalizeRows, readTape, type TapeBatch, type TapePlan, type TapeRow } from "./tape";
export {
  hidesAnything, maskedBatch, maskedPayload, maskedRows, memberNames,
  personalColumns, PRIVACY_ACTIONS,
  privacyNotes, resolvePrivacy, type PersonalColumn, type PrivacyAction, type PrivacyRules,
  type Tokenizer,
} from "./privacy";
export { FormatError, type ByteSource } from "./zip";
