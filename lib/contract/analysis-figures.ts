import { z } from "zod";
import { DEFAULT_PD_FLOOR, IRB_CLASSES, NO_STRESS } from "@/lib/risk";
import {
  amount, AMOUNT_BOUND, evidenceId, fraction, keptWith, MONTHS_LIMIT, ofVersion,
  SERIES_LIMIT, shared, versionIdCodes, versionToKeep, whole,
} from "./analysis";
import { day } from "./common";
import { EXPOSURES_LIMIT } from "./facts";
import { operation } from "./operation";

/* Analyses of what the request brings; a dataset version is needed only to keep them with it. */

const signed = z.number({ error: "an amount as a number" }).min(-AMOUNT_BOUND).max(AMOUNT_BOUND);
const factor = z.number({ error: "a factor as a number" }).min(0).max(100);

const irbExposure = z.strictObject({
  ead: amount, pd: fraction("pd"), lgd: fraction("lgd"),
  maturity: z.number().min(0).max(50).default(2.5)
    .meta({ description: "Effective maturity M in years, as given; corporate only." }),
  asset_class: z.enum(IRB_CLASSES, { error: `one of ${IRB_CLASSES.join(", ")}` }),
  turnover_meur: z.number().min(0).max(AMOUNT_BOUND).optional()
    .meta({ description: "Yearly turnover in millions; corporate only." }),
  pd_floor: fraction("pd_floor").default(DEFAULT_PD_FLOOR).meta({ description: "0 switches it off." }),
  defaulted: z.boolean().default(false),
  el_best: fraction("el_best").optional()
    .meta({ description: "Best estimate of loss, a fraction; of defaulted exposures only." }),
}).superRefine((exposure, context) => {
  if (exposure.defaulted === (exposure.el_best !== undefined)) return;
  context.addIssue({ code: "custom", path: ["el_best"],
    message: "goes with defaulted: true, and only with it" });
});

export const irbSchema = z.object({
  exposures: z.array(z.object({
    correlation: z.number().nullable().meta({ description: "Null of a defaulted exposure." }),
    capital_requirement: z.number(), risk_weight: z.number(), rwa: z.number(),
    expected_loss: z.number(),
  })),
  totals: z.object({
    ead: z.number(), rwa: z.number(), capital: z.number(), expected_loss: z.number(),
    risk_weight: z.number().nullable().meta({ description: "RWA / EAD; null without EAD." }),
  }),
  evidence_id: evidenceId,
}).meta({ id: "IrbCapital" });

export const AMORTISATIONS = ["linear", "annuity", "bullet"] as const;
export const statementsSchema = z.strictObject({
  revenue: amount, operating_costs: amount,
  ebitda: signed.optional().meta({ description: "revenue - operating_costs unless given." }),
  cash: signed.default(0), receivables: amount.default(0), payables: amount.default(0),
  market_value: amount.default(0),
}).meta({ id: "BorrowerStatements" });
export const debtSchema = z.strictObject({
  principal: amount, interest_rate_pct: z.number().min(0).max(1000),
  term_months: whole(1, 1200),
  amortisation: z.enum(AMORTISATIONS),
}).meta({ id: "DebtOfBorrower" });
export const projectionAssumptionsSchema = z.strictObject({
  revenue_factor: factor.default(1), cost_factor: factor.default(1),
  interest_rate_factor: factor.default(1), liquidity_factor: factor.default(1),
  market_value_factor: factor.default(1),
  collection_days: z.number().min(-365).max(3650).default(0)
    .meta({ description: "Days that customers pay later." }),
  payment_days: z.number().min(-3650).max(365).default(0)
    .meta({ description: "Days by which suppliers are paid later; -5 is 5 days earlier." }),
}).meta({ id: "ProjectionAssumptions" });

