import type { ErrorCode } from "@/lib/contract/errors";
import type { OperationName } from "@/lib/contract/operations";
import type { Answer } from "./api";
import { NOBODY, sampleOf, send, type World } from "./matrix-world";

type Provokers = { [N in OperationName]?: Partial<Record<ErrorCode,
  (asked: { world: World }) => Promise<Answer>>> };

const sign = (world: World, step: string): Promise<Answer> =>
  send(world, "signOffRun", { ...sampleOf(world, "signOffRun"), body: { step } });

const NO_DATASET = { dataset_id: NOBODY, template: "board", format: "pdf" };

/** What provokes the codes of sign-offs and reports. */
export const PEOPLE_PROVOKERS: Provokers = {
  startJob: { DATASET_NOT_FOUND: ({ world }) =>
    send(world, "startJob", { body: { kind: "report", report: NO_DATASET } }) },
  createSchedule: { DATASET_NOT_FOUND: ({ world }) => send(world, "createSchedule",
    { body: { kind: "report", cron: "0 3 * * *", report: NO_DATASET } }) },
  getReportFile: { REPORT_FILE_NOT_FOUND: ({ world }) =>
    send(world, "getReportFile", { path: { id: NOBODY } }) },
  signOffRun: {
    SECOND_PERSON_REQUIRED: async ({ world }) => {
      await sign(world, "prepared");
      return sign(world, "reviewed");
    },
    SIGN_OFF_STATE_CONFLICT: ({ world }) => sign(world, "approved"),
  },
};
