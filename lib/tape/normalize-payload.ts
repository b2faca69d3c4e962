import type { NormalizedRecord, RecordField } from "../kernel/record";
import { assembleRecord, NOT_OF, SLOT_FIELDS, type RowKind, type Slots } from "./assemble";
import { Reading, type Normalized, type NormalizeOptions } from "./fields";
import { fieldType } from "./mapping-fields";
import {
  dateValue, numberMember, numberValue, shownValue, takeCurrency, textValue, wrongShape,
} from "./members";
import { isMembers, isPresent, NAMES, presentName, type Members } from "./names";
import { normalizePortfolio } from "./normalize-portfolio";
import { shorten } from "./problem";

const PORTFOLIO_MEMBERS = ["financial", "assets", "distressed_assets"];

/** Members that are read by their accepted names, not by the field's own. */
const NAMED: Readonly<Record<RowKind, Partial<Record<RecordField, readonly string[]>>>> = {
  instrument: {
    principal: NAMES.principal,
    interest_rate_pct: NAMES.instrumentRate,
    collateral_value: NAMES.collateral,
  },
  distressed_asset: {
    distressed_value: NAMES.distressedValue,
    recovery_rate_pct: NAMES.recovery,
  },
};

/**
 * One JSON record of an import, `index` counted from 1. A payload with `financial`, `assets` or
 * `distressed_assets` is a portfolio, else with a principal name an instrument, else with `value`
 * a distressed asset; a member `record_kind` decides between the last two. Names as MODEL.md
 * section 1 accepts them, the first present one wins; null and empty text are "not given".
 * Members that are not known stay with the raw record.
 */
export function normalizePayload(
  payload: unknown, options: NormalizeOptions, index: number,
): Normalized<NormalizedRecord> {
  const reading = new Reading(options);
  reading.start(index);
  const record = readPayload(payload, reading);
  return { record: reading.failed ? null : record, problems: reading.problems() };
}

function readPayload(payload: unknown, reading: Reading): NormalizedRecord | null {
  if (!isMembers(payload)) {
    wrongShape("", payload, "an object", reading);
    return null;
  }
  const kind = readKind(payload, reading);
  if (kind === null) return null;
  if (kind === "portfolio") return normalizePortfolio(payload, reading);
  return readRecord(kind, payload, reading);
}

function readKind(payload: Members, reading: Reading): RowKind | "portfolio" | null {
  if (presentName(payload, PORTFOLIO_MEMBERS) !== undefined) return "portfolio";
  if (isPresent(payload.record_kind)) {
    const given = payload.record_kind;
    if (given === "instrument" || given === "distressed_asset") return given;
    const shown = shorten(shownValue(given), 60);
    reading.add("CODE_UNKNOWN", "record_kind", shown,
      `record_kind '${shown}' is neither instrument nor distressed_asset`);
    return null;
  }
  if (presentName(payload, NAMES.principal) !== undefined) return "instrument";
  return presentName(payload, NAMES.distressedValue) === undefined
    ? "instrument" : "distressed_asset";
}

function readRecord(kind: RowKind, payload: Members, reading: Reading): NormalizedRecord {
  const currency = takeCurrency(payload, "", reading.money(), reading);
  const slots: Slots = SLOT_FIELDS.map((field) => {
    if (field === "currency") return currency;
    if (NOT_OF[kind].has(field)) return undefined;
    const names = NAMED[kind][field];
    if (names !== undefined) return numberMember(payload, names, field, "", reading);
    const value = payload[field];
    return isPresent(value) ? readValue(value, field, reading) : undefined;
  });
  const required = kind === "instrument" ? NAMES.principal : NAMES.distressedValue;
  if (presentName(payload, required) === undefined) {
    reading.add("MISSING_VALUE", required[0], null,
      `the record has none of ${required.join(", ")}`);
  }
  for (const field of NOT_OF[kind]) noteIgnored(kind, payload, field, reading);
  const origin = reading.takeOrigin();
  return { ...assembleRecord(kind, slots), ...(origin && { origin }) } as NormalizedRecord;
}

function readValue(
  value: unknown, field: RecordField, reading: Reading,
): string | number | undefined {
  switch (fieldType(field)) {
    case "text": return textValue(value, field, reading);
    case "date": return dateValue(value, field, field, reading);
    default: return numberValue(value, field, field, reading);
  }
}

function noteIgnored(kind: RowKind, payload: Members, field: RecordField, reading: Reading): void {
  const value = payload[field];
  if (!isPresent(value) || value === 0) return;
  const shown = shorten(shownValue(value), 60);
  reading.add("FIELD_IGNORED", field, shown,
    `${field} '${shown}' is not a field of ${kind} records`);
}
