import { err, ok, type Result } from "../kernel/result";
import {
  ALIASES, fieldType, headerKey, isNumeric, MAPPABLE_FIELDS, type FieldType, type MappableField,
} from "./mapping-fields";
import { shorten } from "./problem";
import { schemeOfName, SECTOR_SCHEMES, type SectorScheme } from "./sectors";

/**
 * Where a field's value comes from: a column, read and adjusted, several columns added up, or one
 * value for every row.
 */
export type FieldSource =
  | {
    kind: "column";
    index: number;
    column: string;
    /** Multiplies the number, after `negate` turned its sign. */
    scale: number;
    negate: boolean;
    /** How many of the trimmed text's first characters count; null for all. */
    first: number | null;
    /** Replaces the cell's trimmed text before it is read; null means "not given". */
    map: ReadonlyMap<string, string | number | null> | null;
    /** Of `sector`: the scheme by which the text is an industry code; null for a sector's name. */
    scheme: SectorScheme | null;
  }
  | { kind: "sum"; parts: readonly ColumnPart[]; scale: number; negate: boolean }
  | { kind: "constant"; value: string | number };

/** A column that is added to others. */
export type ColumnPart = { index: number; column: string };

/** A resolved mapping. `unmapped` columns stay with the raw record; `notes` say what was chosen. */
export type Mapping = {
  origin: "aliases" | "mapping";
  fields: ReadonlyMap<MappableField, FieldSource>;
  unmapped: string[];
  notes: string[];
};

/** What is wrong with one member of a mapping. */
export type MappingError = { path: string; message: string };

export type MappingProblem =
  | { code: "PARAMETERS_INVALID"; message: string; errors: MappingError[] }
  | { code: "MAPPING_REQUIRED"; message: string; missing: MappableField[]; headers: string[] };

/** What the heads of a tape suggest, and the amounts that none of them gives. */
export function suggestMapping(
  headers: readonly string[],
): { mapping: Mapping; missing: MappableField[] } {
  const mapping = mapByAliases(headers);
  return { mapping, missing: missingFields(mapping) };
}

/**
 * Decides which column feeds which field. Without a mapping (undefined, null) the header aliases
 * decide; with one nothing else is guessed: `{field: "column" | {column, scale?, negate?, first?,
 * map?, sector_scheme?} | {sum: [columns], scale?, negate?} | {constant}}`, column names exactly as
 * in the header.
 * MAPPING_REQUIRED when the amount that every record needs has no source: `principal`, or
 * `distressed_value` for a tape of distressed assets.
 */
export function resolveMapping(
  headers: readonly string[], mapping?: unknown,
): Result<Mapping, MappingProblem> {
  const resolved = mapping === undefined || mapping === null
    ? ok(mapByAliases(headers)) : mapByRequest(headers, mapping);
  if (!resolved.ok) return resolved;
  const missing = missingFields(resolved.value);
  if (missing.length === 0) return resolved;
  const seen = headers.map((name) => shorten(name, 60));
  const message = `no column gives ${missing.join(" or ")}; `
    + `map it (headers seen: ${seen.slice(0, 50).join(", ")})`;
  return err({ code: "MAPPING_REQUIRED", message, missing, headers: seen });
}

function missingFields({ fields }: Mapping): MappableField[] {
  const kind = fields.get("record_kind");
  if (kind?.kind === "constant" && kind.value === "distressed_asset") {
    return fields.has("distressed_value") ? [] : ["distressed_value"];
  }
  if (fields.has("principal")) return [];
  if (kind?.kind === "column" && fields.has("distressed_value")) return [];
  return ["principal"];
}

function mapByAliases(headers: readonly string[]): Mapping {
  const byKey = new Map<string, number>();
  headers.forEach((name, index) => {
    const key = headerKey(name);
    if (!byKey.has(key)) byKey.set(key, index);
  });
  const fields = new Map<MappableField, FieldSource>();
  const used = new Set<number>();
  const notes: string[] = [];
  for (const field of MAPPABLE_FIELDS) {
    const names = [field, ...(ALIASES[field] ?? [])];
    const fits = names.map((name) => byKey.get(headerKey(name)))
      .filter((index): index is number => index !== undefined && !used.has(index));
    const [index, ...others] = new Set(fits);
    if (index === undefined) continue;
    used.add(index);
    fields.set(field, columnSource(index, headers[index] as string));
    for (const other of others) {
      notes.push(`'${headers[index]}' was read as ${field}; '${headers[other]}' also fits it`);
    }
  }
  const coded = headers.findIndex((name, index) => !used.has(index) && schemeOfName(name) !== null);
  if (!fields.has("sector") && coded >= 0) {
    used.add(coded);
    const column = headers[coded] as string;
    fields.set("sector", { ...columnSource(coded, column), scheme: schemeOfName(column) });
  }
  const unmapped = headers.filter((_, index) => !used.has(index));
  return { origin: "aliases", fields, unmapped, notes };
}

