import type { MappingRules } from "@/lib/contract/mapping-profile";
import { kindOf } from "./tape-guess";

export type Rule = MappingRules[string];
type RuleObject = Exclude<Rule, string>;

export const asObject = (rule: Rule): RuleObject =>
  (typeof rule === "string" ? { column: rule } : rule);

/** The column that a rule takes as it is or changed; null for sums and fixed values. */
export const columnOf = (rule: Rule): string | null => asObject(rule).column ?? null;

export const isNumberField = (field: string): boolean =>
  ["amount", "rate", "whole"].includes(kindOf(field));

/** The field that a column feeds alone, "" for none. */
export const fieldOf = (mapping: MappingRules, column: string): string =>
  Object.entries(mapping).find(([, rule]) => columnOf(rule) === column)?.[0] ?? "";

/** The fields whose sums a column is part of. */
export const sumsWith = (mapping: MappingRules, column: string): string[] =>
  Object.entries(mapping).filter(([, rule]) => asObject(rule).sum?.includes(column))
    .map(([field]) => field);

/** The mapping with a column for a field, "" to free the column; a field takes one source. */
export function withColumn(mapping: MappingRules, column: string, field: string): MappingRules {
  const kept = Object.entries(mapping)
    .filter(([other, rule]) => columnOf(rule) !== column && other !== field);
  return Object.fromEntries(field === "" ? kept : [...kept, [field, column]]);
}

export const without = (mapping: MappingRules, field: string): MappingRules =>
  Object.fromEntries(Object.entries(mapping).filter(([other]) => other !== field));

/** Two mappings that do the same, in whichever order they say it. */
export const isSame = (one: MappingRules, other: MappingRules): boolean =>
  sorted(one) === sorted(other);

const sorted = (mapping: MappingRules): string => JSON.stringify(Object.entries(mapping)
  .sort(([a], [b]) => (a < b ? -1 : 1)).map(([field, rule]) => [field,
    Object.entries(asObject(rule)).sort(([a], [b]) => (a < b ? -1 : 1))]));

/** Every column that a mapping names is in the file. */
export const fitsHeaders = (columns: readonly string[], headers: readonly string[]): boolean =>
  columns.every((column) => headers.includes(column));

/** What a rule does beside taking a column: "turned sign, × 1,000"; "" for nothing. */
export function ruleWords(rule: Rule): string {
  const { sum, constant, negate, scale, first, map, sector_scheme: scheme } = asObject(rule);
  const codes = Object.keys(map ?? {}).length;
  return [
    constant === undefined ? null : `always ${constant}`,
    sum ? `sum of ${sum.join(" + ")}` : null,
    negate ? "sign turned" : null,
    scale === undefined || scale === 1 ? null : `× ${scale}`,
    scheme === undefined ? null : `by ${scheme.toUpperCase()} code`,
    first === undefined ? null : `first ${first} ${first === 1 ? "character" : "characters"}`,
    codes === 0 ? null : `${codes} ${codes === 1 ? "code" : "codes"} replaced`,
  ].filter((words) => words !== null).join(", ");
}

/** A rule as it is edited: texts as they were typed. */
export interface RuleDraft {
  from: "column" | "sum" | "constant";
  column: string;
  sum: string[];
  constant: string;
  scale: number | null;
  negate: boolean;
  first: number | null;
  /** Of `sector`: the scheme of its codes, "" for a sector's name. */
  scheme: "" | "nace" | "naics";
  /** `code = value` a line; nothing behind the sign means "not given". */
  map: string;
}

export function draftOf(rule: Rule | undefined): RuleDraft {
  const { column = "", sum, constant, scale, negate, first, map, sector_scheme: scheme } =
    asObject(rule ?? {});
  return {
    from: constant !== undefined ? "constant" : sum ? "sum" : "column",
    column, sum: sum ?? [], constant: constant === undefined ? "" : String(constant),
    scale: scale ?? null, negate: negate ?? false, first: first ?? null,
    scheme: scheme ?? "",
    map: Object.entries(map ?? {}).map(([from, to]) => `${from} = ${to ?? ""}`.trimEnd()).join("\n"),
  };
}

/** The codes of a text, or the line that is none. */
function codesOf(text: string): { map: Record<string, string | null> } | { wrong: string } {
  const map: Record<string, string | null> = {};
  for (const line of text.split("\n")) {
    if (line.trim() === "") continue;
    const at = line.indexOf("=");
    if (at < 1) return { wrong: line.trim() };
    const value = line.slice(at + 1).trim();
    map[line.slice(0, at).trim()] = value === "" ? null : value;
  }
  return { map };
}

/** The rule of a draft, or what is missing in words. */
export function ruleOf(field: string, draft: RuleDraft): { rule: Rule } | { missing: string } {
  if (field === "") return { missing: "Choose the field first" };
  const isNumber = isNumberField(field);
  const number = isNumber ? {
    ...(draft.scale === null || draft.scale === 1 ? {} : { scale: draft.scale }),
    ...(draft.negate ? { negate: true } : {}),
  } : {};
  if (draft.scale === 0) return { missing: "A factor of 0 would lose every amount" };
  if (draft.from === "constant") {
    const constant = draft.constant.trim();
    if (constant === "") return { missing: "Give the value first" };
    if (isNumber && !/^-?\d+(\.\d+)?$/.test(constant)) return { missing: "The value is no number" };
    return { rule: { constant } };
  }
  if (draft.from === "sum") {
    if (!isNumber) return { missing: "Only numbers are added up" };
    return draft.sum.length < 2 ? { missing: "Choose two columns or more" }
      : { rule: { sum: draft.sum, ...number } };
  }
  if (draft.column === "") return { missing: "Choose the column first" };
  const codes = codesOf(draft.map);
  if ("wrong" in codes) return { missing: `“${codes.wrong}” is no code = value` };
  const changes = { ...number,
    ...(isNumber || draft.first === null ? {} : { first: draft.first }),
    ...(field === "sector" && draft.scheme !== "" ? { sector_scheme: draft.scheme } : {}),
    ...(Object.keys(codes.map).length === 0 ? {} : { map: codes.map }) };
  return { rule: Object.keys(changes).length === 0 ? draft.column
    : { column: draft.column, ...changes } };
}
