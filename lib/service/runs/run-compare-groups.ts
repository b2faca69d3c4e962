import { GROUP_FIGURES_LIMIT } from "@/lib/contract/analysis-stress";
import type { QueryOf, ResponseOf } from "@/lib/contract/operations";
import { canonicalHash } from "@/lib/kernel/hash";
import { amountDifference, type GroupDimension, type RunParameters } from "@/lib/risk";
import { AppError } from "../platform/app-error";
import { decodeCursor, encodeCursor, invalidCursor, isWhole } from "../platform/paging";
import { stressVersion } from "../stress/portfolio-stress";
import { recordedGroups } from "./run-group-list";
import { bothRuns, sharedGrouping, type FoundRun, type RunPair } from "./run-compare";
import { orderedParameters } from "./runs";

type Query = QueryOf<"compareRunGroups">;
type Answer = ResponseOf<"compareRunGroups">;
type Compared = Answer["items"][number];
type Sides = Record<keyof RunPair, NonNullable<Compared["base"]> | null>;
type Group = { key: Compared["key"]; side: NonNullable<Compared["base"]> };

/** Two runs by groups, those whose loss (without a scenario: outstanding) differs most first. */
export async function compareRunGroups(query: Query): Promise<Answer> {
  const compared = await comparedGroups(query);
  const mark = canonicalHash([query.base, query.other, query.scenario_id ?? null,
    compared.group_by]);
  const start = query.cursor === undefined ? 0 : startOf(query.cursor, mark);
  const end = start + query.limit;
  return { ...compared, items: compared.items.slice(start, end), total: compared.items.length,
    next_cursor: end < compared.items.length ? encodeCursor([mark, end]) : null };
}

function startOf(cursor: string, mark: string): number {
  const [of, start] = decodeCursor(cursor, 2);
  if (of !== mark || !isWhole(start) || start < 0) throw invalidCursor();
  return start;
}

/** All groups of both runs, matched by key. @throws AppError */
export async function comparedGroups(
  query: RunPair & Pick<Query, "group_by" | "scenario_id">,
): Promise<Pick<Answer, "items" | "group_by" | "is_recorded">> {
  const rows = await bothRuns(query);
  const [base, other] = [rows.base, rows.other].map((row) =>
    orderedParameters(row.parameters as RunParameters)) as [RunParameters, RunParameters];
  const { scenario_id: scenario } = query;
  if (scenario !== undefined) expectScenario(scenario, base, other);
  const recorded = sharedGrouping(base, other);
  const dimensions = query.group_by ?? recorded;
  if (!dimensions) {
    const message = "needed, as the runs did not both record groups by the same dimensions";
    throw new AppError("PARAMETERS_INVALID", { message: `group_by: ${message}.`,
      errors: [{ path: "group_by", message }] });
  }
  const isRecorded = recorded !== null && [...recorded].sort().join()
    === [...dimensions].sort().join();
  const of = (row: FoundRun, parameters: RunParameters): Promise<Group[]> => isRecorded
    ? recordedSide(row, scenario) : computedSide(row, parameters, dimensions, scenario);
  const items = matched(await of(rows.base, base), await of(rows.other, other), dimensions);
  return { items, group_by: dimensions, is_recorded: isRecorded };
}

/** A scenario that at least one of the runs has. @throws AppError PARAMETERS_INVALID */
function expectScenario(id: string, ...runs: RunParameters[]): void {
  const known = new Set(runs.flatMap(({ stress_scenarios: scenarios }) =>
    scenarios.map((each) => each.scenario_id)));
  if (known.has(id)) return;
  const message = `neither run has a scenario "${id}"; there are ` +
    `${[...known].slice(0, 20).join(", ") || "none"}`;
  throw new AppError("PARAMETERS_INVALID", { message: `scenario_id: ${message}.`,
    errors: [{ path: "scenario_id", message }] });
}

type Stressed = Awaited<ReturnType<typeof recordedGroups>>["groups"][number];

const groupOf = (
  { key, count, base, scenarios, evidence_id: id }: Omit<Stressed, "evidence_id">
    & { evidence_id: string | null }, scenario: string | undefined,
): Group => ({ key, side: {
  count, total_outstanding: base.total_outstanding, collateral_value: base.collateral_value,
  collateral_shortfall: base.collateral_shortfall, evidence_id: id,
  allocated_loss: scenarios.find((each) => each.scenario_id === scenario)?.allocated_loss ?? null,
} });

const recordedSide = async (row: FoundRun, scenario: string | undefined): Promise<Group[]> =>
  (await recordedGroups(row.id)).groups.map((group) => groupOf(group, scenario));

/** The groups of a run's version under its own parameters, computed now. */
async function computedSide(
  row: FoundRun, { netting, stress_scenarios: scenarios }: RunParameters,
  groupBy: readonly GroupDimension[], scenario: string | undefined,
): Promise<Group[]> {
  const chosen = scenarios.filter((each) => each.scenario_id === scenario);
  const limit = Math.floor(GROUP_FIGURES_LIMIT / 2);
  const found = await stressVersion(row.datasetVersionId,
    { scenarios: chosen, netting, groupBy: [...groupBy] }, limit);
  if (found.ok) {
    return found.value.groups.map((group) => groupOf({ ...group, evidence_id: null }, scenario));
  }
  const message = `${groupBy.join(" and ")} makes ${found.error.groups.toLocaleString("en")} ` +
    `groups; at most ${limit.toLocaleString("en")} can be compared`;
  throw new AppError("PARAMETERS_INVALID", { message: `group_by: ${message}.`,
    errors: [{ path: "group_by", message }] });
}

function matched(
  base: readonly Group[], other: readonly Group[], dimensions: readonly GroupDimension[],
): Compared[] {
  const pairs = new Map<string, { key: Compared["key"]; sides: Sides }>();
  const add = (side: keyof RunPair, groups: readonly Group[]): void => {
    for (const { key, side: figures } of groups) {
      const values = dimensions.map((name) => key[name] ?? null);
      const mark = JSON.stringify(values);
      const pair = pairs.get(mark) ?? { sides: { base: null, other: null },
        key: Object.fromEntries(dimensions.map((name, at) => [name, values[at] ?? null])) };
      pair.sides[side] = figures;
      pairs.set(mark, pair);
    }
  };
  add("base", base);
  add("other", other);
  const moved = ({ loss_difference: loss, outstanding_difference: owed }: Compared): number =>
    Math.abs(loss ?? owed);
  return [...pairs.values()].map(({ key, sides }) => comparedOf(key, sides))
    .sort((a, b) => moved(b) - moved(a)
      || Math.abs(b.outstanding_difference) - Math.abs(a.outstanding_difference));
}

/** A group that a run does not have owes and loses nothing there. */
function comparedOf(key: Compared["key"], { base, other }: Sides): Compared {
  const hasLoss = (base?.allocated_loss ?? other?.allocated_loss ?? null) !== null;
  return { key, base, other,
    outstanding_difference: amountDifference(
      base?.total_outstanding ?? 0, other?.total_outstanding ?? 0),
    loss_difference: hasLoss
      ? amountDifference(base?.allocated_loss ?? 0, other?.allocated_loss ?? 0) : null };
}
