import { z } from "zod";
import { GROUP_DIMENSIONS, LOSS_STEPS, NETTINGS } from "@/lib/risk";
import { listOf, pageQuery, timestamp, uuid } from "./common";
import { groupByQuery } from "./record";
import { COMPARED_RELATIONS } from "./facts";
import { jobSchema } from "./job";
import { operation } from "./operation";
import { signOffSchema } from "./sign-off";

const amount = z.object({
  amount: z.number(),
  units: z.string().meta({ description: "The same, exact: 1/10,000 of the base currency." }),
});

const sideSchema = z.object({
  run_id: uuid, dataset_id: uuid, dataset_name: z.string(), dataset_version_id: uuid,
  dataset_version_number: z.number().int(), as_of: z.string().nullable(),
  content_hash: z.string().nullable(), started_at: timestamp, recorded_at: timestamp,
  recorded_by: z.string(), engine_id: z.string(), engine_version: z.string(),
  netting: z.enum(NETTINGS), debt_exposure_evidence_id: uuid, sign_off: signOffSchema,
}).meta({ id: "ComparedRun" });

const sideLossSchema = z.object({
  loss_estimate: z.number(), net_exposure_after_recovery: z.number(),
  interest_payment: z.number(), impact_score: z.number(),
  threshold: z.number(), is_material: z.boolean(), evidence_id: uuid,
}).nullable();

const relative = z.number().nullable().meta({
  description: "The difference as a fraction of the base run's figure; null where that is 0." });

const scenarioSchema = z.object({
  scenario_id: z.string(),
  base: sideLossSchema.meta({ description: "Null where the base run has no such scenario." }),
  other: sideLossSchema,
  loss_difference: z.number().nullable(),
  relative,
  bridge: z.object({
    opening: amount,
    steps: z.array(amount.extend({ step: z.enum(LOSS_STEPS) })),
    closing: amount,
  }).nullable().meta({ description: "From the base run's loss to the other's, to the unit: first " +
    "the data are exchanged (the other version under the base run's parameters), then netting, " +
    "then shocks; what is left is the engine's." }),
}).meta({ id: "ComparedScenario" });

const value = z.union([z.string(), z.number(), z.boolean()]).nullable();

/** Two runs side by side. */
export const runComparisonSchema = z.object({
  base_currency: z.string(),
  base: sideSchema,
  other: sideSchema,
  data: z.enum(COMPARED_RELATIONS).meta({ description: "How the runs' versions stand to each " +
    "other; what changed between two of one dataset says GET /dataset-versions/compare." }),
  exposure: z.array(z.object({
    figure: z.string(), base: z.number(), other: z.number(), difference: z.number(), relative,
  })),
  scenarios: z.array(scenarioSchema),
  parameters: z.array(z.object({
    scenario_id: z.string().nullable(), field: z.string(), base: value, other: value,
  })).meta({ description: "What the runs were asked differently, old beside new." }),
  group_by: z.array(z.enum(GROUP_DIMENSIONS)).nullable().meta({
    description: "The dimensions by which both runs recorded groups; else null." }),
}).meta({ id: "RunComparison" });

const groupSide = z.object({
  count: z.number().int(), total_outstanding: z.number(), collateral_value: z.number(),
  collateral_shortfall: z.number(), allocated_loss: z.number().nullable(),
  evidence_id: uuid.nullable(),
}).nullable();

const groupSchema = z.object({
  key: z.partialRecord(z.enum(GROUP_DIMENSIONS), z.string().nullable()),
  base: groupSide, other: groupSide,
  outstanding_difference: z.number(),
  loss_difference: z.number().nullable().meta({
    description: "Of the allocated losses, which add up to the runs' losses; null without a " +
      "scenario." }),
}).meta({ id: "ComparedGroup" });

const instrumentSide = z.object({
  rows: z.number().int(), outstanding: z.number(), collateral_value: z.number(),
  stressed_collateral_value: z.number(), shortfall_increase: z.number(),
  default_risk_buffer: z.number(), own_loss: z.number(),
}).nullable();

const instrumentSchema = z.object({
  instrument_id: z.string().nullable().meta({
    description: "Null stands for all debts without an id, which cannot be told apart." }),
  base: instrumentSide, other: instrumentSide,
  outstanding_difference: z.number(),
  loss_difference: z.number().meta({ description: "Of `own_loss`: what the debt lacks more, and " +
    "its buffer. With netting by instrument these are the loss before pooled recoveries." }),
}).meta({ id: "ComparedInstrument" });

const both = {
  base: z.string().meta({ description: "Id of the run that is compared with." }),
  other: z.string(),
};
const scenarioId = z.string().min(1).max(200);
const READING = ["PARAMETERS_INVALID", "RUN_NOT_FOUND", "DATASET_VERSION_ERASED",
  "CALCULATION_UNAVAILABLE"] as const;

export const runCompareOperations = {
  compareRuns: operation({
    method: "GET", path: "/runs/compare", tag: "Runs", role: "READ",
    summary: "Two runs side by side: exposure, losses by scenario with what explains their " +
      "difference, and what differs in the parameters.",
    query: z.strictObject(both),
    response: runComparisonSchema,
    errors: [...READING, "SCALE_OUT_UNAVAILABLE"],
  }),
  compareRunGroups: operation({
    method: "GET", path: "/runs/compare/groups", tag: "Runs", role: "READ",
    summary: "Two runs by groups, the largest difference first: as both recorded them, else " +
      "computed by `group_by` on each run's version under its parameters.",
    query: z.strictObject({ ...pageQuery, ...both, group_by: groupByQuery.optional(),
      scenario_id: scenarioId.optional() }),
    response: listOf(groupSchema).extend({
      total: z.number().int(), group_by: z.array(z.enum(GROUP_DIMENSIONS)),
      is_recorded: z.boolean().meta({ description: "True where the groups are both runs' " +
        "evidence; false where they were computed now." }),
    }),
    errors: [...READING, "SCALE_OUT_UNAVAILABLE"],
  }),
  compareRunInstruments: operation({
    method: "GET", path: "/runs/compare/instruments", tag: "Runs", role: "READ",
    summary: "What each instrument comes to under a scenario that both runs have, matched by id, " +
      "the largest difference first.",
    query: z.strictObject({ ...pageQuery, ...both, scenario_id: scenarioId,
      sort: z.enum(["-loss_difference", "-outstanding_difference"]).default("-loss_difference") }),
    response: listOf(instrumentSchema).extend({ total: z.number().int() }),
    errors: READING,
  }),
  exportRunComparison: operation({
    method: "GET", path: "/runs/compare/export", tag: "Runs", role: "READ",
    summary: "A comparison of two runs as a file. The same runs give the same bytes.",
    query: z.strictObject({ ...both,
      format: z.enum(["json", "csv", "xlsx", "pdf"]).default("json") }),
    response: z.unknown(), responseTypes: ["application/json", "text/csv", "application/pdf",
      "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"],
    accepted: jobSchema,
    errors: [...READING, "SCALE_OUT_UNAVAILABLE"],
  }),
};
