import {
  DEFAULT_SCENARIOS, DESCRIPTION_LIMIT, NO_SHOCKS, PARAMETER_BOUNDS, SCENARIO_ID_LIMIT,
  SHOCK_NAMES,
} from "@/lib/risk";
import type {
  GroupDimension, Netting, RunParameters, RunParametersInput, Scenario, SegmentShock, Shocks,
} from "@/lib/risk";
import { scenarioIdOf } from "./words";

/** A scenario on the workbench: switched off it stays here, but does not run. */
export interface BenchScenario {
  scenario: Scenario;
  on: boolean;
}

/** The three default scenarios as one block, and the person's own after them. */
export interface ScenarioSet {
  defaultsOn: boolean;
  scenarios: readonly BenchScenario[];
}

/** What a run would be made of; thresholds are fractions of outstanding. */
export interface Draft extends ScenarioSet {
  netLine: number;
  lossLine: number;
  netting: Netting;
  /** Up to two dimensions whose groups the run records as evidence too. */
  groupBy: readonly GroupDimension[];
}

export const DEFAULT_NET_LINE = 0.2;
export const DEFAULT_LOSS_LINE = 0.05;
/** Many scenarios would make the link too long for a browser's address. */
export const BENCH_SCENARIO_LIMIT = 60;

export const defaultOf = (id: string): Readonly<Scenario> | undefined =>
  DEFAULT_SCENARIOS.find((scenario) => scenario.scenario_id === id);

export const isDefaultId = (id: string): boolean => defaultOf(id) !== undefined;

export function engineDraft(): Draft {
  return {
    defaultsOn: true,
    scenarios: DEFAULT_SCENARIOS.map((scenario) => ({ scenario: { ...scenario }, on: true })),
    netLine: DEFAULT_NET_LINE,
    lossLine: DEFAULT_LOSS_LINE,
    netting: "portfolio",
    groupBy: [],
  };
}

/** True when the scenario would be part of a run. */
export const runs = (set: ScenarioSet, entry: BenchScenario): boolean =>
  entry.on && (set.defaultsOn || !isDefaultId(entry.scenario.scenario_id));

/** The scenarios that would run, in order. */
export const enabledScenarios = (set: ScenarioSet): Scenario[] =>
  set.scenarios.filter((entry) => runs(set, entry)).map((entry) => entry.scenario);

export const sameShocks = (a: Shocks, b: Shocks): boolean =>
  SHOCK_NAMES.every((name) => a[name] === b[name]);

/** Both in canonical form, so that equal segments have equal text. */
const sameSegments = (a: Scenario, b: Scenario): boolean =>
  JSON.stringify(a.segment_shocks) === JSON.stringify(b.segment_shocks);

export const sameScenario = (a: Scenario, b: Scenario): boolean => a.scenario_id === b.scenario_id
  && a.description === b.description && sameShocks(a, b) && sameSegments(a, b);

/** A default that no longer is what the engine brings along. */
export function isChangedDefault(scenario: Scenario): boolean {
  const known = defaultOf(scenario.scenario_id);
  return known !== undefined && !sameScenario(known, scenario);
}

/**
 * The request's parameters. The engine runs its defaults as all or none, so with one of them
 * off the enabled scenarios are listed instead, each with all its fields.
 */
export function parametersOf(draft: Draft): RunParametersInput {
  const enabled = enabledScenarios(draft);
  const all = DEFAULT_SCENARIOS.every((known) =>
    enabled.some((scenario) => scenario.scenario_id === known.scenario_id));
  const given = all
    ? enabled.filter((scenario) => !defaultOf(scenario.scenario_id) || isChangedDefault(scenario))
    : enabled;
  return {
    net_exposure_materiality_threshold_pct: draft.netLine,
    stress_loss_materiality_threshold_pct: draft.lossLine,
    netting: draft.netting,
    include_default_scenarios: all,
    stress_scenarios: given.map((scenario) => ({ ...scenario })),
    ...(draft.groupBy.length > 0 && { group_by: [...draft.groupBy] }),
  };
}

/** The workbench as it stood when these parameters were recorded. */
export function draftOfParameters(parameters: RunParameters): Draft {
  const ran = new Map(parameters.stress_scenarios.map((entry) => [entry.scenario_id, entry]));
  const defaults = DEFAULT_SCENARIOS.map((known): BenchScenario => {
    const scenario = ran.get(known.scenario_id);
    return { scenario: { ...(scenario ?? known) }, on: scenario !== undefined };
  });
  const defaultsOn = defaults.some((entry) => entry.on);
  const own = parameters.stress_scenarios
    .filter((scenario) => !isDefaultId(scenario.scenario_id))
    .map((scenario): BenchScenario => ({ scenario: { ...scenario }, on: true }));
  return {
    defaultsOn,
    // A block that is off as a whole comes back whole.
    scenarios: [...(defaultsOn ? defaults : defaults.map((entry) => ({ ...entry, on: true }))),
      ...own],
    netLine: parameters.net_exposure_materiality_threshold_pct,
    lossLine: parameters.stress_loss_materiality_threshold_pct,
    netting: parameters.netting,
    groupBy: parameters.group_by ?? [],
  };
}

const changed = (
  draft: Draft, id: string, change: (entry: BenchScenario) => BenchScenario,
): Draft => ({
  ...draft,
  scenarios: draft.scenarios.map((entry) => entry.scenario.scenario_id === id ? change(entry)
    : entry),
});

