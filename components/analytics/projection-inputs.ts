import { createParser } from "nuqs";
import type { BorrowerDebt, ProjectionAssumptions, Statements } from "@/lib/risk";
import { numberAt, parseAsRows } from "./json-param";

export const AMOUNT_LIMIT = 9e14;
export const DEBTS_LIMIT = 12;

/** Numbers of a fixed count as "1|2||4": short, and an empty place is no number. */
export const parseAsNumbers = (count: number) => createParser<(number | null)[]>({
  parse: (text) => {
    const parts = text.split("|");
    if (parts.length !== count) return null;
    const values = parts.map((part) => part === "" ? null : Number(part));
    return values.every((value) => value === null || Number.isFinite(value)) ? values : null;
  },
  serialize: (values) => values.map((value) => value ?? "").join("|"),
  eq: (a, b) => a.join("|") === b.join("|"),
});

export const STATEMENT_NAMES = [
  "revenue", "operating_costs", "ebitda", "cash", "receivables", "payables", "market_value",
] as const satisfies readonly (keyof Statements)[];
export type StatementName = (typeof STATEMENT_NAMES)[number];

export const STATEMENT_LABELS: Record<StatementName, string> = {
  revenue: "Revenue, a year", operating_costs: "Operating costs, a year", ebitda: "EBITDA, a year",
  cash: "Cash", receivables: "Receivables", payables: "Payables",
  market_value: "Market value of assets",
};

/** A borrower to begin with. */
export const EXAMPLE_STATEMENTS: (number | null)[] =
  [12_000_000, 9_600_000, null, 1_500_000, 1_000_000, 800_000, 10_000_000];
export const EXAMPLE_DEBTS: BorrowerDebt[] = [
  { principal: 6_000_000, interest_rate_pct: 6.5, term_months: 60, amortisation: "annuity" },
  { principal: 2_000_000, interest_rate_pct: 8, term_months: 24, amortisation: "bullet" },
];

/** EBITDA may be left out and cash may be below 0; all else is an amount of 0 or more. */
export function statementsOf(values: readonly (number | null)[]): Statements {
  const at = (index: number): number => Math.max(0, values[index] ?? 0);
  return {
    revenue: at(0), operating_costs: at(1), cash: values[3] ?? 0, receivables: at(4),
    payables: at(5), market_value: at(6),
    ...(values[2] === null || values[2] === undefined ? {} : { ebitda: values[2] }),
  };
}

export const ASSUMPTION_NAMES = [
  "revenue_factor", "cost_factor", "interest_rate_factor", "liquidity_factor",
  "market_value_factor", "collection_days", "payment_days",
] as const satisfies readonly (keyof ProjectionAssumptions)[];
export type AssumptionName = (typeof ASSUMPTION_NAMES)[number];

export const ASSUMPTIONS: Record<AssumptionName, {
  label: string; unit: "%" | "days"; min: number; max: number;
}> = {
  revenue_factor: { label: "Revenue", unit: "%", min: 0, max: 1000 },
  cost_factor: { label: "Operating costs", unit: "%", min: 0, max: 1000 },
  interest_rate_factor: { label: "Interest rates", unit: "%", min: 0, max: 10_000 },
  liquidity_factor: { label: "Opening cash", unit: "%", min: 0, max: 100 },
  market_value_factor: { label: "Market value, at the end", unit: "%", min: 0, max: 1000 },
  collection_days: { label: "Customers pay later by", unit: "days", min: -365, max: 3650 },
  payment_days: { label: "Suppliers are paid later by", unit: "days", min: -3650, max: 365 },
};

export const assumptionsOf = (values: readonly (number | null)[]): ProjectionAssumptions =>
  Object.fromEntries(ASSUMPTION_NAMES.map((name, index) => [name,
    values[index] ?? (ASSUMPTIONS[name].unit === "%" ? 1 : 0)])) as ProjectionAssumptions;

export const valuesOf = (assumptions: ProjectionAssumptions): number[] =>
  ASSUMPTION_NAMES.map((name) => assumptions[name]);

const AMORTISATIONS = ["linear", "annuity", "bullet"] as const;

function readDebt(value: unknown): BorrowerDebt | null {
  if (typeof value !== "object" || value === null) return null;
  const kind = AMORTISATIONS.find((one) =>
    one === (value as Record<string, unknown>)["amortisation"]);
  return {
    principal: numberAt(value, "principal", 0, AMOUNT_LIMIT, 0),
    interest_rate_pct: numberAt(value, "interest_rate_pct", 0, 1000, 0),
    term_months: Math.round(numberAt(value, "term_months", 1, 1200, 60)),
    amortisation: kind ?? "annuity",
  };
}

export const parseAsDebts = parseAsRows(readDebt).withDefault(EXAMPLE_DEBTS);

export const AMORTISATION_OPTIONS = [
  { value: "annuity", label: "Annuity" }, { value: "linear", label: "Linear" },
  { value: "bullet", label: "Bullet" },
];
