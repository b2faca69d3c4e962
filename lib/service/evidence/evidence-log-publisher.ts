import { mkdir, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { base64, consistencyRanges, partsOf, rangeHash, verifierKey } from "@/lib/evidence";
import type { ResponseOf } from "@/lib/contract/operations";
import { latestCheckpoint, logId, nodeHashes, storedKeys, type StoredCheckpoint }
  from "../db/evidence-log";
import { lastPublications, notePublication, type Publication, type PublicationTarget }
  from "../db/evidence-log-publications";
import { environment } from "../platform/environment";
import { originOf } from "./evidence-log-checkpoints";
import { log } from "../platform/log";

const TIMEOUT_MS = 10_000;

/** Where checkpoints are published to, as the environment says. */
function targets(): { target: PublicationTarget; place: string }[] {
  const { TODISCOPE_LOG_PUBLISH_DIR: folder, TODISCOPE_LOG_PUBLISH_URL: url } = environment();
  return [...(folder === undefined ? [] : [{ target: "folder" as const, place: folder }]),
    ...(url === undefined ? [] : [{ target: "webhook" as const, place: url }])];
}

/** A webhook's address without what signs in to it. */
function shown(target: PublicationTarget, place: string): string {
  if (target === "folder") return path.resolve(place);
  const url = new URL(place);
  return `${url.origin}${url.pathname}`;
}

/** The proof that one checkpoint begins with another, in base64. */
export async function consistencyProof(first: number, second: number): Promise<string[]> {
  const ranges = consistencyRanges(first, second);
  const hashOf = await nodeHashes(ranges.flatMap(partsOf));
  return ranges.map((range) => base64(rangeHash(range, hashOf)));
}

/** The files of a checkpoint: each is written whole or not at all, and one twice is the same. */
async function toFolder(folder: string, checkpoint: StoredCheckpoint, key: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const write = async (name: string, text: string): Promise<void> => {
    const draft = path.join(/* turbopackIgnore: true */ folder, `.${name}.${process.pid}`);
    await writeFile(draft, text);
    await rename(draft, path.join(/* turbopackIgnore: true */ folder, name));
  };
  await write(`checkpoint-${String(checkpoint.size).padStart(12, "0")}.txt`, checkpoint.note);
  await write(`key-${checkpoint.key_id.slice(0, 16)}.txt`, `${key}\n`);
  await write("latest.txt", checkpoint.note);
}

async function toWebhook(
  url: string, checkpoint: StoredCheckpoint, key: string, before: number | null,
): Promise<void> {
  const given = new URL(url);
  const { username, password } = given;
  [given.username, given.password] = ["", ""];
  const answer = await fetch(given, { method: "POST", redirect: "error",
    signal: AbortSignal.timeout(TIMEOUT_MS),
    headers: { "content-type": "application/json", ...(username === "" ? {} : { authorization:
      `Basic ${Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`)
        .toString("base64")}` }) },
    body: JSON.stringify({ size: checkpoint.size, checkpoint: checkpoint.note, key,
      previous: before === null || before > checkpoint.size ? null
        : { size: before, consistency: await consistencyProof(before, checkpoint.size) } }) });
  await answer.body?.cancel();
  if (!answer.ok) throw new Error(`answered ${answer.status}`);
}

const reasonOf = (error: unknown): string => {
  const { message, cause, code } = error as { message: string; cause?: Error; code?: string };
  // Without addresses: what is stored names the target, not what signs in to it.
  return (code ?? (cause as { code?: string } | undefined)?.code ?? message).slice(0, 200);
};

/** Publishes the latest checkpoint to every target that has not got it. Failures are noted. */
export async function publishLatest(): Promise<void> {
  const checkpoint = targets().length === 0 ? null : await latestCheckpoint();
  if (!checkpoint) return;
  const [keys, id, last] = await Promise.all([storedKeys(), logId(), lastPublications()]);
  const publicKey = keys.find(({ key_id }) => key_id === checkpoint.key_id)?.public_key;
  const key = publicKey ? verifierKey(originOf(id), publicKey) : "";
  for (const { target, place } of targets()) {
    const { success, failure } = last[target];
    const isThere = success?.size === checkpoint.size && success.key_id === checkpoint.key_id;
    if (isThere && !isLater(failure, success)) continue;
    try {
      if (target === "folder") await toFolder(place, checkpoint, key);
      else await toWebhook(place, checkpoint, key, success?.size ?? null);
      await notePublication(target, checkpoint, null);
    } catch (error) {
      const reason = reasonOf(error);
      if (isLater(failure, success)) continue; // said before
      log().error({ target, reason }, "LOG_NOT_PUBLISHED");
      await notePublication(target, checkpoint, reason);
    }
  }
}

const isLater = (one: Publication | null, other: Publication | null): boolean =>
  one !== null && (other === null || one.id > other.id);

/** Where checkpoints go, and how the last attempts ended. */
export async function getLogPublishing(): Promise<ResponseOf<"getLogPublishing">> {
  const [last, checkpoint] = await Promise.all([lastPublications(), latestCheckpoint()]);
  return { latest_size: checkpoint?.size ?? 0, targets: targets().map(({ target, place }) => {
    const { success, failure } = last[target];
    return { target, place: shown(target, place), published_size: success?.size ?? null,
      published_at: success?.at.toISOString() ?? null,
      failure: isLater(failure, success) ? failure?.failure ?? null : null,
      failed_at: isLater(failure, success) ? failure?.at.toISOString() ?? null : null };
  }) };
}

/** What an operator should know of publishing; null when all is well or nothing is published. */
export async function publishingTrouble(): Promise<string | null> {
  const failed = (await getLogPublishing()).targets.find(({ failure }) => failure !== null);
  return failed ? `Checkpoints of the evidence log have not reached the ${failed.target} since ` +
    `${failed.failed_at}: ${failed.failure}.` : null;
}
