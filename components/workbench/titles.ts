import { DRIVERS, MULTIPLIER_LIMIT } from "@/lib/risk";
import type { Attribution, Crossing, DebtExposure, TornadoBar } from "@/lib/risk";
import { number, percentOf, plural } from "@/components/ui/format";
import type { MoneyScale } from "@/components/ui/format";
import { worstOf } from "./figures";
import type { BenchView, FindingFigures } from "./figures";
import { DRIVER_LABELS, SHOCK_LABELS } from "./words";
import { nameInText, scenarioName } from "@/lib/risk/scenario-name";

const timesText = (times: number): string =>
  number(times, { decimals: times < 10 ? 1 : 0 });

const SHARES: readonly [number, string][] = [
  [0.1, "far below"], [0.22, "less than a quarter of"], [0.29, "about a quarter of"],
  [0.4, "about a third of"], [0.6, "about half of"], [0.7, "about two thirds of"],
  [0.85, "about three quarters of"], [1, "just below"],
];

/** "Net exposure is 198.8, about half of its materiality line" */
export function exposureTitle(exposure: DebtExposure, line: number, scale: MoneyScale): string {
  const net = exposure.net_exposure_after_recovery;
  if (exposure.total_outstanding <= 0) return "Nothing is owed in this version";
  if (net <= 0) return "Collateral and recovery cover all that is owed";
  const start = `Net exposure is ${scale.format(net)}`;
  if (line <= 0) return start;
  const share = net / line;
  if (share >= 1) {
    return share < 1.05 ? `${start}, at its materiality line`
      : `${start}, ${timesText(share)} times its materiality line`;
  }
  const words = SHARES.find(([limit]) => share < limit)?.[1] ?? "just below";
  return `${start}, ${words} its materiality line`;
}

/** "Market crash loses 487.2, 5.2 times the line" */
export function lossTitle(view: BenchView, scale: MoneyScale): string {
  const worst = worstOf(view.rows);
  if (!worst) return "No scenario is on";
  const loss = worst.stress.loss_estimate;
  const name = scenarioName(worst.scenario.scenario_id);
  if (loss <= 0) return "No scenario loses anything";
  if (view.lossLine <= 0) return `${name} loses ${scale.format(loss)}, the most of all`;
  const times = loss / view.lossLine;
  if (times < 1) return `No loss reaches the line; ${nameInText(worst.scenario.scenario_id)} comes `
    + `closest with ${scale.format(loss)}`;
  return times < 1.05 ? `${name} loses ${scale.format(loss)}, as much as the line`
    : `${name} loses ${scale.format(loss)}, ${timesText(times)} times the line`;
}

/** "Collateral explains 72 % of the market crash loss" */
export function attributionTitle(attribution: Attribution, id: string): string {
  const { drivers, loss_estimate: loss } = attribution;
  if (loss <= 0) return `${scenarioName(id)} loses nothing`;
  const top = DRIVERS.reduce((best, driver) => drivers[driver] > drivers[best] ? driver : best);
  if (DRIVERS.some((driver) => driver !== top && drivers[driver] === drivers[top])) {
    return `Several drivers share the ${nameInText(id)} loss equally`;
  }
  const share = drivers[top] / loss;
  const start = DRIVER_LABELS[top];
  return share > 0.995 ? `${start} explains the whole ${nameInText(id)} loss`
    : `${start} explains ${percentOf(share, { decimals: 0 })} of the ${nameInText(id)} loss`;
}

/** "Collateral alone moves the loss most, up to 740.1 when doubled" */
export function tornadoTitle(bars: readonly TornadoBar[], scale: MoneyScale): string {
  const top = bars[0];
  if (!top || Math.max(top.low, top.base, top.high) <= 0) {
    return "No shock alone causes a loss, not even doubled";
  }
  return `${SHOCK_LABELS[top.shock]} alone moves the loss most, up to ${scale.format(top.high)} `
    + "when doubled";
}

const FRACTIONS: readonly [number, string][] = [
  [0.1, "A tenth"], [0.2, "A fifth"], [0.25, "A quarter"], [1 / 3, "A third"], [0.4, "Two fifths"],
  [0.5, "Half"], [0.6, "Three fifths"], [2 / 3, "Two thirds"], [0.75, "Three quarters"],
];

/** "A fifth of the market crash is enough to reach the line" */
export function breakEvenTitle(crossing: Crossing, id: string, line: number): string {
  const name = nameInText(id);
  if (line <= 0) return "The stress loss line is 0, so any scenario reaches it";
  if (!crossing.reachable) return `No multiple of the ${name} up to ${MULTIPLIER_LIMIT} reaches the line`;
  const times = crossing.multiplier;
  if (times > 1.005) return `It takes ${number(times, { decimals: 2 })} times the ${name} to reach the line`;
  if (times > 0.995) return `The ${name} just reaches the line`;
  const near = FRACTIONS.find(([value]) => Math.abs(times - value) <= 0.012);
  const start = near?.[1] ?? percentOf(times, { decimals: times < 0.1 ? 1 : 0 });
  return `${start} of the ${name} is enough to reach the line`;
}

/** "Findings: 4 material, 1 not" */
export function findingsTitle(findings: readonly FindingFigures[]): string {
  const material = findings.filter((finding) => finding.isMaterial).length;
  const rest = findings.length - material;
  if (material === 0) return findings.length === 1 ? "The one finding is not material"
    : `None of ${plural(findings.length, "finding")} is material`;
  return rest === 0 ? `Findings: all ${material} material`
    : `Findings: ${material} material, ${rest} not`;
}
