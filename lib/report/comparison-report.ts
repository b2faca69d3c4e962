import { judgedOtherwise } from "@/lib/risk/judged-otherwise";
import { scenarioName } from "@/lib/risk/scenario-name";
import type { LossStep, Netting } from "@/lib/risk";
import { cellText, type Cell, type Column, type Report, type Section } from "./model";
import { amount, EXPOSURE_FIGURES, text } from "./run-report";
import { signOffText, type SignOffDocument } from "./sign-off";

/** The shape of an answer to which a file of it keeps. */
type ComparedRun = {
  run_id: string; dataset_name: string; dataset_version_id: string; dataset_version_number: number;
  as_of: string | null; content_hash: string | null; started_at: string; recorded_at: string;
  recorded_by: string; engine_id: string; engine_version: string; netting: Netting;
  debt_exposure_evidence_id: string; sign_off: SignOffDocument;
};
type Money = { amount: number };
type SideLoss = { loss_estimate: number; threshold: number; is_material: boolean;
  evidence_id: string } | null;
export type ComparedScenario = {
  scenario_id: string; base: SideLoss; other: SideLoss; loss_difference: number | null;
  relative: number | null;
  bridge: { opening: Money; steps: readonly (Money & { step: LossStep })[]; closing: Money } | null;
};
type GroupSide = { total_outstanding: number; allocated_loss: number | null;
  evidence_id: string | null } | null;
type InstrumentSide = { outstanding: number; own_loss: number } | null;

/** What a file of a comparison is made of. */
export type ComparisonDocument = {
  base_currency: string; base: ComparedRun; other: ComparedRun;
  data: "same_version" | "same_dataset" | "other_dataset";
  exposure: readonly { figure: string; base: number; other: number; difference: number;
    relative: number | null }[];
  scenarios: readonly ComparedScenario[];
  parameters: readonly { scenario_id: string | null; field: string;
    base: string | number | boolean | null; other: string | number | boolean | null }[];
  /** Of versions of one dataset; null between others. */
  versions: {
    changes: readonly { match: string; base_rows: number; other_rows: number;
      base_outstanding: Money; other_outstanding: Money }[];
    outstanding: { opening: Money; steps: readonly (Money & { step: string })[]; closing: Money };
  } | null;
  /** Of the groups that both runs recorded, under each shared scenario. */
  groups: readonly { scenario_id: string; items: readonly {
    key: { readonly [dimension: string]: string | null | undefined }; base: GroupSide;
    other: GroupSide; outstanding_difference: number; loss_difference: number | null }[] }[];
  /** The instruments that differ most under the scenario that does; null without one. */
  instruments: { scenario_id: string; total: number; items: readonly {
    instrument_id: string | null; base: InstrumentSide; other: InstrumentSide;
    outstanding_difference: number; loss_difference: number }[] } | null;
};

export const LOSS_STEP_WORDS: Readonly<Record<LossStep, string>> = {
  data: "Data", netting: "Netting", shocks: "Shocks", engine: "Engine" };

/** The shared scenario whose loss differs most; the first of equals, null without one. */
export const widest = (scenarios: readonly ComparedScenario[]): ComparedScenario | null =>
  scenarios.reduce<ComparedScenario | null>((found, each) => each.loss_difference === null ? found
    : found === null || Math.abs(each.loss_difference) > Math.abs(found.loss_difference ?? 0)
      ? each : found, null);

const signed = (currency: string, value: number): string =>
  `${value > 0 ? "+" : ""}${cellText(value, "amount")} ${currency}`;