/** One default switched on out of a block that is off comes alone. */
export function withSwitch(draft: Draft, id: string, on: boolean): Draft {
  if (!on || draft.defaultsOn || !isDefaultId(id)) {
    return changed(draft, id, (entry) => ({ ...entry, on }));
  }
  return {
    ...draft,
    defaultsOn: true,
    scenarios: draft.scenarios.map((entry) => isDefaultId(entry.scenario.scenario_id)
      ? { ...entry, on: entry.scenario.scenario_id === id } : entry),
  };
}

export const withDefaults = (draft: Draft, on: boolean): Draft => ({
  ...draft,
  defaultsOn: on,
  // Switching the block on must do something, also when each of the three was off.
  scenarios: on && !draft.scenarios.some((entry) => isDefaultId(entry.scenario.scenario_id)
    && entry.on)
    ? draft.scenarios.map((entry) => isDefaultId(entry.scenario.scenario_id)
      ? { ...entry, on: true } : entry)
    : draft.scenarios,
});

export function withShock(draft: Draft, id: string, shock: keyof Shocks, value: number): Draft {
  const { low, high } = PARAMETER_BOUNDS[shock];
  const bounded = Math.min(high, Math.max(low, value));
  return changed(draft, id, (entry) => ({
    ...entry, scenario: { ...entry.scenario, [shock]: bounded === 0 ? 0 : bounded },
  }));
}

/** What single segments get; none leaves the scenario without the member. */
export const withSegments = (
  draft: Draft, id: string, segments: readonly SegmentShock[] | undefined,
): Draft => changed(draft, id, (entry) => {
  const { segment_shocks: _, ...rest } = entry.scenario;
  return { ...entry, scenario: segments && segments.length > 0
    ? { ...rest, segment_shocks: [...segments] } : rest };
});

export function withDetails(
  draft: Draft, id: string, details: { name: string; description: string },
): Draft {
  const wanted = scenarioIdOf(details.name);
  const next = wanted === id || isDefaultId(id) ? id : freeId(draft, wanted, id);
  return changed(draft, id, (entry) => ({
    ...entry,
    scenario: { ...entry.scenario, scenario_id: next,
      description: details.description.slice(0, DESCRIPTION_LIMIT) },
  }));
}

/** Back to what the engine brings along, or to what was recorded. */
export const withScenario = (draft: Draft, scenario: Readonly<Scenario>): Draft =>
  changed(draft, scenario.scenario_id, (entry) => ({ ...entry, scenario: { ...scenario } }));

export const withoutScenario = (draft: Draft, id: string): Draft => ({
  ...draft,
  scenarios: draft.scenarios.filter((entry) => entry.scenario.scenario_id !== id),
});

/** Own scenarios change places among themselves; the defaults always run first. */
export function withMove(draft: Draft, id: string, by: -1 | 1): Draft {
  const scenarios = [...draft.scenarios];
  const from = scenarios.findIndex((entry) => entry.scenario.scenario_id === id);
  const moved = scenarios[from];
  const other = scenarios[from + by];
  if (!moved || !other || isDefaultId(id) || isDefaultId(other.scenario.scenario_id)) return draft;
  scenarios[from] = other;
  scenarios[from + by] = moved;
  return { ...draft, scenarios };
}

/** An id that no scenario here has: "market_crash_2". */
export function freeId(set: ScenarioSet, wanted: string, except?: string): string {
  const taken = new Set([
    ...DEFAULT_SCENARIOS.map((scenario) => scenario.scenario_id),
    ...set.scenarios.map((entry) => entry.scenario.scenario_id).filter((id) => id !== except),
  ]);
  const stem = (wanted || "scenario").slice(0, SCENARIO_ID_LIMIT - 4);
  if (!taken.has(stem)) return stem;
  const base = stem.replace(/_\d+$/, "");
  for (let number = 2; ; number += 1) {
    const candidate = `${base}_${number}`;
    if (!taken.has(candidate)) return candidate;
  }
}

/** A copy right after its original, or after the defaults when the original is one of them. */
export function withClone(draft: Draft, id: string): { draft: Draft; id: string } {
  const from = draft.scenarios.findIndex((entry) => entry.scenario.scenario_id === id);
  const original = draft.scenarios[from];
  if (!original || isFull(draft)) return { draft, id };
  const cloneId = freeId(draft, id);
  const clone = { on: true, scenario: { ...original.scenario, scenario_id: cloneId } };
  const place = Math.max(from + 1, DEFAULT_SCENARIOS.length);
  const scenarios = draft.scenarios.toSpliced(place, 0, clone);
  return { draft: { ...draft, scenarios }, id: cloneId };
}

/** A scenario from elsewhere, at the end; an id in use is counted on. */
export function withTaken(draft: Draft, scenario: Scenario): { draft: Draft; id: string } {
  const id = freeId(draft, scenario.scenario_id);
  if (isFull(draft)) return { draft, id };
  const entry = { scenario: { ...scenario, scenario_id: id }, on: true };
  return { draft: { ...draft, scenarios: [...draft.scenarios, entry] }, id };
}

/** A new scenario without shocks, at the end. */
export function withAdded(draft: Draft, name: string): { draft: Draft; id: string } {
  const id = freeId(draft, scenarioIdOf(name));
  if (isFull(draft)) return { draft, id };
  const scenario: Scenario = { scenario_id: id, description: "", ...NO_SHOCKS };
  return { draft: { ...draft, scenarios: [...draft.scenarios, { scenario, on: true }] }, id };
}

export const isFull = (set: ScenarioSet): boolean => set.scenarios.length >= BENCH_SCENARIO_LIMIT;
