import { canonicalHash } from "@/lib/kernel/hash";
import { AppError } from "@/lib/service/platform/app-error";
import type { Json } from "@/lib/kernel/canonical";

type Query = Record<string, unknown>;

/** Which list a cursor belongs to: the operation, its address, filters and order. */
export function markOf(name: string, path: Record<string, string>, query: Query): string {
  const { cursor: _cursor, limit: _limit, ...filters } = query;
  const list = JSON.parse(JSON.stringify({ name, path, filters })) as Json;
  return canonicalHash(list).slice(0, 16);
}

/** The query with the service's own cursor inside. @throws AppError PARAMETERS_INVALID */
export function openCursor(name: string, path: Record<string, string>, query: Query): Query {
  if (typeof query.cursor !== "string") return query;
  const [cursor, mark, ...more] = query.cursor.split(".");
  if (!cursor || !mark || more.length > 0) {
    throw refusal("not a cursor", "use the `next_cursor` of the answer before, unchanged");
  }
  if (mark === markOf(name, path, query)) return { ...query, cursor };
  throw refusal("a cursor of another list, other filters or another order",
    "it goes with the list, filters and order of the answer it came with");
}

const refusal = (what: string, rule: string): AppError => new AppError("PARAMETERS_INVALID",
  { message: `cursor is ${what}: ${rule}.`, errors: [{ path: "cursor", message: what }] });

/** The answer with its `next_cursor`, where it has one, bound to the list it came from. */
export function sealCursor(
  name: string, path: Record<string, string>, query: Query, value: unknown,
): unknown {
  const cursor = (value as { next_cursor?: unknown } | null)?.next_cursor;
  if (typeof cursor !== "string") return value;
  return { ...value as object, next_cursor: `${cursor}.${markOf(name, path, query)}` };
}
