/**
 * Tapes: from bytes or JSON to normalized records and row problems (API.md "Tapes over HTTP").
 * Rows and columns of any format go lookAtRows -> resolveMapping -> readRows -> normalizeRows; a
 * JSON document goes checkJson -> normalizePayload.
 * Pure: no clock, no environment, no database.
 */
export { parseAmount, parseFraction, parsePercent } from "./amounts";
export {
  rawPayload, rawTextWriter, readCsv,
  type CsvBatch, type CsvOptions, type CsvRow, type Delimiter, type Encoding,
} from "./csv";
export {
  isReadWhole, lookAtRows, readRows, type RowsChoice, type RowsLook, type RowsPlan,
} from "./rows";
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
  PROBLEM_CODES, PROBLEMS, type ProblemCode, type ProblemSeverity, type RowProblem,
} from "./problem";
export {
  createQualityCollector, type ColumnQuality, type QualityCollector, type QualityReport,
} from "./quality";
export { BUILT_IN_PROFILES, fitProfile, knownShape, type BuiltInProfile } from "./profiles";
export { suggestColumns, type Suggestion } from "./suggest";
export { normalizeRows, readTape, type TapeBatch, type TapePlan, type TapeRow } from "./tape";
export {
  hidesAnything, maskedPayload, maskedRows, memberNames, personalColumns, PRIVACY_ACTIONS,
  privacyNotes, resolvePrivacy, type PersonalColumn, type PrivacyAction, type PrivacyRules,
  type Tokenizer,
} from "./privacy";
export { FormatError, type ByteSource } from "./zip";
