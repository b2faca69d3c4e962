import { seededRandom } from "../../lib/kernel/random";
import {
  groupName, LEGAL_ENTITIES, pick, PLACES, RATING_CCC, RATING_D, RATING_WEIGHTS, RATINGS, SECTORS,
  type Place, type Sector,
} from "./demo-terms";

/** Month 0 of the demo portfolio ends here; later months are rolled forward from it. */
export const FIRST_MONTH = { year: 2026, month: 8 } as const;

/** Share of the loans that enter in each later month. */
const MONTHLY_ENTRIES = 0.006;
const MEAN_PRINCIPAL = 950_000;
const [SIGMA_OBLIGOR, SIGMA_LOAN] = [0.85, 0.7];
const BASE_RATE_PCT = 2.6;

export type Portfolio = { seed: number; loans: number; obligors: number };

/** A loan in one month. Amounts in cents-free euros, `rating` an index of RATINGS. */
export type Loan = {
  index: number;
  obligor: number;
  group: string;
  entity: string;
  place: Place;
  sector: Sector;
  principal: number;
  assets: number;
  collateral: number | null;
  valued: string;
  ratePct: number | null;
  rating: number;
  stage: 1 | 2 | 3;
  daysPastDue: number;
  originated: string;
  matures: string;
};

/** A uniform generator of its own for a part of the tape, so that no part disturbs another. */
export function generator(seed: number, part: number, index: number): () => number {
  let mixed = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(part + 1, 0xc2b2ae35);
  mixed = Math.imul(mixed ^ (mixed >>> 15) ^ index, 0x2c1b3c6d);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0x297a2d39);
  return seededRandom(mixed ^ (mixed >>> 16));
}

/** A standard normal number (Box-Muller). */
export const normal = (uniform: () => number): number =>
  Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());

/** Log-normal with mean 1. */
export const skewed = (uniform: () => number, sigma: number): number =>
  Math.exp(sigma * normal(uniform) - sigma * sigma / 2);

/** The last day of a month counted from FIRST_MONTH, as `YYYY-MM-DD`. */
export const monthEnd = (month: number): string => isoDay(month + 1, 0);

/** A day counted from the first of a month that is counted from FIRST_MONTH. */
export function isoDay(month: number, day: number): string {
  return new Date(Date.UTC(FIRST_MONTH.year, FIRST_MONTH.month - 1 + month, day))
    .toISOString().slice(0, 10);
}

/** How many loans were ever on the tape by a month: those of the start and the entries since. */
export const loansUntil = ({ loans }: Portfolio, month: number): number =>
  loans + month * Math.round(loans * MONTHLY_ENTRIES);

/** The loan in a month, or null when it has left by then. */
export function loanIn(portfolio: Portfolio, index: number, month: number): Loan | null {
  const entries = Math.max(1, Math.round(portfolio.loans * MONTHLY_ENTRIES));
  const entered = index < portfolio.loans
    ? 0 : 1 + Math.floor((index - portfolio.loans) / entries);
  let loan: Loan | null = firstLoan(portfolio, index, entered);
  for (let at = entered + 1; at <= month && loan !== null; at++) {
    loan = nextMonth(loan, at, generator(portfolio.seed, 1000 + at, index));
  }
  return loan;
}

function firstLoan(portfolio: Portfolio, index: number, entered: number): Loan {
  const obligor = index < portfolio.obligors
    ? index : Math.floor(generator(portfolio.seed, 1, index)() ** 1.4 * portfolio.obligors);
  const owner = generator(portfolio.seed, 2, obligor);
  const groups = Math.max(1, Math.floor(portfolio.obligors / 8));
  const grouped = owner() < 0.3;
  const group = groupName(Math.floor(owner() * groups));
  const place = pick(PLACES, owner());
  const sector = pick(SECTORS, owner());
  const size = skewed(owner, SIGMA_OBLIGOR);
  const tendency = pick(RATING_WEIGHTS, owner());
  const own = generator(portfolio.seed, 3, index);
  const entity = pick(LEGAL_ENTITIES, own());
  const drawn = MEAN_PRINCIPAL * size * skewed(own, SIGMA_LOAN);
  const principal = Math.max(500, Math.round(drawn / 100) * 100);
  const rating = Math.min(RATING_D, Math.max(0, tendency + Math.floor(own() * 3) - 1));
  const cover = sector.cover * skewed(own, 0.3) * (rating === RATING_D ? 0.9 : 1);
  const secured = own() < sector.secured;
  const age = 6 + Math.floor(own() * 110);
  const term = age + 3 + Math.floor(own() * 80);
  const arrears = startingArrears(rating, own);
  return {
    index, obligor, group: grouped ? group : "", entity, place, sector,
    principal: index % 700 === 350 ? 0 : principal,
    assets: Math.round(principal * 2 * skewed(own, 0.35) / 1000) * 1000,
    collateral: secured ? Math.round(principal * cover / 1000) * 1000 : null,
    valued: isoDay(entered - Math.floor(own() * 30), 1 + Math.floor(own() * 28)),
    ratePct: index % 120 === 77 ? null : startingRate(rating, own),
    rating, ...arrears,
    originated: isoDay(entered - age, 1 + Math.floor(own() * 28)),
    matures: isoDay(entered - age + term, 1 + Math.floor(own() * 28)),
  };
}

