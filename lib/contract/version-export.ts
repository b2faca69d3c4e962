import { z } from "zod";
import { groupByQuery } from "./record";
import { jobSchema } from "./job";
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
    accepted: jobSchema,
    errors: ["PARAMETERS_INVALID", "DATASET_VERSION_NOT_FOUND", "DATASET_VERSION_ERASED",
      "NORMALIZED_RECORD_REQUIRED"],
  }),
  exportLeftOutRows: operation({
    method: "GET", path: "/dataset-versions/{id}/left-out-rows", tag: "Datasets", role: "READ",
    summary: "The rows that a version leaves out, as a CSV file with the tape's own columns and " +
      "why each is left out, to be corrected. Of a version that failed for its rows, its first " +
      "errors' rows, for 30 days; a last line says so where the file is not complete.",
    response: z.unknown(), responseTypes: ["text/csv"],
    errors: ["DATASET_VERSION_NOT_FOUND", "DATASET_VERSION_ERASED", "VERSION_STATE_CONFLICT"],
  }),
};
