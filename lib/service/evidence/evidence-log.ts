import type { QueryOf, ResponseOf } from "@/lib/contract/operations";
import {
  base64, consistencyRanges, inclusionRanges, logLeaf, partsOf, placeBefore, rangeHash,
  readCheckpoint, verifierKey, type LeafRange, type LogEntry,
} from "@/lib/evidence";
import { AppError } from "../platform/app-error";
import { writeAudit } from "../audit/audit";
import type { Context } from "../platform/caller";
import {
  checkpointOf, checkpointsBelow, entriesOf, firstCheckpointFrom, latestCheckpoint, LogDamaged,
  logId, logSize, nodeHashes, rootAt, storedKeys, type StoredCheckpoint, type StoredKey,
} from "../db/evidence-log";
import { originOf, rotateKey, signCheckpoint } from "./evidence-log-checkpoints";
import { endorsementText, isSignedBy } from "./evidence-log-keys";
import { getLogPublishing, publishLatest } from "./evidence-log-publisher";
import { catchUpLog, logTrouble, logWaiting, lookAtCheckpoints } from "./evidence-log-sequencer";
import { decodeCursor, encodeCursor, invalidCursor } from "../platform/paging";

type Checkpoint = ResponseOf<"getLogCheckpoint">;

const toCheckpoint = (row: StoredCheckpoint): Checkpoint => ({ size: row.size,
  root: base64(row.root), key_id: row.key_id, note: row.note, number: numberOf(row.note),
  signed_at: /\ntime (\S+)\n/.exec(row.note)?.[1] ?? row.created_at.toISOString() });

/** Which checkpoint of the log a note says it is; null for one of a release that did not say. */
function numberOf(note: string): number | null {
  const before = placeBefore(note);
  return before && before.number + 1;
}

/** Whether the key that a key follows endorsed it. */
export function isEndorsed(key: StoredKey, keys: readonly StoredKey[], origin: string): boolean {
  const old = keys.find(({ key_id }) => key_id === key.follows);
  return old !== undefined && key.endorsement !== null
    && isSignedBy(old.public_key, endorsementText(origin, key.public_key), key.endorsement);
}

/** The log as it stands. */
export async function getLog(): Promise<ResponseOf<"getLog">> {
  const [id, size, keys, latest, unsequenced] = await Promise.all(
    [logId(), logSize(), storedKeys(), latestCheckpoint(), logWaiting()]);
  const origin = originOf(id);
  return {
    log_id: id, origin, size, root: await rootOrNothing(size), unsequenced,
    unsigned: Math.max(0, size - (latest?.size ?? 0)),
    checkpoint: latest && toCheckpoint(latest),
    keys: keys.map((key) => ({
      key_id: key.key_id, public_key: base64(key.public_key),
      verifier_key: verifierKey(origin, key.public_key), follows: key.follows,
      endorsement: key.endorsement && base64(key.endorsement),
      endorsed: isEndorsed(key, keys, origin), signs: key.key_id === latest?.key_id,
      reason: key.reason, created_at: key.created_at.toISOString(), created_by: key.created_by,
    })),
    trouble: logTrouble(),
  };
}

/** A log that lacks a part has no root; a verification names the part. */
async function rootOrNothing(size: number): Promise<string> {
  try {
    return base64(await rootAt(size));
  } catch (error) {
    if (error instanceof LogDamaged) return "";
    throw error;
  }
}

/** Checkpoints, the latest first. */
export async function listLogCheckpoints(
  query: QueryOf<"listLogCheckpoints">,
): Promise<ResponseOf<"listLogCheckpoints">> {
  const below = query.cursor === undefined ? null : decodeCursor(query.cursor, 1)[0] ?? null;
  if (below !== null && !Number.isSafeInteger(below)) throw invalidCursor();
  const rows = await checkpointsBelow(below as number | null, query.limit + 1);
  const items = rows.slice(0, query.limit);
  const last = items.at(-1);
  return { items: items.map(toCheckpoint),
    next_cursor: rows.length > query.limit && last ? encodeCursor([last.size]) : null };
}

/** @throws AppError CHECKPOINT_NOT_FOUND */
export async function getLogCheckpoint(size: string): Promise<Checkpoint> {
  const found = /^\d{1,15}$/.test(size) ? await checkpointOf(Number(size)) : null;
  if (found) return toCheckpoint(found);
  throw new AppError("CHECKPOINT_NOT_FOUND", {
    message: `The evidence log has no checkpoint of size ${size.slice(0, 20)}.` });
}

/**
 * The proof that a record is in the log.
 * @throws AppError LOG_ENTRY_NOT_FOUND, PARAMETERS_INVALID
 */
