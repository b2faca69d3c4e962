import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { BodyOf, QueryOf, ResponseOf } from "@/lib/contract/operations";
import type { Role } from "@/lib/contract/roles";
import { isUuid, newId } from "@/lib/kernel/ids";
import { AppError } from "./app-error";
import { recordAudit } from "./audit";
import type { Caller, Context } from "./caller";
import { prisma, type ApiToken } from "./db/database";
import { environment } from "./environment";
import { afterCursor, pageOf } from "./paging";
import { processState } from "./process-state";

type Cached = { caller: Caller | null; until: number };

/** How long a token's row is trusted without asking: a revocation is obeyed within a second. */
const CACHE_MS = 1000;
/** How often `last_used_at` is written at most: it serves people, not accounting. */
const LAST_USED_MS = 60_000;
const cache = () => processState("token-cache", () => new Map<string, Cached>());
const lastUsed = () => processState("token-last-used", () => new Map<string, number>());

const sha256 = (text: string): Buffer => createHash("sha256").update(text).digest();

/** The caller behind an API token's secret, or null when it is unknown, revoked or expired. */
export async function callerOfToken(secret: string): Promise<Caller | null> {
  const digest = sha256(secret);
  const bootstrap = environment().TODISCOPE_API_TOKENS
    .find((token) => timingSafeEqual(sha256(token.secret), digest));
  if (bootstrap) {
    return { kind: "token", id: bootstrap.name, name: `token:${bootstrap.name}`,
      roles: bootstrap.roles, mustChangePassword: false };
  }
  const key = digest.toString("hex");
  const known = cache().get(key);
  if (known && known.until > Date.now()) return known.caller;
  const row = await prisma().apiToken.findUnique({ where: { secretSha256: key } });
  const caller = row && isActive(row) ? toCaller(row) : null;
  if (cache().size > 10_000) cache().clear();
  cache().set(key, { caller, until: Date.now() + CACHE_MS });
  if (caller && row) await noteUse(row.id);
  return caller;
}

const isActive = (row: ApiToken): boolean =>
  row.revokedAt === null && (row.expiresAt === null || row.expiresAt.getTime() > Date.now());

const toCaller = (row: ApiToken): Caller => ({
  kind: "token", id: row.id, name: `token:${row.name}`, roles: row.roles as Role[],
  mustChangePassword: false,
});

async function noteUse(id: string): Promise<void> {
  const now = Date.now();
  if (now - (lastUsed().get(id) ?? 0) < LAST_USED_MS) return;
  lastUsed().set(id, now);
  await prisma().apiToken.update({ where: { id }, data: { lastUsedAt: new Date(now) } });
}

const toToken = (row: ApiToken): ResponseOf<"listTokens">["items"][number] => ({
  token_id: row.id,
  name: row.name,
  roles: row.roles as Role[],
  created_by: row.createdBy,
  created_at: row.createdAt.toISOString(),
  expires_at: row.expiresAt?.toISOString() ?? null,
  revoked_at: row.revokedAt?.toISOString() ?? null,
  last_used_at: row.lastUsedAt?.toISOString() ?? null,
});

export async function listTokens(query: QueryOf<"listTokens">): Promise<ResponseOf<"listTokens">> {
  const rows = await prisma().apiToken.findMany({
    where: afterCursor(query.cursor),
    orderBy: [{ createdAt: "desc" }, { id: "desc" }],
    take: query.limit + 1,
  });
  return pageOf(rows, query.limit, toToken);
}

/** Creates a token of 256 random bits; only its hash is kept. */
export async function createToken(
  context: Context, body: BodyOf<"createToken">,
): Promise<ResponseOf<"createToken">> {
  const secret = `tds_${randomBytes(32).toString("base64url")}`;
  const days = body.expires_in_days ?? null;
  const row = await prisma().$transaction(async (transaction) => {
    const created = await transaction.apiToken.create({
      data: {
        id: newId(), name: body.name, roles: body.roles, createdBy: context.caller.name,
        secretSha256: sha256(secret).toString("hex"),
        expiresAt: days === null ? null : new Date(Date.now() + days * 86_400_000),
      },
    });
    await recordAudit(transaction, context, { type: "token.created", subjectId: created.id,
      after: { name: body.name, roles: body.roles,
        expires_at: created.expiresAt?.toISOString() ?? null } });
    return created;
  });
  return { ...toToken(row), secret };
}

/** Revokes a token; revoking it again changes nothing. */
export async function revokeToken(
  context: Context, tokenId: string,
): Promise<ResponseOf<"revokeToken">> {
  if (!isUuid(tokenId)) throw new AppError("TOKEN_NOT_FOUND");
  return prisma().$transaction(async (transaction) => {
    const row = await transaction.apiToken.findUnique({ where: { id: tokenId } });
    if (!row) throw new AppError("TOKEN_NOT_FOUND");
    if (row.revokedAt) return toToken(row);
    const revoked = await transaction.apiToken.update({
      where: { id: row.id }, data: { revokedAt: new Date() },
    });
    await recordAudit(transaction, context, { type: "token.revoked", subjectId: row.id,
      before: { name: row.name, roles: row.roles, revoked: false }, after: { revoked: true } });
    cache().delete(row.secretSha256);
    return toToken(revoked);
  });
}
