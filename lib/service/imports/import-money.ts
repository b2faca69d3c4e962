import { z } from "zod";
import { day } from "@/lib/contract/common";
import type { QueryOf } from "@/lib/contract/operations";
import { AppError } from "../platform/app-error";
import type { MoneyOptions } from "../datasets/version-money";

const rates = z.record(z.string().regex(/^[A-Z]{3}$/), z.number().positive().max(1e9), {
  error: ({ code }) => (code === "invalid_key"
    ? "a currency is an ISO 4217 code, three capital letters" : undefined) });
/** Of wrong members so many are named one by one. */
const ISSUES_NAMED = 100;
const entities = z.array(z.string().trim().min(1).max(200)).min(1).max(1000);

/** What a tape's amounts are converted with, and who owes nothing to anybody but the group. */
export const moneyMembers = {
  fx_rates: rates.optional(),
  fx_rates_date: day.optional(),
  fx_rates_source: z.string().trim().min(1).max(200).optional(),
  legal_entities: entities.optional(),
};
/** An option that the request's query holds. */
export const invalid = (path: string, message: string): AppError =>
  new AppError("PARAMETERS_INVALID",
    { message: `${path}: ${message}`, errors: [{ path, message }] });

/** @throws AppError PARAMETERS_INVALID */
export function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalid(path, `"${text.slice(0, 60)}" is not JSON`);
  }
}

function parsed<T>(path: string, text: string | undefined, schema: z.ZodType<T>): T | undefined {
  if (text === undefined) return undefined;
  const read = schema.safeParse(parseJson(path, text));
  if (read.success) return read.data;
  const errors = read.error.issues.slice(0, ISSUES_NAMED).map((issue) => ({
    path: [path, ...issue.path].join("."), message: issue.message }));
  const more = read.error.issues.length - 1;
  throw new AppError("PARAMETERS_INVALID", { errors, message:
    `${errors[0]?.path}: ${errors[0]?.message}${more > 0 ? ` (and ${more} more)` : ""}` });
}

/** The money options of a request's query, checked for themselves. */
export const queryMoney = (query: QueryOf<"createVersion">): MoneyOptions => ({
  ...given("fx_rates", parsed("fx_rates", query.fx_rates, rates)),
  ...given("fx_rates_date", query.fx_rates_date),
  ...given("fx_rates_source", query.fx_rates_source),
  ...given("legal_entities", parsed("legal_entities", query.legal_entities, entities)),
});

/** What a JSON tape says goes before what the query says. */
export const tapeMoney = (tape: {
  [Name in keyof MoneyOptions]?: MoneyOptions[Name] | undefined;
}, query: MoneyOptions): MoneyOptions => ({ ...query,
  ...given("fx_rates", tape.fx_rates), ...given("fx_rates_date", tape.fx_rates_date),
  ...given("fx_rates_source", tape.fx_rates_source),
  ...given("legal_entities", tape.legal_entities) });

const given = <Name extends keyof MoneyOptions>(
  name: Name, value: MoneyOptions[Name] | undefined,
): MoneyOptions => (value === undefined ? {} : { [name]: value });

/**
 * Looks at money options together.
 * @throws AppError `code` for a date or source without rates, or a rate of the base currency
 */
export function checkMoney(
  money: MoneyOptions, baseCurrency: string, code: "PARAMETERS_INVALID" | "REQUEST_BODY_INVALID",
): MoneyOptions {
  const fail = (path: string, message: string): never => {
    throw new AppError(code, { message: `${path}: ${message}`, errors: [{ path, message }] });
  };
  const of = (["fx_rates_date", "fx_rates_source"] as const).find((name) =>
    money[name] !== undefined);
  if (money.fx_rates === undefined && of !== undefined) fail(of, "says of which rates? Give fx_rates");
  const own = money.fx_rates?.[baseCurrency];
  if (own !== undefined && own !== 1) {
    fail(`fx_rates.${baseCurrency}`, `${own} is no rate of the base currency, which is 1`);
  }
  return money;
}
