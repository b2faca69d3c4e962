import { scenarioName } from "@/lib/risk/scenario-name";
import type { Driver, StressResult } from "@/lib/risk";
import { cellText } from "./model";
import type { RunDocument } from "./run-document";

/** The run of the dataset before this one, under the same netting. */
export type PreviousRun = {
  run_id: string; dataset_version_number: number; recorded_at: string;
  net_exposure_after_recovery: number; worst_scenario_id: string | null;
  worst_loss_estimate: number | null; has_same_parameters: boolean;
};
/** What a run's figures alone do not say; null where it is not known. */
export type RunBackground = {
  /** The loss of the worst scenario by driver (MODEL.md section 5), in currency units. */
  drivers: { readonly [D in Driver]: number } | null;
  previous: PreviousRun | null;
};
/** A sentence with the evidence that its figures are taken from. */
export type Sentence = { about: string; text: string; evidence_id: string | null };

const DRIVER_WORDS: { readonly [D in Driver]: string } = {
  collateral: "the fall in collateral", recovery: "lower recovery",
  default: "the default risk buffer",
};

/** The scenario with the largest loss; the first of equals. */
export const worstOf = (run: RunDocument): StressResult | null =>
  run.report.stress_tests.reduce<StressResult | null>((worst, stress) =>
    worst === null || stress.loss_estimate > worst.loss_estimate ? stress : worst, null);

const plural = (count: number, word: string): string =>
  `${cellText(count, "count")} ${word}${count === 1 ? "" : "s"}`;

/**
 * What a run says, in sentences that hold nothing but its figures: exposure, coverage, the worst
 * scenario and what drives it, findings against their lines, warnings, and the run before.
 * Amounts are in the run's currency; a share of nothing is never stated.
 */
export function runNarrative(
  run: RunDocument, { drivers, previous }: RunBackground,
): Sentence[] {
  const worst = worstOf(run);
  const says = (about: string, text: string, evidence: string | null = null): Sentence =>
    ({ about, text, evidence_id: evidence });
  const worstEvidence = worst === null ? null
    : run.stress_test_evidence_ids[worst.scenario_id] ?? null;
  const coverage = coverageText(run);
  const why = worst === null || drivers === null ? null : driverText(run, worst, drivers);
  return [
    says("exposure", exposureText(run), run.debt_exposure_evidence_id),
    ...(coverage === null ? [] : [says("coverage", coverage, run.debt_exposure_evidence_id)]),
    says("worst", worstText(run, worst), worstEvidence),
    ...(why === null ? [] : [says("drivers", why, worstEvidence)]),
    says("findings", findingsText(run)),
    says("warnings", warningsText(run)),
    ...(previous === null ? [] : [says("previous", previousText(run, worst, previous))]),
  ];
}

const money = (run: RunDocument, value: number): string =>
  `${run.base_currency} ${cellText(value, "amount")}`;

function exposureText(run: RunDocument): string {
  const { total_outstanding: owed, net_exposure_after_recovery: net } = run.report.debt_exposure;
  if (owed === 0) return "Nothing is owed in this version.";
  return net === 0
    ? `${money(run, owed)} are owed, all of it covered by collateral and expected recovery.`
    : `${money(run, owed)} are owed; ${money(run, net)} (${cellText(net / owed, "share")}) are ` +
      "not covered by collateral and expected recovery.";
}

function coverageText(run: RunDocument): string | null {
  const { total_outstanding: owed, collateral_value: collateral, distressed_asset_count: assets,
    distressed_asset_recovery: recovery } = run.report.debt_exposure;
  if (owed <= 0) return null;
  return `Collateral of ${money(run, collateral)} is ${cellText(collateral / owed, "share")} of ` +
    `what is owed; ${assets === 0 ? "there are no distressed assets"
      : `distressed assets are expected to bring ${money(run, recovery)}`}.`;
}

