import { scenarioName } from "@/lib/risk/scenario-name";
import { exposureWarningWords } from "@/lib/risk/warning-text";
import { compactNumber, count, NARROW, percentOf, ratio, type MoneyScale } from "@/components/ui/format";
import type { ResponseOf } from "@/lib/contract/operations";

export type Run = ResponseOf<"getRun">;
export type RunFinding = Run["material_findings"][number];
export type RunStress = Run["report"]["stress_tests"][number];

export const exposureFinding = (run: Run): RunFinding | undefined =>
  run.material_findings.find((finding) => finding.category === "debt_exposure");

export const findingOf = (run: Run, scenarioId: string): RunFinding | undefined =>
  run.material_findings.find((finding) => finding.scenario_id === scenarioId);

/** The scenario with the largest loss; the first of equals, as in the history. */
export function worstOf(run: Run): RunStress | null {
  return run.report.stress_tests.reduce<RunStress | null>((worst, stress) =>
    worst === null || stress.loss_estimate > worst.loss_estimate ? stress : worst, null);
}

/** "5.2 times its line", "53 % of its line"; nothing where the line is 0. */
export function againstLine(finding: RunFinding | undefined, line = "its line"): string | null {
  if (!finding || finding.threshold <= 0) return null;
  const share = finding.value / finding.threshold;
  if (finding.value === 0) return null;
  if (share >= 1.95) return `${compactNumber(share, 1)} times ${line}`;
  return `${percentOf(share, { decimals: 0 })} of ${line}`;
}

/** The page's title: what this run found. */
export function headline(run: Run, scale: MoneyScale): string {
  const worst = worstOf(run);
  if (!worst) {
    const net = run.report.debt_exposure.net_exposure_after_recovery;
    return `Net exposure is ${scale.inWords(net)}; no scenario was run`;
  }
  const name = scenarioName(worst.scenario_id);
  if (worst.loss_estimate === 0) return "No scenario loses anything";
  const times = againstLine(findingOf(run, worst.scenario_id), "the line");
  return `${name} loses ${scale.inWords(worst.loss_estimate)}${times ? `, ${times}` : ""}`;
}

/** "1 of 3 scenarios crosses the materiality line". */
export function lossTitle(run: Run): string {
  const judged = run.report.stress_tests.length;
  const crossed = run.material_findings.filter((finding) =>
    finding.category === "stress_test" && finding.is_material).length;
  if (judged === 0) return "No scenario was run";
  if (crossed === 0) return judged === 1 ? "The scenario stays below the materiality line"
    : `None of the ${count(judged)} scenarios crosses the materiality line`;
  if (crossed === judged) return judged === 1 ? "The scenario crosses the materiality line"
    : `All ${count(judged)} scenarios cross the materiality line`;
  return `${count(crossed)} of ${count(judged)} scenarios ${crossed === 1 ? "crosses" : "cross"} `
    + "the materiality line";
}

export function exposureTitle(run: Run, scale: MoneyScale): string {
  const finding = exposureFinding(run);
  const net = run.report.debt_exposure.net_exposure_after_recovery;
  const words = `Net exposure is ${scale.format(net)}`;
  if (!finding) return words;
  const side = finding.is_material ? "reaches" : "below";
  return `${words}, ${side} its line of ${scale.format(finding.threshold)}`;
}

/** A fraction as a shock or a line: "−25 %", "5 %". */
export const thresholdText = (fraction: number): string =>
  `${compactNumber(fraction * 100, 4)}${NARROW}%`;

export const timesText = (finding: RunFinding): string | null =>
  finding.threshold > 0 ? ratio(finding.value / finding.threshold, { decimals: 2 }) : null;

/** "CODE: what it means" as the engine writes it, in its two parts; either may be missing. */
export function warningParts(warning: string): { code: string | null; text: string } {
  const [, code, text] = /^([A-Z][A-Z0-9_]+)(?::\s*)?([^]*)$/.exec(warning) ?? [];
  if (code === undefined) return { code: null, text: warning };
  return text ? { code, text } : { code, text: exposureWarningWords(code) ?? code };
}

/** Runs that are read to find the newest one by portfolio netting. */
export const RUNS_LOOKED_AT = 20;

/** The newest run that compares with the totals of other versions, which net by portfolio. */
export const newestByPortfolio = (
  runs: readonly { run_id: string; parameters: { netting: string } }[] | undefined,
): string | null => runs?.find((run) => run.parameters.netting === "portfolio")?.run_id ?? null;
