import { canonicalForm, sha256Hex } from "../kernel/hash";
import { canonicalJson, type Json } from "../kernel/canonical";
import { isUuid } from "../kernel/ids";
import { err, ok, type Result } from "../kernel/result";
import {
  ENGINE_ID, ENGINE_VERSION, EVIDENCE_KINDS, evidenceIdOf, linkId, type EvidenceKind,
} from "./identity";

/** One sealed piece of evidence; `sha256` is the hash of the payload's RFC 8785 form. */
export type EvidenceRecord = {
  evidence_id: string;
  kind: EvidenceKind;
  dataset_version_id: string;
  engine_id: string;
  engine_version: string;
  payload: Json;
  sha256: string;
};

/** Evidence that was just sealed, with the payload's RFC 8785 form, which was hashed. */
export type SealedEvidence = EvidenceRecord & { canonical: string };

/** One stored finding: its columns repeat what its payload says, so that they can be searched. */
export type FindingRecord = {
  finding_id: string; kind: string; dataset_version_id: string; evidence_id: string;
  is_material: boolean; payload: Json; sha256: string;
};

/** One stored link between a finding and the evidence it rests on. */
export type LinkRecord = { link_id: string; finding_id: string; evidence_id: string };

/** Why a record does not stand as evidence. */
export type EvidenceDefect =
  | "EVIDENCE_ID_INVALID"
  | "DATASET_VERSION_ID_INVALID"
  | "EVIDENCE_KIND_UNKNOWN"
  | "PAYLOAD_NOT_CANONICAL"
  | "PAYLOAD_HASH_MISMATCH"
  | "EVIDENCE_ID_MISMATCH"
  | "FINDING_HASH_MISMATCH"
  | "FINDING_COLUMN_MISMATCH"
  | "LINK_ID_MISMATCH";

export type EvidenceProblem = { id: string; reason: EvidenceDefect };

/**
 * Seals a payload as evidence of this engine and version.
 * @throws InvariantError when the payload has no RFC 8785 form (NaN, infinity, lone surrogate).
 */
export function sealEvidence(evidence: {
  evidence_id: string; kind: EvidenceKind; dataset_version_id: string; payload: Json;
}): SealedEvidence {
  return {
    evidence_id: evidence.evidence_id,
    kind: evidence.kind,
    dataset_version_id: evidence.dataset_version_id,
    engine_id: ENGINE_ID,
    engine_version: ENGINE_VERSION,
    payload: evidence.payload,
    ...canonicalForm(evidence.payload),
  };
}

/**
 * Recomputes the hash from the payload and the id from what the record says of itself, and checks
 * the ids' shape and the kind. Never throws: a stored or imported record may hold anything.
 */
export function verifyEvidence(record: EvidenceRecord): Result<void, EvidenceProblem> {
  const bad = (reason: EvidenceDefect): Result<void, EvidenceProblem> =>
    err({ id: String(record.evidence_id), reason });
  if (!isUuidText(record.evidence_id)) return bad("EVIDENCE_ID_INVALID");
  if (!isUuidText(record.dataset_version_id)) return bad("DATASET_VERSION_ID_INVALID");
  if (!EVIDENCE_KINDS.includes(record.kind)) return bad("EVIDENCE_KIND_UNKNOWN");
  const text = canonicalText(record.payload);
  if (text === null) return bad("PAYLOAD_NOT_CANONICAL");
  if (sha256Hex(text) !== record.sha256) return bad("PAYLOAD_HASH_MISMATCH");
  const id = evidenceIdOf(record);
  if (id !== null && id !== record.evidence_id.toLowerCase()) return bad("EVIDENCE_ID_MISMATCH");
  return ok(undefined);
}

/** Recomputes a finding's hash and compares its columns with its payload. Never throws. */
export function verifyFinding(record: FindingRecord): Result<void, EvidenceProblem> {
  const bad = (reason: EvidenceDefect): Result<void, EvidenceProblem> =>
    err({ id: String(record.finding_id), reason });
  const text = canonicalText(record.payload);
  if (text === null || sha256Hex(text) !== record.sha256) return bad("FINDING_HASH_MISMATCH");
  const said = (record.payload ?? {}) as { readonly [member: string]: Json };
  const isSame = said.id === record.finding_id && said.category === record.kind
    && said.dataset_version_id === record.dataset_version_id
    && said.is_material === record.is_material;
  return isSame ? ok(undefined) : bad("FINDING_COLUMN_MISMATCH");
}

/** Recomputes a link's id from its two ends. Never throws. */
export function verifyLink(record: LinkRecord): Result<void, EvidenceProblem> {
  const id = linkId({ findingId: record.finding_id, evidenceId: record.evidence_id });
  return id === record.link_id ? ok(undefined)
    : err({ id: record.link_id, reason: "LINK_ID_MISMATCH" });
}

/** Verifies records in their order, up to the first bad one: the answer of `evidence/verify`. */
export function verifyAllEvidence(
  records: Iterable<EvidenceRecord>,
): { ok: boolean; checked: number; first_bad: EvidenceProblem | null } {
  let checked = 0;
  for (const record of records) {
    checked += 1;
    const verified = verifyEvidence(record);
    if (!verified.ok) return { ok: false, checked, first_bad: verified.error };
  }
  return { ok: true, checked, first_bad: null };
}

const isUuidText = (id: unknown): boolean => typeof id === "string" && isUuid(id);

function canonicalText(payload: Json): string | null {
  try {
    return canonicalJson(payload);
  } catch {
    // An imported payload may be too deep, or hold numbers and texts that JSON cannot carry.
    return null;
  }
}
