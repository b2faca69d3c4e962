import type { LogEntry } from "../evidence";
import type { Json } from "../kernel/canonical";
import type { RunParameters } from "../risk";

/** What a bundle calls itself, and the version of its form. */
export const BUNDLE_FORMAT = "todiscope.run-bundle";
export const BUNDLE_VERSION = 1;
/** Bytes of a bundle at most: what Node reads as one file, so that it can be checked. */
export const BUNDLE_BYTES = 2 ** 31 - 1;

/** Its files, in their order; the last says what the others are. */
export const BUNDLE_FILES = ["README.txt", "verify.mjs", "run.json", "evidence.ndjson",
  "findings.ndjson", "events.ndjson", "proofs.json", "inputs.ndjson", "manifest.json"] as const;
export type BundleFile = (typeof BUNDLE_FILES)[number];

/** Every line and file of JSON is in RFC 8785 form: no byte of it is free. */
export type BundleManifest = {
  format: string; format_version: number; run_id: string;
  files: { name: string; bytes: number; sha256: string }[];
};
export type BundleRun = {
  run_id: string; dataset_version_id: string; engine_id: string; engine_version: string;
  started_at: string; parameters: RunParameters; exposure_evidence_id: string;
  evidence_ids: string[]; finding_ids: string[]; request_id: string; created_at: string;
  created_by: string; summary: Json;
};
export type BundleEvidence = {
  evidence_id: string; kind: string; dataset_version_id: string; engine_id: string;
  engine_version: string; sha256: string; created_at: string; payload: Json;
};
export type BundleFinding = {
  finding_id: string; kind: string; dataset_version_id: string; engine_id: string;
  evidence_id: string; is_material: boolean; sha256: string; created_at: string; payload: Json;
};
/** An audit event, as its hash covers it. */
export type BundleEvent = {
  audit_event_id: string; type: string; dataset_version_id: string | null; after: Json;
  [member: string]: Json;
};
/** A row of the tape: what it became, or after an erasure the hash of that. */
export type BundleInput = { raw: string; normalized?: Json; normalized_sha256?: string | null };
export type BundleProofs = {
  origin: string; checkpoint: string; public_key: string;
  entries: (LogEntry & { proof: string[] })[];
};

/** What a person reads first; follows from the run and its checkpoint, so it can be checked. */
export function bundleReadme(facts: {
  runId: string; versionId: string; engine: string; startedAt: string; origin: string;
  size: number; keyId: string; isErased: boolean; verifierSha256: string; signOff: string;
}): string {
  return `TodiScope: a stress run with its evidence

Run              ${facts.runId}
Dataset version  ${facts.versionId}
Engine           ${facts.engine}
Started at       ${facts.startedAt}
Log              ${facts.origin}
Signed entries   ${facts.size}
Key              ${facts.keyId}
${facts.signOff}
${facts.isErased ? `
The content of the dataset version was erased. What remains are hashes: they still prove which
records there were and when they were logged, but not what they said.
` : ""}
How to check it

  1. Take verify.mjs from where you trust it: this archive, or the address /todiscope-verify.mjs
     of the deployment. Its SHA-256 is
     ${facts.verifierSha256}
  2. With Node 20 or newer, on a machine without any network:
       node verify.mjs this-file.zip
     or drop the file on the page /verify of any TodiScope: it is not uploaded.
  3. Compare the key and the checkpoint that it names with those that you hold: the deployment
     publishes them, and a checkpoint that somebody else kept cannot be rewritten.

What is in it

  run.json          the run: engine, parameters, which records it made, its summary
  evidence.ndjson   the figures it recorded, one record a line
  findings.ndjson   the judgements on them
  inputs.ndjson     each row of the tape: the SHA-256 of the raw record, and what it became
  events.ndjson     the audit events of the sealing (and erasure) of the dataset version, and of
                    the run's sign-off
  proofs.json       for each record its place in the log, the proof (RFC 9162), the signed checkpoint
  manifest.json     size and SHA-256 of each of these files
  verify.mjs        the verifier: one file, readable, made of the same formulas as the product

What the verifier does

  It packs the archive again and compares every byte; computes every hash from what is there; the
  root of the inputs, which the sealing recorded; every figure, finding and id from the inputs and
  the parameters; every proof up to the signed checkpoint; and the signature.
`;
}
