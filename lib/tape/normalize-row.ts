import { AMOUNT_SCALE } from "../kernel/exact";
import { BALANCE_BUCKETS, type NormalizedRecord, type RecordField } from "../kernel/record";
import { isBlank } from "./amounts";
import {
  assembleRecord, NOT_OF, SLOT_FIELDS, type RowDraft, type RowKind, type Slots,
} from "./assemble";
import {
  amount, amountFromText, dateFromText, number, numberFromText, plainText, Reading,
  type Adjustment, type Normalized, type NormalizeOptions,
} from "./fields";
import type { ColumnPart, FieldSource, Mapping } from "./mapping";
import { fieldType, type FieldType, type MappableField } from "./mapping-fields";
import { shorten } from "./problem";
import { isNoCode, sectorOfCode, type SectorScheme } from "./sectors";
import { readSum } from "./sum";

/** A row of a tape as a record: an instrument or a distressed asset. */
export type RowNormalizer =
  (cells: readonly string[], line: number) => Normalized<NormalizedRecord>;

const REQUIRED: Readonly<Record<RowKind, RecordField>> = {
  instrument: "principal", distressed_asset: "distressed_value",
};

type Step = {
  field: RecordField;
  type: FieldType;
  required: boolean;
  slot: number;
  /** -1 for a constant. */
  index: number;
  column: string;
  constant: string | number;
  adjust: Adjustment | null;
  /** The columns that are added up; null for a single one. */
  parts: readonly ColumnPart[] | null;
  first: number | null;
  map: ReadonlyMap<string, string | number | null> | null;
  scheme: SectorScheme | null;
};

type Plan = {
  kind: RowKind; steps: readonly Step[]; ignored: readonly Step[]; hasRequired: boolean;
};

/**
 * Compiles a mapping into a function from a row's cells to its record. One function serves one
 * stream of rows: it keeps its working state between calls, and every result is its own.
 * Unreadable or missing principal, unreadable amounts, interest and recovery rates reject the row;
 * unreadable dates, stage, days past due, pd and lgd are left out with a warning.
 */
export function compileRowNormalizer(mapping: Mapping, options: NormalizeOptions): RowNormalizer {
  const reading = new Reading(options);
  reading.isPool = isPoolTape(mapping);
  const instrument = planFor("instrument", mapping);
  const distressed = planFor("distressed_asset", mapping);
  const kindStep = stepFor("record_kind", mapping);
  const currencyStep = stepFor("currency", mapping);
  const dateStep = stepFor("measurement_date", mapping);
  const slots: Slots = SLOT_FIELDS.map(() => undefined);
  return (cells, line) => {
    reading.start(line);
    const kind = kindStep === null ? "instrument" : readKind(kindStep, cells, reading);
    if (currencyStep !== null) {
      const currency = textOf(currencyStep, cells)?.toUpperCase();
      reading.useCurrency(currency, currencyStep.column);
    }
    const plan = kind === "distressed_asset" ? distressed : instrument;
    const record = readRow(plan, cells, reading, slots);
    if (reading.isPool && !reading.failed) checkPool(record, reading);
    if (dateStep !== null && kind === "instrument") {
      placeInTime(record, dateStep.column, options.positionDate, reading);
    }
    const problems = reading.problems();
    return { record: reading.failed ? null : record as NormalizedRecord, problems };
  };
}

const isPoolTape = ({ fields }: Mapping): boolean =>
  fields.has("measurement_date") || BALANCE_BUCKETS.some((bucket) => fields.has(bucket));

/** Balances by days past due are parts of what is owed in all. */
function checkPool(record: RowDraft, reading: Reading): void {
  const { principal = 0 } = record;
  const parts = BALANCE_BUCKETS.map((bucket) => record[bucket] ?? 0);
  const units = (amounts: readonly number[]): number =>
    amounts.reduce((sum, one) => sum + Math.round(one * AMOUNT_SCALE), 0);
  if (units(parts) <= units([principal])) return;
  const sum = units(parts) / AMOUNT_SCALE;
  reading.add("BUCKETS_EXCEED_TOTAL", null, String(sum),
    `the balances by days past due add up to ${sum}, the principal is ${principal}`);
}

/** A row before the tape's latest measurement date is no part of the position. */
function placeInTime(
  record: RowDraft, column: string, positionDate: string | undefined, reading: Reading,
): void {
  const { measurement_date: date } = record;
  if (date === undefined) {
    reading.add("MISSING_VALUE", column, "", "measurement_date is empty or unreadable");
  } else if (positionDate !== undefined && date < positionDate) {
    record.record_kind = "earlier_position";
  }
}

function readRow(
  plan: Plan, cells: readonly string[], reading: Reading, slots: Slots,
): RowDraft {
  const { steps } = plan;
  slots.fill(undefined);
  for (let at = 0; at < steps.length; at++) {
    const step = steps[at] as Step;
    const before = step.required ? reading.count : 0;
    const value = step.scheme === null ? readStep(step, cells, reading)
      : readSector(step, step.scheme, cells, reading, slots);
    slots[step.slot] = value;
    if (value === undefined && step.required && reading.count === before) {
      reading.add("MISSING_VALUE", step.column, "", `${step.field} is empty`);
    }
  }
  if (!plan.hasRequired) {
    const field = REQUIRED[plan.kind];
    reading.add("MISSING_VALUE", null, null, `no column gives ${field}`);
  }
  for (const step of plan.ignored) noteIgnored(plan.kind, step, cells, reading);
  const record = assembleRecord(plan.kind, slots);
  const origin = reading.takeOrigin();
  if (origin !== undefined) record.origin = origin;
  return record;
}

