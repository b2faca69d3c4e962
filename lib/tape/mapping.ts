import { err, ok, type Result } from "../kernel/result";
import {
  ALIASES, fieldType, headerKey, isNumeric, MAPPABLE_FIELDS, type FieldType, type MappableField,
} from "./mapping-fields";
import { shorten } from "./problem";

/** Where a field's value comes from: a column, read and adjusted, or one value for every row. */
export type FieldSource =
  | {
    kind: "column";
    index: number;
    column: string;
    /** Multiplies the number, after `negate` turned its sign. */
    scale: number;
    negate: boolean;
    /** Replaces the cell's trimmed text before it is read; null means "not given". */
    map: ReadonlyMap<string, string | number | null> | null;
  }
  | { kind: "constant"; value: string | number };

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
 * decide; with one nothing else is guessed: `{field: "column" | {column, scale?, negate?, map?} |
 * {constant}}`, column names exactly as in the header. MAPPING_REQUIRED when the amount that every
 * record needs has no source: `principal`, or `distressed_value` for a tape of distressed assets.
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
  const unmapped = headers.filter((_, index) => !used.has(index));
  return { origin: "aliases", fields, unmapped, notes };
}

const columnSource = (index: number, column: string): FieldSource & { kind: "column" } =>
  ({ kind: "column", index, column, scale: 1, negate: false, map: null });

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
    const source = readSource(headers, type, mapping[name], path, errors);
    if (source !== null) fields.set(name as MappableField, source);
  }
  if (errors.length > 0) return invalid(errors);
  const used = new Set([...fields.values()].map((field) =>
    field.kind === "column" ? field.index : -1));
  const unmapped = headers.filter((_, index) => !used.has(index));
  return ok({ origin: "mapping", fields, unmapped, notes: [] });
}

function invalid(errors: MappingError[]): { ok: false; error: MappingProblem } {
  const first = errors[0] as MappingError;
  return err({ code: "PARAMETERS_INVALID", message: `${first.path} ${first.message}`, errors });
}

const MEMBERS = ["column", "scale", "negate", "map", "constant"];

function readSource(
  headers: readonly string[], type: FieldType, given: unknown, path: string,
  errors: MappingError[],
): FieldSource | null {
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
  if (typeof given.column !== "string") {
    return fail(`${path}.column`, "must name a column, unless `constant` is given");
  }
  const source = findColumn(headers, given.column, `${path}.column`, fail);
  const before = errors.length;
  const scale = readScale(type, given.scale, `${path}.scale`, fail);
  const negate = readNegate(type, given.negate, `${path}.negate`, fail);
  const map = readMap(type, given.map, `${path}.map`, fail);
  if (source === null || errors.length > before) return null;
  return { ...source, scale: scale ?? 1, negate: negate ?? false, map };
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
