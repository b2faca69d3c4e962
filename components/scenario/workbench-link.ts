import { engineDraft, freeId, isDefaultId } from "@/components/workbench/draft";
import { benchAddress } from "@/components/workbench/use-bench-url";
import type { Scenario } from "@/lib/risk";
import { canonicalScenario } from "./segment-draft";
import type { ScenarioVersion } from "./scenario-words";
import { stateWord } from "./scenario-words";

/** What a run says of where its scenario comes from; the library's own words come first. */
export function libraryDescription({ name, number, state, scenario }: ScenarioVersion): string {
  const from = `Library: ${name}, version ${number}, ${stateWord(state).toLowerCase()}.`;
  return scenario.description ? `${scenario.description} ${from}` : from;
}

/** A library scenario as the workbench takes it: under an id that is no default's. */
export function benchScenario(version: ScenarioVersion): Scenario | string {
  const { scenario_id: id } = version.scenario;
  return canonicalScenario({ ...version.scenario as Scenario,
    scenario_id: isDefaultId(id) ? freeId(engineDraft(), id) : id,
    description: libraryDescription(version).slice(0, 500) });
}

/** The workbench with a scenario beside the engine's defaults. */
export function workbenchHref(version: ScenarioVersion): string {
  const scenario = benchScenario(version);
  if (typeof scenario === "string") return "/workbench";
  const draft = engineDraft();
  return benchAddress("/workbench", {
    scenarios: { defaultsOn: true, scenarios: [...draft.scenarios, { scenario, on: true }] },
    scenario: scenario.scenario_id,
  });
}
