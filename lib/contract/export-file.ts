import { z } from "zod";
import { listOf, pageQuery, timestamp, uuid } from "./common";
import { jobSchema } from "./job";
import { operation } from "./operation";

export const exportSchema = z.object({
  export_id: uuid.meta({ description: "Of the job that makes the file." }),
  name: z.string().meta({ description: "The name that the file is saved under." }),
  operation: z.string().meta({ description: "The operation that gives the same bytes directly." }),
  job: jobSchema,
  file: z.object({
    sha256: z.string(), bytes: z.number(),
    expires_at: timestamp.meta({ description: "Until then the file is kept." }),
  }).nullable().meta({ description: "Null until it is made." }),
}).meta({ id: "Export" });

export const exportFileOperations = {
  listExports: operation({
    method: "GET", path: "/exports", tag: "Jobs", role: "READ",
    summary: "Files that the caller ordered to be made by jobs (an export with " +
      "`Prefer: respond-async`), newest first, as long as they are kept.",
    query: z.strictObject(pageQuery), response: listOf(exportSchema),
    errors: ["PARAMETERS_INVALID"],
  }),
  getExportFile: operation({
    method: "GET", path: "/exports/{id}/file", tag: "Jobs", role: "READ",
    summary: "A file that a job made, for whoever may export what it is of, for seven days or " +
      "until its dataset version is erased.",
    response: z.unknown(), responseTypes: ["application/json", "text/csv", "application/pdf",
      "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
      "application/vnd.apache.parquet", "application/zip"],
    errors: ["JOB_NOT_FOUND", "JOB_STATE_CONFLICT", "EXPORT_FILE_NOT_FOUND"],
  }),
  cancelExport: operation({
    method: "POST", path: "/exports/{id}/cancel", tag: "Jobs", role: "READ",
    summary: "Cancels the making of a file, for whoever ordered it and for administrators.",
    response: jobSchema, errors: ["JOB_NOT_FOUND", "JOB_STATE_CONFLICT", "FORBIDDEN"],
  }),
};
