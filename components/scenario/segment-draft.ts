import { canonicalParameters, GROUP_DIMENSIONS, NO_SHOCKS, SHOCK_NAMES } from "@/lib/risk";
import type {
  GroupDimension, GroupValue, Scenario, ScenarioInput, SegmentShock, Shocks,
} from "@/lib/risk";

/** One condition of a segment while it is edited: may still lack values. */
export interface Condition {
  dimension: GroupDimension;
  values: readonly GroupValue[];
}

/** A segment while it is edited; a shock that is null is the scenario's own. */
export interface SegmentDraft {
  conditions: readonly Condition[];
  shocks: Readonly<Record<keyof Shocks, number | null>>;
}

const NO_OWN = Object.fromEntries(SHOCK_NAMES.map((name) => [name, null])) as
  Record<keyof Shocks, null>;

export const newSegment = (): SegmentDraft =>
  ({ conditions: [{ dimension: "sector", values: [] }], shocks: NO_OWN });

export const draftsOf = (segments: readonly SegmentShock[] | undefined): SegmentDraft[] =>
  (segments ?? []).map((segment) => ({
    conditions: Object.entries(segment.where).map(([dimension, wanted]) => ({
      dimension: dimension as GroupDimension,
      values: Array.isArray(wanted) ? wanted : [wanted],
    })),
    shocks: Object.fromEntries(SHOCK_NAMES.map((name) => [name, segment[name] ?? null])) as
      Record<keyof Shocks, number | null>,
  }));

export const segmentsOf = (drafts: readonly SegmentDraft[]): SegmentShock[] =>
  drafts.map(({ conditions, shocks }) => ({
    where: Object.fromEntries(conditions.map(({ dimension, values }) => [dimension, [...values]])),
    ...Object.fromEntries(SHOCK_NAMES.flatMap((name) =>
      shocks[name] === null ? [] : [[name, shocks[name]]])),
  }));

/** Dimensions that a segment's further condition may take. */
export const freeDimensions = ({ conditions }: SegmentDraft): GroupDimension[] =>
  GROUP_DIMENSIONS.filter((name) => !conditions.some(({ dimension }) => dimension === name));

/** What still is missing, as a person says it; null when the segments can be used. */
export function segmentProblem(drafts: readonly SegmentDraft[]): string | null {
  for (const [index, { conditions, shocks }] of drafts.entries()) {
    const name = `Segment ${index + 1}`;
    if (conditions.length === 0) return `${name}: say which loans it is`;
    if (conditions.some(({ values }) => values.length === 0)) return `${name}: add a value`;
    if (SHOCK_NAMES.every((shock) => shocks[shock] === null)) return `${name}: give it a shock`;
  }
  const checked = canonicalScenario({ scenario_id: "draft", segment_shocks: segmentsOf(drafts) });
  return typeof checked === "string" ? checked : null;
}

/** A scenario in the form in which a run takes it, or what is wrong with it. */
export function canonicalScenario(input: ScenarioInput): Scenario | string {
  const { segment_shocks: segments, ...rest } = input;
  const checked = canonicalParameters({ include_default_scenarios: false, stress_scenarios: [{
    description: "", ...NO_SHOCKS, ...rest,
    ...(segments && segments.length > 0 ? { segment_shocks: segments } : {}) }] });
  if (checked.ok) return checked.value.stress_scenarios[0] as Scenario;
  return checked.error[0]?.message ?? "The scenario cannot run.";
}
