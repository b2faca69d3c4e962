import { rmSync } from "node:fs";
import path from "node:path";
import type { ErrorCode } from "@/lib/contract/errors";
import type { OperationName } from "@/lib/contract/operations";
import type { Answer } from "./api";
import { until } from "./until";
import { NOBODY, sampleOf, send, type World } from "./matrix-world";

type Provokers = { [N in OperationName]?: Partial<Record<ErrorCode,
  (asked: { world: World }) => Promise<Answer>>> };

const sign = (world: World, step: string): Promise<Answer> =>
  send(world, "signOffRun", { ...sampleOf(world, "signOffRun"), body: { step } });

const NO_DATASET = { dataset_id: NOBODY, template: "board", format: "pdf" };

/** The job that makes a file of the world's run. */
const orderedFile = async (world: World, query: string): Promise<string> =>
  (await send(world, "exportRun", { ...sampleOf(world, "exportRun"), query,
    headers: { prefer: "respond-async" } })).json.job_id;
const fileOf = (world: World, id: string): Promise<Answer> =>
  send(world, "getExportFile", { path: { id } });

/** What provokes the codes of sign-offs and reports. */
export const PEOPLE_PROVOKERS: Provokers = {
  startJob: { DATASET_NOT_FOUND: ({ world }) =>
    send(world, "startJob", { body: { kind: "report", report: NO_DATASET } }) },
  createSchedule: { DATASET_NOT_FOUND: ({ world }) => send(world, "createSchedule",
    { body: { kind: "report", cron: "0 3 * * *", report: NO_DATASET } }) },
  getReportFile: { REPORT_FILE_NOT_FOUND: ({ world }) =>
    send(world, "getReportFile", { path: { id: NOBODY } }) },
  getExportFile: {
    JOB_STATE_CONFLICT: async ({ world }) =>
      fileOf(world, await orderedFile(world, "?format=parquet&scenario_id=none")),
    EXPORT_FILE_NOT_FOUND: async ({ world }) => {
      const id = await orderedFile(world, "?format=json");
      await until("the file is made", async () =>
        (await fileOf(world, id)).status === 200 ? true : undefined);
      rmSync(path.join(world.server.dataDir, "artifacts/exports", id));
      return fileOf(world, id);
    },
  },
  signOffRun: {
    SECOND_PERSON_REQUIRED: async ({ world }) => {
      await sign(world, "prepared");
      return sign(world, "reviewed");
    },
    SIGN_OFF_STATE_CONFLICT: ({ world }) => sign(world, "approved"),
  },
};