const columnSource = (index: number, column: string): FieldSource & { kind: "column" } =>
  ({ kind: "column", index, column, scale: 1, negate: false, first: null, map: null,
    scheme: null });

function mapByRequest(
  headers: readonly string[], mapping: unknown,
): Result<Mapping, MappingProblem> {
  if (!isObject(mapping)) return invalid([{ path: "mapping", message: "must be a JSON object" }]);
  const errors: MappingError[] = [];
  const fields = new Map<MappableField, FieldSource>();
  for (const name of Object.keys(mapping)) {
    const path = `mapping.${shorten(name, 60)}`;
    const type = fieldType(name);
    if (type === undefined) {
      errors.push({ path, message: `is not a field; use one of ${MAPPABLE_FIELDS.join(", ")}` });
      continue;
    }
    const source = readSource(headers, name as MappableField, mapping[name], path, errors);
    if (source !== null) fields.set(name as MappableField, source);
  }
  if (errors.length > 0) return invalid(errors);
  const used = new Set([...fields.values()].flatMap((field) =>
    field.kind === "column" ? [field.index]
      : field.kind === "sum" ? field.parts.map(({ index }) => index) : []));
  const unmapped = headers.filter((_, index) => !used.has(index));
  return ok({ origin: "mapping", fields, unmapped, notes: [] });
}

function invalid(errors: MappingError[]): { ok: false; error: MappingProblem } {
  const first = errors[0] as MappingError;
  return err({ code: "PARAMETERS_INVALID", message: `${first.path} ${first.message}`, errors });
}

const MEMBERS = ["column", "sum", "scale", "negate", "first", "map", "constant", "sector_scheme"];

function readSource(
  headers: readonly string[], field: MappableField, given: unknown, path: string,
  errors: MappingError[],
): FieldSource | null {
  const type = fieldType(field) as FieldType;
  const fail = (at: string, message: string): null => {
    errors.push({ path: at, message });
    return null;
  };
  if (typeof given === "string") return findColumn(headers, given, path, fail);
  if (!isObject(given)) return fail(path, "must be a column name or an object");
  const unknown = Object.keys(given).find((member) => !MEMBERS.includes(member));
  if (unknown !== undefined) {
    return fail(`${path}.${shorten(unknown, 60)}`, `is not known; use ${MEMBERS.join(", ")}`);
  }
  if (given.constant !== undefined && given.constant !== null) {
    return readConstant(type, given, path, fail);
  }
  const scheme = given.sector_scheme ?? null;
  if (scheme !== null && (field !== "sector" || !isScheme(scheme))) {
    return fail(`${path}.sector_scheme`, `works on sector only, as one of ${
      SECTOR_SCHEMES.join(", ")}`);
  }
  if (given.sum !== undefined && given.sum !== null) {
    return readSumRule(headers, type, given, path, fail);
  }
  if (typeof given.column !== "string") {
    return fail(`${path}.column`, "must name a column, unless `constant` or `sum` is given");
  }
  const source = findColumn(headers, given.column, `${path}.column`, fail);
  const before = errors.length;
  const scale = readScale(type, given.scale, `${path}.scale`, fail);
  const negate = readNegate(type, given.negate, `${path}.negate`, fail);
  const first = readFirst(type, given.first, `${path}.first`, fail);
  const map = readMap(type, given.map, `${path}.map`, fail);
  if (source === null || errors.length > before) return null;
  return { ...source, scale: scale ?? 1, negate: negate ?? false, first, map,
    scheme: scheme as SectorScheme | null };
}

const isScheme = (given: unknown): boolean => SECTOR_SCHEMES.some((scheme) => scheme === given);

/** The most columns that are added up. */
const MAX_PARTS = 50;

