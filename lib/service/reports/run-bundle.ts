import { readFileSync } from "node:fs";
import path from "node:path";
import { createHash } from "node:crypto";
import { pathToFileURL } from "node:url";
import { crc32 } from "node:zlib";
import {
  BUNDLE_BYTES, BUNDLE_FORMAT, BUNDLE_VERSION, bundleReadme, type BundleFile, type BundleManifest,
  type BundleProofs,
} from "@/lib/bundle/format";
import { signOffLines, signOffSteps } from "@/lib/bundle/sign-off";
import { storeZip, type FileToStore } from "@/lib/bundle/store-zip";
import { base64 } from "@/lib/evidence";
import { canonicalJson, type Json } from "@/lib/kernel/canonical";
import { isUuid } from "@/lib/kernel/ids";
import { AppError } from "../platform/app-error";
import { catchUpSequencer } from "../audit/audit-sequencer";
import {
  bundleRecords, inputBatches, inputBytesAtMost, type BundleRecords,
} from "../db/bundle-query";
import { prisma } from "../db/database";
import { logId, storedKeys } from "../db/evidence-log";
import { checkpointOver, entriesNow, inclusionProofs } from "../evidence/evidence-log";
import { originOf } from "../evidence/evidence-log-checkpoints";
import { FILE_TYPES, type FileContent } from "../platform/exported-file";
import { tapeRows, type FileSource } from "../datasets/file-source";
import { processState } from "../platform/process-state";
import { runOnThreads } from "../calculation/threads";

const line = (value: unknown): string => `${canonicalJson(value as Json)}\n`;
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/**
 * A run as an archive that checks itself offline: records, inputs, proofs up to a signed
 * checkpoint and the verifier. The same run has the same bytes, as long as release, content and
 * sign-off stay.
 * @throws AppError RUN_NOT_FOUND, LOG_BEHIND; PARAMETERS_INVALID when it would be too large
 */
export async function runBundle(runId: string): Promise<FileSource> {
  const run = isUuid(runId) ? await prisma().run.findUnique({ where: { id: runId } }) : null;
  if (!run) throw new AppError("RUN_NOT_FOUND");
  const { id, datasetVersionId: versionId } = run;
  return { name: `todiscope-run-${id.slice(0, 8)}.zip`, type: FILE_TYPES.zip,
    event: { type: "run.exported", subjectId: id, datasetVersionId: versionId,
      details: { format: "zip" } },
    versionIds: [versionId], rows: await tapeRows([versionId]),
    open: (onRows) => contentOf(id, onRows) };
}

async function contentOf(runId: string, onRows?: (rows: number) => void): Promise<FileContent> {
  const records = await bundleRecords(runId);
  if (!records) throw new AppError("RUN_NOT_FOUND");
  const { run } = records;
  const proofs = await proofsOf(records);
  const verifier = await verifierBytes();
  const readme = bundleReadme({ runId: run.run_id, versionId: run.dataset_version_id,
    engine: `${run.engine_id} ${run.engine_version}`, startedAt: run.started_at,
    origin: proofs.proofs.origin, size: proofs.size, keyId: proofs.keyId,
    isErased: records.isErased, verifierSha256: sha256Of(verifier),
    signOff: signOffLines(signOffSteps(records.events, run.run_id) ?? []) });
  const texts: [BundleFile, Uint8Array][] = [
    ["README.txt", bytesOf(readme)], ["verify.mjs", verifier], ["run.json", bytesOf(line(run))],
    ["evidence.ndjson", bytesOf(records.evidence.map(line).join(""))],
    ["findings.ndjson", bytesOf(records.findings.map(line).join(""))],
    ["events.ndjson", bytesOf(records.events.map(line).join(""))],
    ["proofs.json", bytesOf(line(proofs.proofs))]];
  await refuseTooLarge(records, texts);
  return { pieces: storeZip(filesOf(records, texts, onRows), crc32) };
}

/** Before anything is sent: a download that breaks off would say nothing of why. */
async function refuseTooLarge(
  { run, isErased }: BundleRecords, texts: readonly [BundleFile, Uint8Array][],
): Promise<void> {
  const left = BUNDLE_BYTES - MANIFEST_BYTES
    - texts.reduce((sum, [, bytes]) => sum + bytes.length, 0);
  const inputs = await inputBytesAtMost(run.dataset_version_id, isErased, left);
  if (inputs < left) return;
  const gigabytes = (bytes: number): string => (bytes / 1e9).toFixed(1);
  const message = `zip makes a bundle of up to ${gigabytes(inputs + BUNDLE_BYTES - left)} GB, and ` +
    `one that can be checked has at most ${gigabytes(BUNDLE_BYTES)} GB. Take parquet for the ` +
    "instruments, and the proofs of single rows from /dataset-versions/{id}/records/{id}/proof.";
  throw new AppError("PARAMETERS_INVALID",
    { message: `format: ${message}`, errors: [{ path: "format", message }] });
}
/** Manifest and the archive's own frame: some hundred bytes for each of a few files. */
const MANIFEST_BYTES = 10_000;

