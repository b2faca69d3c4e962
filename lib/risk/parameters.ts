import { isWellFormed } from "../kernel/canonical";
import { err, ok, type Result } from "../kernel/result";
import { membersOf, numberAt, Problems, shown, type Members } from "./parameter-reading";
import { segmentShocksAt } from "./segment-shocks";
import { DEFAULT_SCENARIOS, NO_SHOCKS, SHOCK_NAMES } from "./stress";
import {
  GROUP_DIMENSIONS, type GroupDimension, type Netting, type ParameterProblem, type RunParameters,
  type Scenario, type Shocks,
} from "./types";

/** Most scenarios that one request may give. */
export const SCENARIO_LIMIT = 200;
/** Longest scenario id, in UTF-16 units. */
export const SCENARIO_ID_LIMIT = 100;
/** Longest scenario description, in UTF-16 units. */
export const DESCRIPTION_LIMIT = 500;

const PARAMETER_MEMBERS = [
  "net_exposure_materiality_threshold_pct", "stress_loss_materiality_threshold_pct", "netting",
  "include_default_scenarios", "stress_scenarios", "group_by",
];
const SCENARIO_MEMBERS = ["scenario_id", "description", ...SHOCK_NAMES, "segment_shocks"];
const SCENARIO_ID = /^[A-Za-z0-9._-]+$/;

/**
 * Checks a client's run parameters and completes them: the canonical form that identifies a run
 * (MODEL.md sections 2 and 3). Thresholds default to 0.2 and 0.05, netting to "portfolio",
 * `include_default_scenarios` to true. A scenario with a default's id replaces it in place and
 * takes the fields it lacks from it; with `include_default_scenarios: false` only the given
 * scenarios run, in their order, and a default's id still fills in its fields. Any other
 * scenario's absent fields are 0 and its description ""; `segment_shocks` (section 4) stay absent
 * when none are given, and so does `group_by`. Absent parameters are all defaults, null is refused;
 * -0 becomes 0. Fails with every problem found, up to PROBLEM_LIMIT.
 */
export function canonicalParameters(input: unknown): Result<RunParameters, ParameterProblem[]> {
  const problems = new Problems();
  const members = input === undefined ? {} : membersOf(input, "parameters", problems);
  if (members === null) return err(problems.list);
  problems.refuseUnknown(members, PARAMETER_MEMBERS, "parameters");
  const netThreshold = numberAt(
    members, "net_exposure_materiality_threshold_pct", "parameters", 0.2, problems);
  const lossThreshold = numberAt(
    members, "stress_loss_materiality_threshold_pct", "parameters", 0.05, problems);
  const netting = nettingAt(members, problems);
  const includeDefaults = flagAt(members, "include_default_scenarios", true, problems);
  const given = scenariosAt(members, problems);
  const groupBy = groupByAt(members, problems);
  if (problems.list.length > 0) return err(problems.list);
  return ok({
    net_exposure_materiality_threshold_pct: netThreshold,
    stress_loss_materiality_threshold_pct: lossThreshold,
    netting,
    include_default_scenarios: includeDefaults,
    stress_scenarios: includeDefaults ? mergeScenarios(given) : given,
    ...(groupBy === undefined ? {} : { group_by: groupBy }),
  });
}

/**
 * The ids of scenarios that differ from the engine's defaults, in order (section 13). Read from
 * the canonical parameters, so that equal runs name equal overrides.
 */
export function overrideScenarioIds(parameters: RunParameters): string[] {
  const overrides = parameters.stress_scenarios.filter((scenario) => {
    const known = defaultScenario(scenario.scenario_id);
    return known === undefined || known.description !== scenario.description
      || scenario.segment_shocks !== undefined
      || SHOCK_NAMES.some((name) => known[name] !== scenario[name]);
  });
  return overrides.map((scenario) => scenario.scenario_id);
}

const defaultScenario = (id: string): Readonly<Scenario> | undefined =>
  DEFAULT_SCENARIOS.find((scenario) => scenario.scenario_id === id);

function mergeScenarios(given: readonly Scenario[]): Scenario[] {
  const byId = new Map(given.map((scenario) => [scenario.scenario_id, scenario]));
  const merged = DEFAULT_SCENARIOS.map((known) => byId.get(known.scenario_id) ?? { ...known });
  const added = given.filter((scenario) => defaultScenario(scenario.scenario_id) === undefined);
  return [...merged, ...added];
}

function nettingAt(members: Members, problems: Problems): Netting {
  const value = members["netting"];
  if (value === undefined || value === "portfolio") return "portfolio";
  if (value === "instrument") return value;
  problems.add("parameters.netting",
    `netting is ${shown(value)}; write "portfolio" or "instrument"`);
  return "portfolio";
}

