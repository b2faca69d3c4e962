import type { ErrorCode } from "@/lib/contract/errors";
import type { OperationName } from "@/lib/contract/operations";
import type { Answer } from "./api";
import { sampleOf, send, type World } from "./matrix-world";

type Provokers = { [N in OperationName]?: Partial<Record<ErrorCode,
  (asked: { world: World }) => Promise<Answer>>> };

const sign = (world: World, step: string): Promise<Answer> =>
  send(world, "signOffRun", { ...sampleOf(world, "signOffRun"), body: { step } });

/** What provokes the codes of sign-offs and reports. */
export const PEOPLE_PROVOKERS: Provokers = {
  signOffRun: {
    SECOND_PERSON_REQUIRED: async ({ world }) => {
      await sign(world, "prepared");
      return sign(world, "reviewed");
    },
    SIGN_OFF_STATE_CONFLICT: ({ world }) => sign(world, "approved"),
  },
};
