import { readFileSync } from "node:fs";
import { rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import type { ChainHead } from "@/lib/evidence";
import { environment } from "../platform/environment";
import { log } from "../platform/log";

/**
 * The last heads of the audit chain, or of the evidence log, that this data folder has seen, kept
 * outside the database: whoever can change the tables cannot thereby make a shorter or recomputed
 * one look whole. `lost` is a head that it no longer holds; it stays until it is held again, or an
 * operator who knows why (a restored backup) removes the file.
 */
export type KnownHeads = { head: SeenHead | null; lost: SeenHead | null };
export type SeenHead = ChainHead & {
  seen_at: string;
  /** Of a checkpoint: its size. Its position is its number, its hash that over all up to it. */
  size?: number | undefined;
};

const seen = z.object({ position: z.number().int().min(0), chain_sha256: z.string(),
  seen_at: z.string(), size: z.number().int().optional() });
const stored = z.object({ heads: z.record(z.string(),
  z.object({ head: seen.nullable(), lost: seen.nullable() })) });
type Stored = z.infer<typeof stored>;

const NONE: KnownHeads = { head: null, lost: null };

/** Of the audit chain, and of the evidence log: its size as position, its root as hash. */
export type HeadFile = "audit-head.json" | "evidence-log-head.json";
const fileOf = (name: HeadFile): string => path.join(environment().TODISCOPE_DATA_DIR, name);

function readStored(name: HeadFile): Stored {
  try {
    return stored.parse(JSON.parse(readFileSync(fileOf(name), "utf8")));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") {
      log().error({ err: error, file: fileOf(name) }, "AUDIT_HEAD_UNREADABLE");
    }
    return { heads: {} };
  }
}

/** What the file says of a database; a data folder may serve another one another day. */
export const readKnownHeads = (
  database: string, name: HeadFile = "audit-head.json",
): KnownHeads => readStored(name).heads[database] ?? NONE;

/** Writes the file whole or not at all. */
export async function writeKnownHeads(
  database: string, known: KnownHeads, name: HeadFile = "audit-head.json",
): Promise<void> {
  const heads = { ...readStored(name).heads, [database]: known };
  const draft = `${fileOf(name)}.${process.pid}`;
  await writeFile(draft, `${JSON.stringify({ heads }, null, 2)}\n`, { mode: 0o600 });
  await rename(draft, fileOf(name));
}
