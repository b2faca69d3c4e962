import { z } from "zod";
import { GROUP_DIMENSIONS, NETTINGS, SCENARIO_LIMIT } from "@/lib/risk";
import { uuid } from "./common";
import { exposureSchema } from "./dataset";
import { operation } from "./operation";
import { stressSchema, uuidText, versionIdCodes } from "./run";

/** Most figures of groups that one answer holds: groups times the base and each scenario. */
export const GROUP_FIGURES_LIMIT = 100_000;

/** The same of what is kept as evidence. */
export const KEPT_FIGURES_LIMIT = 5_000;

const lacking = z.number().meta({ description: "What debts then lack in collateral: the " +
  "portfolio's gap, or by instrument the sum of each debt's own." });

const ofPortfolio = { net_exposure_after_recovery: true, loss_estimate: true,
  impact_score: true } as const;

const portfolioStressSchema = stressSchema.extend({ collateral_shortfall: lacking })
  .meta({ id: "PortfolioStress" });

export const stressGroupSchema = z.object({
  key: z.partialRecord(z.enum(GROUP_DIMENSIONS), z.string().nullable()),
  count: z.number().int().meta({ description: "Normalized records." }),
  base: exposureSchema.omit({ net_exposure_after_recovery: true }),
  scenarios: z.array(stressSchema.omit({ ...ofPortfolio, description: true,
    interest_rate_delta_pct: true, collateral_market_impact_pct: true,
    recovery_degradation_pct: true, default_risk_increment_pct: true, segment_shocks: true })
    .extend({ collateral_shortfall: lacking,
      allocated_loss: z.number().meta({ description: "The group's share of the loss: the shares " +
        "add up to it. Net exposure and loss are the portfolio's, and no sums over groups." }) })),
}).meta({ id: "StressGroup" });

export const unmatchedSchema = z.object({
  code: z.literal("SEGMENT_UNMATCHED"),
  message: z.string(),
  scenario_id: z.string(),
  path: z.string(),
  dimension: z.enum(GROUP_DIMENSIONS).nullable()
    .meta({ description: "Null where all values exist, but no record has them together." }),
  known_values: z.array(z.string()),
}).meta({ id: "UnmatchedSegment" });

export const groupByCodes = { member: "group_by", required: "PARAMETERS_INVALID",
  invalid: "PARAMETERS_INVALID" } as const;

/** One or two different dimensions. */
export const groupBySchema = z.array(z.enum(GROUP_DIMENSIONS)).min(1).max(2)
  .refine((names) => new Set(names).size === names.length, "two different dimensions");

export const stressAnalysisOperations = {
  analyzeStress: operation({
    method: "POST", path: "/analyses/stress", tag: "Analyses", role: "EXECUTE",
    gates: ["engine"],
    summary: "A stress on every instrument, in total and by one or two dimensions. Nothing is " +
      "stored unless `persist` says so.",
    body: z.strictObject({
      dataset_version_id: uuidText,
      // Judged by the calculation library itself, as the scenarios of a run are.
      scenarios: z.array(z.record(z.string(), z.unknown())).min(1).max(SCENARIO_LIMIT).meta({
        description: "As `stress_scenarios` of a run, with `segment_shocks`; a default scenario's " +
          "id alone gives that scenario." }),
      netting: z.enum(NETTINGS).default("portfolio"),
      group_by: groupBySchema.optional(),
      persist: z.boolean().default(false).meta({ description: "Keeps request and result as " +
        `evidence of kind \`analysis\`; at most ${KEPT_FIGURES_LIMIT} figures of groups.` }),
    }),
    memberCodes: [
      versionIdCodes,
      ...(["scenarios", "netting", "persist"] as const).map((member) => ({ member,
        required: "PARAMETERS_INVALID", invalid: "PARAMETERS_INVALID" } as const)),
      groupByCodes,
    ],
    response: z.object({
      dataset_version_id: uuid,
      netting: z.enum(NETTINGS),
      totals: z.object({ base: exposureSchema, scenarios: z.array(portfolioStressSchema) }),
      groups: z.array(stressGroupSchema),
      warnings: z.array(unmatchedSchema),
      evidence_id: uuid.optional(),
    }),
    errors: ["ENGINE_DISABLED", "KILL_SWITCH_ACTIVE", "IMMUTABLE_EVIDENCE_MISMATCH",
      "REQUEST_BODY_INVALID", "DATASET_VERSION_ID_REQUIRED",
      "DATASET_VERSION_ID_INVALID", "PARAMETERS_INVALID", "DATASET_VERSION_NOT_FOUND",
      "DATASET_VERSION_ERASED", "NORMALIZED_RECORD_REQUIRED", "CALCULATION_UNAVAILABLE",
      "SCALE_OUT_UNAVAILABLE"],
  }),
};
