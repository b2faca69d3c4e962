import { judgedOtherwise } from "@/lib/risk/judged-otherwise";
import { nameInText, scenarioName } from "@/lib/risk/scenario-name";
import { MINUS, percentOf, points, shock, time, type MoneyScale } from "@/components/ui/format";
import type { ResponseOf } from "@/lib/contract/operations";
import type { LossStep } from "@/lib/risk";
import type { Working } from "@/components/ui/worked";

export type RunComparison = ResponseOf<"compareRuns">;
export type ComparedRun = RunComparison["base"];
export type ComparedScenario = RunComparison["scenarios"][number];
export type ChangedParameter = RunComparison["parameters"][number];

export const STEP_NAMES: { readonly [S in LossStep]: string } = {
  data: "Data", netting: "Netting", shocks: "Shocks", engine: "Engine" };

/** "Book v2, 4 May 2026 10:12 UTC": how a list of runs names one. */
export const runName = (run: {
  dataset_name: string; dataset_version_number: number; recorded_at: string; run_id: string;
}): string => `${run.dataset_name} v${run.dataset_version_number}, ${time(run.recorded_at)} · `
  + run.run_id.slice(0, 8);

/** The shared scenario whose loss differs most; null where the runs share none. */
export const widestOf = (scenarios: readonly ComparedScenario[]): ComparedScenario | null =>
  scenarios.filter((each) => each.loss_difference !== null).reduce<ComparedScenario | null>(
    (found, each) => found === null
      || Math.abs(each.loss_difference ?? 0) > Math.abs(found.loss_difference ?? 0) ? each : found,
    null);

/** What the comparison finds, as the page's head. */
export function headline(
  { scenarios, data, parameters }: RunComparison, scale: MoneyScale,
): string {
  const most = widestOf(scenarios);
  if (!most) return "The runs share no scenario";
  if (!most.loss_difference) {
    const judged = judgedOtherwise(scenarios).length;
    if (judged > 0) {
      return `No loss differs, but ${judged === 1 ? "one is" : `${judged} are`} judged otherwise`;
    }
    return data === "same_version" && parameters.length === 0
      ? "The runs are the same in data and parameters" : "No loss differs between the runs";
  }
  const verb = most.loss_difference > 0 ? "more" : "less";
  return `${scenarioName(most.scenario_id)} loses ${scale.inWords(Math.abs(most.loss_difference))} `
    + `${verb} in the other run`;
}

/** Why a scenario's loss is another: the step that moves it most. */
export function explained(
  { scenario_id: id, bridge }: ComparedScenario, scale: MoneyScale,
): string {
  const name = nameInText(id);
  const steps = bridge?.steps.filter((step) => step.amount !== 0) ?? [];
  const [first, ...others] = [...steps].sort((a, b) => Math.abs(b.amount) - Math.abs(a.amount));
  if (!first) return `Nothing moves the loss under ${name}`;
  const verb = first.amount > 0 ? "add" : "take";
  const moves = `${STEP_NAMES[first.step]} ${first.step === "shocks" ? verb : `${verb}s`} `
    + (first.amount > 0 ? "" : "off ")
    + `${scale.inWords(Math.abs(first.amount))}`;
  const all = others.length === 0 ? ", all of the difference," : "";
  return `${moves}${all} under ${name}`;
}

const STEP_FORMULAS: { readonly [S in LossStep]: string } = {
  data: `Loss on the other run's data ${MINUS} loss of the base run`,
  netting: `Loss with the other run's netting ${MINUS} loss before it`,
  shocks: `Loss under the other run's shocks ${MINUS} loss before them`,
  engine: `Loss of the other run ${MINUS} loss by the base run's engine`,
};

/** How a step from the base run's loss to the other's was worked out. */
export function workedStep(
  { scenario_id: id, base, other, bridge }: ComparedScenario, of: LossStep, unit: string,
  format: (value: number) => string,
): Working {
  const at = bridge?.steps.findIndex(({ step }) => step === of) ?? -1;
  const before = (bridge?.steps.slice(0, at) ?? [])
    .reduce((sum, { amount }) => sum + amount, bridge?.opening.amount ?? 0);
  const after = before + (bridge?.steps[at]?.amount ?? 0);
  const source = (name: string, side: typeof base) =>
    ({ name, text: format(side?.loss_estimate ?? 0), href: `/evidence/${side?.evidence_id}` });
  return { title: `${STEP_NAMES[of]}, of the loss under ${nameInText(id)}, ${unit}`,
    formula: STEP_FORMULAS[of], filled: `${format(after)} ${MINUS} ${format(before)}`,
    sources: [source("Base run", base), source("Other run", other)] };
}

const FIELD_WORDS: Readonly<Record<string, string>> = {
  netting: "Netting", include_default_scenarios: "Default scenarios", group_by: "Groups",
  net_exposure_materiality_threshold_pct: "Exposure line",
  stress_loss_materiality_threshold_pct: "Loss line", scenario: "Scenario",
  description: "Description", interest_rate_delta_pct: "Interest rate",
  collateral_market_impact_pct: "Collateral market", recovery_degradation_pct: "Recovery",
  default_risk_increment_pct: "Default risk", segment_shocks: "Segment shocks",
};

export const fieldWord = (field: string): string => FIELD_WORDS[field] ?? field;

/** A parameter's value as the workbench shows it; null where the run does not have it. */
export function valueText(field: string, value: ChangedParameter["base"]): string | null {
  if (value === null) return null;
  if (typeof value === "boolean") return value ? "run" : "switched off";
  if (typeof value === "string") return value;
  if (field === "interest_rate_delta_pct") return points(value);
  return field.includes("threshold") ? percentOf(value, { decimals: 2 }) : shock(value * 100);
}
