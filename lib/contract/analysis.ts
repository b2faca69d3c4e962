import { z } from "zod";
import {
  DRIVERS, FRONTIER_LIMIT, GRID_LIMIT, LOSS_QUANTILES, NETTINGS, SHOCK_NAMES,
} from "@/lib/risk";
import { unmatchedSchema } from "./analysis-stress";
import { uuid } from "./common";
import { GROUP_COLUMNS, PATHS_BOUNDS } from "./facts";
import { jobSchema } from "./job";
import { operation } from "./operation";

/** Amounts beyond this are refused as those of a tape are (MODEL.md "Reproducible sums"). */
export const AMOUNT_BOUND = 9e14;
/** Values of an inline concentration, and obligors of an inline credit loss. */
export const VALUES_LIMIT = 100_000;
export const SIMULATION_LIMIT = 10_000_000_000;
/** Months of a projection, and days of a value series. */
export const MONTHS_LIMIT = 60;
export const SERIES_LIMIT = 20_000;
/** Bytes of the bodies that may carry long lists. */
const LIST_BODY_BYTES = 16 * 1024 ** 2;

export const amount = z.number({ error: "an amount as a number" })
  .min(0, "an amount of 0 or more")
  .max(AMOUNT_BOUND, "AMOUNT_OUT_OF_RANGE, an amount of at most 9e14 currency units");
export const fraction = (name: string) => z.number({ error: `${name} as a fraction from 0 to 1` })
  .min(0, `${name} is a fraction from 0 to 1`)
  .max(1, `${name} is a fraction from 0 to 1; write 0.45 for 45 %`);
export const whole = (low: number, high: number) => z.number({ error: "a whole number" })
  .int("a whole number").min(low, `a whole number from ${low} to ${high}`)
  .max(high, `a whole number from ${low} to ${high}`);

const versionId = z.string().regex(
  /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i, "a UUID").optional();
const persist = z.boolean().optional().meta({
  description: "Keeps request and result as evidence of kind `analysis`; needs a version." });
export const evidenceId = uuid.optional().meta({ description: "Of what `persist` kept." });

/** A version or its inline replacement, exactly one; what is inline is not evidence. */
function oneSource<T extends { dataset_version_id?: string | undefined;
  persist?: boolean | undefined }>(inline: keyof T & string) {
  return (body: T, context: z.core.$RefinementCtx<T>): void => {
    const add = (path: string, message: string): void => {
      context.addIssue({ code: "custom", path: [path], message });
    };
    const hasInline = body[inline] !== undefined;
    if (hasInline && body.dataset_version_id !== undefined) {
      add(inline, `${inline} stands in place of dataset_version_id: give one of them`);
    } else if (!hasInline && body.dataset_version_id === undefined) {
      add("dataset_version_id", `a dataset version's id, or ${inline} in its place`);
    } else if (hasInline && body.persist) {
      add("persist", "only the analysis of a dataset version can be kept as evidence");
    }
  };
}

/** The version that an analysis of the request's own figures is kept with. */
export const keptWith = {
  dataset_version_id: versionId.meta({ description: "Sealed version that the figures belong to; "
    + "needed with `persist`. They are taken from the request, never from the version." }),
  persist,
};

/** What is kept is some version's; what is only calculated needs none. */
export function versionToKeep<T extends { dataset_version_id?: string | undefined;
  persist?: boolean | undefined }>(body: T, context: z.core.$RefinementCtx<T>): void {
  if (!body.persist || body.dataset_version_id !== undefined) return;
  context.addIssue({ code: "custom", path: ["dataset_version_id"],
    message: "the dataset version that the analysis is kept with" });
}

/** A position in place of a version's: MODEL.md section 1's totals. */
export const exposureInputSchema = z.strictObject({
  total_outstanding: amount,
  interest_rate_pct: z.number().min(0).max(1000).default(0),
  collateral_value: amount.default(0),
  assets_value: amount.default(0),
  distressed_asset_value: amount.default(0),
  distressed_asset_recovery: amount.default(0),
}).superRefine((exposure, context) => {
  if (exposure.distressed_asset_recovery <= exposure.distressed_asset_value) return;
  context.addIssue({ code: "custom", path: ["distressed_asset_recovery"],
    message: "at most distressed_asset_value" });
}).meta({ id: "ExposureInput" });