/** What the comparison says, in sentences that are built from its numbers alone. */
export function comparisonNarrative(comparison: ComparisonDocument): string[] {
  const { base_currency: currency, scenarios, parameters, data } = comparison;
  const what = [data === "same_version" ? null : data === "same_dataset"
    ? "another version of the data" : "another dataset",
  parameters.length === 0 ? null
    : `${parameters.length} other parameter${parameters.length === 1 ? "" : "s"}`]
    .filter((part) => part !== null);
  const words = [what.length === 0 ? "Both runs rest on the same data and parameters."
    : `The runs differ by ${what.join(" and ")}.`];
  const most = widest(scenarios);
  if (!most?.bridge) return [...words, "They have no scenario in common."];
  if (most.loss_difference === 0) return [...words, "No loss differs.", ...judgements(scenarios)];
  const steps = most.bridge.steps.filter((step) => step.amount !== 0).map((step) =>
    `${LOSS_STEP_WORDS[step.step].toLowerCase()} ${signed(currency, step.amount)}`);
  return [...words, `The loss under "${scenarioName(most.scenario_id)}" differs most: from ` +
    `${cellText(most.bridge.opening.amount, "amount")} to ` +
    `${cellText(most.bridge.closing.amount, "amount")} ${currency}, by ` +
    `${signed(currency, most.loss_difference ?? 0)} (${steps.join(", ")}).`,
  ...judgements(scenarios)];
}

/** Losses that only one run finds material: a moved line changes findings and no figure. */
function judgements(scenarios: readonly ComparedScenario[]): string[] {
  const others = judgedOtherwise(scenarios);
  const said = (verdict: string, found: readonly ComparedScenario[]): string[] =>
    found.length === 0 ? [] : [`${verdict} in the other run alone: ` +
      `${found.map(({ scenario_id: id }) => `"${scenarioName(id)}"`).join(", ")}.`];
  return [...said("Material", others.filter(({ other }) => other?.is_material)),
    ...said("Not material", others.filter(({ base }) => base?.is_material))];
}

const sideFacts = (name: string, run: ComparedRun): [string, string][] => [
  [`${name} run`, run.run_id],
  [`${name} data`, `${run.dataset_name}, version ${run.dataset_version_number}` +
    (run.as_of === null ? "" : `, as of ${run.as_of}`)],
  [`${name} version id`, run.dataset_version_id],
  [`${name} content hash`, run.content_hash ?? "none recorded"],
  [`${name} recorded`, `${run.recorded_at} by ${run.recorded_by}`],
  [`${name} sign-off`, signOffText(run.sign_off)],
  [`${name} engine`, `${run.engine_id} ${run.engine_version}, netting by ${run.netting}`],
];

/** Two runs side by side as a report: the figures of the page and the API's answer. */
export function comparisonReport(comparison: ComparisonDocument): Report {
  const { base, other } = comparison;
  return {
    title: "Comparison of two stress tests",
    summary: comparisonNarrative(comparison).join(" "),
    currency: comparison.base_currency,
    datedAt: base.recorded_at > other.recorded_at ? base.recorded_at : other.recorded_at,
    facts: [...sideFacts("Base", base), ...sideFacts("Other", other),
      ["Amounts in", comparison.base_currency]],
    sections: [
      losses(comparison), explained(comparison), exposure(comparison), parameters(comparison),
      ...(comparison.versions ? [data(comparison.versions, comparison.base_currency)] : []),
      ...(comparison.groups.length > 0 ? [groups(comparison)] : []),
      ...(comparison.instruments ? [instruments(comparison.instruments)] : []),
      evidence(comparison), verification(comparison),
    ],
  };
}

const share = (key: string, label: string): Column => ({ key, label, type: "share" });
const BASE_OTHER = [amount("base", "Base"), amount("other", "Other"),
  amount("difference", "Difference", "{other}-{base}")];
const judged = (side: SideLoss): string | null =>
  side === null ? "no such scenario" : side.is_material ? "material" : "not material";

function losses({ scenarios, base_currency: currency }: ComparisonDocument): Section {
  const shared = scenarios.filter((each) => each.loss_difference !== null);
  return {
    title: "Losses by scenario",
    ...(shared.length > 0 && { chart: { title: `Loss, other less base, ${currency}`,
      bars: shared.map((each) => ({ label: scenarioName(each.scenario_id),
        value: each.loss_difference ?? 0 })),
    } }),
    table: {
      columns: [text("scenario", "Scenario", 1.4), amount("base", "Base"), amount("other", "Other"),
        amount("difference", "Difference"), share("relative", "Relative"),
        text("base_line", "Base run's line"), text("other_line", "Other run's line")],
      rows: scenarios.map((each): Cell[] => [each.scenario_id, each.base?.loss_estimate ?? null,
        each.other?.loss_estimate ?? null, each.loss_difference, each.relative,
        judged(each.base), judged(each.other)]),
    },
  };
}

