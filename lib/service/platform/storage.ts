import { statfs } from "node:fs/promises";
import { AppError } from "./app-error";
import { sqlState } from "../db/database";
import { embeddedFolder } from "../db/embedded";
import { environment } from "./environment";
import { processState } from "./process-state";

/**
 * What uploads and imports leave free on the disk of an embedded database. Its log grows by files
 * of 16 MB: a database that finds no space for the next one stops, and takes every request with it.
 */
const RESERVE_BYTES = 64 * 1024 ** 2;

/** The folder of the embedded database; null when the database takes care of its own disk. */
const guarded = () => processState("storage", () => {
  const { TODISCOPE_DATA_DIR: dataDir, TODISCOPE_DATABASE_URL: url } = environment();
  return { folder: embeddedFolder(dataDir, url ?? "") };
});

/** @throws AppError STORAGE_FULL before the disk is so full that the embedded database stops. */
export async function refuseWhenNearlyFull(): Promise<void> {
  const { folder } = guarded();
  if (folder === null) return;
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize < RESERVE_BYTES) throw storageFull();
}

export const storageFull = (cause?: unknown): AppError => new AppError("STORAGE_FULL", {
  message: "The disk is full. Nothing was kept. Free space, then try again.", cause,
});

/** PostgreSQL's code for a disk without space. */
const DATABASE_DISK_FULL = "53100";

/** Whether something failed for want of space, on this disk or on the database's. */
export function isStorageFull(error: unknown): boolean {
  const code = (error as { code?: string } | null)?.code;
  return code === "ENOSPC" || code === "EDQUOT" || code === "STORAGE_FULL"
    || sqlState(error) === DATABASE_DISK_FULL;
}
