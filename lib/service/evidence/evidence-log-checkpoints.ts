import { checkpointNote, checkpointText } from "@/lib/evidence";
import { AppError } from "../platform/app-error";
import { insertAudit } from "../audit/audit";
import type { Context } from "../platform/caller";
import {
  checkpointOf, insertKey, latestCheckpoint, logId, rootAt, storedKeys, whileLogStands,
  type StoredCheckpoint,
} from "../db/evidence-log";
import { checkpointsEnd, insertCheckpoint } from "../db/evidence-log-checkpoints";
import type { PoolClient } from "../db/database";
import {
  draftKey, dropDraft, endorsementText, isKeyInEnvironment, signingKey, signText, takeUpKey,
  type SigningKey,
} from "./evidence-log-keys";

/** The log's name in its checkpoints: no two deployments share one. */
export const originOf = (id: string): string => `todiscope.log/${id}`;

/**
 * Signs what the log is now, unless the key that signs now has signed just that; null where the log
 * is empty.
 * @throws LogDamaged; Error when the key cannot be read
 */
export async function signCheckpoint(): Promise<StoredCheckpoint | null> {
  return whileLogStands(async (client, size) => {
    if (size === 0) return null;
    const keys = await storedKeys(client);
    const key = signingKey(keys);
    const stands = await latestCheckpoint(client);
    if (stands?.size === size && stands.key_id === key.keyId) return stands;
    if (!keys.some(({ key_id }) => key_id === key.keyId)) await recordFirst(client, key);
    return sign(client, size, key);
  });
}

/** A key that nobody rotated to: the first one, or one that the environment brought. */
const recordFirst = (client: PoolClient, key: SigningKey): Promise<void> => insertKey(client, {
  key_id: key.keyId, public_key: key.publicKey, follows: null, endorsement: null,
  reason: null, created_by: isKeyInEnvironment() ? "environment" : "system:log" });

async function sign(
  client: PoolClient, size: number, key: SigningKey,
): Promise<StoredCheckpoint | null> {
  const checkpoint = { origin: originOf(await logId(client)), size,
    root: await rootAt(size, client), signed_at: new Date().toISOString(),
    previous: (await checkpointsEnd(client)).place };
  const note = checkpointNote(checkpoint, key.publicKey,
    signText(key, checkpointText(checkpoint)));
  await insertCheckpoint(client, { size, root: Buffer.from(checkpoint.root), key_id: key.keyId,
    note });
  return checkpointOf(size, client);
}

/**
 * Makes a new key, has the old one endorse it, and signs the log with it. The old public key stays.
 * @throws AppError HELD_BY_ENVIRONMENT
 */
export async function rotateKey(context: Context, reason: string): Promise<{ key_id: string }> {
  if (isKeyInEnvironment()) {
    throw new AppError("HELD_BY_ENVIRONMENT", { message: "TODISCOPE_LOG_KEY holds the key. Set " +
      "another one there and start again: the log goes on with it." });
  }
  const made = await whileLogStands(async (client, size) => {
    const keys = await storedKeys(client);
    const old = signingKey(keys);
    if (!keys.some(({ key_id }) => key_id === old.keyId)) await recordFirst(client, old);
    const key = draftKey();
    const origin = originOf(await logId(client));
    await insertKey(client, { key_id: key.keyId, public_key: key.publicKey, follows: old.keyId,
      endorsement: signText(old, endorsementText(origin, key.publicKey)), reason,
      created_by: context.caller.name });
    await insertAudit(client, context, { type: "log.key_rotated", subjectId: key.keyId, reason,
      before: { key_id: old.keyId }, after: { key_id: key.keyId } });
    if (size > 0) await sign(client, size, key);
    return key.keyId;
  }).catch((error: unknown) => {
    dropDraft();
    throw error;
  });
  takeUpKey();
  return { key_id: made };
}