const dscr = z.number().nullable().meta({ description: "Null when nothing is due." });
export const projectionSchema = z.object({
  months: z.array(z.object({
    date: z.string(), cash_flow: z.number(), cash: z.number(), shortfall: z.number(),
    interest: z.number(), principal: z.number(), balance: z.number(), dscr,
    status: z.enum(["adequate", "marginal", "insufficient", "not_applicable"]),
    market_value: z.number(),
    exposure: z.number().meta({ description: "Debt that the market value does not cover." }),
  })),
  summary: z.object({
    min_dscr: dscr, average_dscr: dscr,
    total_shortfall: z.number().meta({ description: "Sum of the months' shortfalls." }),
    peak_shortfall: z.number().meta({ description: "The largest one: what must be found." }),
    first_shortfall: z.string().nullable(),
    working_capital_outflow: z.number(),
  }),
  evidence_id: evidenceId,
}).meta({ id: "Projection" });

export const RISK_LEVELS = ["normal", "warning", "breach", "unknown"] as const;
export const VAR_LEVELS = ["normal", "warning", "critical", "halt", "unknown"] as const;
const level = z.object({
  level: z.enum(RISK_LEVELS), reason: z.string().nullable(),
});
const varLevel = z.object({
  level: z.enum(VAR_LEVELS), limit: z.number(), utilisation: z.number().nullable(),
  reason: z.string().nullable(),
});
export const valueAtRiskSchema = z.object({
  observations: z.number().int().meta({ description: "Day returns." }),
  date: z.string(), value: z.number(),
  var: z.object({ "0.95": z.number().nullable(), "0.99": z.number().nullable() }),
  day_return: z.number().nullable(),
  month_to_date: z.number().nullable(),
  levels: z.object({ day: level, month_to_date: level, "0.95": varLevel, "0.99": varLevel }),
  returns: z.array(z.object({ date: z.string(), day_return: z.number() })),
  evidence_id: evidenceId,
}).meta({ id: "ValueAtRisk" });

export const figureOperations = {
  analyseIrb: operation({
    ...shared, path: "/analyses/irb", maxBodyBytes: 4 * 1024 ** 2,
    summary: "Basel IRB capital of exposures.",
    body: z.strictObject({
      exposures: z.array(irbExposure).min(1).max(EXPOSURES_LIMIT), ...keptWith,
    }).superRefine(versionToKeep),
    memberCodes: [versionIdCodes],
    response: irbSchema, errors: ofVersion,
  }),
  analyseProjection: operation({
    ...shared, path: "/analyses/projection",
    summary: "A borrower's cash and debt service month by month under stress.",
    body: z.strictObject({
      statements: statementsSchema,
      debt_schedule: z.array(debtSchema).max(1000),
      assumptions: projectionAssumptionsSchema.default({ ...NO_STRESS }),
      start: day,
      horizon_months: whole(1, MONTHS_LIMIT),
      ...keptWith,
    }).superRefine(versionToKeep),
    memberCodes: [versionIdCodes],
    response: projectionSchema, errors: ofVersion,
  }),
  analyseValueAtRisk: operation({
    ...shared, path: "/analyses/value-at-risk", maxBodyBytes: 4 * 1024 ** 2,
    summary: "Empirical value at risk and guards of a daily value series.",
    body: z.strictObject({
      series: z.array(z.strictObject({ date: day, value: amount, flow: signed.default(0) }))
        .min(1, "at least one day").max(SERIES_LIMIT),
      as_of: day.optional()
        .meta({ description: "Judges freshness; without it the last value counts as fresh." }),
      freshness_days: z.number().int().min(0).max(365).default(4),
      limits: z.strictObject({
        "0.95": z.number().positive().max(AMOUNT_BOUND).default(2_000_000),
        "0.99": z.number().positive().max(AMOUNT_BOUND).default(3_000_000),
      }).default({ "0.95": 2_000_000, "0.99": 3_000_000 }),
      ...keptWith,
    }).superRefine(versionToKeep),
    memberCodes: [versionIdCodes],
    response: valueAtRiskSchema, errors: ofVersion,
  }),
};
