import { bivariateCdf, integrate, normalCdf, normalDensity, normalQuantile } from "../kernel/normal";
import { LOSS_QUANTILES, type CreditObligor } from "./credit-loss";
import type { Contribution, TailFigures } from "./loss-statistics";

/** A portfolio so fine that only the factor matters, in currency units. */
export type GranularLoss = {
  expected_loss: number;
  standard_deviation: number;
  quantiles: TailFigures[];
  /** Of the ES at one level, in the order of the input. */
  contributions: Contribution[];
};

/** Names with one PD and one correlation. */
type LossClass = { pd: number; rho: number; loss: number; members: number[] };

/** Up to so many classes the deviation is exact pair by pair, beyond by quadrature. */
const PAIRWISE = 40;

/**
 * The closed form of MODEL.md section 7, for each name its own PD and correlation: losses of all
 * names rise with one factor, so that VaR and ES add up over names. ES is
 * `LGD EAD Phi2(Phi^-1(PD), -Phi^-1(q); sqrt rho) / (1 - q)`. Names as `creditPortfolio` checks
 * them. With more than 40 different pairs of PD and rho the deviation is good to about 1e-6, less
 * where correlations come close to 1.
 */
export function granularLoss(
  obligors: readonly CreditObligor[], contributionQ: number,
): GranularLoss {
  const classes = classesOf(obligors);
  const sum = (part: (one: LossClass) => number): number =>
    classes.reduce((all, one) => all + one.loss * part(one), 0);
  const parts = new Float64Array(obligors.length);
  for (const one of classes) {
    const share = shortfallShare(one, contributionQ);
    for (const index of one.members) {
      const { ead, lgd } = obligors[index] as CreditObligor;
      parts[index] = ead * lgd * share;
    }
  }
  return {
    expected_loss: sum(({ pd }) => pd),
    standard_deviation: Math.sqrt(Math.max(0, classes.length <= PAIRWISE
      ? pairwiseVariance(classes) : quadratureVariance(classes))),
    quantiles: LOSS_QUANTILES.map((q) => ({ q, var: sum((one) => chanceAt(one, -normalQuantile(q))),
      es: sum((one) => shortfallShare(one, q)), standard_error: 0, es_standard_error: 0 })),
    contributions: Array.from(parts, (es, index) => ({ index, es })),
  };
}

function classesOf(obligors: readonly CreditObligor[]): LossClass[] {
  const classes = new Map<string, LossClass>();
  for (const [index, { ead, lgd, pd, rho }] of obligors.entries()) {
    const key = `${pd}|${rho}`;
    const known = classes.get(key);
    const one = known ?? { pd, rho, loss: 0, members: [] };
    if (!known) classes.set(key, one);
    one.loss += ead * lgd;
    one.members.push(index);
  }
  return [...classes.values()];
}

/** The chance of default when the factor is `z`; low factors are bad ones. */
function chanceAt({ pd, rho }: LossClass, z: number): number {
  const threshold = normalQuantile(pd);
  if (rho === 1) return z < threshold ? 1 : 0;
  return normalCdf((threshold - Math.sqrt(rho) * z) / Math.sqrt(1 - rho));
}

/** The mean chance of default over the worst 1 - q of the factor. */
const shortfallShare = ({ pd, rho }: LossClass, q: number): number =>
  pd === 1 ? 1 : Math.min(1, bivariateCdf(
    normalQuantile(pd), -normalQuantile(q), Math.sqrt(rho)) / (1 - q));

function pairwiseVariance(classes: readonly LossClass[]): number {
  let variance = 0;
  for (const [place, one] of classes.entries()) {
    for (const other of classes.slice(place)) {
      const both = bivariateCdf(normalQuantile(one.pd), normalQuantile(other.pd),
        Math.sqrt(one.rho * other.rho));
      const pair = one.loss * other.loss * (both - one.pd * other.pd);
      variance += one === other ? pair : 2 * pair;
    }
  }
  return variance;
}

/** `E[(loss given the factor)^2] - E[loss]^2`, on panels of the factor from -9 to 9. */
function quadratureVariance(classes: readonly LossClass[]): number {
  const mean = classes.reduce((all, one) => all + one.loss * one.pd, 0);
  let variance = 0;
  for (let panel = -9; panel < 9; panel += 0.5) {
    variance += integrate((z) => {
      const loss = classes.reduce((all, one) => all + one.loss * chanceAt(one, z), 0);
      return normalDensity(z) * (loss - mean) ** 2;
    }, panel, panel + 0.5);
  }
  return variance;
}
