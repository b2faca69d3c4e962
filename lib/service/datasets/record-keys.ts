import { KeyFiller, keysBuffer } from "@/lib/portfolio";
import { keyBytes } from "../db/record-key-query";
import { log } from "../platform/log";
import { columnsOf, sharedColumns, type VersionColumns } from "./version-columns";

/** A version's columns, and what they do not say of its records: memory that threads can share. */
export type KeyedColumns = { columns: VersionColumns; keys: SharedArrayBuffer };

/** By the columns they are of: they go when those leave the memory. */
const known = new WeakMap<VersionColumns, Promise<SharedArrayBuffer | null>>();

/**
 * A sealed version's columns with the keys of its records, read from the records when they are
 * first asked for; null where no columns were recorded, or a record is not one row of them.
 */
export async function keyedColumns(versionId: string): Promise<KeyedColumns | null> {
  if (!await sharedColumns(versionId)) return null;
  const columns = await columnsOf(versionId);
  const reading = known.get(columns) ?? read(versionId, columns);
  known.set(columns, reading);
  try {
    const keys = await reading;
    return keys && { columns, keys };
  } catch (error) {
    known.delete(columns);
    throw error;
  }
}

/**
 * The same where they are in memory; else null, and they are read meanwhile: for one page the
 * database is asked sooner.
 */
export async function keyedAtHand(versionId: string): Promise<KeyedColumns | null> {
  const shared = await sharedColumns(versionId);
  if (!shared) return null;
  const columns = await columnsOf(versionId);
  if (known.has(columns)) return keyedColumns(versionId);
  keyedColumns(versionId).catch((error: unknown) =>
    log().warn({ err: error, dataset_version_id: versionId }, "RECORD_KEYS_NOT_READ"));
  return null;
}

/** Rows of the tape that one statement reads: a piece that is soon made sense of. */
const ROWS = 50_000;

async function read(
  versionId: string, { columns }: VersionColumns,
): Promise<SharedArrayBuffer | null> {
  const { rowNumber, isFirst } = columns;
  if (isFirst.includes(0)) return null;
  const buffer = keysBuffer(columns);
  const filler = new KeyFiller(columns, buffer);
  let [low, high] = [Infinity, -Infinity];
  for (const row of rowNumber) {
    if (row < low) low = row;
    if (row > high) high = row;
  }
  for (let from = low; from <= high; from += ROWS) {
    if (!filler.add(await keyBytes(versionId, from, from + ROWS))) return null;
  }
  return filler.isFull() ? buffer : null;
}
