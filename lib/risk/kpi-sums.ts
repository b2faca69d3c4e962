import { amountFromUnits, fromUnits } from "../kernel/exact";
import { BALANCE_BUCKETS, type InstrumentRecord, type NormalizedRecord } from "../kernel/record";
import { amountUnitsNumber, ExactSum, rateUnitsNumber } from "./exact-sum";
import { DPD_BUCKETS, dpdBucket, type DpdBucket } from "./kpis";
import type { KpiInputs } from "./portfolio-kpis";
import type { ExactTotals } from "./types";

/** What a version's records say of its KPIs; equity is the dataset's. */
export type KpiSums = Omit<KpiInputs, "tangible_equity">;

/** Words of a status that mean written off: "written off", "write-off", "charged_off". */
export const WRITTEN_OFF = "(writ(e|ten)|charged?)[ _-]*off";
const IS_WRITTEN_OFF = new RegExp(WRITTEN_OFF, "i");
/** Whether a status says that an instrument was written or charged off. */
export const isWrittenOff = (status: string): boolean => IS_WRITTEN_OFF.test(status);
/** Statuses that are remembered: a tape has a few, a column mapped by mistake has millions. */
const STATUSES_KNOWN = 256;

/** A sum over the records that have a value: null where none has. */
class SumOfGiven {
  private readonly sum = new ExactSum();
  count = 0;

  add(units: number | bigint): void {
    if (typeof units === "number") this.sum.add(units);
    else this.sum.addBig(units);
    this.count += 1;
  }

  amount(): number | null {
    return this.count === 0 ? null : amountFromUnits(this.sum.value());
  }

  points(): number | null {
    return this.count === 0 ? null : fromUnits(this.sum.value(), 10n ** 6n);
  }
}

/**
 * The sums of MODEL.md section 9 over records as they come, exact and whatever their order: to the
 * unit what the database gives over the stored records, without reading each of them again.
 */
export class KpiAccumulator {
  private readonly buckets = new Map<DpdBucket, ExactSum>(
    DPD_BUCKETS.map((bucket) => [bucket, new ExactSum()]));
  private hasDays = false;
  private readonly without = new ExactSum();
  private readonly stage3Under90 = new SumOfGiven();
  private readonly provisions = new SumOfGiven();
  private readonly ltv = new SumOfGiven();
  private readonly dti = new SumOfGiven();
  private readonly withRate = new SumOfGiven();
  private readonly writtenOff = new SumOfGiven();
  private readonly collected = new SumOfGiven();
  private readonly eligible = new SumOfGiven();
  private readonly statuses = new Map<string, boolean>();

  /** Adds a record that counts in the exposure, with its totals; distressed assets add nothing. */
  add(record: NormalizedRecord, totals: ExactTotals): void {
    if (record.record_kind === "portfolio") this.addPortfolio(totals);
    else if (record.record_kind === "instrument") this.addInstrument(record, totals);
  }

  private addInstrument(record: InstrumentRecord, totals: ExactTotals): void {
    const outstanding = Number(totals.outstanding); // exactly: it came of one float64
    this.addDays(record, outstanding);
    const { stage, days_past_due: days = 0, interest_rate_pct: rate } = record;
    if (stage !== undefined) this.stage3Under90.add(stage === 3 && days < 90 ? outstanding : 0);
    if (rate !== undefined) this.withRate.add(outstanding);
    if (outstanding > 0 && totals.collateral > 0n) {
      this.ltv.add(ratioUnits(outstanding, Number(totals.collateral)));
    }
    this.addGiven(record, outstanding);
  }

  /** Debts whose days, stage and status nobody knows; their sums may pass a float64. */
  private addPortfolio({ outstanding, collateral }: ExactTotals): void {
    this.without.addBig(outstanding);
    this.withRate.add(outstanding);
    if (outstanding > 0n && collateral > 0n) this.ltv.add(exactRatio(outstanding, collateral));
  }

  /** A pool states its balances by days past due; a loan is in the bucket of its own days. */
  private addDays(record: InstrumentRecord, outstanding: number): void {
    const { days_past_due: days } = record;
    const isPool = BALANCE_BUCKETS.some((bucket) => record[bucket] !== undefined);
    if (isPool) {
      let rest = BigInt(outstanding);
      for (const bucket of BALANCE_BUCKETS) {
        const units = amountUnitsNumber(record[bucket] ?? 0);
        this.buckets.get(bucket)?.add(units);
        rest -= BigInt(units);
      }
      if (rest > 0n) this.without.addBig(rest);
    } else if (days === undefined) this.without.add(outstanding);
    else this.buckets.get(dpdBucket(days))?.add(outstanding);
    if ((isPool || days !== undefined) && outstanding !== 0) this.hasDays = true;
  }

