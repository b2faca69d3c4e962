import { RATING_CCC, RATINGS, DISTRESSED_TYPES, pick, PLACES, SECTORS } from "./demo-terms";
import {
  FIRST_MONTH, generator, isoDay, loanIn, loansUntil, monthEnd, skewed, type Loan, type Portfolio,
} from "./demo-loan";

/** How large a demo tape is and which month it shows (`YYYY-MM-DD`, the month decides). */
export type DemoTapeOptions = Portfolio & { asOf: string };

/** The header: canonical field names, so that the tape needs no mapping. */
export const DEMO_COLUMNS = [
  "record_kind", "instrument_id", "obligor_id", "obligor_group", "legal_entity", "asset_class",
  "sector", "country", "region", "currency", "principal", "accrued_interest", "interest_rate_pct",
  "collateral_value", "collateral_type", "collateral_valuation_date", "guarantee_value", "pd",
  "lgd", "recovery_rate_pct", "provisions", "rating", "stage", "days_past_due", "status",
  "origination_date", "maturity_date", "assets_value", "distressed_value", "linked_instrument_id",
  "eligible_balance", "cash_collected",
] as const;

type Row = Partial<Record<(typeof DEMO_COLUMNS)[number], string | number>>;

/** Distressed assets for each loan of the start. */
const DISTRESSED_SHARE = 0.03;
const MEAN_DISTRESSED = 8_000_000;
const LINES_PER_PIECE = 500;

/**
 * A synthetic tape of a European distressed-loan book as CSV text, header first, in pieces.
 * All names are invented; equal options give equal text. The first month is August 2026; a later
 * `asOf` rolls the same loans forward month by month: repayments, new and deeper arrears,
 * revaluations, some loans gone and some new. Averages: EUR 0.95m a loan, collateral 75 % of
 * the outstanding amount, debt half of the borrowers' assets. Some rows are odd on purpose: no
 * interest rate, a zero balance, names with commas and umlauts.
 */
export function* demoTapeCsv(options: DemoTapeOptions): Generator<string> {
  const month = monthOf(options.asOf);
  let piece = `${DEMO_COLUMNS.join(",")}\r\n`;
  let lines = 0;
  for (const row of demoRows(options, month)) {
    piece += `${DEMO_COLUMNS.map((column) => cell(row[column])).join(",")}\r\n`;
    if (++lines % LINES_PER_PIECE > 0) continue;
    yield piece;
    piece = "";
  }
  if (piece !== "") yield piece;
}

/** One version of the demo portfolio. */
export type DemoTape = { asOf: string; fileName: string; csv: () => Iterable<string> };

const DEMO_PORTFOLIO: Portfolio = { seed: 20260834, loans: 2000, obligors: 600 };

/** Three month ends of one portfolio, oldest first. */
export const demoTapes: readonly DemoTape[] = [0, 1, 2].map((month) => {
  const asOf = monthEnd(month);
  return {
    asOf, fileName: `demo-tape-${asOf}.csv`, csv: () => demoTapeCsv({ ...DEMO_PORTFOLIO, asOf }),
  };
});

/** MODEL.md section 2's example as the body of a JSON import. */
export const exampleRecords = {
  source_system: "example",
  as_of: "2026-08-31",
  records: [{
    source_record_id: "example-portfolio",
    payload: {
      financial: {
        debt: { total_outstanding: 1_000_000, interest_rate_pct: 5, collateral_value: 750_000 },
        assets: { total: 2_000_000 },
      },
      distressed_assets: [
        { name: "Office building", value: 200_000, recovery_rate_pct: 35 },
        { name: "Machinery", value: 150_000, recovery_rate_pct: 50 },
      ],
    },
  }],
};

/** Months since August 2026; earlier dates show the first month. */
function monthOf(asOf: string): number {
  const [year, month] = asOf.split("-").map(Number);
  const months = ((year ?? NaN) - FIRST_MONTH.year) * 12 + (month ?? NaN) - FIRST_MONTH.month;
  return Number.isInteger(months) ? Math.max(0, months) : 0;
}

function* demoRows(portfolio: Portfolio, month: number): Generator<Row> {
  const loans = loansUntil(portfolio, month);
  for (let index = 0; index < loans; index++) {
    const loan = loanIn(portfolio, index, month);
    if (loan !== null) yield loanRow(loan, portfolio.seed);
  }
  const assets = Math.round(portfolio.loans * DISTRESSED_SHARE);
  for (let index = 0; index < assets; index++) {
    const row = distressedRow(portfolio, index, month);
    if (row !== null) yield row;
  }
}

