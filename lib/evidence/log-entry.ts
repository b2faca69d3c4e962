import { canonicalHash } from "../kernel/hash";
import { canonicalJson, type Json } from "../kernel/canonical";
import { leafHash } from "./merkle";

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

/** The leaf of an entry: RFC 9162's hash over its RFC 8785 form. */
export const logLeaf = ({ index, kind, id, record_sha256, content_sha256 }: LogEntry): Uint8Array =>
  leafHash(utf8.encode(canonicalJson({ content_sha256, id, index, kind, record_sha256 })));

const utf8 = new TextEncoder();

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

const MEMBERS: { [K in keyof LoggedColumns]: readonly (keyof LoggedColumns[K])[] } = {
  evidence: ["evidence_id", "kind", "dataset_version_id", "engine_id", "engine_version", "sha256",
    "created_at"],
  finding: ["finding_id", "kind", "dataset_version_id", "engine_id", "evidence_id", "is_material",
    "sha256", "created_at"],
  run: ["run_id", "dataset_version_id", "engine_id", "engine_version", "started_at", "parameters",
    "exposure_evidence_id", "evidence_ids", "finding_ids", "request_id", "created_at", "created_by"],
};

/** The `record_sha256` of a record; an audit event has its own hash, which is taken as it is. */
export const recordHash = <K extends keyof LoggedColumns>(kind: K, row: LoggedColumns[K]): string =>
  canonicalHash(Object.fromEntries(MEMBERS[kind].map((name) => [name, row[name]])) as Json);
