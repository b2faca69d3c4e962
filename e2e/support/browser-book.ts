import type { Json } from "./api";
import { asAdmin, unique } from "./browser-test";

/** A small loan book whose every figure a test can work out by itself. */
export const LOANS = [
  { id: "BK-1", obligor: "Adler AG", sector: "Shipping", principal: 12_500_000.5,
    collateral: 9_000_000.25, rate: 6.5 },
  { id: "BK-2", obligor: "Adler AG", sector: "Shipping", principal: 8_200_000,
    collateral: 7_700_000, rate: 5 },
  { id: "BK-3", obligor: "Birke SA", sector: "Retail", principal: 6_100_000.75,
    collateral: 1_500_000, rate: 8.25 },
  { id: "BK-4", obligor: "Cedro SL", sector: "Retail", principal: 3_300_000,
    collateral: 2_400_000, rate: 7 },
  { id: "BK-5", obligor: "Delta NV", sector: "Hotels", principal: 5_400_000,
    collateral: 4_100_000, rate: 5.75 },
] as const;

const sum = (values: readonly number[]): number => values.reduce((total, one) => total + one, 0);

export type Book = { dataset: string; name: string; version: string; detail: Json };

const HEAD = "instrument_id,obligor_id,sector,principal,collateral_value,interest_rate_pct";

/** The book as a CSV tape, as a bank would send it. */
export const tapeOf = (): string => [HEAD, ...LOANS.map((loan) =>
  [loan.id, loan.obligor, loan.sector, loan.principal.toFixed(2), loan.collateral.toFixed(2),
    loan.rate].join(","))].join("\n");

/** Imports the book, or another tape, as a dataset of its own. */
export async function newBook(word = "Browser book", tape = tapeOf()): Promise<Book> {
  const name = unique(word);
  const dataset = await asAdmin("POST", "/api/v3/datasets",
    { body: { name, base_currency: "EUR" } });
  const version = await asAdmin("POST",
    `/api/v3/datasets/${dataset.json.dataset_id}/versions?source_name=book.csv&as_of=2026-10-31`,
    { raw: tape, headers: { "content-type": "text/csv", prefer: "wait=30" } });
  if (version.json?.status !== "sealed") throw new Error(version.text);
  return { dataset: dataset.json.dataset_id, name, version: version.json.dataset_version_id,
    detail: version.json };
}

/** A later tape of a book, with days past due: the first loan is repaid, the last one is new. */
export async function nextVersion(book: Book): Promise<string> {
  const [, ...kept] = LOANS;
  const tape = [`${HEAD},days_past_due,status`, ...kept.map((loan, index) => [loan.id, loan.obligor,
    loan.sector, (loan.principal * 0.9).toFixed(2), loan.collateral.toFixed(2), loan.rate,
    index * 40, index === 0 ? "performing" : "default"].join(",")),
  "BK-6,Esche AG,Hotels,2500000.00,900000.00,6,0,performing"].join("\n");
  const version = await asAdmin("POST",
    `/api/v3/datasets/${book.dataset}/versions?source_name=next.csv&as_of=2026-11-30`,
    { raw: tape, headers: { "content-type": "text/csv", prefer: "wait=30" } });
  if (version.json?.status !== "sealed") throw new Error(version.text);
  return version.json.dataset_version_id;
}

/** Runs the default scenarios on a book; the recorded run. */
export async function newRun(book: Book): Promise<Json> {
  const run = await asAdmin("POST", "/api/v3/engines/distressed-asset-debt-stress/run", { body: {
    dataset_version_id: book.version, started_at: "2026-11-01T00:00:00Z", parameters: {} } });
  if (run.status !== 200) throw new Error(run.text);
  return run.json;
}

export type Shocks = { collateral: number; recovery: number; defaults: number };

/** What the engine's own scenarios do, as MODEL.md has it. */
export const DEFAULTS = {
  "Interest rate spike": { collateral: -0.05, recovery: -0.05, defaults: 0.02 },
  "Market crash": { collateral: -0.25, recovery: -0.15, defaults: 0.05 },
  "Default wave": { collateral: -0.1, recovery: -0.35, defaults: 0.08 },
} as const satisfies Record<string, Shocks>;

export const BOOK = {
  owed: sum(LOANS.map((loan) => loan.principal)),
  collateral: sum(LOANS.map((loan) => loan.collateral)),
  recovery: 0,
};

/** The model's loss, worked out by hand. */
export function lossByHand(shocks: Shocks, { owed, collateral, recovery } = BOOK): number {
  const net = Math.max(0, owed - collateral - recovery);
  const stressed = Math.max(0, owed - collateral * (1 + shocks.collateral)
    - recovery * (1 + shocks.recovery)) + owed * shocks.defaults;
  return Math.max(0, stressed - net);
}

const grouped = (amount: number, decimals: number): string => new Intl.NumberFormat("en-US",
  { minimumFractionDigits: decimals, maximumFractionDigits: decimals }).format(amount);

/** An amount as pages show it: in full, and in millions. */
export const inFull = (amount: number): string => grouped(amount, 2);
export const inMillions = (amount: number, decimals = 2): string =>
  grouped(amount / 1e6, decimals);
