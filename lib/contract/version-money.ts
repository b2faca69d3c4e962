import { z } from "zod";
import { day } from "./common";

const sumsSchema = z.object({
  total_outstanding: z.number(), collateral_value: z.number(), assets_value: z.number(),
  distressed_asset_value: z.number(),
});

/** What a version holds in one currency, before and after its conversion. */
export const currencySchema = z.object({
  currency: z.string(),
  fx_rate: z.number().meta({ description: "Base units per 1 unit; 1 for the base currency." }),
  records: z.number().int(),
  origin: sumsSchema.meta({ description: "Sums of the amounts as they were given." }),
  base: sumsSchema.meta({ description: "The same amounts in base currency." }),
}).meta({ id: "CurrencyTotals" });

/** Records that the group's own entities owe, in base currency. */
export const eliminatedSchema = sumsSchema.extend({ records: z.number().int() })
  .meta({ id: "EliminatedTotals" });

/** What a version says of currencies and of what the group owes itself. */
export const versionMoney = {
  fx: z.object({
    rates: z.record(z.string(), z.number()).meta({ description: "Base units per 1 unit." }),
    date: z.string().nullable(), source: z.string().nullable(),
  }).nullable().meta({ description: "The rates that came with the tape." }),
  currencies: z.array(currencySchema).meta({
    description: "By currency of origin, the base currency first; none when all is in it." }),
  legal_entities: z.array(z.string()).meta({
    description: "The group's own entities: what they owe is eliminated. None once the version " +
      "is erased." }),
  legal_entities_sha256: z.string().nullable().meta({ description: "The SHA-256 of " +
    "`legal_entities` in canonical JSON (RFC 8785), which stays after an erasure." }),
  eliminated: eliminatedSchema.nullable(),
};

/** What an import is asked about currencies and the group. */
export const moneyQuery = {
  fx_rates: z.string().max(20_000).optional()
    .meta({ description: 'JSON: base units per 1 unit, `{"USD": 0.92}`.' }),
  fx_rates_date: day.optional().meta({ description: "The day that the rates are of." }),
  fx_rates_source: z.string().trim().min(1).max(200).optional(),
  legal_entities: z.string().max(250_000).optional().meta({ description: "JSON: names or " +
    "identifiers of the group's own entities; what they owe is eliminated." }),
};