function groupByAt(members: Members, problems: Problems): GroupDimension[] | undefined {
  const value = members["group_by"];
  if (value === undefined) return undefined;
  const at = "parameters.group_by";
  if (!Array.isArray(value) || value.length < 1 || value.length > 2) {
    problems.add(at, `group_by is ${shown(value)}; write a list of one or two dimensions, `
      + 'such as ["sector"], or leave it out');
    return undefined;
  }
  const given = value as readonly unknown[];
  const known = given.filter((name): name is GroupDimension =>
    GROUP_DIMENSIONS.some((dimension) => dimension === name));
  for (const [index, name] of given.entries()) {
    if (GROUP_DIMENSIONS.some((dimension) => dimension === name)) continue;
    problems.add(`${at}[${index}]`, `group_by[${index}] is ${shown(name)}; write one of `
      + GROUP_DIMENSIONS.join(", "));
  }
  if (known.length === 2 && known[0] === known[1]) {
    problems.add(at, `group_by names ${shown(known[0])} twice; write two different dimensions`);
  }
  return known;
}

function flagAt(
  members: Members, name: string, fallback: boolean, problems: Problems,
): boolean {
  const value = members[name];
  if (value === undefined) return fallback;
  if (typeof value === "boolean") return value;
  problems.add(`parameters.${name}`, `${name} is ${shown(value)}; write true or false`);
  return fallback;
}

function scenariosAt(members: Members, problems: Problems): Scenario[] {
  const value = members["stress_scenarios"];
  const path = "parameters.stress_scenarios";
  if (value === undefined) return [];
  if (!Array.isArray(value)) {
    problems.add(path, `stress_scenarios is ${shown(value)}; write a list [...] of scenarios`);
    return [];
  }
  if (value.length > SCENARIO_LIMIT) {
    problems.add(path, `stress_scenarios has ${value.length} scenarios; `
      + `at most ${SCENARIO_LIMIT} may be given`);
    return [];
  }
  const scenarios: Scenario[] = [];
  const firstIndex = new Map<string, number>();
  for (const [index, entry] of (value as readonly unknown[]).entries()) {
    const at = `${path}[${index}]`;
    const scenario = scenarioAt(entry, at, problems);
    if (scenario === null) continue;
    const first = firstIndex.get(scenario.scenario_id);
    if (first === undefined) firstIndex.set(scenario.scenario_id, index);
    else {
      problems.add(`${at}.scenario_id`,
        `scenario_id ${shown(scenario.scenario_id)} is already that of stress_scenarios[${first}]; `
        + "each scenario needs its own");
    }
    scenarios.push(scenario);
  }
  return scenarios;
}

function scenarioAt(entry: unknown, path: string, problems: Problems): Scenario | null {
  const members = membersOf(entry, path, problems);
  if (members === null) return null;
  problems.refuseUnknown(members, SCENARIO_MEMBERS, path);
  const id = scenarioIdAt(members, path, problems);
  const known = id === null ? undefined : defaultScenario(id);
  const description = descriptionAt(members, path, known?.description ?? "", problems);
  const base: Shocks = known ?? NO_SHOCKS;
  const shock = (name: keyof Shocks): number =>
    numberAt(members, name, path, base[name], problems);
  const segmentShocks = segmentShocksAt(members, path, problems);
  const scenario: Scenario = {
    scenario_id: id ?? "",
    description,
    interest_rate_delta_pct: shock("interest_rate_delta_pct"),
    collateral_market_impact_pct: shock("collateral_market_impact_pct"),
    recovery_degradation_pct: shock("recovery_degradation_pct"),
    default_risk_increment_pct: shock("default_risk_increment_pct"),
    ...(segmentShocks === undefined ? {} : { segment_shocks: segmentShocks }),
  };
  return id === null ? null : scenario;
}

function scenarioIdAt(members: Members, path: string, problems: Problems): string | null {
  const value = members["scenario_id"];
  const at = `${path}.scenario_id`;
  const problem = (message: string): null => {
    problems.add(at, `scenario_id ${message}`);
    return null;
  };
  if (value === undefined) return problem("is missing; give each scenario a short id");
  if (typeof value !== "string") return problem(`is ${shown(value)}; write a text`);
  if (value === "") return problem("is empty; give each scenario a short id");
  if (value.length > SCENARIO_ID_LIMIT) {
    return problem(`has ${value.length} characters; at most ${SCENARIO_ID_LIMIT} are allowed`);
  }
  if (!SCENARIO_ID.test(value)) {
    const fixed = value.trim().replace(/[^A-Za-z0-9._-]+/g, "_");
    const hint = /[A-Za-z0-9]/.test(fixed) ? `; write ${shown(fixed)}` : "";
    return problem(`is ${shown(value)}; it may hold letters A-Z a-z, digits, . _ and -${hint}`);
  }
  return value;
}

function descriptionAt(
  members: Members, path: string, fallback: string, problems: Problems,
): string {
  const value = members["description"];
  const at = `${path}.description`;
  if (value === undefined) return fallback;
  if (typeof value !== "string") {
    problems.add(at, `description is ${shown(value)}; write a text or leave it out`);
    return fallback;
  }
  if (value.length > DESCRIPTION_LIMIT) {
    problems.add(at,
      `description has ${value.length} characters; at most ${DESCRIPTION_LIMIT} are allowed`);
  }
  // Neither can be stored in jsonb, nor has an RFC 8785 form.
  if (!isWellFormed(value) || value.includes("\0")) {
    problems.add(
      at, "description holds a broken Unicode character or a NUL; write it as plain text");
  }
  return value;
}
