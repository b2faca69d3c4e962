import type { RecordField } from "../kernel/record";
import {
  amount, amountFromText, dateFromText, number, numberFromText, plainText, unreadable,
  type Money, type Reading,
} from "./fields";
import { fieldType } from "./mapping-fields";
import { isPresent, presentName, type Members } from "./names";

/** What a JSON value is called in messages. */
export function jsonType(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "an array" : typeof value === "object" ? "an object"
    : `a ${typeof value}`;
}

/** Notes that a member has a type that its place does not allow. */
export function wrongShape(path: string, value: unknown, wanted: string, reading: Reading): void {
  const shown = typeof value === "object" ? null : String(value);
  reading.add("RECORD_SHAPE_INVALID", path || null, shown,
    `${path || "the record"} must be ${wanted}, not ${jsonType(value)}`);
}

/** A number field from the first present of its names; undefined when absent or with a problem. */
export function numberMember(
  members: Members, names: readonly string[], field: RecordField, path: string, reading: Reading,
): number | undefined {
  const name = presentName(members, names);
  return name === undefined ? undefined
    : numberValue(members[name], field, `${path}${name}`, reading);
}

/** A number field from a present JSON value: a number, or text that is read as one. */
export function numberValue(
  value: unknown, field: RecordField, path: string, reading: Reading,
): number | undefined {
  const isAmount = fieldType(field) === "amount";
  if (typeof value === "string") {
    return isAmount
      ? amountFromText(field, value, path, reading, null)
      : numberFromText(field, value, path, reading, null);
  }
  if (typeof value !== "number") {
    wrongShape(path, value, "a number or a text", reading);
    return undefined;
  }
  if (!Number.isFinite(value)) {
    const code = isAmount ? "AMOUNT_UNREADABLE" : "RATE_UNREADABLE";
    return unreadable(code, field, String(value), path, reading);
  }
  return isAmount
    ? amount(field, value, null, path, reading, null)
    : number(field, value, null, path, reading, null);
}

/** A date field from a present JSON value. */
export function dateValue(
  value: unknown, field: RecordField, path: string, reading: Reading,
): string | undefined {
  if (typeof value === "string") return dateFromText(field, value, path, reading);
  return unreadable("DATE_UNREADABLE", field, shownValue(value), path, reading);
}

/** Text from a JSON value; a number is taken as it is written. */
export function textValue(value: unknown, path: string, reading: Reading): string | undefined {
  if (typeof value === "string") return plainText(value);
  if (typeof value === "number") return String(value);
  if (isPresent(value)) wrongShape(path, value, "a text", reading);
  return undefined;
}

/**
 * Reads the amounts that follow in the member `currency`, else in the currency of what the object
 * is part of. Gives back the member, upper case, when there is one.
 */
export function takeCurrency(
  members: Members, path: string, outer: Money, reading: Reading,
): string | undefined {
  const own = textValue(members.currency, `${path}currency`, reading)?.toUpperCase();
  if (own === undefined || own === outer.currency) {
    reading.resume(outer);
  } else {
    reading.useCurrency(own, `${path}currency`);
  }
  return own;
}

/** A JSON value for a message: text as it is, numbers written, other things by their type. */
export function shownValue(value: unknown): string {
  return typeof value === "object" && value !== null ? jsonType(value) : String(value);
}
