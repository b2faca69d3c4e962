import { isUuid } from "@/lib/kernel/ids";
import type { Caller } from "../platform/caller";
import type { Prisma } from "../db/database";

/**
 * Who stands behind a caller, for rules that need two people: a user's id, also for a token that
 * the user made. A token of the environment stands for itself.
 */
export async function personBehind(
  transaction: Prisma.TransactionClient, caller: Caller,
): Promise<string> {
  if (caller.kind === "user") return caller.id;
  const token = isUuid(caller.id) ? await transaction.apiToken.findUnique({
    where: { id: caller.id }, select: { createdBy: true } }) : null;
  if (token === null) return caller.name;
  const maker = await transaction.appUser.findUnique({
    where: { email: token.createdBy }, select: { id: true } });
  return maker?.id ?? token.createdBy;
}
