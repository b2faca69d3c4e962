import { z } from "zod";
import { listOf, pageQuery, timestamp, uuid } from "./common";
import { REPORT_FORMATS, REPORT_TEMPLATES, SIGN_OFF_STATES } from "./facts";
import { operation } from "./operation";

/** What a job of kind `report` makes: of the dataset's latest run. */
export const reportOrderSchema = z.strictObject({
  dataset_id: uuid, template: z.enum(REPORT_TEMPLATES), format: z.enum(REPORT_FORMATS),
}).meta({ id: "ReportOrder" });

export const reportFileSchema = z.object({
  report_file_id: uuid, dataset_id: uuid, run_id: uuid,
  template: z.enum(REPORT_TEMPLATES), format: z.enum(REPORT_FORMATS),
  sign_off: z.enum(SIGN_OFF_STATES).meta({ description: "How far the run was signed off then." }),
  sha256: z.string(), bytes: z.number().int(), job_id: uuid, created_at: timestamp,
}).meta({ id: "ReportFile" });

export const reportFileOperations = {
  listReportFiles: operation({
    method: "GET", path: "/datasets/{id}/reports", tag: "Runs", role: "READ",
    summary: "Reports that schedules made of a dataset's runs, newest first.",
    query: z.strictObject(pageQuery), response: listOf(reportFileSchema),
    errors: ["PARAMETERS_INVALID", "DATASET_NOT_FOUND"],
  }),
  getReportFile: operation({
    method: "GET", path: "/reports/{id}/file", tag: "Runs", role: "READ",
    summary: "A report as it was made, with the hash that was recorded then.",
    response: z.unknown(), responseTypes: ["application/pdf",
      "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"],
    errors: ["REPORT_FILE_NOT_FOUND"],
  }),
};