const scenario = z.record(z.string(), z.unknown()).meta({
  description: "As in a run's `stress_scenarios`; `scenario_id` may be left out, a default's " +
    "id fills in what is not given." });
const stressed = {
  dataset_version_id: versionId,
  exposure: exposureInputSchema.optional().meta({
    description: "In place of a version, netted as a portfolio." }),
  scenario,
  netting: z.enum(NETTINGS).default("portfolio"),
  persist,
};

const shockName = z.enum(SHOCK_NAMES, { error: `one of ${SHOCK_NAMES.join(", ")}` });
const shockBound = z.number().min(-100).max(100);
const axis = (steps: number) => z.strictObject({
  shock: shockName, from: shockBound, to: shockBound, steps: whole(2, steps),
});
type Axes = { x: { shock: string }; y: { shock: string } };
const twoShocks = ({ x, y }: Axes, context: z.core.$RefinementCtx<Axes>): void => {
  if (x.shock !== y.shock) return;
  context.addIssue({ code: "custom", path: ["y", "shock"],
    message: "another shock than the x axis has" });
};
export const gridSchema = z.strictObject({ x: axis(GRID_LIMIT), y: axis(GRID_LIMIT) })
  .superRefine(twoShocks);
export const frontierInputSchema = z.strictObject({
  x: axis(FRONTIER_LIMIT),
  y: z.strictObject({ shock: shockName, from: shockBound, to: shockBound }),
}).superRefine(twoShocks);

const reason = z.string().nullable().meta({ description: "Why there is none, as a sentence." });

const segmentWarnings = z.array(unmatchedSchema).optional().meta({ description:
  "Where the scenario shocks segments: those that shock no record, with values that there are." });

export const attributionSchema = z.object({
  net_exposure_after_recovery: z.number(),
  loss_estimate: z.number(),
  drivers: z.object({ collateral: z.number(), recovery: z.number(), default: z.number() }),
  added_interest: z.number()
    .meta({ description: "Interest a year on top: beside the loss, never in it." }),
  warnings: segmentWarnings, evidence_id: evidenceId,
}).meta({ id: "Attribution" });

export const sensitivitySchema = z.object({
  tornado: z.array(z.object({
    shock: shockName, low: z.number(), base: z.number(), high: z.number(),
  })).meta({ description: "Losses at half, whole and double of each shock alone, widest first." }),
  grid: z.object({
    x: z.array(z.number()), y: z.array(z.number()), loss: z.array(z.array(z.number())),
  }).optional().meta({ description: "`loss[row][column]` is at `y[row]` and `x[column]`." }),
  warnings: segmentWarnings, evidence_id: evidenceId,
}).meta({ id: "Sensitivity" });

export const TARGET_METRICS =
  ["loss_estimate", "loss_share", "coverage_ratio", "leverage_ratio"] as const;
const unreachable = z.enum(["TARGET_NOT_REACHED", "NO_DEBT_OUTSTANDING", "NO_ASSETS_VALUE"]);
const crossing = z.object({
  reachable: z.boolean(), multiplier: z.number().nullable(), reason: unreachable.optional(),
});
export const reverseStressSchema = z.object({
  reachable: z.boolean(),
  multiplier: z.number().nullable(),
  reason: unreachable.optional(),
  loss_at_multiplier: z.number().nullable(),
  max_loss: z.number().meta({ description: "The largest loss over k in [0, 20]." }),
  binding_driver: z.enum(DRIVERS).nullable(),
  factors: z.object(Object.fromEntries(SHOCK_NAMES.map((name) => [name, crossing])) as
    Record<(typeof SHOCK_NAMES)[number], typeof crossing>),
  frontier: z.object({
    x: shockName, y: shockName,
    points: z.array(z.object({ x: z.number(), y: z.number().nullable() })).meta({
      description: "For each x the first y on the way from `from` to `to` that hits the target; " +
        "null where none does. The other shocks are the scenario's." }),
  }).optional(),
  warnings: segmentWarnings, evidence_id: evidenceId,
}).meta({ id: "ReverseStress" });

