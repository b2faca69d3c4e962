import type { Json } from "@/lib/kernel/canonical";
import { canonicalHash } from "@/lib/kernel/hash";
import { AppError } from "./app-error";
import type { Context } from "./caller";

/**
 * The tag of a resource's state that people edit, its id included. What moves by itself (a last
 * sign-in, a new version) is left out: it must not make somebody's edit fail.
 */
export const etagOf = (state: Json): string => `"${canonicalHash(state).slice(0, 32)}"`;

/**
 * Lets an edit through whose `If-Match` names the state as it is. To be called inside the
 * transaction of the edit, on a row that is locked.
 * @throws AppError PRECONDITION_REQUIRED, PRECONDITION_FAILED with the tag as it is now.
 */
export function requireMatch(context: Context, current: string): void {
  if (context.ifMatch === undefined) {
    throw new AppError("PRECONDITION_REQUIRED",
      { message: "Send If-Match with the `etag` of what you saw, so that no change is lost." });
  }
  compareMatch(context, current);
}

/** The same for a switch, which needs no `If-Match`: without one whatever stands there is meant. */
export function compareMatch(context: Context, current: string): void {
  if (context.ifMatch === undefined || context.ifMatch.trim() === "*") return;
  // A weak tag (`W/"..."`) never matches: RFC 9110, section 13.1.1. What the header of a reading
  // says after the point is of the whole answer, not of the state that is edited.
  const tags = context.ifMatch.split(",").map((tag) => tag.trim().replace(/\.[0-9a-f]{16}"$/, '"'));
  if (tags.includes(current)) return;
  throw new AppError("PRECONDITION_FAILED", { headers: { etag: current },
    message: "Somebody has changed this since you read it. Read it again, then edit." });
}
