import { z } from "zod";
import { builtInProfileSchema } from "./mapping-profile";

const setSchema = z.object({
  tables: z.array(z.object({ template: z.string(), name: z.string(), rows: z.number().int(),
    columns: z.number().int(),
    missing: z.array(z.string()).meta({ description: "Mandatory columns that are not there." }) })),
  join: z.object({
    loans: z.number().int(), loans_with_counterparty: z.number().int(),
    loans_without_counterparty: z.number().int(), loans_with_collateral: z.number().int(),
    counterparties: z.number().int(), collaterals: z.number().int(),
    orphan_collaterals: z.number().int(),
    supplements: z.number().int().meta({ description: "Rows that say more of a loan or " +
      "collateral: mortgages, enforcement, forbearance, collection, repayments." }),
    orphan_supplements: z.number().int(),
  }),
  currencies: z.array(z.string()),
}).meta({ id: "TableSet" });

/** What a look at a tape's beginning shows. */
export const tapePreviewSchema = z.object({
  sheets: z.array(z.string()).meta({ description: "Of a workbook; else none." }),
  encoding: z.string(), delimiter: z.string(),
  header_row: z.number().int().nullable()
    .meta({ description: "The line or row that named the columns, where one does." }),
  headers: z.array(z.string()),
  rows: z.array(z.object({ line: z.number().int(), cells: z.array(z.string()) })),
  suggested: z.array(z.object({
    field: z.string(), column: z.string(), by: z.enum(["name", "synonym", "values"]),
    confidence: z.number().meta({ description: "0 to 1" }), reason: z.string(),
    scheme: z.enum(["nace", "naics"]).optional()
      .meta({ description: "The column holds industry codes of this scheme." }),
  })),
  profiles: z.array(builtInProfileSchema)
    .meta({ description: "Built-in profiles that know the file's columns." }),
  missing: z.array(z.string())
    .meta({ description: "Fields an import needs and no column is recognised as." }),
  personal: z.array(z.object({ column: z.string(), token: z.string() }))
    .meta({ description: "Columns whose names speak of persons, and the word that does." }),
  currencies: z.array(z.object({ column: z.string(), codes: z.array(z.string()) }))
    .meta({ description: "Columns of currency codes, and the codes in what was sent." }),
  units: z.array(z.object({
    column: z.string(), of: z.enum(["amount", "points", "fraction"]), scale: z.number(),
    reason: z.string(),
  })).meta({ description: "Columns that look as if they were in another unit than a field " +
    "of that type: the `scale` that would read them right." }),
  set: setSchema.nullable().meta({ description: "The tables of an archive or workbook that " +
    "are imported as one tape; `headers` and `rows` are then those of the loans." }),
  notes: z.array(z.string()),
});
