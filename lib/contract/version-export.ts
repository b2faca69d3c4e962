import { z } from "zod";
import { groupByQuery } from "./dataset";
import { operation } from "./operation";

export const versionExportOperations = {
  exportVersion: operation({
    method: "GET", path: "/dataset-versions/{id}/export", tag: "Datasets", role: "READ",
    summary: "A sealed version as a file: exposure, KPIs, segments, data quality, content hash " +
      "and how to verify them. The same state of the version gives the same bytes.",
    query: z.strictObject({
      format: z.enum(["json", "csv", "xlsx", "pdf"]).default("json"),
      group_by: groupByQuery.optional().meta({ description: "The grouping of the exposure; else " +
        "by sector, by country and by days past due, where there is more than one." }),
    }),
    response: z.unknown(), responseTypes: ["application/json", "text/csv", "application/pdf",
      "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"],
    errors: ["PARAMETERS_INVALID", "DATASET_VERSION_NOT_FOUND", "DATASET_VERSION_ERASED",
      "NORMALIZED_RECORD_REQUIRED"],
  }),
};