function startingRate(rating: number, uniform: () => number): number {
  const spread = (RATINGS[rating] as (typeof RATINGS)[number]).spread;
  return Math.round((BASE_RATE_PCT + spread + normal(uniform) * 0.45) * 40) / 40;
}

/** Days past due and stage that fit the rating: 90 days or default is stage 3, 30 days stage 2. */
function startingArrears(
  rating: number, uniform: () => number,
): { stage: 1 | 2 | 3; daysPastDue: number } {
  const [kind, amount] = [uniform(), uniform()];
  if (rating === RATING_D) {
    const daysPastDue = kind < 0.12 ? Math.floor(amount * 60) : 91 + Math.floor(amount ** 2 * 800);
    return { stage: 3, daysPastDue };
  }
  if (rating === RATING_CCC) return { stage: 2, daysPastDue: 5 + Math.floor(amount * 80) };
  if (rating >= 6) return { stage: 2, daysPastDue: kind < 0.5 ? 0 : Math.floor(amount * 60) };
  const late = kind < 0.02 + rating * 0.015;
  return { stage: 1, daysPastDue: late ? 1 + Math.floor(amount * 28) : 0 };
}

function nextMonth(loan: Loan, month: number, uniform: () => number): Loan | null {
  const leaves = loan.principal === 0 ? 0.3 : loan.stage === 3 ? 0.02 : 0.005;
  if (uniform() < leaves) return null;
  const days = Number(monthEnd(month).slice(-2));
  const [turn, depth, market, repay, valuation] =
    [uniform(), uniform(), normal(uniform), uniform(), uniform()];
  const daysPastDue = nextArrears(loan, days, turn, depth);
  const paid = daysPastDue === 0 && loan.stage !== 3 ? 0.003 + repay * 0.011 : repay * 0.002;
  const rating = nextRating(loan.rating, daysPastDue, depth);
  const revalued = valuation < 0.06;
  const drift = 1 + (revalued ? -0.02 + market * 0.05 : 0);
  const { collateral } = loan;
  return {
    ...loan,
    principal: Math.round(loan.principal * (1 - paid) / 100) * 100,
    collateral: collateral === null ? null : Math.round(collateral * drift / 1000) * 1000,
    valued: revalued ? isoDay(month, 1 + Math.floor(repay * 28)) : loan.valued,
    daysPastDue, rating,
    stage: rating === RATING_D ? 3 : daysPastDue > 30 || rating >= 6 ? 2 : 1,
  };
}

/** Late loans are paid up or fall a month further behind; loans on time may become late. */
function nextArrears(loan: Loan, days: number, turn: number, depth: number): number {
  if (loan.daysPastDue >= 90) return turn < 0.03 ? 0 : loan.daysPastDue + days;
  if (loan.daysPastDue > 0) return turn < 0.62 ? 0 : loan.daysPastDue + days;
  const slip = 0.004 + loan.rating * 0.006;
  return turn < slip ? 1 + Math.floor(depth * 27) : 0;
}

function nextRating(rating: number, daysPastDue: number, depth: number): number {
  if (daysPastDue >= 90) return RATING_D;
  if (daysPastDue > 30) return Math.max(rating, RATING_CCC);
  if (rating >= RATING_CCC) return rating;
  if (depth > 0.985) return rating + 1;
  return depth < 0.012 && rating > 0 ? rating - 1 : rating;
}