function explained({ scenarios, base_currency: currency }: ComparisonDocument): Section {
  const shared = scenarios.flatMap(({ scenario_id: id, bridge }) => bridge ? [{ id, bridge }] : []);
  const most = widest(scenarios);
  return {
    title: "What explains the losses",
    paragraphs: ["One thing after the other is exchanged. Data: the other run's version under the " +
      "base run's parameters; then its netting, then its shocks; what is left is the engine's. " +
      "Each row adds up to the unit of 1/10,000."],
    ...(most?.bridge && { chart: { title: `"${scenarioName(most.scenario_id)}", ${currency}`,
      bars: waterfall(most.bridge) } }),
    table: {
      columns: [text("scenario", "Scenario", 1.4), amount("opening", "Base run's loss"),
        amount("data", "Data"), amount("netting", "Netting"), amount("shocks", "Shocks"),
        amount("engine", "Engine"), amount("closing", "Other run's loss",
          "{opening}+{data}+{netting}+{shocks}+{engine}")],
      rows: shared.map(({ id, bridge }): Cell[] => [id, bridge.opening.amount,
        ...bridge.steps.map((step) => step.amount), bridge.closing.amount]),
    },
  };
}

function waterfall({ opening, steps, closing }: NonNullable<ComparedScenario["bridge"]>) {
  let level = opening.amount;
  return [{ label: "Base run's loss", value: level },
    ...steps.filter((step) => step.amount !== 0).map((step) => {
      const from = level;
      level += step.amount;
      return { label: LOSS_STEP_WORDS[step.step], from, value: level };
    }), { label: "Other run's loss", value: closing.amount }];
}

const FIGURES = new Map(EXPOSURE_FIGURES.map(([key, label, type]) => [key as string,
  { label, type }]));

function exposure({ exposure: figures }: ComparisonDocument): Section {
  return {
    title: "Exposure",
    table: {
      columns: [text("figure", "Figure", 1.4), text("name", "Name in the API", 1.4), ...BASE_OTHER,
        text("relative", "Relative", 0.7)],
      rows: figures.map((each): Cell[] => [FIGURES.get(each.figure)?.label ?? each.figure,
        each.figure, each.base, each.other, each.difference,
        each.relative === null ? null : cellText(each.relative, "share")]),
      rowTypes: figures.map((each) => FIGURES.get(each.figure)?.type ?? "amount"),
    },
  };
}

const worded = (value: string | number | boolean | null): string | null =>
  value === null ? null : String(value);

const parameters = ({ parameters: changes, data, base, other }: ComparisonDocument): Section => ({
  title: "Parameters that differ",
  paragraphs: [changes.length === 0 ? "The runs were asked with the same parameters."
    : "Shocks and thresholds as fractions, interest in points, as the API takes them.",
  data === "same_version" ? "Both runs are on the same dataset version."
    : `The base run is on version ${base.dataset_version_number} of ${base.dataset_name}, the ` +
      `other on version ${other.dataset_version_number} of ${other.dataset_name}.`],
  table: { columns: [text("scenario", "Scenario"), text("field", "Parameter", 1.4),
    text("base", "Base", 1.4), text("other", "Other", 1.4)],
  rows: changes.map(({ scenario_id: id, field, base: from, other: to }) =>
    [id, field, worded(from), worded(to)]) },
});

