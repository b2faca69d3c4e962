import { isUuid } from "@/lib/kernel/ids";
import { AppError } from "./app-error";

/** A position in a list: the sort values of the last row seen. */
export type Position = (string | number | null)[];

export const encodeCursor = (position: Position): string =>
  Buffer.from(JSON.stringify(position)).toString("base64url");

/** @throws AppError PARAMETERS_INVALID when the text is no cursor of this list. */
export function decodeCursor(cursor: string, length: number): Position {
  try {
    const position: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
    if (Array.isArray(position) && position.length === length && position.every(isValue)) {
      return position;
    }
  } catch { /* refused below */ }
  throw invalidCursor();
}

const isValue = (value: unknown): value is Position[number] => value === null ||
  Number.isFinite(value) || (typeof value === "string" && !value.includes("\0"));

/** True for what a 32-bit column can hold. */
export const isWhole = (value: unknown): value is number =>
  Number.isInteger(value) && Math.abs(value as number) < 2 ** 31;

export const invalidCursor = (): AppError => new AppError("PARAMETERS_INVALID", {
  message: "cursor: use the `next_cursor` of the answer before, unchanged.",
  errors: [{ path: "cursor", message: "not a cursor of this list" }],
});

const ISO_TIME = /^[12]\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

type Dated = { id: string; createdAt: Date };

/** Where a page in the order newest first goes on. @throws AppError PARAMETERS_INVALID */
export function placeOf(cursor: string): { at: Date; id: string } {
  const [time, id] = decodeCursor(cursor, 2);
  if (typeof time !== "string" || !ISO_TIME.test(time) || Number.isNaN(Date.parse(time)) ||
    typeof id !== "string" || !isUuid(id)) throw invalidCursor();
  return { at: new Date(time), id };
}

/** Prisma condition for rows after the cursor in the order newest first. */
export function afterCursor(cursor: string | undefined) {
  if (cursor === undefined) return {};
  const { at, id } = placeOf(cursor);
  return { OR: [{ createdAt: { lt: at } }, { createdAt: at, id: { lt: id } }] };
}

/** Cuts `rows` (one more than `limit` was read) to a page in the order newest first. */
export function pageOf<Row extends Dated, Item>(
  rows: Row[], limit: number, toItem: (row: Row) => Item,
): { items: Item[]; next_cursor: string | null } {
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const more = rows.length > limit && last !== undefined;
  return {
    items: page.map(toItem),
    next_cursor: more ? encodeCursor([last.createdAt.toISOString(), last.id]) : null,
  };
}