const loanId = (index: number): string => `LN-${String(100_001 + index)}`;

function loanRow(loan: Loan, seed: number): Row {
  const { rating, pd } = RATINGS[loan.rating] as (typeof RATINGS)[number];
  const cover = loan.principal === 0 ? 0 : (loan.collateral ?? 0) / loan.principal;
  const lgd = Math.round(Math.min(0.75, Math.max(0.12, 0.85 - 0.62 * cover)) * 1000) / 1000;
  const lost = loan.stage === 3 ? 0.9 : loan.stage === 2 ? Math.min(1, 2.5 * pd) : pd;
  const owed = loan.principal * (loan.ratePct ?? 0) / 36_500 * Math.min(loan.daysPastDue, 720);
  const guaranteed = loan.sector.assetClass === "sme"
    && generator(seed, 4, loan.index)() < 0.4;
  return {
    record_kind: "instrument",
    instrument_id: loanId(loan.index),
    obligor_id: `OB-${String(loan.obligor + 1).padStart(5, "0")}`,
    obligor_group: loan.group,
    legal_entity: loan.entity,
    asset_class: loan.sector.assetClass,
    sector: loan.sector.sector,
    country: loan.place.country,
    region: loan.place.region,
    currency: "EUR",
    principal: loan.principal,
    accrued_interest: Math.round(owed * 100) / 100,
    interest_rate_pct: loan.ratePct ?? "",
    collateral_value: loan.collateral ?? "",
    collateral_type: loan.collateral === null ? "unsecured" : loan.sector.collateralType,
    collateral_valuation_date: loan.collateral === null ? "" : loan.valued,
    guarantee_value: guaranteed ? Math.round(loan.principal * 0.5 / 100) * 100 : "",
    pd, lgd,
    provisions: Math.round(loan.principal * lost * lgd * 100) / 100,
    rating, stage: loan.stage,
    days_past_due: loan.daysPastDue,
    status: statusOf(loan),
    origination_date: loan.originated,
    maturity_date: loan.matures,
    assets_value: loan.assets,
    ...collectionOf(loan),
  };
}

/** What of a month's interest and amortisation comes in, by days past due. */
const PAID = [[90, 0], [30, 0.3], [7, 0.8]] as const;
const AMORTISED = 0.01;

/** A loan that is 90 days past due is in enforcement: nobody waits for its instalments. */
function collectionOf(loan: Loan): Row {
  const paid = PAID.find(([days]) => loan.daysPastDue >= days)?.[1] ?? 1;
  const instalment = loan.principal * ((loan.ratePct ?? 0) / 1200 + AMORTISED);
  return { eligible_balance: loan.daysPastDue >= 90 ? 0 : loan.principal,
    cash_collected: Math.round(instalment * paid * 100) / 100 };
}

function statusOf(loan: Loan): string {
  if (loan.principal === 0) return "repaid";
  if (loan.stage === 3) return loan.daysPastDue > 540 ? "enforcement" : "default";
  return loan.stage === 2 || loan.rating >= RATING_CCC ? "watch" : "performing";
}

/** An asset being realised; about one in fifty is sold each month. */
function distressedRow(portfolio: Portfolio, index: number, month: number): Row | null {
  const uniform = generator(portfolio.seed, 5, index);
  const place = pick(PLACES, uniform());
  const { sector } = pick(SECTORS, uniform());
  const { type, recovery } = pick(DISTRESSED_TYPES, uniform());
  const value = Math.round(MEAN_DISTRESSED * skewed(uniform, 0.6) / 10_000) * 10_000;
  const rate = Math.round((recovery + (uniform() - 0.5) * 20) * 2) / 2;
  const linked = uniform() < 0.3 ? Math.floor(uniform() * portfolio.loans) : null;
  const valued = isoDay(-Math.floor(uniform() * 18), 1 + Math.floor(uniform() * 28));
  for (let at = 1; at <= month; at++) {
    if (generator(portfolio.seed, 2000 + at, index)() < 0.02) return null;
  }
  const link = linked !== null && loanIn(portfolio, linked, month) !== null ? loanId(linked) : "";
  return {
    record_kind: "distressed_asset",
    instrument_id: `DA-${String(5001 + index)}`,
    sector, country: place.country, region: place.region, currency: "EUR",
    collateral_type: type,
    collateral_valuation_date: valued,
    recovery_rate_pct: rate,
    status: "in realisation",
    distressed_value: value,
    linked_instrument_id: link,
  };
}

/** RFC 4180: quoted where it holds a comma, a quote or a line end. */
function cell(value: string | number | undefined): string {
  const text = String(value ?? "");
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