const share = z.number().nullable();
const holding = z.object({
  key: z.string().nullable().optional(), index: z.number().int().optional(),
  value: z.number(), share: z.number(),
});
export const concentrationSchema = z.object({
  count: z.number().int().meta({ description: "Names or groups with an amount over 0." }),
  total: z.number(),
  hhi: share, effective_number: share, gini: share,
  top: z.object({ "1": share, "10": share, "20": share }),
  reason,
  flagged: z.array(holding).meta({ description: "More than 15 % of the total, largest first." }),
  largest: z.array(holding).meta({ description: "The 20 largest." }),
  curve: z.array(z.object({ names: z.number(), share: z.number() })).meta({
    description: "Share of the total that the largest share of names holds, from 0 to 1." }),
  missing: z.object({ value: z.number(), share }).optional().meta({
    description: "Of a version: what has no value in this column and so is one group, `null`." }),
  evidence_id: evidenceId,
}).meta({ id: "Concentration" });

const obligor = z.strictObject({
  key: z.string().max(200).optional(), ead: amount, pd: fraction("pd"), lgd: fraction("lgd"),
  rho: fraction("rho").optional().meta({ description: "IRB corporate's unless given." }),
});
export const creditLossSchema = z.object({
  method: z.enum(["monte_carlo", "granular"]),
  paths: z.number().int().meta({ description: "0 for the closed form." }),
  seed: z.number().int(),
  obligors: z.number().int(),
  exposure_at_default: z.number(),
  expected_loss: z.number(),
  expected_loss_standard_error: z.number(),
  exact_expected_loss: z.number().meta({ description: "Sum of PD LGD EAD." }),
  standard_deviation: z.number(),
  standard_deviation_standard_error: z.number(),
  quantiles: z.array(z.object({
    q: z.number(), var: z.number(), es: z.number(),
    standard_error: z.number().meta({ description: "Of `var`." }),
    es_standard_error: z.number(),
  })),
  contributions: z.array(z.object({
    index: z.number().int(), key: z.string().nullable(), expected_loss: z.number(),
    es: z.number(), share: z.number(),
  })).meta({ description: "Parts of the ES at `contribution_q`, largest first; with " +
    "`other_contributions` they add up to it." }),
  other_contributions: z.object({ obligors: z.number().int(), es: z.number() }),
  contribution_q: z.number(),
  closed_form: z.array(z.object({ q: z.number(), var: z.number(), es: z.number() })),
  histogram: z.array(z.object({ from: z.number(), to: z.number(), share: z.number() }))
    .meta({ description: "Shares of paths by loss; empty for the closed form." }),
  left_out: z.object({
    without_pd: z.number().int(), without_lgd: z.number().int(),
    outstanding: z.number(),
  }).meta({ description: "Instruments of the version that have no part in the figures." }),
  warnings: z.array(z.string()),
  evidence_id: evidenceId,
}).meta({ id: "CreditLoss" });

export const versionIdCodes = { member: "dataset_version_id", required: "DATASET_VERSION_ID_REQUIRED",
  invalid: "DATASET_VERSION_ID_INVALID" } as const;
const scenarioCodes = { member: "scenario", required: "PARAMETERS_INVALID",
  invalid: "PARAMETERS_INVALID" } as const;
export const ofVersion = ["REQUEST_BODY_INVALID", "DATASET_VERSION_ID_REQUIRED",
  "DATASET_VERSION_ID_INVALID", "DATASET_VERSION_NOT_FOUND", "DATASET_VERSION_ERASED",
  "NORMALIZED_RECORD_REQUIRED", "ENGINE_DISABLED", "KILL_SWITCH_ACTIVE",
  "IMMUTABLE_EVIDENCE_MISMATCH"] as const;
export const shared = { method: "POST", tag: "Analyses", role: "EXECUTE" } as const;

