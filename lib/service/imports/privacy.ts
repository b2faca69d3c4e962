import { createHmac, randomBytes } from "node:crypto";
import {
  hidesAnything, personalColumns, type PrivacyRules, type Tokenizer,
} from "@/lib/tape";
import { environment } from "../platform/environment";
import { pool } from "../db/database";

/** How an import hides what its columns say of persons. */
export type Hiding = { rules: PrivacyRules; tokenOf: Tokenizer };

/** Bytes of a token: enough that two persons of a dataset never share one. */
const TOKEN_BYTES = 15;

/**
 * What hides a dataset's personal values before anything is stored; null without a rule that
 * hides. Equal values have equal tokens inside a dataset, and others in every other dataset.
 */
export async function hidingFor(
  datasetId: string, rules: PrivacyRules | undefined,
): Promise<Hiding | null> {
  if (!rules || !hidesAnything(rules)) return null;
  const key = await keyOf(datasetId);
  return { rules, tokenOf: (text) => `px_${createHmac("sha256", key).update(text).digest()
    .subarray(0, TOKEN_BYTES).toString("base64url")}` };
}

/**
 * What becomes of columns about persons in a file that nobody watches: what the dataset's last
 * version that says so decided of a column of that name and, where nobody decided, a token.
 */
export async function unattendedPrivacy(
  datasetId: string, columns: readonly string[],
): Promise<{ rules: PrivacyRules; notes: string[] }> {
  const { rows: [last] } = await pool().query<{ rules: PrivacyRules }>(
    `SELECT options->'privacy' AS rules FROM dataset_version
     WHERE dataset_id = $1 AND jsonb_typeof(options->'privacy') = 'object'
     ORDER BY number DESC LIMIT 1`, [datasetId]);
  const has = new Set(columns);
  const decided = Object.entries(last?.rules ?? {}).filter(([column]) => has.has(column));
  const named = new Set(decided.map(([column]) => column));
  const open = personalColumns(columns).filter(({ column }) => !named.has(column));
  return {
    rules: Object.fromEntries([...decided,
      ...open.map(({ column }) => [column, "mask"] as const)]),
    notes: open.map(({ column, token }) => `'${column}' looks personal (${token}) and was masked: `
      + "nobody watched the import, and no version of the dataset says otherwise"),
  };
}

/**
 * The dataset's own random key, made at its first masked import. With TODISCOPE_PRIVACY_KEY the
 * key of the tokens needs that secret too, so that a copy of the database alone can guess nothing.
 */
async function keyOf(datasetId: string): Promise<Buffer> {
  const { rows: [row] } = await pool().query<{ key: Buffer }>(
    `WITH made AS (
       INSERT INTO privacy_key (dataset_id, key) VALUES ($1, $2)
       ON CONFLICT (dataset_id) DO UPDATE SET key = privacy_key.key RETURNING key)
     SELECT key FROM made`, [datasetId, randomBytes(32)]);
  const own = row?.key ?? Buffer.alloc(0);
  const secret = environment().TODISCOPE_PRIVACY_KEY;
  return secret === undefined ? own : createHmac("sha256", secret).update(own).digest();
}
