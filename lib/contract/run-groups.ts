import { z } from "zod";
import { stressGroupSchema } from "./analysis-stress";
import { listOf, pageQuery, uuid } from "./common";
import { operation } from "./operation";

export const runGroupOperations = {
  listRunGroups: operation({
    method: "GET", path: "/runs/{id}/groups", tag: "Runs", role: "READ",
    summary: "What the groups of a run with `group_by` come to, the largest outstanding first, as " +
      "their evidence says. `format=csv` gives all of them as a file.",
    query: z.strictObject({ ...pageQuery, format: z.enum(["json", "csv"]).default("json") }),
    response: listOf(stressGroupSchema.extend({ evidence_id: uuid })).extend({
      total: z.number().int() }),
    responseTypes: ["application/json", "text/csv"],
    errors: ["PARAMETERS_INVALID", "RUN_NOT_FOUND", "DATASET_VERSION_ERASED"],
  }),
};
