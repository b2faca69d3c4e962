import { writeAudit, type AuditEntry } from "../audit/audit";
import type { Context } from "../platform/caller";
import { prisma } from "../db/database";
import type { ExportedFile, FileContent } from "../platform/exported-file";

/** A file that can be made, of a request that was checked as far as that is quick. */
export type FileSource = {
  name: string; type: string;
  /** What the audit log says of whoever gets the file. */
  event: AuditEntry;
  /** The versions that it is made of. */
  versionIds: readonly string[];
  /** Rows that go through it one by one; 0 where it is made of sums. */
  rows: number;
  /** Begins to make it. @param onRows hears how many rows are done, now and then */
  open(onRows?: (rows: number) => void): Promise<FileContent>;
};

/** The file for who asked for it, as an event. */
export async function handOut(context: Context, source: FileSource): Promise<ExportedFile> {
  const content = await source.open();
  await writeAudit(context, source.event);
  return { name: source.name, type: source.type, ...content };
}

/** Rows of the tapes that versions were made of. */
export async function tapeRows(versionIds: readonly string[]): Promise<number> {
  const versions = await prisma().datasetVersion.findMany({ where: { id: { in: [...versionIds] } },
    select: { rawCount: true } });
  return versions.reduce((sum, { rawCount }) => sum + (rawCount ?? 0), 0);
}

/** The same batches, while it is told how many rows went by. */
export async function* counted<T>(
  batches: AsyncIterable<T[]>, onRows: ((rows: number) => void) | undefined, from = 0,
): AsyncGenerator<T[]> {
  let rows = from;
  for await (const batch of batches) {
    yield batch;
    rows += batch.length;
    onRows?.(rows);
  }
}
