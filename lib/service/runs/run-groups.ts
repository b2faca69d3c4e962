import type { GroupStress } from "@/lib/portfolio";
import type { RunParameters } from "@/lib/risk";
import { AppError } from "../platform/app-error";
import { stressVersion } from "../stress/portfolio-stress";

/** Most groups of one run: each is a record of evidence. */
export const GROUP_EVIDENCE_LIMIT = 1_000;
/** Most figures of these groups: groups times the base and each scenario. */
const GROUP_FIGURES_LIMIT = 20_000;

/**
 * What the groups of a run come to; none where it asks for none.
 * @throws AppError PARAMETERS_INVALID beyond the limits; CALCULATION_UNAVAILABLE
 */
export async function groupsFor(
  versionId: string, parameters: RunParameters,
): Promise<readonly GroupStress[]> {
  const { group_by: groupBy, netting, stress_scenarios: scenarios } = parameters;
  if (groupBy === undefined) return [];
  const limit = Math.min(GROUP_EVIDENCE_LIMIT,
    Math.floor(GROUP_FIGURES_LIMIT / (scenarios.length + 1)));
  const found = await stressVersion(versionId, { scenarios, netting, groupBy }, limit);
  if (found.ok && found.value.groups.length <= limit) return found.value.groups;
  const groups = found.ok ? found.value.groups.length : found.error.groups;
  throw tooManyGroups(groupBy, groups, scenarios.length, limit);
}

function tooManyGroups(
  groupBy: readonly string[], groups: number, scenarios: number, limit: number,
): AppError {
  const number = (count: number): string => count.toLocaleString("en");
  const message = `group_by ${groupBy.join(" and ")} makes ${number(groups)} groups; a run keeps `
    + `evidence of at most ${number(limit)} with ${number(scenarios)} scenarios. `
    + "Group by fewer values, or give fewer scenarios.";
  return new AppError("PARAMETERS_INVALID",
    { message, errors: [{ path: "parameters.group_by", message }] });
}
