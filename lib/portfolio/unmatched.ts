import { canonicalJson, type Json } from "../kernel/canonical";
import {
  GROUP_DIMENSIONS, type GroupDimension, type Scenario, type SegmentWhere,
} from "../risk";
import type { PortfolioColumns } from "./portfolio-columns";
import type { Cut } from "./cut";

/** Most known values that a warning names. */
export const KNOWN_VALUES_LIMIT = 20;

/**
 * A value that no record has, with values that some have; or, with `dimension` null, a segment
 * whose values all exist, but never together.
 */
export type UnmatchedSegment = {
  scenario_id: string;
  /** The place in `segment_shocks`. */
  index: number;
  dimension: GroupDimension | null;
  value: string | null;
  knownValues: string[];
};

/** Segments of scenarios that shock nothing, or name values that are not there: warnings. */
export function unmatchedSegments(
  columns: PortfolioColumns, cut: Cut, scenarios: readonly Scenario[],
): UnmatchedSegment[] {
  return scenarios.flatMap((scenario) =>
    (scenario.segment_shocks ?? []).flatMap(({ where }, index) => {
      const found = GROUP_DIMENSIONS.flatMap((dimension) => {
        const wanted = where[dimension];
        if (wanted === undefined) return [];
        return (Array.isArray(wanted) ? wanted : [wanted])
          .filter((value) => !isThere(columns, dimension, value))
          .map((value): UnmatchedSegment => ({ scenario_id: scenario.scenario_id, index, dimension,
            value, knownValues: knownValues(columns, dimension) }));
      });
      if (found.length > 0 || isUsed(cut, scenario, index)) return found;
      return [{ scenario_id: scenario.scenario_id, index, dimension: null, value: null,
        knownValues: [] }];
    }));
}

function isThere(
  columns: PortfolioColumns, dimension: GroupDimension, value: string | null,
): boolean {
  const found = columns.dimensions[dimension];
  if (value === null) return found === undefined || found.codes.includes(0);
  return found !== undefined && found.labels.indexOf(value) >= 0;
}

function knownValues(columns: PortfolioColumns, dimension: GroupDimension): string[] {
  const labels = columns.dimensions[dimension]?.labels;
  const count = Math.min(labels?.length ?? 0, KNOWN_VALUES_LIMIT);
  return Array.from({ length: count }, (_, at) => labels?.at(at) as string).sort();
}

/** True when a record is in the segment. */
function isUsed(cut: Cut, scenario: Scenario, index: number): boolean {
  const { where } = (scenario.segment_shocks ?? [])[index] ?? { where: {} };
  const at = cut.wheres.findIndex((each) => isSame(each, where));
  const { debts, assets, profile } = cut.cells;
  return profile.some((own, cell) => cut.profiles[own]?.[at] === true
    && (debts[cell] as number) + (assets[cell] as number) > 0);
}

const isSame = (a: SegmentWhere, b: SegmentWhere): boolean =>
  canonicalJson(a as Json) === canonicalJson(b as Json);
