import { z } from "zod";
import {
  COLLATERAL_STEPS, DPD_BUCKETS, MATCH_KINDS, OUTSTANDING_STEPS,
} from "@/lib/risk";
import { listOf, pageQuery, uuid } from "./common";
import { operation } from "./operation";
import { LISTED_CHANGES } from "./facts";

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
const versionComparisonSchema = z.object({
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


const state = z.object({
  outstanding: amount, collateral: amount, days_past_due: z.number().int().nullable(),
  status: z.string().nullable(),
}).nullable();

const instrumentChangeSchema = z.object({
  instrument_id: z.string(), match: z.enum(LISTED_CHANGES),
  outstanding_change: amount,
  base: state.meta({ description: "Null where the instrument was added." }),
  other: state.meta({ description: "Null where it was removed." }),
}).meta({ id: "InstrumentChange" });

const both = { base: z.string(), other: z.string() };

export const compareOperations = {
  compareVersions: operation({
    method: "GET", path: "/dataset-versions/compare", tag: "Datasets", role: "READ",
    summary: "Two sealed versions of one dataset side by side: instruments that came, went and " +
      "changed, bridges of outstanding and collateral, roll rates.",
    query: z.strictObject(both),
    response: versionComparisonSchema,
    errors: ["PARAMETERS_INVALID", "DATASET_VERSION_NOT_FOUND", "DATASET_VERSION_ERASED",
      "NORMALIZED_RECORD_REQUIRED"],
  }),
  listInstrumentChanges: operation({
    method: "GET", path: "/dataset-versions/compare/instruments", tag: "Datasets", role: "READ",
    summary: "The instruments that came, went or changed between two versions, those whose " +
      "outstanding moved most first.",
    query: z.strictObject({ ...pageQuery, ...both, match: z.enum(LISTED_CHANGES).optional() }),
    response: listOf(instrumentChangeSchema),
    errors: ["PARAMETERS_INVALID", "DATASET_VERSION_NOT_FOUND", "DATASET_VERSION_ERASED",
      "NORMALIZED_RECORD_REQUIRED"],
  }),
};
