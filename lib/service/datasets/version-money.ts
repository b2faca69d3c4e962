import type { ResponseOf } from "@/lib/contract/operations";
import { amountFromUnits } from "@/lib/kernel/exact";
import { canonicalJson } from "@/lib/kernel/canonical";
import { sha256Hex } from "@/lib/kernel/hash";
import { assert } from "@/lib/kernel/assert";
import { totalsFromJson, type TotalsJson } from "@/lib/risk";

/** What the amounts of a tape were converted with: kept with the version as it was given. */
export type MoneyOptions = {
  fx_rates?: Record<string, number>; fx_rates_date?: string; fx_rates_source?: string;
  legal_entities?: string[];
};

/** Sums that stand beside a version's totals in its consolidated record, where there are any. */
export type SumsApart = {
  by_currency?: { currency: string; fx_rate: number; records: number; origin: TotalsJson;
    base: TotalsJson; }[];
  eliminated?: { records: number; totals: TotalsJson };
};

type Money = Pick<ResponseOf<"getVersion">, "fx" | "currencies" | "legal_entities"
  | "legal_entities_sha256" | "eliminated">;

function amountsOf(json: TotalsJson) {
  const totals = totalsFromJson(json);
  assert(totals.ok, "stored sums are whole numbers");
  const { outstanding, collateral, assets, distressedValue } = totals.value;
  return { total_outstanding: amountFromUnits(outstanding),
    collateral_value: amountFromUnits(collateral), assets_value: amountFromUnits(assets),
    distressed_asset_value: amountFromUnits(distressedValue) };
}

/** What a version says of currencies and of what was left out as owed inside the group. */
export function moneyOf(row: { options: unknown; consolidated: unknown }): Money {
  const options = (row.options ?? {}) as MoneyOptions & { legal_entities_sha256?: string };
  const { legal_entities: entities } = options;
  const { by_currency: currencies = [], eliminated } = (row.consolidated ?? {}) as SumsApart;
  return {
    fx: options.fx_rates === undefined ? null : { rates: options.fx_rates,
      date: options.fx_rates_date ?? null, source: options.fx_rates_source ?? null },
    currencies: currencies.map(({ currency, fx_rate, records, origin, base }) =>
      ({ currency, fx_rate, records, origin: amountsOf(origin), base: amountsOf(base) })),
    legal_entities: entities ?? [],
    legal_entities_sha256: entities === undefined ? options.legal_entities_sha256 ?? null
      : sha256Hex(canonicalJson(entities)),
    eliminated: eliminated === undefined ? null
      : { records: eliminated.records, ...amountsOf(eliminated.totals) },
  };
}

/** Where a version's rates come from, for the assumptions of its runs; null without rates. */
export function fxSource(row: { options: unknown }): string | null {
  const { fx_rates: rates, fx_rates_date: date, fx_rates_source: source } =
    (row.options ?? {}) as MoneyOptions;
  if (rates === undefined) return null;
  return `${source ?? "rates given with the tape"}${date === undefined ? "" : ` of ${date}`}`;
}
