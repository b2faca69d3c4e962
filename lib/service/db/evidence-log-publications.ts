import { pool } from "./database";
import type { StoredCheckpoint } from "./evidence-log";

export type PublicationTarget = "folder" | "webhook";
export type Publication = {
  id: number; size: number; key_id: string; failure: string | null; at: Date;
};
export type LastPublications = Record<PublicationTarget,
  { success: Publication | null; failure: Publication | null }>;

type Row = { publication_id: string; target: PublicationTarget; size: string;
  key_id: string; failure: string | null; created_at: Date };

/** The last success and the last failure of each target. */
export async function lastPublications(): Promise<LastPublications> {
  const one = (target: string, failed: boolean): string => `(SELECT * FROM log_publication
    WHERE target = '${target}' AND failure IS ${failed ? "NOT NULL" : "NULL"}
    ORDER BY publication_id DESC LIMIT 1)`;
  const { rows } = await pool().query<Row>(["folder", "webhook"].flatMap((target) =>
    [one(target, false), one(target, true)]).join(" UNION ALL "));
  const last = (target: PublicationTarget, failed: boolean): Publication | null => {
    const row = rows.find((each) => each.target === target && (each.failure !== null) === failed);
    return row ? { id: Number(row.publication_id), size: Number(row.size),
      key_id: row.key_id, failure: row.failure, at: row.created_at } : null;
  };
  return { folder: { success: last("folder", false), failure: last("folder", true) },
    webhook: { success: last("webhook", false), failure: last("webhook", true) } };
}

export async function notePublication(
  target: PublicationTarget, { size, key_id }: StoredCheckpoint, failure: string | null,
): Promise<void> {
  await pool().query(`INSERT INTO log_publication (target, size, key_id, failure)
    VALUES ($1, $2, $3, $4)`, [target, size, key_id, failure]);
}