export const analysisOperations = {
  analyseAttribution: operation({
    ...shared, path: "/analyses/attribution",
    summary: "Why a scenario loses: its loss shared out over the drivers by Shapley value.",
    body: z.strictObject(stressed).superRefine(oneSource("exposure")),
    memberCodes: [versionIdCodes, scenarioCodes],
    response: attributionSchema,
    errors: [...ofVersion, "PARAMETERS_INVALID", "CALCULATION_UNAVAILABLE"],
  }),
  analyseSensitivity: operation({
    ...shared, path: "/analyses/sensitivity",
    summary: "Tornado of a scenario's shocks, and the loss over two shocks' ranges.",
    body: z.strictObject({ ...stressed, grid: gridSchema.optional() })
      .superRefine(oneSource("exposure")),
    memberCodes: [versionIdCodes, scenarioCodes],
    response: sensitivitySchema,
    errors: [...ofVersion, "PARAMETERS_INVALID", "CALCULATION_UNAVAILABLE"],
  }),
  analyseReverseStress: operation({
    ...shared, path: "/analyses/reverse-stress",
    summary: "How far a scenario must go to hit a target, and the frontier over two shocks.",
    body: z.strictObject({
      ...stressed,
      target: z.strictObject({ metric: z.enum(TARGET_METRICS), value: amount }),
      frontier: frontierInputSchema.optional(),
    }).superRefine(oneSource("exposure")),
    memberCodes: [versionIdCodes, scenarioCodes],
    response: reverseStressSchema,
    errors: [...ofVersion, "PARAMETERS_INVALID", "CALCULATION_UNAVAILABLE"],
  }),
  analyseConcentration: operation({
    ...shared, path: "/analyses/concentration", maxBodyBytes: LIST_BODY_BYTES,
    summary: "Herfindahl index, Gini, top shares and single names above 15 %.",
    body: z.strictObject({
      dataset_version_id: versionId,
      by: z.enum(GROUP_COLUMNS).default("obligor"),
      values: z.array(amount).max(VALUES_LIMIT).optional(),
      persist,
    }).superRefine(oneSource("values")),
    memberCodes: [versionIdCodes],
    response: concentrationSchema, errors: ofVersion,
  }),
  analyseCreditLoss: operation({
    ...shared, path: "/analyses/credit-loss", maxBodyBytes: LIST_BODY_BYTES,
    summary: "Credit-loss distribution of a one-factor Gaussian copula.",
    body: z.strictObject({
      dataset_version_id: versionId,
      obligors: z.array(obligor).max(VALUES_LIMIT).optional(),
      method: z.enum(["monte_carlo", "granular"]).default("monte_carlo"),
      paths: whole(PATHS_BOUNDS.low, PATHS_BOUNDS.high).default(20_000),
      seed: whole(0, 2 ** 32 - 1).default(1),
      rho: fraction("rho").optional().meta({ description: "For all obligors without their own." }),
      contribution_q: z.union(LOSS_QUANTILES.map((q) => z.literal(q)),
        { error: `one of ${LOSS_QUANTILES.join(", ")}` }).default(0.99),
      top: whole(1, 10_000).default(1000)
        .meta({ description: "Contributions that are listed one by one." }),
      persist,
    }).superRefine(oneSource("obligors")),
    memberCodes: [versionIdCodes],
    response: creditLossSchema, accepted: jobSchema,
    errors: [...ofVersion, "PARAMETERS_INVALID", "CALCULATION_UNAVAILABLE"],
  }),
  cancelCreditLoss: operation({
    ...shared, path: "/analyses/credit-loss/jobs/{id}/cancel",
    summary: "Cancels a simulation that a job does (`Prefer: respond-async`).",
    response: jobSchema, errors: ["JOB_NOT_FOUND", "JOB_STATE_CONFLICT"],
  }),
  keepCreditLoss: operation({
    ...shared, path: "/analyses/credit-loss/jobs/{id}/keep", gates: ["engine", "kill_switch"],
    summary: "Keeps what a job has simulated as evidence, without simulating it again.",
    response: z.object({ evidence_id: uuid }),
    errors: ["ENGINE_DISABLED", "KILL_SWITCH_ACTIVE", "JOB_NOT_FOUND", "JOB_STATE_CONFLICT"],
  }),
};
