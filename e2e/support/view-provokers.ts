import type { ErrorCode } from "@/lib/contract/errors";
import type { OperationName } from "@/lib/contract/operations";
import { NOBODY, sampleOf, send, type World } from "./matrix-world";
import type { Answer } from "./api";

type Provokers = { [N in OperationName]?: Partial<Record<ErrorCode,
  (asked: { world: World }) => Promise<Answer>>> };

/** What provokes the codes of saved views. */
export const VIEW_PROVOKERS: Provokers = {
  createSavedView: { SAVED_VIEW_NAME_TAKEN: async ({ world }) => {
    const view = sampleOf(world, "createSavedView");
    await send(world, "createSavedView", view);
    return send(world, "createSavedView", view);
  } },
  deleteSavedView: { SAVED_VIEW_NOT_FOUND: ({ world }) =>
    send(world, "deleteSavedView", { path: { id: NOBODY } }) },
};
