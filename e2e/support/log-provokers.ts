import type { ErrorCode } from "@/lib/contract/errors";
import type { OperationName } from "@/lib/contract/operations";
import { NOBODY, sampleOf, send, type Way, type World } from "./matrix-world";
import type { Answer } from "./api";

type Provokers = { [N in OperationName]?: Partial<Record<ErrorCode,
  (asked: { world: World }) => Promise<Answer>>> };

const asked = (name: OperationName, change: object, way: Way = {}) =>
  ({ world }: { world: World }): Promise<Answer> =>
    send(world, name, { ...sampleOf(world, name), ...change }, way);

/** What provokes the codes of the evidence log and of traces. */
export const LOG_PROVOKERS: Provokers = {
  getLogInclusion: { LOG_ENTRY_NOT_FOUND:
    asked("getLogInclusion", { query: `?kind=run&id=${NOBODY}` }) },
  traceFinding: { FINDING_NOT_FOUND: asked("traceFinding", { path: { id: NOBODY } }) },
  getLogCheckpoint: { CHECKPOINT_NOT_FOUND:
    asked("getLogCheckpoint", { path: { size: "999999999" } }) },
  rotateLogKey: { HELD_BY_ENVIRONMENT: ({ world }) =>
    asked("rotateLogKey", {}, { server: world.halted })({ world }) },
};