function readSumRule(
  headers: readonly string[], type: FieldType, given: Record<string, unknown>, path: string,
  fail: Fail,
): FieldSource | null {
  const other = ["column", "first", "map"].find((name) => given[name] != null);
  if (other !== undefined) return fail(`${path}.${other}`, "cannot stand beside `sum`");
  const at = `${path}.sum`;
  if (!isNumeric(type)) return fail(at, "works on numbers only");
  const names = Array.isArray(given.sum) ? given.sum as unknown[] : [];
  if (names.length < 2 || names.length > MAX_PARTS
    || !names.every((name) => typeof name === "string")) {
    return fail(at, `must list 2 to ${MAX_PARTS} columns`);
  }
  if (new Set(names).size < names.length) return fail(at, "lists a column twice");
  const parts = names.map((name, index) =>
    findColumn(headers, name as string, `${at}.${index}`, fail));
  const scale = readScale(type, given.scale, `${path}.scale`, fail);
  const negate = readNegate(type, given.negate, `${path}.negate`, fail);
  const found = parts.filter((part) => part !== null);
  if (found.length < parts.length) return null;
  return { kind: "sum", scale: scale ?? 1, negate: negate ?? false,
    parts: found.map(({ index, column }) => ({ index, column })) };
}

function readFirst(type: FieldType, given: unknown, path: string, fail: Fail): number | null {
  if (given === undefined || given === null) return null;
  if (type !== "text" && type !== "kind") return fail(path, "works on texts only");
  if (typeof given === "number" && Number.isInteger(given) && given > 0 && given <= 200) return given;
  return fail(path, "must be a whole number from 1 to 200");
}

/** The columns that a mapping takes values from, in its order, each once. */
export function mappedColumns(mapping: Readonly<Record<string, unknown>>): string[] {
  const names = Object.values(mapping).flatMap((rule) => {
    if (!isObject(rule)) return [rule];
    return Array.isArray(rule.sum) ? rule.sum as unknown[] : [rule.column];
  });
  return [...new Set(names.filter((name) => typeof name === "string"))];
}

type Fail = (path: string, message: string) => null;

function findColumn(
  headers: readonly string[], name: string, path: string, fail: Fail,
): (FieldSource & { kind: "column" }) | null {
  const exact = headers.indexOf(name);
  const index = exact >= 0 ? exact : headers.indexOf(name.trim());
  if (index >= 0) return columnSource(index, headers[index] as string);
  const seen = headers.slice(0, 50).map((header) => shorten(header, 60)).join(", ");
  return fail(path, `names the column '${shorten(name, 60)}', which the file does not have `
    + `(headers seen: ${seen})`);
}

function readScale(type: FieldType, given: unknown, path: string, fail: Fail): number | null {
  if (given === undefined || given === null) return null;
  if (!isNumeric(type)) return fail(path, "works on numbers only");
  if (typeof given !== "number" || !Number.isFinite(given) || given === 0) {
    return fail(path, "must be a number other than 0");
  }
  return given;
}

function readNegate(type: FieldType, given: unknown, path: string, fail: Fail): boolean | null {
  if (given === undefined || given === null) return null;
  if (typeof given !== "boolean") return fail(path, "must be true or false");
  return given && !isNumeric(type) ? fail(path, "works on numbers only") : given;
}

function readMap(
  type: FieldType, given: unknown, path: string, fail: Fail,
): ReadonlyMap<string, string | number | null> | null {
  if (given === undefined || given === null) return null;
  if (!isObject(given)) return fail(path, "must be an object: text in the file -> value");
  const map = new Map<string, string | number | null>();
  for (const [from, to] of Object.entries(given)) {
    const finite = typeof to === "number" && Number.isFinite(to);
    if (to !== null && typeof to !== "string" && !finite) {
      return fail(`${path}.${shorten(from, 60)}`, "must be a text, a number or null");
    }
    map.set(from.trim(), finite && !isNumeric(type) ? String(to) : to);
  }
  return map;
}

function readConstant(
  type: FieldType, given: Record<string, unknown>, path: string, fail: Fail,
): FieldSource | null {
  const other = MEMBERS.find((name) => name !== "constant" && given[name] != null);
  if (other !== undefined) return fail(`${path}.${other}`, "cannot stand beside `constant`");
  const at = `${path}.constant`;
  const { constant } = given;
  if (isNumeric(type)) {
    const value = typeof constant === "string" ? decimal(constant) : constant;
    if (typeof value === "number" && Number.isFinite(value)) return { kind: "constant", value };
    return fail(at, "must be a number");
  }
  const value = typeof constant === "number" ? String(constant)
    : typeof constant === "string" ? constant.trim() : "";
  if (value === "") return fail(at, "must be a text that is not empty");
  if (type === "kind" && value !== "instrument" && value !== "distressed_asset") {
    return fail(at, "must be instrument or distressed_asset");
  }
  if (type === "date" && !/^\d{4}-\d{2}-\d{2}$/.test(value)) {
    return fail(at, "must be a date, YYYY-MM-DD");
  }
  return { kind: "constant", value };
}

const decimal = (text: string): number =>
  /^-?\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : NaN;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
