import type { BodyOf, QueryOf, ResponseOf } from "@/lib/contract/operations";
import { isUuid, newId } from "@/lib/kernel/ids";
import { AppError } from "../platform/app-error";
import { recordAudit } from "../audit/audit";
import type { Caller, Context } from "../platform/caller";
import { prisma, type Prisma, type SavedView as Row } from "../db/database";
import { afterCursor, pageOf } from "../platform/paging";

type View = ResponseOf<"createSavedView">;

const toView = (caller: Caller) => (row: Row): View => ({
  saved_view_id: row.id,
  name: row.name,
  path: row.path,
  search: row.search,
  shared: row.shared,
  own: row.ownerId === caller.id,
  created_at: row.createdAt.toISOString(),
  created_by: row.createdBy,
});

const shown = ({ name, path, search, shared }: Row): Prisma.InputJsonObject =>
  ({ name, path, search, shared });

export async function listSavedViews(
  { caller }: Context, query: QueryOf<"listSavedViews">,
): Promise<ResponseOf<"listSavedViews">> {
  const rows = await prisma().savedView.findMany({
    where: {
      ...(query.path === undefined ? {} : { path: query.path }),
      AND: [{ OR: [{ ownerId: caller.id }, { shared: true }] }, afterCursor(query.cursor)],
    },
    orderBy: [{ createdAt: "desc" }, { id: "desc" }], take: query.limit + 1 });
  return pageOf(rows, query.limit, toView(caller));
}

/** @throws AppError SAVED_VIEW_NAME_TAKEN by another view of the same person and page */
export async function createSavedView(
  context: Context, body: BodyOf<"createSavedView">,
): Promise<View> {
  const { caller } = context;
  try {
    return toView(caller)(await prisma().$transaction(async (transaction) => {
      const row = await transaction.savedView.create({ data: { ...body, id: newId(),
        ownerId: caller.id, createdBy: caller.name } });
      await recordAudit(transaction, context,
        { type: "saved_view.created", subjectId: row.id, after: shown(row) });
      return row;
    }));
  } catch (error) {
    if ((error as { code?: string }).code !== "P2002") throw error;
    throw new AppError("SAVED_VIEW_NAME_TAKEN");
  }
}

/** @throws AppError SAVED_VIEW_NOT_FOUND, also where it is somebody else's */
export async function deleteSavedView(context: Context, id: string): Promise<View> {
  const { caller } = context;
  const mayRemove = { id, OR: [{ ownerId: caller.id },
    ...(caller.roles.includes("ADMIN") ? [{ shared: true }] : [])] };
  return toView(caller)(await prisma().$transaction(async (transaction) => {
    const row = isUuid(id) ? await transaction.savedView.findFirst({ where: mayRemove }) : null;
    // Of two who remove it at once, one does.
    const removed = row ? await transaction.savedView.deleteMany({ where: { id: row.id } }) : null;
    if (!row || removed?.count !== 1) throw new AppError("SAVED_VIEW_NOT_FOUND");
    await recordAudit(transaction, context,
      { type: "saved_view.deleted", subjectId: id, before: shown(row) });
    return row;
  }));
}
