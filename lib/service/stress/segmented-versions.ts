import { assert } from "@/lib/kernel/assert";
import { canonicalJson, type Json } from "@/lib/kernel/canonical";
import type { Netted, Netting, Scenario, StressResult } from "@/lib/risk";
import { nettedVersion } from "./netted-versions";
import { stressVersion } from "./portfolio-stress";
import type { SealedVersion } from "../datasets/sealed-versions";
import { segmentWarning } from "./segment-warnings";

const keyOf = (scenario: Scenario): string => canonicalJson(scenario as unknown as Json);

/** Whether the totals do not do for a scenario: it shocks segments. */
export const hasSegments = (scenario: Scenario): boolean => scenario.segment_shocks !== undefined;

/**
 * A sealed version under a netting, ready for these scenarios: those that shock segments are
 * stressed on the version's columns, in threads; all others go the way of the totals.
 */
export async function nettedFor(
  sealed: SealedVersion, netting: Netting, scenarios: readonly Scenario[],
): Promise<WarnedNetted> {
  const netted = await nettedVersion(sealed, netting);
  return scenarios.some(hasSegments) ? withSegments(sealed, netting, netted, scenarios)
    : { ...netted, warnings: [] };
}

/** With what is to be said of scenarios whose segments shock nothing. */
export type WarnedNetted = Netted & { warnings: readonly string[] };

/** What `netted` says, and of scenarios with segments what the columns say. */
export async function withSegments(
  sealed: SealedVersion, netting: Netting, netted: Netted, scenarios: readonly Scenario[],
): Promise<WarnedNetted> {
  const distinct = new Map(scenarios.filter(hasSegments).map((scenario) =>
    [keyOf(scenario), scenario]));
  const segmented = [...distinct.values()];
  const found = await stressVersion(
    sealed.datasetVersionId, { scenarios: segmented, netting }, 1);
  assert(found.ok, "totals alone are one group");
  const known = new Map<string, StressResult>(segmented.map((scenario, at) => {
    const { collateral_shortfall: _, ...stress } = found.value.totals.scenarios[at] ?? {};
    return [keyOf(scenario), stress as StressResult];
  }));
  const warnings = found.value.unmatchedSegments.map(segmentWarning)
    .map(({ code, message }) => `${code}: ${message}`);
  return { ...netted, warnings, stress: (scenario) => {
    if (!hasSegments(scenario)) return netted.stress(scenario);
    const stress = known.get(keyOf(scenario));
    assert(stress, "scenarios with segments are computed before they are asked for");
    return stress;
  } };
}
