import type { ResponseOf } from "@/lib/contract/operations";
import { assert } from "@/lib/kernel/assert";
import type { UnmatchedSegment } from "@/lib/portfolio";
import type { Netting, Scenario } from "@/lib/risk";
import { stressVersion } from "./portfolio-stress";

export type SegmentWarning = ResponseOf<"analyzeStress">["warnings"][number];

/** What segments of a scenario shock nothing of a version. */
export async function segmentWarnings(
  versionId: string, scenario: Scenario, netting: Netting, signal?: AbortSignal,
): Promise<SegmentWarning[]> {
  const found = await stressVersion(versionId, { scenarios: [scenario], netting }, 1, signal);
  assert(found.ok, "totals alone are one group");
  return found.value.unmatchedSegments.map(segmentWarning);
}

/** A segment that shocks nothing is most likely a slip of the pen: what there is instead. */
export function segmentWarning(
  { scenario_id, index, dimension, value, knownValues }: UnmatchedSegment,
): SegmentWarning {
  const path = `scenarios.${scenario_id}.segment_shocks[${index}].where`;
  const known = knownValues.length === 0 ? "no record has a value of it"
    : `there are ${knownValues.join(", ")}`;
  const message = dimension === null
    ? `Segment ${index + 1} of ${scenario_id} matches no record: no record has all its values.`
    : `Segment ${index + 1} of ${scenario_id}: no record has ${dimension} ` +
      `${value === null ? "without a value" : `"${value}"`}; ${known}.`;
  return { code: "SEGMENT_UNMATCHED", message, scenario_id, path, dimension,
    known_values: knownValues };
}
