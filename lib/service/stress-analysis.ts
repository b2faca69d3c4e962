import { GROUP_FIGURES_LIMIT } from "@/lib/contract/analysis-stress";
import type { BodyOf, ResponseOf } from "@/lib/contract/operations";
import type { UnmatchedSegment } from "@/lib/portfolio";
import { canonicalParameters, type Scenario } from "@/lib/risk";
import { AppError } from "./app-error";
import { findSealed } from "./datasets";
import { stressVersion } from "./portfolio-stress";

type Answer = ResponseOf<"analyzeStress">;

/** A stress on every instrument of a version, in total and by groups; nothing is stored. */
export async function analyzeStress(
  body: BodyOf<"analyzeStress">, signal?: AbortSignal,
): Promise<Answer> {
  const scenarios = scenariosOf(body.scenarios);
  const version = await findSealed(body.dataset_version_id);
  const groupBy = body.group_by ?? [];
  const groupLimit = Math.floor(GROUP_FIGURES_LIMIT / (scenarios.length + 1));
  const result = await stressVersion(version.id,
    { scenarios, netting: body.netting, groupBy }, groupLimit, signal);
  if (!result.ok) throw tooManyGroups(groupBy, result.error.groups, scenarios.length);
  const { totals, groups, unmatchedSegments } = result.value;
  return { dataset_version_id: version.id, netting: body.netting, totals, groups,
    warnings: unmatchedSegments.map(warningOf) };
}

/** Scenarios by the rules of a run's, with every default filled in. @throws AppError */
function scenariosOf(given: unknown): Scenario[] {
  const parameters = canonicalParameters({ include_default_scenarios: false,
    stress_scenarios: given });
  if (parameters.ok) return parameters.value.stress_scenarios;
  const errors = parameters.error.map(({ path, message }) => ({
    path: path.replace(/^parameters\.stress_scenarios/, "scenarios"), message }));
  throw new AppError("PARAMETERS_INVALID", { message: errors[0]?.message ?? "", errors });
}

function tooManyGroups(groupBy: readonly string[], groups: number, scenarios: number): AppError {
  const number = (count: number): string => count.toLocaleString("en");
  const message = `group_by ${groupBy.join(" and ")} makes ${number(groups)} groups, which with ` +
    `the base and ${number(scenarios)} scenarios are ${number(groups * (scenarios + 1))} figures; ` +
    `one answer holds ${number(GROUP_FIGURES_LIMIT)}. Group by fewer values or send fewer scenarios.`;
  return new AppError("PARAMETERS_INVALID", { message, errors: [{ path: "group_by", message }] });
}

/** A segment that shocks nothing is most likely a slip of the pen: what there is instead. */
function warningOf(
  { scenario_id, index, dimension, value, knownValues }: UnmatchedSegment,
): Answer["warnings"][number] {
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
