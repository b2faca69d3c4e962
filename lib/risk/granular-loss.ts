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

/** Names in columns, as `CreditObligor` has them. */
export type ObligorColumns = {
  ead: Float64Array; pd: Float64Array; lgd: Float64Array; rho: Float64Array;
};

/** Names with one PD and one correlation: what they lose together, and Phi^-1(PD). */
export type LossClasses = {
  pd: Float64Array; rho: Float64Array; loss: Float64Array; threshold: Float64Array;
};

/** The closed form without the deviation: `es` of each name, and the classes that it rests on. */
export type GranularTail = {
  expected_loss: number; quantiles: TailFigures[]; es: Float64Array; classes: LossClasses;
};

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
  const column = (member: keyof CreditObligor): Float64Array =>
    Float64Array.from(obligors, (one) => one[member]);
  const { classes, es, ...figures } = granularTail({ ead: column("ead"), pd: column("pd"),
    lgd: column("lgd"), rho: column("rho") }, contributionQ);
  return { ...figures,
    standard_deviation: deviationOf(variancePanels(classes).map((panel) =>
      variancePart(classes, panel))),
    contributions: Array.from(es, (value, index) => ({ index, es: value })) };
}

/** The closed form of names in columns, but for the deviation. */
export function granularTail(obligors: ObligorColumns, contributionQ: number): GranularTail {
  const { ead, lgd } = obligors;
  const { classes, classOf } = classesOf(obligors);
  const shares = new Map<number, Float64Array>();
  /** Of each class; most often the contributions are of a level that is listed, too. */
  const sharesAt = (q: number): Float64Array => {
    const known = shares.get(q) ?? shortfallShares(classes, q);
    shares.set(q, known);
    return known;
  };
  const spread = spreadOf(classes);
  const own = sharesAt(contributionQ);
  return {
    expected_loss: summed(classes, (at) => classes.pd[at] as number),
    quantiles: LOSS_QUANTILES.map((q) => {
      const [z, all] = [-normalQuantile(q), sharesAt(q)];
      return { q, var: lossAt(classes, spread, z),
        es: summed(classes, (at) => all[at] as number),
        standard_error: 0, es_standard_error: 0 };
    }),
    es: ead.map((owed, index) =>
      owed * (lgd[index] as number) * (own[classOf[index] as number] as number)),
    classes,
  };
}

/** The deviation whose variance has these parts, in their order. */
export const deviationOf = (parts: readonly number[]): number =>
  Math.sqrt(Math.max(0, parts.reduce((sum, part) => sum + part, 0)));

/** Threads share it without a copy; a page of a browser has no such memory. */
const newColumn = (length: number): Float64Array => new Float64Array(
  typeof SharedArrayBuffer === "undefined" ? new ArrayBuffer(length * 8)
    : new SharedArrayBuffer(length * 8));

function classesOf(
  { ead, pd, lgd, rho }: ObligorColumns,
): { classes: LossClasses; classOf: Uint32Array } {
  const known = new Map<number, Map<number, number>>();
  const found: { pd: number; rho: number; loss: number }[] = [];
  const classOf = ead.reduce((places, owed, index) => {
    const [ownPd, ownRho] = [pd[index] as number, rho[index] as number];
    const byRho = known.get(ownPd) ?? new Map<number, number>();
    known.set(ownPd, byRho);
    const at = byRho.get(ownRho) ?? found.push({ pd: ownPd, rho: ownRho, loss: 0 }) - 1;
    byRho.set(ownRho, at);
    (found[at] as { loss: number }).loss += owed * (lgd[index] as number);
    places[index] = at;
    return places;
  }, new Uint32Array(ead.length));
  const column = (read: (one: typeof found[number]) => number): Float64Array => {
    const values = newColumn(found.length);
    found.forEach((one, at) => { values[at] = read(one); });
    return values;
  };
  return { classOf, classes: { pd: column((one) => one.pd), rho: column((one) => one.rho),
    loss: column((one) => one.loss), threshold: column((one) => normalQuantile(one.pd)) } };
}

/** What all classes lose together, of each the part that is given. */
function summed({ loss }: LossClasses, part: (at: number) => number): number {
  let sum = 0;
  for (let at = 0; at < loss.length; at += 1) sum += (loss[at] as number) * part(at);
  return sum;
}

/** Of each class: how far the factor moves it, and what is its own. */
type Spread = { factor: Float64Array; own: Float64Array };

const spreadOf = ({ rho }: LossClasses): Spread =>
  ({ factor: rho.map(Math.sqrt), own: rho.map((one) => Math.sqrt(1 - one)) });

/**
 * What all classes lose together when the factor is `z`; low factors are bad ones. Called hundreds
 * of times for millions of classes: one loop, without a function for each of them.
 */
function lossAt({ loss, threshold }: LossClasses, { factor, own }: Spread, z: number): number {
  let sum = 0;
  for (let at = 0; at < loss.length; at += 1) {
    const [level, rest] = [threshold[at] as number, own[at] as number];
    const chance = rest === 0 ? (z < level ? 1 : 0)
      : normalCdf((level - (factor[at] as number) * z) / rest);
    sum += (loss[at] as number) * chance;
  }
  return sum;
}

/** Of each class: the mean chance of default over the worst 1 - q of the factor. */
function shortfallShares({ pd, rho, threshold }: LossClasses, q: number): Float64Array {
  const worst = -normalQuantile(q);
  return pd.map((one, at) => one === 1 ? 1 : Math.min(1, bivariateCdf(
    threshold[at] as number, worst, Math.sqrt(rho[at] as number)) / (1 - q)));
}

/** Parts of the variance, each for itself: null where it is one of all pairs. */
export type VariancePanel = number | null;

/** Panels of the factor from -9 to 9; few classes are not integrated. */
export const variancePanels = ({ pd }: LossClasses): VariancePanel[] =>
  pd.length <= PAIRWISE ? [null] : Array.from({ length: 36 }, (_, panel) => panel / 2 - 9);

/** One part: `E[(loss given the factor)^2] - E[loss]^2` over a panel, or of all pairs. */
export function variancePart(classes: LossClasses, panel: VariancePanel): number {
  if (panel === null) return pairwiseVariance(classes);
  const mean = summed(classes, (at) => classes.pd[at] as number);
  const spread = spreadOf(classes);
  return integrate((z) => normalDensity(z)
    * (lossAt(classes, spread, z) - mean) ** 2, panel, panel + 0.5);
}

function pairwiseVariance({ pd, rho, loss, threshold }: LossClasses): number {
  let variance = 0;
  for (let one = 0; one < pd.length; one += 1) {
    for (let other = one; other < pd.length; other += 1) {
      const both = bivariateCdf(threshold[one] as number, threshold[other] as number,
        Math.sqrt((rho[one] as number) * (rho[other] as number)));
      const pair = (loss[one] as number) * (loss[other] as number)
        * (both - (pd[one] as number) * (pd[other] as number));
      variance += one === other ? pair : 2 * pair;
    }
  }
  return variance;
}
