import type { RecordField } from "../kernel/record";
import { currencyOfAmount, isBlank, readAmount, readFraction, readPercent, readWhole } from "./amounts";
import { amount, number, unreadable, type Adjustment, type Reading } from "./fields";
import type { ColumnPart } from "./mapping";
import { fieldType } from "./mapping-fields";
import { shorten } from "./problem";

/** Digits that a float64 keeps of every decimal number. */
const DIGITS = 15;

/**
 * A number field as the sum of several columns, then scaled and negated. Empty cells count as 0;
 * when all are empty the field is not given. A cell that cannot be read is a problem of its own
 * column and leaves the field out. The sum is rounded to 15 digits: 0.1 + 0.2 is 0.3.
 */
export function readSum(
  field: RecordField, parts: readonly ColumnPart[], cells: readonly string[],
  adjust: Adjustment | null, reading: Reading,
): number | undefined {
  let sum = 0;
  let isGiven = false;
  let isWrong = false;
  for (const { index, column } of parts) {
    const cell = cells[index] as string;
    if (isBlank(cell)) continue;
    isGiven = true;
    const value = partOf(field, cell, column, reading);
    if (value === undefined) isWrong = true;
    else sum += value;
  }
  if (!isGiven || isWrong) return undefined;
  const column = parts.map((part) => part.column).join(" + ");
  const rounded = Number(sum.toPrecision(DIGITS));
  return fieldType(field) === "amount"
    ? amount(field, rounded, null, column, reading, adjust)
    : number(field, rounded, null, column, reading, adjust);
}

function partOf(
  field: RecordField, cell: string, column: string, reading: Reading,
): number | undefined {
  const { locale } = reading;
  const type = fieldType(field);
  if (type !== "amount") {
    const value = type === "whole" ? readWhole(cell, locale)
      : type === "fraction" ? readFraction(cell, locale) : readPercent(cell, locale);
    return value === value ? value
      : unreadable(type === "whole" ? "NUMBER_UNREADABLE" : "RATE_UNREADABLE", field, cell, column,
        reading);
  }
  const value = readAmount(cell, locale);
  if (value !== value) return unreadable("AMOUNT_UNREADABLE", field, cell, column, reading);
  const named = currencyOfAmount(cell);
  if (named === null || named === reading.currency) return value;
  reading.add("CURRENCY_CONFLICT", column, cell,
    `${field} '${shorten(cell, 60)}' is in ${named}, the record in ${reading.currency}`);
  return undefined;
}