function data(
  { changes, outstanding }: NonNullable<ComparisonDocument["versions"]>, currency: string,
): Section {
  const moves = outstanding.steps.filter((step) => step.amount !== 0).map((step) =>
    `${step.step.replaceAll("_", " ")} ${signed(currency, step.amount)}`);
  const count = (key: string, label: string): Column => ({ key, label, type: "count",
    isSummed: true });
  return {
    title: "Data that differ",
    paragraphs: [`Outstanding from ${cellText(outstanding.opening.amount, "amount")} to ` +
      `${cellText(outstanding.closing.amount, "amount")} ${currency}` +
      `${moves.length === 0 ? "" : `: ${moves.join(", ")}`}.`],
    table: { columns: [text("match", "Instruments"), count("base_rows", "Rows, base"),
      count("other_rows", "Rows, other"), { ...amount("base", "Outstanding, base"), isSummed: true },
      { ...amount("other", "Outstanding, other"), isSummed: true }],
    rows: changes.map((each): Cell[] => [each.match, each.base_rows, each.other_rows,
      each.base_outstanding.amount, each.other_outstanding.amount]) },
  };
}

const groupName = (key: { readonly [dimension: string]: string | null | undefined }): string =>
  Object.entries(key).map(([dimension, value]) => `${dimension}: ${value ?? "none"}`).join(", ");

const groups = ({ groups: compared }: ComparisonDocument): Section => ({
  title: "Groups",
  paragraphs: ["As both runs recorded them. A group that a run does not have owes and loses " +
    "nothing there; the allocated losses add up to the runs' losses."],
  table: { columns: [text("scenario", "Scenario"), text("group", "Group", 1.4),
    amount("owed_base", "Outstanding, base"), amount("owed_other", "Outstanding, other"),
    amount("base", "Loss, base"), amount("other", "Loss, other"),
    amount("difference", "Loss difference")],
  rows: compared.flatMap(({ scenario_id: id, items }) => items.map((each): Cell[] =>
    [id, groupName(each.key), each.base?.total_outstanding ?? null,
      each.other?.total_outstanding ?? null, each.base?.allocated_loss ?? null,
      each.other?.allocated_loss ?? null, each.loss_difference])) },
});

const instruments = (
  { scenario_id: id, total, items }: NonNullable<ComparisonDocument["instruments"]>,
): Section => ({
  title: "Instruments",
  paragraphs: [`The ${items.length} of ${total} instruments that differ most under "${id}": what ` +
    "each lacks more in its own collateral, and its default buffer."],
  table: { columns: [text("instrument", "Instrument", 1.4), amount("owed_base", "Outstanding, base"),
    amount("owed_other", "Outstanding, other"), amount("base", "Own loss, base"),
    amount("other", "Own loss, other"), amount("difference", "Difference")],
  rows: items.map((each): Cell[] => [each.instrument_id ?? "(without an id)",
    each.base?.outstanding ?? null, each.other?.outstanding ?? null, each.base?.own_loss ?? null,
    each.other?.own_loss ?? null, each.loss_difference]) },
});

const evidence = ({ base, other, scenarios }: ComparisonDocument): Section => ({
  title: "Evidence",
  table: { columns: [text("of", "Evidence of"), text("base", "Base run", 1.4),
    text("other", "Other run", 1.4)],
  rows: [["Exposure", base.debt_exposure_evidence_id, other.debt_exposure_evidence_id],
    ...scenarios.map((each): Cell[] => [`Scenario ${each.scenario_id}`,
      each.base?.evidence_id ?? null, each.other?.evidence_id ?? null])] },
});

const verification = ({ base, other }: ComparisonDocument): Section => ({
  title: "How to verify this comparison",
  paragraphs: [
    "Every loss and figure is that of a recorded run, whose evidence ids stand above; a comparison " +
    "records nothing of its own.",
    "1. Let the server recompute both versions: POST /api/v3/evidence/verify with " +
    `{"dataset_version_id":"${base.dataset_version_id}"} and with ` +
    `{"dataset_version_id":"${other.dataset_version_id}"}.`,
    "2. Or check each run offline by its bundle: GET /api/v3/runs/" +
    `${base.run_id}/export?format=zip and GET /api/v3/runs/${other.run_id}/export?format=zip.`,
    "3. The step of the data can be computed by POST /api/v3/analyses/stress: the other run's " +
    "version with the base run's scenario and netting, less the base run's loss.",
    `4. Ask again: GET /api/v3/runs/compare?base=${base.run_id}&other=${other.run_id}. The same ` +
    "two runs give the same file, byte for byte.",
  ],
});
