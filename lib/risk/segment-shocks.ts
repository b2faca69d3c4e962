import { isWellFormed } from "../kernel/canonical";
import { membersOf, numberAt, shortened, shown, type Members, type Problems }
  from "./parameter-reading";
import { SHOCK_NAMES } from "./stress";
import {
  GROUP_DIMENSIONS, type GroupDimension, type GroupValue, type Scenario, type SegmentShock,
  type SegmentWhere, type Shocks,
} from "./types";

/** Most segments that one scenario may shock. */
export const SEGMENT_SHOCK_LIMIT = 50;
/** Most values that one dimension of a segment may list. */
export const SEGMENT_VALUE_LIMIT = 200;
/** Longest value of a dimension, in UTF-16 units. */
export const SEGMENT_TEXT_LIMIT = 300;

const ENTRY_MEMBERS = ["where", ...SHOCK_NAMES];

/**
 * The segment shocks of a scenario in their canonical form (MODEL.md section 4): entries in the
 * given order, dimensions in the order of GROUP_DIMENSIONS, values of a dimension sorted and each
 * once, a single one without a list, a stage as text. None given is undefined. Notes each problem.
 */
export function segmentShocksAt(
  members: Members, path: string, problems: Problems,
): SegmentShock[] | undefined {
  const value = members["segment_shocks"];
  const at = `${path}.segment_shocks`;
  if (value === undefined) return undefined;
  if (!Array.isArray(value)) {
    problems.add(at, `segment_shocks is ${shown(value)}; write a list [...] of segments`);
    return undefined;
  }
  if (value.length > SEGMENT_SHOCK_LIMIT) {
    problems.add(at, `segment_shocks has ${value.length} segments; `
      + `at most ${SEGMENT_SHOCK_LIMIT} may be given`);
    return undefined;
  }
  const entries = (value as readonly unknown[]).map((entry, index) =>
    entryAt(entry, `${at}[${index}]`, problems));
  const given = entries.filter((entry) => entry !== null);
  return given.length === 0 ? undefined : given;
}

function entryAt(entry: unknown, path: string, problems: Problems): SegmentShock | null {
  const members = membersOf(entry, path, problems);
  if (members === null) return null;
  problems.refuseUnknown(members, ENTRY_MEMBERS, path);
  const where = whereAt(members["where"], `${path}.where`, problems);
  const named = SHOCK_NAMES.filter((name) => members[name] !== undefined);
  if (named.length === 0) {
    problems.add(path, `${path} shocks nothing; give at least one of ${SHOCK_NAMES.join(", ")}`);
  }
  const shocks = Object.fromEntries(
    named.map((name) => [name, numberAt(members, name, path, 0, problems)]));
  return where === null ? null : { where, ...shocks as Partial<Shocks> };
}

function whereAt(value: unknown, path: string, problems: Problems): SegmentWhere | null {
  if (value === undefined) {
    problems.add(path, "where is missing; name the segment, as in {\"sector\": \"CRE\"}");
    return null;
  }
  const members = membersOf(value, path, problems);
  if (members === null) return null;
  problems.refuseUnknown(members, GROUP_DIMENSIONS, path);
  const where: SegmentWhere = {};
  for (const dimension of GROUP_DIMENSIONS) {
    if (members[dimension] === undefined) continue;
    const values = valuesAt(members[dimension], dimension, `${path}.${dimension}`, problems);
    if (values !== null) where[dimension] = values.length === 1 ? values[0] as GroupValue : values;
  }
  if (Object.keys(members).length === 0) {
    problems.add(path, "where is empty; name a dimension, or give the shock to the scenario itself");
  }
  return where;
}

function valuesAt(
  value: unknown, dimension: GroupDimension, path: string, problems: Problems,
): GroupValue[] | null {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (list.length === 0 || list.length > SEGMENT_VALUE_LIMIT) {
    problems.add(path, `${dimension} lists ${list.length} values; `
      + `give 1 to ${SEGMENT_VALUE_LIMIT}`);
    return null;
  }
  const values = list.map((each, index) => {
    const at = Array.isArray(value) ? `${path}[${index}]` : path;
    return dimensionValue(each, dimension, at, problems);
  });
  return [...new Set(values)].sort(byValue);
}

/** Null first, then texts by their UTF-16 units: the same on every machine. */
function byValue(a: GroupValue, b: GroupValue): number {
  if (a === b) return 0;
  if (a === null || b === null) return a === null ? -1 : 1;
  return a < b ? -1 : 1;
}

function dimensionValue(
  value: unknown, dimension: GroupDimension, path: string, problems: Problems,
): GroupValue {
  if (value === null) return null;
  if (dimension === "stage" && typeof value === "number") return String(value);
  if (typeof value !== "string") {
    problems.add(path, `${dimension} is ${shown(value)}; write a text, a list of texts, `
      + "or null for records without one");
  } else if (value.length > SEGMENT_TEXT_LIMIT) {
    problems.add(path, `${dimension} is "${shortened(value)}" with ${value.length} characters; `
      + `at most ${SEGMENT_TEXT_LIMIT} are allowed`);
  } else if (!isWellFormed(value) || value.includes("\0")) {
    problems.add(path, `${dimension} holds a broken Unicode character or a NUL`);
  } else return value;
  return null;
}

/**
 * The shocks under a scenario where `isIn` says of each of its segments, by its place, whether it
 * applies (section 4): of these the last that gives a field wins, else the scenario's own value.
 */
export function shocksOn(scenario: Scenario, isIn: (segment: number) => boolean): Shocks {
  const shocks: Shocks = {
    interest_rate_delta_pct: scenario.interest_rate_delta_pct,
    collateral_market_impact_pct: scenario.collateral_market_impact_pct,
    recovery_degradation_pct: scenario.recovery_degradation_pct,
    default_risk_increment_pct: scenario.default_risk_increment_pct,
  };
  for (const [index, entry] of (scenario.segment_shocks ?? []).entries()) {
    if (!isIn(index)) continue;
    for (const name of SHOCK_NAMES) shocks[name] = entry[name] ?? shocks[name];
  }
  return shocks;
}

/** Whether a record is in a segment; `valueOf` is its value of a dimension. */
export const isInSegment = (
  where: SegmentWhere, valueOf: (dimension: GroupDimension) => GroupValue,
): boolean => Object.entries(where).every(([dimension, wanted]) => {
  const value = valueOf(dimension as GroupDimension);
  return Array.isArray(wanted) ? wanted.includes(value) : wanted === value;
});

/** Segment shocks with their members in the canonical order, which jsonb forgets. */
export const orderedSegmentShocks = (stored: readonly SegmentShock[]): SegmentShock[] =>
  stored.map((entry) => ({
    where: Object.fromEntries(GROUP_DIMENSIONS.flatMap((dimension) => {
      const wanted = entry.where[dimension];
      return wanted === undefined ? [] : [[dimension, wanted]];
    })),
    ...Object.fromEntries(SHOCK_NAMES.flatMap((name) =>
      entry[name] === undefined ? [] : [[name, entry[name]]])),
  }));
