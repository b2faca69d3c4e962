import type { SchemaElement } from "hyparquet";
import { numberText } from "./xlsx-cells";

/** A value as it is stored, before its column's type gives it a meaning. */
export type StoredValue = boolean | number | bigint | Uint8Array | null | undefined;

/** Makes a stored value the text of a cell; null is an empty cell. */
export type CellWriter = (value: StoredValue) => string;

const DAY_MS = 86_400_000;
/** Days on both sides of 1970 within which a date has a year of four digits. */
const [FIRST_DAY, LAST_DAY] = [-719_162, 2_932_896];
/** A moment of an INT96: eight bytes of nanoseconds, then the Julian day. */
const JULIAN_1970 = 2_440_588n;
const UNITS: Readonly<Record<string, bigint>> = { MILLIS: 1n, MICROS: 1_000n, NANOS: 1_000_000n };
/** How much of a binary value is kept with the raw record, in bytes. */
const BINARY_BYTES = 256;

/**
 * The writer of a column's cells. DECIMAL and INT64 are written digit by digit from their whole
 * number, never over a float64; FLOAT and DOUBLE with the fewest digits that name them; dates as
 * YYYY-MM-DD; moments as ISO text, without a time at midnight; bytes as UTF-8, else as 0x and
 * hexadecimal digits. `decimal` is the decimal mark of the tape's locale.
 */
export function cellWriter(element: SchemaElement, decimal: "." | ","): CellWriter {
  const { type, converted_type: converted, logical_type: logical } = element;
  const decimals = converted === "DECIMAL" || logical?.type === "DECIMAL"
    ? element.scale ?? (logical?.type === "DECIMAL" ? logical.scale : 0) : null;
  if (decimals !== null) return given((value) => scaled(wholeOf(value), decimals, decimal));
  if (converted === "DATE" || logical?.type === "DATE") return given((value) => dayText(value));
  if (type === "INT96") return given((value) => momentText(int96Ms(value as bigint)));
  const unit = logical?.type === "TIMESTAMP" ? logical.unit
    : converted === "TIMESTAMP_MILLIS" ? "MILLIS"
      : converted === "TIMESTAMP_MICROS" ? "MICROS" : null;
  if (unit !== null) {
    const perMs = UNITS[unit] as bigint;
    return given((value) => momentText(floorDivide(BigInt(value as bigint), perMs)));
  }
  if (logical?.type === "UUID") return given((value) => uuidText(value as Uint8Array));
  const isUnsigned = converted?.startsWith("UINT_") === true
    || (logical?.type === "INTEGER" && !logical.isSigned);
  return given((value) => plainText(value, type, isUnsigned, decimal));
}

const given = (write: (value: NonNullable<StoredValue>) => string): CellWriter =>
  (value) => (value === null || value === undefined ? "" : write(value));

function plainText(
  value: NonNullable<StoredValue>, type: SchemaElement["type"], isUnsigned: boolean,
  decimal: "." | ",",
): string {
  if (value instanceof Uint8Array) return bytesText(value);
  if (typeof value === "bigint") return String(isUnsigned ? BigInt.asUintN(64, value) : value);
  if (typeof value === "boolean") return value ? "true" : "false";
  if (type === "FLOAT") return numberText(shortestFloat(value), decimal);
  return numberText(type === "INT32" && isUnsigned ? value >>> 0 : value, decimal);
}

/** The whole number that a DECIMAL stores: 32 or 64 bits, or bytes with the highest first. */
function wholeOf(value: NonNullable<StoredValue>): bigint {
  if (!(value instanceof Uint8Array)) return BigInt(value);
  let whole = 0n;
  for (const byte of value) whole = (whole << 8n) | BigInt(byte);
  return BigInt.asIntN(value.length * 8, whole);
}

function scaled(whole: bigint, decimals: number, decimal: "." | ","): string {
  if (decimals <= 0) return String(whole * 10n ** BigInt(-decimals));
  const digits = String(whole < 0n ? -whole : whole).padStart(decimals + 1, "0");
  const split = digits.length - decimals;
  return `${whole < 0n ? "-" : ""}${digits.slice(0, split)}${decimal}${digits.slice(split)}`;
}

/** A day as YYYY-MM-DD; one outside the calendar as its number, so that reading it fails. */
function dayText(value: NonNullable<StoredValue>): string {
  const day = Number(value);
  if (!(day >= FIRST_DAY && day <= LAST_DAY)) return String(day);
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

function momentText(ms: bigint): string {
  const day = floorDivide(ms, BigInt(DAY_MS));
  if (day < FIRST_DAY || day > LAST_DAY) return String(ms);
  const text = new Date(Number(ms)).toISOString();
  return ms === day * BigInt(DAY_MS) ? text.slice(0, 10) : text;
}

const int96Ms = (value: bigint): bigint => ((value >> 64n) - JULIAN_1970) * BigInt(DAY_MS)
  + (value & 0xffff_ffff_ffff_ffffn) / 1_000_000n;

function floorDivide(value: bigint, by: bigint): bigint {
  const quotient = value / by;
  return value < 0n && quotient * by !== value ? quotient - 1n : quotient;
}

/** The float64 of fewest digits that is this float32: 0.1, not 0.10000000149011612. */
function shortestFloat(value: number): number {
  for (let digits = 6; digits < 9; digits += 1) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return value;
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

function bytesText(bytes: Uint8Array): string {
  try {
    const text = utf8.decode(bytes);
    // Neither storage nor a CSV can hold a NUL character.
    if (!text.includes("\0")) return text;
  } catch {
    // Not text: shown below.
  }
  return `0x${hexOf(bytes.subarray(0, BINARY_BYTES))}${bytes.length > BINARY_BYTES ? "…" : ""}`;
}

const uuidText = (bytes: Uint8Array): string =>
  hexOf(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");

const hexOf = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