  private addGiven(record: InstrumentRecord, outstanding: number): void {
    const { provisions, debt_to_income_pct: dti, written_off: writtenOff, status,
      cash_collected: collected, eligible_balance: eligible } = record;
    if (provisions !== undefined) this.provisions.add(amountUnitsNumber(provisions));
    if (dti !== undefined) this.dti.add(rateUnitsNumber(dti));
    if (writtenOff !== undefined) this.writtenOff.add(amountUnitsNumber(writtenOff));
    else if (status !== undefined) {
      this.writtenOff.add(this.isWrittenOff(status) ? outstanding : 0);
    }
    if (collected !== undefined) this.collected.add(amountUnitsNumber(collected));
    if (eligible !== undefined) this.eligible.add(amountUnitsNumber(eligible));
  }

  private isWrittenOff(status: string): boolean {
    const known = this.statuses.get(status);
    if (known !== undefined) return known;
    const found = isWrittenOff(status);
    if (this.statuses.size < STATUSES_KNOWN) this.statuses.set(status, found);
    return found;
  }

  /** The sums so far. @param totals of the same records: what is owed, and that times its rate */
  sums(totals: ExactTotals): KpiSums {
    const bucket = (name: DpdBucket): number | null => !this.hasDays ? null
      : amountFromUnits(this.buckets.get(name)?.value() ?? 0n);
    const balanceWithRate = this.withRate.amount();
    return {
      receivable: amountFromUnits(totals.outstanding),
      dpd_0_7: bucket("dpd_0_7"), dpd_7_30: bucket("dpd_7_30"), dpd_30_60: bucket("dpd_30_60"),
      dpd_60_90: bucket("dpd_60_90"), dpd_90_plus: bucket("dpd_90_plus"),
      without_days_past_due: amountFromUnits(this.without.value()),
      stage_3_under_90: this.stage3Under90.amount(),
      provisions: this.provisions.amount(),
      ltv_sum_pct: this.ltv.points(), ltv_count: this.ltv.count,
      dti_sum_pct: this.dti.points(), dti_count: this.dti.count,
      // Principal times rate is in 1e-4 times 1e-6 of a point, and a point is a hundredth.
      interest_per_year: balanceWithRate === null ? null
        : fromUnits(totals.outstandingTimesRate, 10n ** 12n),
      balance_with_rate: balanceWithRate,
      written_off: this.writtenOff.amount(),
      cash_collected: this.collected.amount(), eligible_balance: this.eligible.amount(),
    };
  }
}

/** A ratio of 1 is 100 points, each of 1,000,000 units. */
const RATIO = 1e8;
/** Up to here a quotient of float64 is off by far less than `UNSURE`. */
const SURE_BELOW = 1e9;
const UNSURE = 1e-5;

/** `part / whole` in 1/1,000,000 points, rounded as the database rounds it; both above 0. */
export function ratioUnits(part: number, whole: number): number | bigint {
  const quotient = part * RATIO / whole;
  const floor = Math.floor(quotient);
  const fraction = quotient - floor;
  if (quotient < SURE_BELOW && Math.abs(fraction - 0.5) > UNSURE) {
    return fraction < 0.5 ? floor : floor + 1;
  }
  return exactRatio(BigInt(part), BigInt(whole));
}

/**
 * The same exactly: PostgreSQL divides numerics to some 16 digits, half away from 0, and only then
 * is the quotient rounded to a whole number.
 */
function exactRatio(part: bigint, whole: bigint): bigint {
  const divided = part * BigInt(RATIO);
  const scale = 10n ** BigInt(quotientDigits(divided, whole));
  return rounded(rounded(divided * scale, whole), scale);
}

const rounded = (part: bigint, whole: bigint): bigint => (2n * part + whole) / (2n * whole);

/** Digits behind the point that PostgreSQL gives a quotient of whole numbers above 0. */
function quotientDigits(part: bigint, whole: bigint): number {
  const [a, b] = [groupsOf(part), groupsOf(whole)];
  const weight = a.weight - b.weight - (a.first <= b.first ? 1 : 0);
  return Math.max(0, MIN_DIGITS - weight * GROUP);
}

const MIN_DIGITS = 16;
/** Digits of one place of a numeric, which counts to the base of 10,000. */
const GROUP = 4;

function groupsOf(value: bigint): { weight: number; first: number } {
  const text = String(value);
  const weight = Math.ceil(text.length / GROUP) - 1;
  return { weight, first: Number(text.slice(0, text.length - weight * GROUP)) };
}
