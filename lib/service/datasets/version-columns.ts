import { createHash } from "node:crypto";
import { setImmediate as othersTurn } from "node:timers/promises";
import type { NormalizedRecord } from "@/lib/kernel/record";
import { ColumnsBuilder, decodeColumns, type PortfolioColumns } from "@/lib/portfolio";
import { listArtifacts, readArtifact, removeArtifact, writeArtifact } from "../platform/artifact-store";
import { cursorBatches, inSnapshot } from "../db/cursor";
import { pool, type PoolClient } from "../db/database";
import { environment } from "../platform/environment";
import { log } from "../platform/log";
import { processState } from "../platform/process-state";

/** A version's columns: memory that threads can share, and views on it. */
export type VersionColumns = {
  buffer: SharedArrayBuffer; columns: PortfolioColumns; sha256: string;
};

/** Of the encoding of `encodeColumns`: another has hashes of its own. */
const FORMAT = 1;
const BATCH = 5_000;
const KIND = "columns";
const nameOf = (versionId: string): string => `${KIND}/${versionId}.v${FORMAT}`;

/** Most recently used last. */
type Known = Map<string, { loading: Promise<VersionColumns>; bytes: number }>;
const cache = () => processState("version-columns", (): Known => new Map());

/**
 * A sealed version's columns. Sealed content never changes: they are kept in memory up to
 * TODISCOPE_COLUMNS_CACHE_MB, the version used longest ago leaves first. Who shows them to somebody
 * must have looked whether the version is still there: another process may have erased it.
 */
export async function columnsOf(versionId: string): Promise<VersionColumns> {
  const known = cache();
  const entry = known.get(versionId) ?? { loading: load(versionId), bytes: 0 };
  known.delete(versionId);
  known.set(versionId, entry);
  try {
    const loaded = await entry.loading;
    entry.bytes = loaded.buffer.byteLength;
    makeRoom();
    return loaded;
  } catch (error) {
    if (known.get(versionId) === entry) known.delete(versionId);
    throw error;
  }
}

/** Records from which on the columns are sooner looked through than the database's rows. */
export const COLUMNS_FROM = 20_000;

/** A version's columns for a thread; null where none were recorded with the seal. */
export async function sharedColumns(
  versionId: string,
): Promise<Pick<VersionColumns, "buffer" | "sha256"> | null> {
  if (!cache().has(versionId) && !await recordedColumns(versionId)) return null;
  const { buffer, sha256 } = await columnsOf(versionId);
  return { buffer, sha256 };
}

function makeRoom(): void {
  const known = cache();
  const limit = environment().TODISCOPE_COLUMNS_CACHE_MB * 1024 ** 2;
  let total = [...known.values()].reduce((sum, { bytes }) => sum + bytes, 0);
  for (const [id, { bytes }] of known) {
    if (total <= limit || known.size === 1) return;
    total -= bytes;
    known.delete(id);
  }
}

/** Drops a version's columns from memory. */
export const forgetColumns = (versionId: string): void => { cache().delete(versionId); };

/** Removes what an erasure leaves of a version's columns; their hash stays. */
export async function removeColumns(versionId: string): Promise<void> {
  forgetColumns(versionId);
  await removeArtifact(nameOf(versionId)).catch((error: unknown) =>
    log().warn({ err: error, dataset_version_id: versionId }, "COLUMNS_NOT_REMOVED"));
}

type Recorded = { format: number; bytes: number; sha256: string };

/** What is recorded of a version's columns; null before they are made. */
export async function recordedColumns(versionId: string): Promise<Recorded | null> {
  const { rows: [recorded] } = await pool().query<Recorded>(`SELECT format, bytes::float8 AS bytes,
    sha256 FROM version_columns WHERE dataset_version_id = $1 AND format = $2`,
  [versionId, FORMAT]);
  return recorded ?? null;
}

async function load(versionId: string): Promise<VersionColumns> {
  const recorded = await recordedColumns(versionId);
  const stored = recorded ? await storedColumns(versionId, recorded) : null;
  return stored ?? rebuilt(versionId, recorded);
}