export async function getLogInclusion(
  query: QueryOf<"getLogInclusion">,
): Promise<ResponseOf<"getLogInclusion">> {
  const [[entry], whole] = await Promise.all([entriesOf([query]), logSize()]);
  if (!entry) {
    throw new AppError("LOG_ENTRY_NOT_FOUND", { message: `The evidence log has no ${query.kind} ` +
      `${query.id}. What was just recorded is in it some seconds later.` });
  }
  const covering = query.size === undefined ? await firstCheckpointFrom(entry.index + 1)
    : await checkpointOf(query.size);
  const size = query.size ?? covering?.size ?? whole;
  if (size > whole || size <= entry.index) {
    throw invalid("size", `${entry.index + 1} to ${whole}: the entry's place and the log's size`);
  }
  const [proof] = await inclusionProofs([entry], size);
  return { entry, leaf_hash: base64(logLeaf(entry)), size, root: base64(await rootAt(size)),
    proof: proof ?? [], checkpoint: covering && toCheckpoint(covering) };
}

/** The inclusion proofs of some entries in the log's first `size` leaves, in base64. */
export async function inclusionProofs(
  entries: readonly LogEntry[], size: number,
): Promise<string[][]> {
  const ranges = entries.map(({ index }) => inclusionRanges(index, size));
  const nodes = new Map(ranges.flat().flatMap(partsOf).map((node) =>
    [`${node.level}/${node.index}`, node]));
  const hashOf = await nodeHashes([...nodes.values()]);
  // Entries lie close together: most of their proofs are the same.
  const known = new Map<string, string>();
  const hashed = (range: LeafRange): string => {
    const key = `${range.from}-${range.to}`;
    const hash = known.get(key) ?? base64(rangeHash(range, hashOf));
    known.set(key, hash);
    return hash;
  };
  return ranges.map((proof) => proof.map(hashed));
}

/** @throws AppError PARAMETERS_INVALID */
export async function getLogConsistency(
  { first, second }: QueryOf<"getLogConsistency">,
): Promise<ResponseOf<"getLogConsistency">> {
  const size = await logSize();
  if (second > size) throw invalid("second", `at most ${size}, the log's size`);
  if (first > second) throw invalid("first", `at most ${second}, the second size`);
  const ranges = consistencyRanges(first, second);
  const hashOf = await nodeHashes(ranges.flatMap(partsOf));
  return { first, second, first_root: base64(await rootAt(first)),
    second_root: base64(await rootAt(second)),
    proof: ranges.map((range) => base64(rangeHash(range, hashOf))) };
}

const invalid = (path: string, rule: string): AppError => new AppError("PARAMETERS_INVALID",
  { message: `${path} should be ${rule}.`, errors: [{ path, message: rule }] });

/** Signs with a new key from now on. @throws AppError HELD_BY_ENVIRONMENT */
export async function rotateLogKey(
  context: Context, reason: string,
): Promise<ResponseOf<"rotateLogKey">> {
  const made = await rotateKey(context, reason);
  lookAtCheckpoints();
  return made;
}

/** Signs what the log is now and publishes it. */
export async function publishLog(context: Context): Promise<ResponseOf<"publishLog">> {
  await catchUpLog();
  await signCheckpoint();
  lookAtCheckpoints();
  await publishLatest();
  const state = await getLogPublishing();
  await writeAudit(context, { type: "log.published", details: { size: state.latest_size,
    targets: state.targets.map(({ target, failure }) => ({ target, failure })) } });
  return state;
}

/** The first checkpoint that covers entries up to an index; signed now where there is none. */
export async function checkpointOver(index: number): Promise<StoredCheckpoint | null> {
  const covering = await firstCheckpointFrom(index + 1);
  if (covering) return covering;
  const signed = await signCheckpoint();
  lookAtCheckpoints();
  return signed;
}

/** The entries of records that were committed before, which are in the log when this ends. */
export async function entriesNow(
  records: Parameters<typeof entriesOf>[0],
): Promise<(LogEntry | null)[]> {
  const found = await entriesOf(records);
  if (!found.includes(null)) return found;
  await catchUpLog();
  return entriesOf(records);
}

/** Whether the key that a checkpoint names has signed it, for the log of this name. */
export function isCheckpointSigned(
  { note, size, root }: StoredCheckpoint, key: StoredKey | undefined, origin: string,
): boolean {
  const read = key ? readCheckpoint(note, key.public_key) : null;
  return key !== undefined && read?.ok === true && read.value.size === size
    && read.value.origin === origin
    && base64(read.value.root) === base64(root)
    && isSignedBy(key.public_key, read.value.text, read.value.signature);
}
