import { createParser } from "nuqs";
import {
  canonicalParameters, DEFAULT_SCENARIOS, DESCRIPTION_LIMIT, NO_SHOCKS, PARAMETER_BOUNDS,
  SCENARIO_ID_LIMIT, SHOCK_NAMES,
} from "@/lib/risk";
import type { Scenario, SegmentShock, Shocks } from "@/lib/risk";
import { BENCH_SCENARIO_LIMIT, defaultOf, isDefaultId } from "./draft";
import type { BenchScenario, ScenarioSet } from "./draft";

/** One letter per shock keeps links short: rate, collateral, recovery, probability. */
const LETTERS: Record<keyof Shocks, string> = {
  interest_rate_delta_pct: "r",
  collateral_market_impact_pct: "c",
  recovery_degradation_pct: "g",
  default_risk_increment_pct: "p",
};

type Member = Record<string, unknown>;

/** Differences from the engine's defaults: `{"d":0,"o":["market_crash"],"s":[{"i":...}]}`. */
export function encodeScenarios(set: ScenarioSet): string {
  const off = set.scenarios.filter((entry) => !entry.on).map((entry) => entry.scenario.scenario_id);
  const differences = set.scenarios.map(differenceOf).filter((entry) => entry !== null);
  return JSON.stringify({
    ...(set.defaultsOn ? {} : { d: 0 }),
    ...(off.length > 0 ? { o: off } : {}),
    ...(differences.length > 0 ? { s: differences } : {}),
  });
}

function differenceOf({ scenario }: BenchScenario): Member | null {
  const known = defaultOf(scenario.scenario_id);
  const base = known ?? { description: "", ...NO_SHOCKS };
  const entry: Member = { i: scenario.scenario_id };
  if (scenario.description !== base.description) entry["t"] = scenario.description;
  for (const name of SHOCK_NAMES) {
    if (scenario[name] !== base[name]) entry[LETTERS[name]] = scenario[name];
  }
  if (scenario.segment_shocks) entry["w"] = scenario.segment_shocks.map(segmentMember);
  return known && Object.keys(entry).length === 1 ? null : entry;
}

/** `[{"sector":"CRE"},{"c":-0.35}]` */
const segmentMember = (segment: SegmentShock): unknown[] => [segment.where,
  Object.fromEntries(SHOCK_NAMES.flatMap((name) =>
    segment[name] === undefined ? [] : [[LETTERS[name], segment[name]]]))];

/** Segments as the engine takes them; none where it would not. */
function segmentsOf(scenario: Scenario, given: unknown): Scenario {
  const segments = listAt(given).map((entry) => {
    const [where, letters] = listAt(entry);
    const shocks = typeof letters === "object" && letters !== null ? letters as Member : {};
    return { where, ...Object.fromEntries(SHOCK_NAMES.flatMap((name) =>
      shocks[LETTERS[name]] === undefined ? [] : [[name, shocks[LETTERS[name]]]])) };
  });
  if (segments.length === 0) return scenario;
  const checked = canonicalParameters({ include_default_scenarios: false,
    stress_scenarios: [{ ...scenario, segment_shocks: segments }] });
  return checked.ok ? checked.value.stress_scenarios[0] ?? scenario : scenario;
}

/** Reads what `encodeScenarios` wrote; what no engine would take is left out or bounded. */
export function decodeScenarios(text: string): ScenarioSet | null {
  const members = parsed(text);
  if (members === null) return null;
  const given = new Map<string, Scenario>();
  for (const entry of listAt(members["s"])) {
    const scenario = scenarioOf(entry);
    if (scenario && !given.has(scenario.scenario_id)) given.set(scenario.scenario_id, scenario);
  }
  const off = new Set(listAt(members["o"]));
  const own = [...given.values()].filter((scenario) => !isDefaultId(scenario.scenario_id));
  const scenarios = [
    ...DEFAULT_SCENARIOS.map((known) => given.get(known.scenario_id) ?? { ...known }), ...own,
  ].slice(0, BENCH_SCENARIO_LIMIT);
  return {
    defaultsOn: members["d"] !== 0,
    scenarios: scenarios.map((scenario) => ({ scenario, on: !off.has(scenario.scenario_id) })),
  };
}

function parsed(text: string): Member | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? value as Member : null;
  } catch {
    return null;
  }
}

const listAt = (value: unknown): unknown[] => Array.isArray(value) ? value : [];

function scenarioOf(entry: unknown): Scenario | null {
  if (typeof entry !== "object" || entry === null) return null;
  const members = entry as Member;
  const id = members["i"];
  if (typeof id !== "string" || id.length > SCENARIO_ID_LIMIT || !/^[A-Za-z0-9._-]+$/.test(id)) {
    return null;
  }
  const base: Scenario = defaultOf(id) ?? { scenario_id: id, description: "", ...NO_SHOCKS };
  const text = members["t"];
  const shock = (name: keyof Shocks): number => {
    const value = members[LETTERS[name]];
    if (typeof value !== "number" || !Number.isFinite(value)) return base[name];
    const { low, high } = PARAMETER_BOUNDS[name];
    const bounded = Math.min(high, Math.max(low, value));
    return bounded === 0 ? 0 : bounded;
  };
  return segmentsOf({
    scenario_id: id,
    description: typeof text === "string" ? text.slice(0, DESCRIPTION_LIMIT) : base.description,
    interest_rate_delta_pct: shock("interest_rate_delta_pct"),
    collateral_market_impact_pct: shock("collateral_market_impact_pct"),
    recovery_degradation_pct: shock("recovery_degradation_pct"),
    default_risk_increment_pct: shock("default_risk_increment_pct"),
  }, members["w"]);
}

export const parseAsScenarios = createParser<ScenarioSet>({
  parse: decodeScenarios,
  serialize: encodeScenarios,
  eq: (a, b) => encodeScenarios(a) === encodeScenarios(b),
});

/** A line as per cent of outstanding, 0 to 100; kept as a fraction. */
export const parseAsLine = createParser<number>({
  parse: (text) => {
    const percent = Number(text);
    if (text.trim() === "" || !Number.isFinite(percent) || percent < 0 || percent > 100) return null;
    return Number((percent / 100).toFixed(10));
  },
  serialize: (fraction) => String(Number((fraction * 100).toFixed(8))),
});