function worstText(run: RunDocument, worst: StressResult | null): string {
  if (worst === null) return "No scenario was run.";
  if (worst.loss_estimate === 0) return "No scenario adds a loss.";
  const stresses = run.report.stress_tests.length;
  const owed = run.report.debt_exposure.total_outstanding;
  const line = run.material_findings.find((each) => each.scenario_id === worst.scenario_id);
  return `${stresses === 1 ? "The loss of the one scenario"
    : `The largest loss of ${plural(stresses, "scenario")}`} is ` +
    `${money(run, worst.loss_estimate)} under "${scenarioName(worst.scenario_id)}"` +
    (owed > 0 ? `, ${cellText(worst.loss_estimate / owed, "share")} of what is owed` : "") +
    (line ? `; its materiality line is ${money(run, line.threshold)}.` : ".");
}

/** The largest part of the loss; parts that lower it are named as such. */
function driverText(
  run: RunDocument, worst: StressResult, drivers: { readonly [D in Driver]: number },
): string | null {
  const parts = Object.entries(drivers) as [Driver, number][];
  const [driver, amount] = parts.reduce((most, each) => each[1] > most[1] ? each : most);
  if (worst.loss_estimate <= 0 || amount <= 0) return null;
  const helps = parts.filter(([, part]) => part < 0).map(([name, part]) =>
    `${DRIVER_WORDS[name]} takes ${money(run, -part)} off it`);
  return `What drives it most is ${DRIVER_WORDS[driver]}: ${money(run, amount)} ` +
    `(${cellText(amount / worst.loss_estimate, "share")} of the loss, by Shapley value)` +
    `${helps.length > 0 ? `; ${helps.join(", and ")}` : ""}.`;
}

function findingsText(run: RunDocument): string {
  const all = run.material_findings;
  const material = all.filter((finding) => finding.is_material);
  if (all.length === 0) return "No figure was judged.";
  if (material.length === 0) {
    return all.length === 1 ? "The one judged figure stays below its materiality line."
      : `None of ${plural(all.length, "judged figure")} reaches its materiality line.`;
  }
  const names = material.map(({ scenario_id: id }) =>
    id === undefined ? "the net exposure" : `the loss under "${scenarioName(id)}"`);
  const shown = names.slice(0, 3);
  const rest = names.length - shown.length;
  return `${material.length} of ${plural(all.length, "judged figure")} ` +
    `${material.length === 1 ? "reaches its" : "reach their"} materiality line: ` +
    `${shown.join(", ")}${rest > 0 ? ` and ${rest} more` : ""}.`;
}

function warningsText(run: RunDocument): string {
  const { warnings } = run.report.metadata;
  return warnings.length === 0
    ? `No warning was raised; ${plural(run.assumptions.length, "assumption")} ` +
      `${run.assumptions.length === 1 ? "holds" : "hold"}.`
    : `${plural(warnings.length, "warning")} ${warnings.length === 1 ? "was" : "were"} raised on ` +
      `the data; ${plural(run.assumptions.length, "assumption")} ` +
      `${run.assumptions.length === 1 ? "holds" : "hold"}.`;
}

const moved = (run: RunDocument, from: number, to: number): string => {
  if (from === to) return `unchanged at ${money(run, to)}`;
  const share = from > 0 ? ` (${cellText(Math.abs(to - from) / from, "share")})` : "";
  return `${to > from ? "up" : "down"} by ${money(run, Math.abs(to - from))}${share} to ` +
    money(run, to);
};

function previousText(
  run: RunDocument, worst: StressResult | null, previous: PreviousRun,
): string {
  const net = run.report.debt_exposure.net_exposure_after_recovery;
  const loss = worst === null || previous.worst_loss_estimate === null ? ""
    : `, the largest loss ${moved(run, previous.worst_loss_estimate, worst.loss_estimate)}` +
      (worst.scenario_id === previous.worst_scenario_id || previous.worst_scenario_id === null
        ? "" : ` (then under "${scenarioName(previous.worst_scenario_id)}")`);
  const isSameVersion = previous.dataset_version_number === run.dataset_version_number;
  return `Against the run before it (${isSameVersion ? "the same version"
    : `version ${previous.dataset_version_number}`}, recorded ${previous.recorded_at.slice(0, 10)}, ` +
    `${previous.has_same_parameters ? "the same parameters" : "other parameters"}) net exposure is ` +
    `${moved(run, previous.net_exposure_after_recovery, net)}${loss}.`;
}
