import { scenarioIdOf } from "@/components/workbench/words";
import type { BodyInputOf } from "@/lib/contract/operations";
import { NO_SHOCKS, SHOCK_NAMES } from "@/lib/risk";
import type { Scenario, Shocks } from "@/lib/risk";
import type { ScenarioVersion } from "./scenario-words";
import { canonicalScenario, draftsOf, segmentProblem, segmentsOf } from "./segment-draft";
import type { SegmentDraft } from "./segment-draft";

/** A library scenario while it is written. */
export interface ScenarioDraft {
  name: string;
  /** Follows the name until it is typed; null: as the name gives it. */
  scenarioId: string | null;
  description: string;
  shocks: Shocks;
  segments: readonly SegmentDraft[];
  /** As typed: separated by commas. */
  tags: string;
  note: string;
}

export const EMPTY_SCENARIO: ScenarioDraft = { name: "", scenarioId: null, description: "",
  shocks: { ...NO_SHOCKS }, segments: [], tags: "", note: "" };

const shocksOf = (scenario: Scenario): Shocks =>
  Object.fromEntries(SHOCK_NAMES.map((name) => [name, scenario[name]])) as Shocks;

/** A draft that says what a version says. */
export const draftOfVersion = ({ name, scenario, tags, note }: ScenarioVersion): ScenarioDraft => ({
  name, scenarioId: scenario.scenario_id, description: scenario.description,
  shocks: shocksOf(scenario), segments: draftsOf(scenario.segment_shocks),
  tags: tags.join(", "), note,
});

/** A draft made of a scenario of the workbench. */
export const draftOfScenario = (scenario: Scenario, name: string): ScenarioDraft => ({
  ...EMPTY_SCENARIO, name, scenarioId: scenario.scenario_id, description: scenario.description,
  shocks: shocksOf(scenario), segments: draftsOf(scenario.segment_shocks),
});

export const idOf = (draft: ScenarioDraft): string =>
  draft.scenarioId ?? scenarioIdOf(draft.name).toLowerCase();

const tagsOf = (text: string): string[] =>
  [...new Set(text.split(",").map((tag) => tag.trim()).filter(Boolean))];

export function contentOf(draft: ScenarioDraft): BodyInputOf<"createScenarioVersion"> {
  return {
    name: draft.name.trim(), description: draft.description.trim(), ...draft.shocks,
    ...(draft.segments.length > 0
      ? { segment_shocks: segmentsOf(draft.segments) as Record<string, unknown>[] } : {}),
    tags: tagsOf(draft.tags), note: draft.note.trim(),
  };
}

/** What is still missing, as a person says it; null when it can be saved. */
export function draftProblem(draft: ScenarioDraft): string | null {
  if (draft.name.trim() === "") return "Give the scenario a name first";
  const segments = segmentProblem(draft.segments);
  if (segments) return segments;
  if (tagsOf(draft.tags).some((tag) => tag.length > 40)) return "A tag has at most 40 characters";
  if (tagsOf(draft.tags).length > 20) return "At most 20 tags";
  const checked = canonicalScenario({ scenario_id: idOf(draft), ...draft.shocks,
    description: draft.description.trim() });
  return typeof checked === "string" ? checked : null;
}
