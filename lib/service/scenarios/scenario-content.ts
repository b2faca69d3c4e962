import type { FieldProblem } from "@/lib/contract/errors";
import type { ResponseOf } from "@/lib/contract/operations";
import type { ScenarioContentInput } from "@/lib/contract/scenario";
import type { ScenarioState } from "@/lib/contract/facts";
import { canonicalJson, type Json } from "@/lib/kernel/canonical";
import {
  canonicalParameters, NO_SHOCKS, orderedSegmentShocks, SHOCK_NAMES,
  type Scenario, type SegmentShock, type Shocks,
} from "@/lib/risk";
import { AppError } from "../platform/app-error";
import type {
  LibraryScenario as Row, Prisma, ScenarioDecision, ScenarioVersion as VersionRow,
} from "../db/database";
import { etagOf } from "../platform/etag";

export type LibraryScenario = ResponseOf<"getScenario">;
export type Version = LibraryScenario["latest"];
export type VersionWithDecisions = VersionRow & { decisions: ScenarioDecision[] };
export type WithLatest = Row & { latest: VersionWithDecisions | null };

/** What a version says, checked and in canonical form. */
export type Content = { name: string; scenario: Scenario; tags: string[]; note: string };

export const DECISIONS_IN_ORDER = {
  decisions: { orderBy: [{ decidedAt: "asc" }, { id: "asc" }] },
} as const satisfies Prisma.ScenarioVersionInclude;
export const WITH_LATEST = {
  latest: { include: DECISIONS_IN_ORDER },
} as const satisfies Prisma.LibraryScenarioInclude;

const IN_RUN = "parameters.stress_scenarios[0]";

/**
 * Checks what a version is to say by the rules of a run's parameters; problems name members of
 * `path`, which is empty or ends in a point.
 */
export function contentOf(
  scenarioId: string, input: ScenarioContentInput, path = "",
): { content: Content } | { problems: FieldProblem[] } {
  const shocks = Object.fromEntries(SHOCK_NAMES.map((name) =>
    [name, input[name] ?? NO_SHOCKS[name]]));
  const checked = canonicalParameters({ include_default_scenarios: false, stress_scenarios: [{
    scenario_id: scenarioId, description: input.description, ...shocks,
    ...(input.segment_shocks === undefined || input.segment_shocks.length === 0 ? {}
      : { segment_shocks: input.segment_shocks }),
  }] });
  const named = (text: string): string =>
    text.replaceAll(`${IN_RUN}.`, path).replaceAll(IN_RUN, path.slice(0, -1) || "the scenario");
  if (!checked.ok) {
    return { problems: checked.error.map((problem) =>
      ({ path: named(problem.path), message: named(problem.message) })) };
  }
  return { content: { name: input.name, scenario: checked.value.stress_scenarios[0] as Scenario,
    tags: [...new Set(input.tags)], note: input.note } };
}

/** @throws AppError REQUEST_BODY_INVALID */
export function checkedContent(scenarioId: string, input: ScenarioContentInput): Content {
  const checked = contentOf(scenarioId, input);
  if ("content" in checked) return checked.content;
  throw badContent(checked.problems);
}

export const badContent = (problems: FieldProblem[]): AppError =>
  new AppError("REQUEST_BODY_INVALID", { message: problems[0]?.message ?? "", errors: problems });

/** The members of a version's row that say what it is. */
export function contentRow({ name, scenario, tags, note }: Content) {
  const { scenario_id: _, description, segment_shocks: segments, ...shocks } = scenario;
  return { name, description, shocks, tags, note,
    ...(segments && { segmentShocks: segments as unknown as Prisma.InputJsonArray }) };
}

export const stateOf = (version: VersionWithDecisions): ScenarioState =>
  (version.decisions.at(-1)?.state ?? "draft") as ScenarioState;

export function contentOfRow(scenarioId: string, version: VersionRow): Content {
  const shocks = version.shocks as unknown as Shocks;
  const segments = version.segmentShocks as unknown as SegmentShock[] | null;
  // jsonb keeps members in its own order: the order of results is put back.
  const scenario: Scenario = {
    scenario_id: scenarioId,
    description: version.description,
    interest_rate_delta_pct: shocks.interest_rate_delta_pct,
    collateral_market_impact_pct: shocks.collateral_market_impact_pct,
    recovery_degradation_pct: shocks.recovery_degradation_pct,
    default_risk_increment_pct: shocks.default_risk_increment_pct,
    ...(segments && { segment_shocks: orderedSegmentShocks(segments) }),
  };
  return { name: version.name, scenario, tags: version.tags, note: version.note };
}

export const toVersion = (scenarioId: string, version: VersionWithDecisions): Version => ({
  number: version.number,
  ...contentOfRow(scenarioId, version),
  author: version.author,
  created_at: version.createdAt.toISOString(),
  state: stateOf(version),
  decisions: version.decisions.map((made) => ({ state: made.state as ScenarioState,
    reason: made.reason, by: made.decidedBy, at: made.decidedAt.toISOString() })),
});

/** The latest version; an entry gets its first one in the transaction that makes it. */
export function latestOf(row: WithLatest): VersionWithDecisions {
  if (row.latest === null) throw new Error(`library scenario ${row.id} has no version`);
  return row.latest;
}

export function toLibraryScenario(row: WithLatest): LibraryScenario {
  const latest = latestOf(row);
  return {
    library_scenario_id: row.id,
    scenario_id: row.scenarioId,
    latest: toVersion(row.scenarioId, latest),
    approved_version: row.approvedNumber,
    created_at: row.createdAt.toISOString(),
    created_by: row.createdBy,
    updated_at: row.updatedAt.toISOString(),
    archived_at: row.archivedAt?.toISOString() ?? null,
    archived_by: row.archivedBy,
    etag: etagOf({ id: row.id, number: latest.number, state: stateOf(latest),
      approved: row.approvedNumber, archived: row.archivedAt !== null }),
  };
}

const membersOf = ({ name, scenario, tags, note }: Content): Record<string, unknown> =>
  ({ name, ...scenario, tags, note });

/** Members in which two contents differ, in the order in which they are shown. */
export function differencesOf(one: Content, other: Content): string[] {
  const [a, b] = [membersOf(one), membersOf(other)];
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].filter((member) =>
    canonicalJson((a[member] ?? null) as Json) !== canonicalJson((b[member] ?? null) as Json));
}
