import { canonicalJson, canonicalText, type Json } from "../kernel/canonical";
import { sha256, sha256Hex } from "../kernel/hash";

/** What the log of a deployment records. */
export const LOG_KINDS = ["evidence", "finding", "run", "audit"] as const;
export type LogKind = (typeof LOG_KINDS)[number];

/**
 * One entry of the log. `record_sha256` covers the record's columns; `content_sha256` covers what
 * an erasure takes from it (a payload, a run's summary), so that the hash outlives the content.
 * Null where there is nothing of the kind, or where it was erased before the log took it up.
 */
export type LogEntry = {
  index: number; kind: LogKind; id: string; record_sha256: string; content_sha256: string | null;
};

/**
 * The leaf of an entry: RFC 9162's hash over its RFC 8785 form, whose members are written in their
 * order here, since a deployment makes thousands of leaves a second. The mark of a leaf is a zero
 * byte, which is that character's UTF-8.
 */
export const logLeaf = ({ index, kind, id, record_sha256, content_sha256 }: LogEntry): Uint8Array =>
  sha256(`\0{"content_sha256":${content_sha256 === null ? "null" : canonicalText(content_sha256)},` +
    `"id":${canonicalText(id)},"index":${canonicalJson(index)},"kind":"${kind}",` +
    `"record_sha256":${canonicalText(record_sha256)}}`);

/** The columns of a stored record that the log covers, times as RFC 3339 in milliseconds. */
export type LoggedColumns = {
  evidence: {
    evidence_id: string; kind: string; dataset_version_id: string; engine_id: string;
    engine_version: string; sha256: string; created_at: string;
  };
  finding: {
    finding_id: string; kind: string; dataset_version_id: string; engine_id: string;
    evidence_id: string; is_material: boolean; sha256: string; created_at: string;
  };
  run: {
    run_id: string; dataset_version_id: string; engine_id: string; engine_version: string;
    started_at: string; parameters: Json; exposure_evidence_id: string; evidence_ids: string[];
    finding_ids: string[]; request_id: string; created_at: string; created_by: string;
  };
};

/** The members that are hashed, in the order of RFC 8785. */
const MEMBERS: { [K in keyof LoggedColumns]: readonly (keyof LoggedColumns[K] & string)[] } = {
  evidence: ["created_at", "dataset_version_id", "engine_id", "engine_version", "evidence_id",
    "kind", "sha256"],
  finding: ["created_at", "dataset_version_id", "engine_id", "evidence_id", "finding_id",
    "is_material", "kind", "sha256"],
  run: ["created_at", "created_by", "dataset_version_id", "engine_id", "engine_version",
    "evidence_ids", "exposure_evidence_id", "finding_ids", "parameters", "request_id", "run_id",
    "started_at"],
};

/** The `record_sha256` of a record; an audit event has its own hash, which is taken as it is. */
export function recordHash<K extends keyof LoggedColumns>(kind: K, row: LoggedColumns[K]): string {
  let members = "";
  for (const name of MEMBERS[kind]) {
    const value = row[name] as Json | undefined;
    if (value === undefined) continue; // a record from elsewhere may lack one, and then differs
    members += `${members === "" ? "" : ","}"${name}":${canonicalJson(value)}`;
  }
  return sha256Hex(`{${members}}`);
}
