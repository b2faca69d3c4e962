import { z } from "zod";
import {
  COLLATERAL_STEPS, DPD_BUCKETS, MATCH_KINDS, OUTSTANDING_STEPS,
} from "@/lib/risk";
import { uuid } from "./common";

const amount = z.object({
  amount: z.number(),
  units: z.string().meta({ description: "The same, exact: 1/10,000 of the base currency." }),
});
const side = z.object({
  dataset_version_id: uuid, number: z.number().int(), as_of: z.string().nullable(),
  quality_score: z.number().nullable(),
});
const bucket = z.enum(DPD_BUCKETS);
const gap = z.enum(["NO_INSTRUMENTS", "NO_BALANCE"]).nullable();

const bridgeOf = <const Steps extends readonly [string, ...string[]]>(steps: Steps) => z.object({
  opening: amount,
  steps: z.array(amount.extend({ step: z.enum(steps) })),
  closing: amount,
});

/** Two versions side by side: what came, went and moved (MODEL.md section 9). */
export const versionComparisonSchema = z.object({
  dataset_id: uuid,
  dataset_name: z.string(),
  base_currency: z.string(),
  base: side,
  other: side,
  quality_score_change: z.number().nullable(),
  changes: z.array(z.object({
    match: z.enum(MATCH_KINDS), base_rows: z.number().int(), other_rows: z.number().int(),
    base_outstanding: amount, other_outstanding: amount,
  })).meta({ description: "By instrument id; ids that are repeated or missing stand apart." }),
  outstanding: bridgeOf(OUTSTANDING_STEPS),
  collateral: bridgeOf(COLLATERAL_STEPS),
  roll_rates: z.object({
    without_days_past_due: z.number().int(),
    rows: z.array(z.object({
      from: bucket, count: z.number().int(), balance: amount,
      count_reason: gap, balance_reason: gap,
      to: z.array(z.object({
        bucket, count: z.number().int(), balance: amount,
        count_share: z.number().nullable(), balance_share: z.number().nullable(),
      })),
    })),
  }),
}).meta({ id: "VersionComparison" });
