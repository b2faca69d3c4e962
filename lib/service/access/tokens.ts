import { randomBytes, timingSafeEqual } from "node:crypto";
import type { BodyOf, QueryOf, ResponseOf } from "@/lib/contract/operations";
import type { Role } from "@/lib/contract/roles";
import { sha256, sha256Hex } from "@/lib/kernel/hash";
import { isUuid, newId } from "@/lib/kernel/ids";
import { AppError } from "../platform/app-error";
import { recordAudit, systemSource, writeAudit } from "../audit/audit";
import type { Caller, Context } from "../platform/caller";
import { prisma, type ApiToken } from "../db/database";
import { environment } from "../platform/environment";
import { log } from "../platform/log";
import { afterCursor, pageOf } from "../platform/paging";
import { processState } from "../platform/process-state";

type Known = Pick<ApiToken, "id" | "name" | "roles" | "revokedAt" | "expiresAt">;
type Cached = { row: Known | null; until: number };

/** How long a token's row is trusted without asking: a revocation is obeyed within a second. */
const CACHE_MS = 900;
/** How often a use is written at most: it serves people, not accounting. */
const NOTE_MS = 60_000;
const cache = () => processState("token-cache", () => new Map<string, Cached>());
const noted = () => processState("token-notes", () => new Map<string, number>());

/** The environment's tokens; they stay as they are while the process lives. */
const bootstrapTokens = () => processState("bootstrap-tokens", () =>
  environment().TODISCOPE_API_TOKENS.map(({ secret, ...token }) =>
    ({ ...token, digest: sha256(secret) })));

/** The caller behind an API token's secret, or null when it is unknown, revoked or expired. */
export async function callerOfToken(secret: string): Promise<Caller | null> {
  const digest = sha256(secret);
  const bootstrap = bootstrapTokens().find((token) => timingSafeEqual(token.digest, digest));
  if (bootstrap) {
    return { kind: "token", id: bootstrap.name, name: `token:${bootstrap.name}`,
      roles: bootstrap.roles, mustChangePassword: false };
  }
  const row = await rowOf(Buffer.from(digest).toString("hex"));
  if (row === null) return null;
  const why = refusalOf(row);
  if (why !== null) {
    if (isTime(`refused ${row.id}`)) noteRefusal(row, why);
    return null;
  }
  if (isTime(row.id)) noteUse(row.id);
  return { kind: "token", id: row.id, name: `token:${row.name}`, roles: row.roles as Role[],
    mustChangePassword: false };
}

async function rowOf(key: string): Promise<Known | null> {
  const known = cache().get(key);
  const now = Date.now(); // before the row is read: what is revoked while it travels counts
  if (known && known.until > now) return known.row;
  const row = await prisma().apiToken.findUnique({ where: { secretSha256: key } });
  if (cache().size > 10_000) cache().clear();
  cache().set(key, { row, until: now + CACHE_MS });
  return row;
}

const refusalOf = (row: Known): "revoked" | "expired" | null => {
  if (row.revokedAt !== null) return "revoked";
  return row.expiresAt !== null && row.expiresAt.getTime() <= Date.now() ? "expired" : null;
};

/** Whether to write this down now: once a minute for each thing in each process. */
function isTime(what: string): boolean {
  const now = Date.now();
  if (now - (noted().get(what) ?? 0) < NOTE_MS) return false;
  if (noted().size > 20_000) noted().clear();
  noted().set(what, now);
  return true;
}

/** Nobody waits for what is noted, and no request fails by it. */
const later = (work: Promise<unknown>, message: string): void => {
  work.catch((error: Error) => log().warn({ error: error.message }, message));
};

const noteUse = (id: string): void => later(
  prisma().apiToken.update({ where: { id }, data: { lastUsedAt: new Date() } }),
  "TOKEN_USE_NOT_WRITTEN");

/** Somebody holds a secret that should be gone: that is worth an event, though not one per try. */
function noteRefusal(row: Known, why: "revoked" | "expired"): void {
  log().warn({ token_id: row.id, why }, "TOKEN_REFUSED");
  later(writeAudit(systemSource(`token:${row.name}`), {
    type: "token.refused", subjectId: row.id, reason: why,
    details: { name: row.name, revoked_at: row.revokedAt?.toISOString() ?? null,
      expires_at: row.expiresAt?.toISOString() ?? null },
  }), "TOKEN_REFUSAL_NOT_WRITTEN");
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
  const days = body.expires_in_days;
  const row = await prisma().$transaction(async (transaction) => {
    const created = await transaction.apiToken.create({
      data: {
        id: newId(), name: body.name, roles: body.roles, createdBy: context.caller.name,
        secretSha256: sha256Hex(secret),
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