/** The artifact as it is stored; null where it is missing or not what the version says. */
async function storedColumns(
  versionId: string, recorded: Recorded,
): Promise<VersionColumns | null> {
  const hash = createHash("sha256");
  let fault = "missing";
  try {
    const bytes = await readArtifact(nameOf(versionId), (piece) => hash.update(piece));
    if (bytes) {
      fault = "damaged";
      const sha256 = hash.digest("hex");
      const decoded = sha256 === recorded.sha256 ? decodeColumns(bytes.buffer) : null;
      if (decoded?.ok) return { buffer: bytes.buffer, columns: decoded.value, sha256 };
    }
  } catch (error) {
    log().warn({ err: error, dataset_version_id: versionId }, "COLUMNS_UNREADABLE");
    fault = "unreadable";
  }
  log().warn({ dataset_version_id: versionId, fault }, "COLUMNS_REBUILT");
  return null;
}

/**
 * Makes the columns again from the records, and stores them.
 * @throws Error when they are not those that were recorded: records or code have changed
 */
async function rebuilt(
  versionId: string, recorded: Recorded | null,
): Promise<VersionColumns> {
  const builder = new ColumnsBuilder();
  await inSnapshot(async (client) => {
    const query = `SELECT row_number, payload FROM normalized_record
      WHERE dataset_version_id = $1 AND kind IN ('instrument', 'distressed_asset', 'portfolio')
      ORDER BY row_number`;
    type Row = { row_number: number; payload: NormalizedRecord };
    for await (const rows of cursorBatches<Row>(client, BATCH, query, [versionId])) {
      for (const row of rows) builder.addAccepted(row.payload, row.row_number);
    }
  });
  const { sha256, bytes } = await measured(builder);
  if (recorded && recorded.sha256 !== sha256) {
    log().error({ dataset_version_id: versionId, recorded: recorded.sha256, rebuilt: sha256 },
      "COLUMNS_MISMATCH");
    throw new Error(`The records of version ${versionId} no longer give its columns.`);
  }
  if (!recorded) await record(pool(), versionId, { sha256, bytes });
  await store(versionId, builder);
  const buffer = new SharedArrayBuffer(bytes);
  let at = 0;
  for (const piece of builder.pieces()) {
    new Uint8Array(buffer).set(piece, at);
    at += piece.byteLength;
  }
  const decoded = decodeColumns(buffer);
  if (!decoded.ok) throw new Error(`columns that were just encoded: ${decoded.error.detail}`);
  return { buffer, sha256, columns: decoded.value };
}

type Measured = { sha256: string; bytes: number };

/** What is hashed before others have their turn. */
const TURN_BYTES = 4 * 1024 ** 2;

/** Hash and size of the encoded columns; memory is not held twice for it. */
async function measured(builder: ColumnsBuilder): Promise<Measured> {
  const hash = createHash("sha256");
  let bytes = 0;
  let turn = TURN_BYTES;
  for (const piece of builder.pieces()) {
    hash.update(piece);
    bytes += piece.byteLength;
    if (bytes < turn) continue;
    turn = bytes + TURN_BYTES;
    await othersTurn();
  }
  return { sha256: hash.digest("hex"), bytes };
}

const record = (
  client: Pick<PoolClient, "query">, versionId: string, { sha256, bytes }: Measured,
): Promise<unknown> => client.query(
  `INSERT INTO version_columns (dataset_version_id, format, sha256, bytes)
     VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
  [versionId, FORMAT, sha256, bytes]);

/** What cannot be stored is made again when it is needed: a seal does not fail for it. */
const store = (versionId: string, builder: ColumnsBuilder): Promise<void> =>
  writeArtifact(nameOf(versionId), builder.pieces()).catch((error: unknown) =>
    log().warn({ err: error, dataset_version_id: versionId }, "COLUMNS_NOT_STORED"));

/** Records a version's columns in the transaction of its seal, and stores them. */
export async function sealColumns(
  client: PoolClient, versionId: string, builder: ColumnsBuilder,
): Promise<void> {
  await record(client, versionId, await measured(builder));
  await store(versionId, builder);
}

/** Removes columns of versions that no longer have content; what another process erased lies on. */
export async function cleanColumns(): Promise<void> {
  const names = await listArtifacts(KIND);
  const { rows } = await pool().query<{ id: string }>(`SELECT dataset_version_id AS id
    FROM dataset_version WHERE status IN ('importing', 'normalizing', 'sealed')`);
  const needed = new Set(rows.map(({ id }) => id));
  for (const name of names) {
    const id = name.slice(KIND.length + 1).split(".")[0] as string;
    if (!needed.has(id)) await removeArtifact(name);
  }
}
