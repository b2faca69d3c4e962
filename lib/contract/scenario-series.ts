import { z } from "zod";
import { NETTINGS } from "@/lib/risk";
import { listOf, pageQuery, timestamp, uuid } from "./common";
import { operation } from "./operation";
import { scenarioSchema } from "./run";

const figures = {
  run_id: uuid, recorded_at: timestamp, netting: z.enum(NETTINGS), scenario: scenarioSchema,
  loss_estimate: z.number(), net_exposure_after_recovery: z.number()
    .meta({ description: "Under the scenario." }),
  impact_score: z.number(), threshold: z.number(), is_material: z.boolean(), evidence_id: uuid,
};

const seriesPointSchema = z.object({
  dataset_version_id: uuid, number: z.number().int(), as_of: z.string().nullable(),
  total_outstanding: z.number(),
  base_net_exposure: z.number().meta({ description: "Before the scenario." }),
  ...figures,
}).meta({ id: "ScenarioPoint" });

const triedScenarioSchema = z.object({
  ...figures,
  runs: z.number().int().meta({ description: "Runs of the version with just this scenario." }),
}).meta({ id: "TriedScenario" });

export const scenarioSeriesOperations = {
  listScenarioSeries: operation({
    method: "GET", path: "/datasets/{id}/scenario-series", tag: "Datasets", role: "READ",
    summary: "One scenario over a dataset's versions, newest first: of each sealed version what " +
      "its latest run with the scenario recorded. Shocks may differ from run to run: see `scenario`.",
    query: z.strictObject({ ...pageQuery,
      scenario_id: z.string().min(1).max(200).optional().meta({ description: "Without it the " +
        "items are of the scenario that most versions were run with." }),
      netting: z.enum(NETTINGS).optional().meta({ description: "Runs of this netting only." }),
    }),
    response: listOf(seriesPointSchema).extend({
      scenario_id: z.string().nullable().meta({ description: "Null where nothing was run." }),
      scenarios: z.array(z.object({
        scenario_id: z.string(), versions: z.number().int(),
      })).meta({ description: "What there are series of, the longest first; up to 200." }),
    }),
    errors: ["PARAMETERS_INVALID", "DATASET_NOT_FOUND"],
  }),
  listTriedScenarios: operation({
    method: "GET", path: "/dataset-versions/{id}/scenarios", tag: "Datasets", role: "READ",
    summary: "Every scenario that a version's runs recorded, with each netting once, the largest " +
      "loss first.",
    query: z.strictObject({ ...pageQuery, netting: z.enum(NETTINGS).optional() }),
    response: listOf(triedScenarioSchema),
    errors: ["PARAMETERS_INVALID", "DATASET_VERSION_NOT_FOUND", "DATASET_VERSION_ERASED"],
  }),
};
