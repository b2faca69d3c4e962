import { GROUP_FIGURES_LIMIT, KEPT_FIGURES_LIMIT } from "@/lib/contract/analysis-stress";
import type { BodyOf, ResponseOf } from "@/lib/contract/operations";
import type { Json } from "@/lib/kernel/canonical";
import {
  canonicalParameters, type GroupDimension, type Netting, type Scenario,
} from "@/lib/risk";
import { keepAnalysis, refuseKeeping } from "./analysis-records";
import { AppError } from "../platform/app-error";
import type { Context } from "../platform/caller";
import { findSealed } from "../datasets/datasets";
import { stressVersion } from "../stress/portfolio-stress";
import { sealedVersion } from "../datasets/sealed-versions";
import { segmentWarning } from "../stress/segment-warnings";

type Answer = ResponseOf<"analyzeStress">;
type Request = { scenarios: Scenario[]; netting: Netting; group_by: GroupDimension[] };

/** A stress on every instrument of a version, in total and by groups. */
export async function analyzeStress(
  context: Context, body: BodyOf<"analyzeStress">, signal?: AbortSignal,
): Promise<Answer> {
  if (body.persist) refuseKeeping();
  const { netting, group_by = [] } = body;
  const request: Request = { scenarios: scenariosOf(body.scenarios), netting, group_by };
  const { id } = await findSealed(body.dataset_version_id);
  const limit = body.persist ? KEPT_FIGURES_LIMIT : GROUP_FIGURES_LIMIT;
  const result = await stressAnalysisOf(id, request, limit, signal);
  const evidence = body.persist ? { evidence_id: await keepAnalysis(context,
    await sealedVersion(id), "stress", request as unknown as Json, result as unknown as Json) } : {};
  return { dataset_version_id: id, netting, ...result, ...evidence };
}

/** What a canonical request gives: also when what was kept is verified. */
export async function stressAnalysisOf(
  versionId: string, { scenarios, netting, group_by: groupBy }: Request,
  limit = KEPT_FIGURES_LIMIT, signal?: AbortSignal,
): Promise<Pick<Answer, "totals" | "groups" | "warnings">> {
  const result = await stressVersion(versionId, { scenarios, netting, groupBy },
    Math.floor(limit / (scenarios.length + 1)), signal);
  if (!result.ok) throw tooManyGroups(groupBy, result.error.groups, scenarios.length, limit);
  const { totals, groups, unmatchedSegments } = result.value;
  return { totals, groups, warnings: unmatchedSegments.map(segmentWarning) };
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

function tooManyGroups(
  groupBy: readonly string[], groups: number, scenarios: number, limit: number,
): AppError {
  const number = (count: number): string => count.toLocaleString("en");
  const message = `group_by ${groupBy.join(" and ")} makes ${number(groups)} groups, which with ` +
    `the base and ${number(scenarios)} scenario${scenarios === 1 ? "" : "s"} are ${number(groups * (scenarios + 1))} figures; ` +
    `one ${limit === KEPT_FIGURES_LIMIT ? "evidence record" : "answer"} holds ${number(limit)}. Group by fewer values or send fewer scenarios.`;
  return new AppError("PARAMETERS_INVALID", { message, errors: [{ path: "group_by", message }] });
}