function readStep(
  step: Step, cells: readonly string[], reading: Reading,
): string | number | undefined {
  if (step.parts !== null) return readSum(step.field, step.parts, cells, step.adjust, reading);
  const given = valueOf(step, cells);
  if (given === null || given === "") return undefined;
  const { field, type, column, adjust } = step;
  if (typeof given === "number") {
    return type === "amount"
      ? amount(field, given, null, column, reading, adjust)
      : number(field, given, null, column, reading, adjust);
  }
  switch (type) {
    case "text": return field === "currency" ? plainText(given)?.toUpperCase() : plainText(given);
    case "amount":
      return isBlank(given) ? undefined : amountFromText(field, given, column, reading, adjust);
    case "date": return isBlank(given) ? undefined : dateFromText(field, given, column, reading);
    default:
      return isBlank(given) ? undefined : numberFromText(field, given, column, reading, adjust);
  }
}

const SECTOR_CODE = SLOT_FIELDS.indexOf("sector_code");

/** The sector of an industry code; the code is kept beside it. */
function readSector(
  step: Step, scheme: SectorScheme, cells: readonly string[], reading: Reading, slots: Slots,
): string | undefined {
  const code = textOf(step, cells);
  if (code === undefined || isNoCode(code)) return undefined;
  slots[SECTOR_CODE] ??= code;
  const sector = sectorOfCode(scheme, code);
  if (sector === undefined) {
    reading.add("SECTOR_CODE_UNKNOWN", step.column, code,
      `sector '${shorten(code, 60)}' is not a code of ${scheme.toUpperCase()}`);
  }
  return sector;
}

function valueOf(step: Step, cells: readonly string[]): string | number | null {
  if (step.index < 0) return step.constant;
  const cell = cells[step.index] as string;
  if (step.map === null && step.first === null) return cell;
  const text = step.first === null ? cell.trim() : cell.trim().slice(0, step.first);
  const mapped = step.map?.get(text);
  return mapped !== undefined ? mapped : step.first === null ? cell : text;
}

function textOf(step: Step, cells: readonly string[]): string | undefined {
  const given = valueOf(step, cells);
  return given === null ? undefined : plainText(String(given));
}

/** `instrument` where nothing is given; case, spaces and hyphens do not matter. */
function readKind(step: Step, cells: readonly string[], reading: Reading): RowKind {
  const given = textOf(step, cells);
  if (given === undefined || given === "instrument") return "instrument";
  if (given === "distressed_asset") return "distressed_asset";
  const code = given.toLowerCase().replace(/[\s-]+/g, "_");
  if (code === "instrument" || code === "distressed_asset") return code;
  reading.add("CODE_UNKNOWN", step.column, given,
    `record_kind '${shorten(given, 60)}' is neither instrument nor distressed_asset`);
  return "instrument";
}

function noteIgnored(
  kind: RowKind, step: Step, cells: readonly string[], reading: Reading,
): void {
  const given = step.index < 0 ? "" : cells[step.index] as string;
  if (isBlank(given) || /^\s*-?0+([.,]0*)?\s*%?\s*$/.test(given)) return;
  reading.add("FIELD_IGNORED", step.column, given,
    `${step.field} '${shorten(given, 60)}' is not a field of ${kind} records`);
}

function planFor(kind: RowKind, mapping: Mapping): Plan {
  const steps: Step[] = [];
  const ignored: Step[] = [];
  for (const field of mapping.fields.keys()) {
    const step = stepFor(field, mapping);
    if (step === null || step.type === "kind") continue;
    const list = NOT_OF[kind].has(step.field) ? ignored : steps;
    list.push({ ...step, required: field === REQUIRED[kind] });
  }
  return { kind, steps, ignored, hasRequired: steps.some((step) => step.required) };
}

function stepFor(field: MappableField, mapping: Mapping): Step | null {
  const source = mapping.fields.get(field);
  const type = fieldType(field);
  if (source === undefined || type === undefined) return null;
  const slot = SLOT_FIELDS.indexOf(field as RecordField);
  const common = { field: field as RecordField, type, required: false, slot };
  const plain = { ...common, constant: "", parts: null, first: null, map: null,
    scheme: null };
  if (source.kind === "constant") {
    return { ...plain, index: -1, column: field, constant: source.value, adjust: null };
  }
  if (source.kind === "sum") {
    const column = source.parts.map((part) => part.column).join(" + ");
    return { ...plain, index: -1, column, parts: source.parts, adjust: adjustment(source) };
  }
  const { index, column, first, map, scheme } = source;
  return { ...plain, index, column, adjust: adjustment(source), first, map, scheme };
}

function adjustment(source: Exclude<FieldSource, { kind: "constant" }>): Adjustment | null {
  const { scale, negate } = source;
  return scale === 1 && !negate ? null : { scale, negate };
}
