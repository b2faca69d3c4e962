import { assert } from "@/lib/kernel/assert";
import { canonicalJson, type Json } from "@/lib/kernel/canonical";
import type { Netted, Netting, Scenario, StressResult } from "@/lib/risk";
import { nettedVersion } from "./netted-versions";
import { stressVersion } from "./portfolio-stress";
import type { SealedVersion } from "./sealed-versions";

const keyOf = (scenario: Scenario): string => canonicalJson(scenario as unknown as Json);

/** Whether the totals do not do for a scenario: it shocks segments. */
export const hasSegments = (scenario: Scenario): boolean => scenario.segment_shocks !== undefined;

/**
 * A sealed version under a netting, ready for these scenarios: those that shock segments are
 * stressed on the version's columns, in threads; all others go the way of the totals.
 */
export async function nettedFor(
  sealed: SealedVersion, netting: Netting, scenarios: readonly Scenario[],
): Promise<Netted> {
  return withSegments(sealed, netting, await nettedVersion(sealed, netting), scenarios);
}

/** What `netted` says, and of scenarios with segments what the columns say. */
export const withSegments = async (
  sealed: SealedVersion, netting: Netting, netted: Netted, scenarios: readonly Scenario[],
): Promise<Netted> => scenarios.some(hasSegments)
  ? overlaid(netted, await segmentStresses(sealed, netting, scenarios)) : netted;

/** Stresses of scenarios with segments. */
export class SegmentStresses {
  private readonly known = new Map<string, StressResult>();

  add(scenario: Scenario, stress: StressResult): void {
    this.known.set(keyOf(scenario), stress);
  }

  of(scenario: Scenario): StressResult | undefined {
    return this.known.get(keyOf(scenario));
  }
}

/** Stresses those of the scenarios that shock segments, on the version's columns. */
export async function segmentStresses(
  sealed: SealedVersion, netting: Netting, scenarios: readonly Scenario[],
): Promise<SegmentStresses> {
  const stresses = new SegmentStresses();
  const segmented = scenarios.filter(hasSegments);
  if (segmented.length === 0) return stresses;
  const found = await stressVersion(
    sealed.datasetVersionId, { scenarios: segmented, netting }, 1);
  assert(found.ok, "totals alone are one group");
  for (const [at, scenario] of segmented.entries()) {
    const { collateral_shortfall: _, ...stress } = found.value.totals.scenarios[at] ?? {};
    stresses.add(scenario, stress as StressResult);
  }
  return stresses;
}

/** The same version, where scenarios with segments were computed before they are asked for. */
export const overlaid = (netted: Netted, stresses: SegmentStresses): Netted =>
  ({ ...netted, stress: (scenario) => {
    if (!hasSegments(scenario)) return netted.stress(scenario);
    const stress = stresses.of(scenario);
    assert(stress, "scenarios with segments are computed before they are asked for");
    return stress;
  } });
