import type { ErrorCode } from "@/lib/contract/errors";
import type { OperationName } from "@/lib/contract/operations";
import { send, type World } from "./matrix-world";
import type { Answer } from "./api";

type Provokers = { [N in OperationName]?: Partial<Record<ErrorCode,
  (asked: { world: World }) => Promise<Answer>>> };

/** What provokes the codes of what an import leaves out. */
export const IMPORT_PROVOKERS: Provokers = {
  exportLeftOutRows: { VERSION_STATE_CONFLICT: ({ world }) =>
    send(world, "exportLeftOutRows", { path: { id: world.importing } }) },
};
