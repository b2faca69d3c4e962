import { randomUUID } from "node:crypto";
import type { Json } from "@/lib/kernel/canonical";
import { canonicalHash } from "@/lib/kernel/hash";
import { AppError } from "./app-error";
import type { Caller, Claim } from "./caller";
import { pool, type Prisma } from "../db/database";

/** What a key stands for: one caller's request to one operation at one address. */
export type KeyScope = {
  caller: Caller; operation: string; path: Record<string, string>; key: string;
};
export type Answer = { status: number; headers: Record<string, string>; body: string };
/** The request's own claim, or the first answer with the fingerprint of the first request. */
export type Claimed =
  | { kind: "claimed"; claim: Claim }
  | { kind: "kept"; fingerprint: string; answer: Answer };

const KEPT_H = 24;
/** A claim that is not renewed for this long belongs to a process that is gone. */
const CLAIM_S = 60;
const RETRY_S = 1;
const ATTEMPTS = 5;

const CLAIM = `
INSERT INTO idempotency_key AS k (id, claim_id, operation, caller, fingerprint, claimed_until)
VALUES ($1, $2, $3, $4, $5, now() + make_interval(secs => ${CLAIM_S}))
ON CONFLICT (id) DO UPDATE SET claim_id = excluded.claim_id, fingerprint = excluded.fingerprint,
  claimed_until = excluded.claimed_until, created_at = now(), effective = false,
  subject_id = NULL, status = NULL, headers = NULL, body = NULL
WHERE k.created_at < now() - make_interval(hours => ${KEPT_H})
  OR (k.status IS NULL AND NOT k.effective AND k.claimed_until < now())
RETURNING 1`;

type Row = {
  fingerprint: string | null; effective: boolean; subject_id: string | null; silent: boolean;
  status: number | null; headers: Record<string, string>; body: string | null;
};
const LOOK = `SELECT fingerprint, effective, subject_id, status, headers, body,
  claimed_until < now() AS silent FROM idempotency_key WHERE id = $1`;

/**
 * Claims a key, or finds its first answer. `fingerprint` is null while the body is still coming.
 * @throws AppError IDEMPOTENCY_KEY_REUSED, IDEMPOTENCY_KEY_IN_USE, IDEMPOTENCY_ANSWER_LOST,
 *   DATASET_VERSION_ERASED when the answer went with the version it was about.
 */
export async function claimKey(scope: KeyScope, fingerprint: string | null): Promise<Claimed> {
  const caller = `${scope.caller.kind}:${scope.caller.id}`;
  const { operation, path, key } = scope;
  const id = canonicalHash({ caller, operation, path, key });
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const claimId = randomUUID();
    const claimed = await pool().query(CLAIM, [id, claimId, operation, caller, fingerprint]);
    if (claimed.rowCount === 1) return { kind: "claimed", claim: { id, claimId } };
    const row = (await pool().query<Row>(LOOK, [id])).rows[0];
    if (row) return found(row, fingerprint);
    // It was given back between the two statements: it is free again.
  }
  throw inUse();
}

function found(row: Row, fingerprint: string | null): Claimed {
  if (row.fingerprint !== null && fingerprint !== null) refuseOther(row.fingerprint, fingerprint);
  if (row.status === null) {
    if (row.effective && row.silent) {
      throw new AppError("IDEMPOTENCY_ANSWER_LOST", { message:
        `The first request changed ${row.subject_id ?? "something"}, but its answer was lost. ` +
        "Look at that; a new key makes another." });
    }
    throw inUse();
  }
  if (row.body === null) throw new AppError("DATASET_VERSION_ERASED");
  return { kind: "kept", fingerprint: row.fingerprint ?? "",
    answer: { status: row.status, headers: row.headers, body: row.body } };
}

/** @throws AppError IDEMPOTENCY_KEY_REUSED when the two requests are not the same. */
export function refuseOther(first: string, now: string): void {
  if (first === now) return;
  throw new AppError("IDEMPOTENCY_KEY_REUSED", { message:
    "The Idempotency-Key was used for a request with another body, query or media type. " +
    "Send a new key, or the first request unchanged." });
}

const inUse = (): AppError => new AppError("IDEMPOTENCY_KEY_IN_USE", { retryAfterS: RETRY_S,
  message: "The first request with this Idempotency-Key is under way. Ask again for its answer." });

/** Tells other processes that the claim is alive; ends with the function it returns. */
export function holdClaim({ id, claimId }: Claim): () => void {
  const timer = setInterval(() => {
    pool().query(`UPDATE idempotency_key SET claimed_until =
      now() + make_interval(secs => ${CLAIM_S}) WHERE id = $1 AND claim_id = $2`, [id, claimId])
      .catch(() => undefined);
  }, CLAIM_S * 1000 / 4);
  return () => clearInterval(timer);
}

/**
 * Notes, in the transaction of a change, that the request took effect. A claim that another
 * process has taken over fails the transaction, so that nothing is done twice.
 */
export async function markEffective(
  transaction: Prisma.TransactionClient, { id, claimId }: Claim, subjectId: string | undefined,
): Promise<void> {
  const marked = await transaction.$executeRaw`
    UPDATE idempotency_key SET effective = true,
      subject_id = coalesce(subject_id, ${subjectId ?? null})
    WHERE id = ${id} AND claim_id = ${claimId}::uuid`;
  if (marked === 0) throw inUse();
}

/** As `markEffective`, for a change made on a connection of one's own. */
export async function markEffectiveOn(
  client: { query(text: string, values: unknown[]): Promise<{ rowCount: number | null }> },
  { id, claimId }: Claim, subjectId: string | undefined,
): Promise<void> {
  const marked = await client.query(
    `UPDATE idempotency_key SET effective = true, subject_id = coalesce(subject_id, $3)
     WHERE id = $1 AND claim_id = $2`, [id, claimId, subjectId ?? null]);
  if (marked.rowCount === 0) throw inUse();
}

/** Keeps the answer for those who ask again. */
export async function keepAnswer(
  { id, claimId }: Claim, fingerprint: string, answer: Answer,
): Promise<void> {
  await pool().query(`UPDATE idempotency_key SET fingerprint = $3, status = $4, headers = $5,
    body = $6 WHERE id = $1 AND claim_id = $2`, [id, claimId, fingerprint, answer.status,
    JSON.stringify(answer.headers as Json), answer.body]);
}

/** Gives a key back: the request may be sent again. */
export async function releaseKey({ id, claimId }: Claim): Promise<void> {
  await pool().query("DELETE FROM idempotency_key WHERE id = $1 AND claim_id = $2", [id, claimId]);
}

/** Removes answers older than a day; run from time to time. */
export async function forgetOldAnswers(): Promise<void> {
  await pool().query(`DELETE FROM idempotency_key
    WHERE created_at < now() - make_interval(hours => ${KEPT_H})`);
}
