import type { GroupColumn } from "@/lib/contract/facts";
import { groupValue, groupWord, groupWords } from "./words";
import { roundedParts } from "../chart/rounded-parts";
import { percentOf, plural } from "../ui/format";

/** One group of an exposure answer: what the pages read of it. */
export interface Group {
  key: Record<string, string | null>;
  count: number;
  total_outstanding: number;
  collateral_value: number;
  collateral_coverage_ratio: number;
  distressed_asset_recovery: number;
}

/**
 * A segment on its own: what it owes, and how much of that its own collateral and recovery cover.
 * Excess collateral of one segment does not help another here, so the net amounts of all segments
 * add up to the portfolio's net exposure or more.
 */
export interface Segment {
  id: string;
  label: string;
  /** As the server names it; null is "not given", undefined the rest of a long list. */
  value: string | null | undefined;
  count: number;
  collateral: number;
  recovery: number;
  net: number;
  total: number;
  /** Before it is cut to what is owed. */
  givenCollateral: number;
  givenRecovery: number;
  /** The amounts rounded for a column that adds up to its rounded sum. */
  shown: ShownAmounts;
}

const SHOWN = ["total", "net", "givenCollateral", "givenRecovery"] as const;
export type ShownAmounts = Record<(typeof SHOWN)[number], number>;

/** Gives each segment its figures for a table in steps of so many currency units. */
function withShown(segments: readonly Omit<Segment, "shown">[], step: number): Segment[] {
  const columns = SHOWN.map((name) => roundedParts(segments.map((one) => one[name]), step));
  return segments.map((segment, row) => ({
    ...segment,
    shown: Object.fromEntries(SHOWN.map((name, column) =>
      [name, columns[column]?.[row] ?? 0])) as ShownAmounts,
  }));
}

const OTHERS = "others";

/** The segments of a grouping, largest first. The three parts of each add up to its total. */
export function segmentsOf(
  groups: readonly Group[], column: GroupColumn, step = 0.01,
): Segment[] {
  const segments = groups.map((group) => {
    const value = group.key[column] ?? null;
    const total = Math.max(0, group.total_outstanding);
    const collateral = Math.min(Math.max(0, group.collateral_value), total);
    const recovery = Math.min(Math.max(0, group.distressed_asset_recovery), total - collateral);
    return {
      id: value === null ? "null" : `=${value}`, label: groupValue(column, value), value,
      count: group.count, collateral, recovery, net: total - collateral - recovery, total,
      givenCollateral: group.collateral_value, givenRecovery: group.distressed_asset_recovery,
    };
  });
  segments.sort((a, b) => b.total - a.total || a.label.localeCompare(b.label, "en"));
  return withShown(segments, step);
}

/** At most `most` rows: the largest, always the one in `keep`, and the rest as "n others". */
export function withOthers(
  segments: readonly Segment[], most: number, keep: string | null = null,
): Segment[] {
  if (segments.length <= most) return [...segments];
  const shown = segments.slice(0, most - 1);
  const kept = segments.find((segment) => segment.id === keep);
  if (kept && !shown.includes(kept)) shown[shown.length - 1] = kept;
  const rest = segments.filter((segment) => !shown.includes(segment));
  const sum = (part: (segment: Segment) => number) =>
    rest.reduce((total, segment) => total + part(segment), 0);
  return [...shown, {
    id: OTHERS, label: plural(rest.length, "other"), value: undefined, count: sum((s) => s.count),
    collateral: sum((s) => s.collateral), recovery: sum((s) => s.recovery), net: sum((s) => s.net),
    total: sum((s) => s.total), givenCollateral: sum((s) => s.givenCollateral),
    givenRecovery: sum((s) => s.givenRecovery),
    shown: Object.fromEntries(
      SHOWN.map((name) => [name, sum((s) => s.shown[name])])) as ShownAmounts,
  }];
}

export interface Finding {
  title: string;
  /** The segment the title speaks of. */
  segmentId: string | null;
}

const whole = (share: number): string => percentOf(share, { decimals: 0 });

/** What the grouping shows, in one sentence. */
export function segmentFinding(segments: readonly Segment[], column: GroupColumn): Finding {
  const total = segments.reduce((sum, segment) => sum + segment.total, 0);
  const net = segments.reduce((sum, segment) => sum + segment.net, 0);
  const worst = segments.reduce<Segment | null>(
    (most, segment) => (most === null || segment.net > most.net ? segment : most), null);
  if (!worst || total <= 0) return { title: "Nothing is owed in this version", segmentId: null };
  if (net <= 0) {
    return {
      title: `Collateral and recovery cover all ${groupWords(column)}`, segmentId: null,
    };
  }
  const name = subjectOf(worst, column);
  const ofNet = worst.net / net;
  const ofBook = worst.total / total;
  if (segments.length === 1) {
    return { title: `${name} leaves ${whole(ofNet)} of net exposure`, segmentId: null };
  }
  const text = Math.abs(ofNet - ofBook) < 0.05
    ? `${name} carries ${whole(ofNet)} of net exposure, in line with its share`
    : `${name} is ${whole(ofBook)} of the book and ${whole(ofNet)} of net exposure`;
  return { title: text, segmentId: worst.id };
}

function subjectOf(segment: Segment, column: GroupColumn): string {
  if (segment.value === null) return groupWordNotGiven(column);
  if (column === "dpd_bucket") return `Debt ${segment.label.toLowerCase()} past due`;
  return column === "rating" ? `Rating ${segment.label}` : segment.label;
}

const groupWordNotGiven = (column: GroupColumn): string =>
  `Debt without ${column === "dpd_bucket" ? "days past due" : column.replaceAll("_", " ")}`;

/** Below this share of the largest, its name says nothing about the book. */
const SCATTERED = 0.03;

/** "Germany and Italy hold half of the book" (or of another whole), from segments by size. */
export function shareFinding(
  segments: readonly Segment[], column: GroupColumn, ofWhat = "the book",
): string {
  const total = segments.reduce((sum, segment) => sum + segment.total, 0);
  const named = segments.filter((segment) => typeof segment.value === "string");
  const [first, second] = named;
  if (!first || total <= 0) return "No share is known";
  const one = first.total / total;
  if (one < SCATTERED) {
    const many = plural(named.length, groupWord(column).toLowerCase(), groupWords(column));
    return `${many}, none above ${percentOf(one)} of ${ofWhat}`;
  }
  if (one >= 0.995) return `${first.label} holds all of ${ofWhat}`;
  if (one >= 0.5 || !second) return `${first.label} holds ${whole(one)} of ${ofWhat}`;
  const two = one + second.total / total;
  const words = Math.abs(two - 0.5) < 0.02 ? "half" : whole(two);
  return `${first.label} and ${second.label} hold ${words} of ${ofWhat}`;
}