const sha256Of = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** The files in their order; the last one holds the hashes of those that went before it. */
async function* filesOf(
  { run, isErased }: BundleRecords, texts: readonly [BundleFile, Uint8Array][],
  onRows: ((rows: number) => void) | undefined,
): AsyncGenerator<FileToStore> {
  const files: BundleManifest["files"] = [];
  for (const [name, bytes] of texts) {
    yield { name, pieces: [bytes] };
    files.push({ name, bytes: bytes.length, sha256: sha256Of(bytes) });
  }
  const hash = createHash("sha256");
  let size = 0;
  const inputs = async function* (): AsyncGenerator<Uint8Array> {
    let rows = 0;
    for await (const { count, bytes } of written(run.dataset_version_id, isErased)) {
      hash.update(bytes);
      size += bytes.length;
      yield bytes;
      onRows?.(rows += count);
    }
  };
  yield { name: "inputs.ndjson", pieces: inputs() };
  files.push({ name: "inputs.ndjson", bytes: size, sha256: hash.digest("hex") });
  const manifest: BundleManifest = { format: BUNDLE_FORMAT, format_version: BUNDLE_VERSION,
    run_id: run.run_id, files };
  yield { name: "manifest.json", pieces: [bytesOf(line(manifest))] };
}

/** Batches that threads have in hand at a time, so that reading and writing go on beside them. */
const AHEAD = 3;

/** The inputs as they are in the file, written by threads while more of them are read. */
async function* written(
  versionId: string, isErased: boolean,
): AsyncGenerator<{ count: number; bytes: Uint8Array }> {
  const member = isErased ? "normalized_sha256" : "normalized";
  const open: Promise<{ count: number; bytes: Uint8Array }>[] = [];
  for await (const { count, rows } of inputBatches(versionId, isErased)) {
    const made = runOnThreads("inputLines", [{ rows, member }])
      .then(([bytes]) => ({ count, bytes: bytes ?? new Uint8Array() }));
    made.catch(() => undefined); // who awaits it hears of it
    open.push(made);
    const first = open.length < AHEAD ? undefined : open.shift();
    if (first) yield await first;
  }
  for (const made of open) yield await made;
}

/** The entries of a run's records with their proofs, to the first checkpoint that covers them. */
async function proofsOf(
  { run, evidence, findings, events }: BundleRecords,
): Promise<{ proofs: BundleProofs; size: number; keyId: string }> {
  await catchUpSequencer();
  const entries = (await entriesNow([{ kind: "run" as const, id: run.run_id },
    ...evidence.map(({ evidence_id: id }) => ({ kind: "evidence" as const, id })),
    ...findings.map(({ finding_id: id }) => ({ kind: "finding" as const, id })),
    ...events.map(({ audit_event_id: id }) => ({ kind: "audit" as const, id })),
  ])).map((entry) => {
    if (entry) return entry;
    throw new AppError("LOG_BEHIND", { retryAfterS: 2 });
  });
  const last = Math.max(...entries.map(({ index }) => index));
  const [checkpoint, keys, id] = await Promise.all([checkpointOver(last), storedKeys(), logId()]);
  const key = keys.find(({ key_id }) => key_id === checkpoint?.key_id);
  if (!checkpoint || !key) throw new AppError("LOG_BEHIND", { retryAfterS: 2 });
  const proofs = await inclusionProofs(entries, checkpoint.size);
  return { size: checkpoint.size, keyId: key.key_id, proofs: { origin: originOf(id),
    checkpoint: checkpoint.note, public_key: base64(key.public_key),
    entries: entries.map((entry, at) => ({ ...entry, proof: proofs[at] ?? [] })) } };
}

/** The verifier as it is published; made at first use where no start has made it. */
export const verifierBytes = (): Promise<Uint8Array> => processState("verifier", async () => {
  const root = process.env.TODISCOPE_ROOT ?? process.cwd();
  const script = pathToFileURL(path.join(root, "scripts/verifier.mjs")).href;
  const { buildVerifier } = await import(/* webpackIgnore: true */ /* turbopackIgnore: true */
    script) as { buildVerifier: () => string };
  return new Uint8Array(readFileSync(buildVerifier()));
});
