import {
  fromBase64, logLeaf, readCheckpoint, recordHash, recordLeaf, MerkleBuilder, verifyInclusion,
  type LoggedColumns, type LogKind, type SignedCheckpoint,
} from "../evidence";
import { evidenceIdOf } from "../evidence/identity";
import { canonicalJson, type Json } from "../kernel/canonical";
import { canonicalHash, sha256Hex } from "../kernel/hash";
import type { NormalizedRecord } from "../kernel/record";
import {
  BUNDLE_FILES, BUNDLE_FORMAT, BUNDLE_VERSION, bundleReadme, type BundleEvent,
  type BundleEvidence, type BundleFinding, type BundleInput, type BundleManifest,
  type BundleProofs, type BundleRun,
} from "./format";
import { canonicalValue, linesOf, NotSound, textOf, valueOf, valuesOf } from "./reading";
import { recomputeRun } from "./recompute";
import { SIGN_OFF_EVENT, signOffLines, signOffSays, signOffSteps } from "./sign-off";
import { readStoreZip, type StoredFile } from "./store-zip";

/** One thing that was checked, in words. */
export type BundleCheck = { name: string; ok: boolean; says: string };
export type BundleReport = {
  ok: boolean; checks: BundleCheck[];
  run_id: string | null; checkpoint: string | null; key_id: string | null;
  /** Whether the verifier in the bundle is the one that checks; null where that is not known. */
  same_verifier: boolean | null;
};
/** What the checking needs of its surroundings. */
export type VerifyOptions = {
  isSignedBy: (publicKey: Uint8Array, text: string, signature: Uint8Array) => boolean;
  /** The key that the checkpoint shall be signed by, as SHA-256 in hexadecimal. */
  keyId?: string | undefined;
  /** The text of the verifier that runs. */
  ownSha256?: string | null;
};

/** Checks a bundle as far as it holds. Never throws: a bundle may hold anything. */
export async function verifyBundle(
  bytes: Uint8Array, options: VerifyOptions,
): Promise<BundleReport> {
  const check = new BundleVerifier(options);
  try {
    await check.run(bytes);
  } catch (error) {
    check.fail(error);
  }
  return check.report();
}

type Records = {
  run: BundleRun; evidence: Map<string, BundleEvidence>; findings: Map<string, BundleFinding>;
  events: BundleEvent[]; proofs: BundleProofs; isErased: boolean;
};

class BundleVerifier {
  private readonly checks: BundleCheck[] = [];
  private step = "The archive";
  private files = new Map<string, Uint8Array>();
  private found: { run_id: string | null; checkpoint: string | null; key_id: string | null } =
    { run_id: null, checkpoint: null, key_id: null };
  private sameVerifier: boolean | null = null;

  constructor(private readonly options: VerifyOptions) {}

  report(): BundleReport {
    return { ok: this.checks.length > 0 && this.checks.every(({ ok }) => ok), checks: this.checks,
      ...this.found, same_verifier: this.sameVerifier };
  }

  fail(error: unknown): void {
    const says = error instanceof NotSound ? error.message
      : "It holds something that no bundle has.";
    this.checks.push({ name: this.step, ok: false, says });
  }

  private holds(says: string): void {
    this.checks.push({ name: this.step, ok: true, says });
  }

  async run(bytes: Uint8Array): Promise<void> {
    const archive = await readStoreZip(bytes);
    if (!archive.ok) {
      throw new NotSound(archive.error === "NOT_A_BUNDLE"
        ? "This is no bundle of TodiScope. If it was one, it was cut short or something was added: " +
          "it does not end as a bundle ends."
        : "The archive holds bytes that a bundle does not have.");
    }
    this.checkFiles(archive.value);
    const records = this.read();
    this.checkLog(records);
    this.checkRecords(records);
    this.checkInputs(records);
    this.step = "The sign-off";
    this.holds(signOffSays(signOffSteps(records.events, records.run.run_id) ?? []));
    this.checkReadme(records);
  }

  private checkFiles(files: readonly StoredFile[]): void {
    checkNames(files.map(({ name }) => name));
    this.holds(`It was packed again and is the same, byte by byte: ${files.length} files, and ` +
      "nothing between or behind them.");
    this.step = "The files";
    this.files = new Map(files.map(({ name, bytes }) => [name, bytes]));
    const manifest = valueOf<BundleManifest>("manifest.json", this.bytes("manifest.json"));
    const rest = files.slice(0, -1);
    const expected = { format: BUNDLE_FORMAT, format_version: BUNDLE_VERSION,
      run_id: manifest.run_id, files: rest.map(({ name, bytes }) =>
        ({ name, bytes: bytes.length, sha256: sha256Hex(bytes) })) };
    const bad = rest.find((_, at) => canonicalJson(manifest.files?.[at] as unknown as Json ?? null)
      !== canonicalJson(expected.files[at] as unknown as Json));
    if (bad) throw new NotSound(`${bad.name} does not have the size and hash of the manifest.`);
    if (manifest.format === BUNDLE_FORMAT && manifest.format_version !== BUNDLE_VERSION) {
      throw new NotSound(`The bundle is of format ${JSON.stringify(manifest.format_version)}, and ` +
        `this verifier knows format ${BUNDLE_VERSION}: take the one of the release that made it.`);
    }
    if (canonicalJson(manifest as unknown as Json) !== canonicalJson(expected as unknown as Json)) {
      throw new NotSound("manifest.json says more than it should.");
    }
    const own = this.options.ownSha256 ?? null;
    this.sameVerifier = own === null ? null : own === expected.files[1]?.sha256;
    this.holds("Each has the size and the SHA-256 that the manifest gives.");
  }

  private bytes(name: (typeof BUNDLE_FILES)[number]): Uint8Array {
    return this.files.get(name) ?? new Uint8Array(0);
  }

  private read(): Records {
    this.step = "The records";
    const run = valueOf<BundleRun>("run.json", this.bytes("run.json"));
    const manifest = valueOf<BundleManifest>("manifest.json", this.bytes("manifest.json"));
    if (manifest.run_id !== run.run_id) throw new NotSound("manifest.json names another run.");
    this.found.run_id = String(run.run_id);
    const evidence = valuesOf<BundleEvidence>("evidence.ndjson", this.bytes("evidence.ndjson"));
    const findings = valuesOf<BundleFinding>("findings.ndjson", this.bytes("findings.ndjson"));
    if (evidence.map((one) => one.evidence_id).join() !== run.evidence_ids.join()) {
      throw new NotSound("evidence.ndjson does not hold the records that the run names.");
    }
    if (findings.map((one) => one.finding_id).join() !== run.finding_ids.join()) {
      throw new NotSound("findings.ndjson does not hold the records that the run names.");
    }
    const events = valuesOf<BundleEvent>("events.ndjson", this.bytes("events.ndjson"));
    const isErased = events.some(({ type, dataset_version_id: version }) =>
      type === "dataset_version.erased" && version === run.dataset_version_id);
    const proofs = valueOf<BundleProofs>("proofs.json", this.bytes("proofs.json"));
    exactly("run.json", [run], RUN_MEMBERS);
    exactly("evidence.ndjson", evidence, EVIDENCE_MEMBERS);
    exactly("findings.ndjson", findings, FINDING_MEMBERS);
    exactly("proofs.json", [proofs], ["checkpoint", "entries", "origin", "public_key"]);
    exactly("proofs.json", proofs.entries, ["content_sha256", "id", "index", "kind", "proof",
      "record_sha256"]);
    return { run, events, isErased,
      evidence: new Map(evidence.map((one) => [one.evidence_id, one])),
      findings: new Map(findings.map((one) => [one.finding_id, one])), proofs };
  }

  /** The signature, and every proof up to the root that was signed. */
  private checkLog({ proofs }: Records): void {
    this.step = "The signature";
    const checkpoint = this.checkSignature(proofs);
    this.step = "The proofs";
    for (const entry of proofs.entries) {
      const proof = entry.proof.map((hash) => fromBase64(hash) ?? new Uint8Array(0));
      if (!verifyInclusion({ leaf: logLeaf(entry), index: entry.index, size: checkpoint.size,
        proof, root: checkpoint.root })) {
        throw new NotSound(`The proof of ${entry.kind} ${entry.id} does not lead to the root that ` +
          "was signed.");
      }
    }
    this.holds(`${proofs.entries.length} entries of the log are proved to be among the ` +
      `${checkpoint.size} that were signed.`);
  }

  private checkSignature(proofs: BundleProofs): SignedCheckpoint {
    const publicKey = fromBase64(proofs.public_key);
    if (publicKey?.length !== 32) throw new NotSound("The public key is none.");
    const read = readCheckpoint(proofs.checkpoint, publicKey);
    if (!read.ok || read.value.origin !== proofs.origin) {
      throw new NotSound("The checkpoint is none that this key signed for this log.");
    }
    if (!this.options.isSignedBy(publicKey, read.value.text, read.value.signature)) {
      throw new NotSound("The signature of the checkpoint does not hold.");
    }
    const keyId = sha256Hex(publicKey);
    this.found = { ...this.found, checkpoint: proofs.checkpoint, key_id: keyId };
    if (this.options.keyId !== undefined && this.options.keyId !== keyId) {
      throw new NotSound(`The checkpoint is signed by the key ${keyId}, not by the one you named.`);
    }
    const { previous } = read.value;
    this.holds(`The checkpoint of ${read.value.size} entries was signed at ` +
      `${read.value.signed_at} by the key ${keyId}${previous === null ? ""
        : `, as number ${previous.number + 1} of its log`}.`);
    return read.value;
  }

  /** Each record is the one that its entry in the log was made of. */
  private checkRecords({ run, evidence, findings, events, proofs, isErased }: Records): void {
    this.step = "The records";
    const entries = new Map(proofs.entries.map((entry) => [`${entry.kind}/${entry.id}`, entry]));
    const expected = 1 + evidence.size + findings.size + events.length;
    if (entries.size !== proofs.entries.length || entries.size !== expected) {
      throw new NotSound("proofs.json does not hold one entry for each record.");
    }
    const match = (kind: LogKind, id: string, record: string, content: string | null): void => {
      const entry = entries.get(`${kind}/${id}`);
      const isRight = entry?.record_sha256 === record
        && (content === null && isErased ? true : entry.content_sha256 === content);
      if (!isRight) throw new NotSound(`The ${kind} ${id} is not the one that was logged.`);
    };
    const columns = <K extends keyof LoggedColumns>(kind: K, row: unknown): string =>
      recordHash(kind, row as LoggedColumns[K]);
    match("run", run.run_id, columns("run", run),
      run.summary === null ? null : canonicalHash(run.summary));
    for (const record of evidence.values()) {
      this.checkPayload("evidence", record.evidence_id, record, isErased);
      match("evidence", record.evidence_id, columns("evidence", record), record.sha256);
      if (isErased) continue;
      const id = evidenceIdOf(record as Parameters<typeof evidenceIdOf>[0]);
      if (id !== record.evidence_id) {
        throw new NotSound(`The id of the evidence ${record.evidence_id} is not its own.`);
      }
    }
    for (const record of findings.values()) {
      this.checkPayload("finding", record.finding_id, record, isErased);
      match("finding", record.finding_id, columns("finding", record), record.sha256);
    }
    for (const event of events) match("audit", event.audit_event_id, canonicalHash(event), null);
    this.holds(`The run, ${evidence.size} pieces of evidence, ${findings.size} findings and ` +
      `${events.length} audit events have the hashes with which they were logged.`);
  }

  private checkPayload(
    kind: string, id: string, { payload, sha256 }: { payload: Json; sha256: string },
    isErased: boolean,
  ): void {
    const isRight = isErased ? payload === null : canonicalHash(payload) === sha256;
    if (!isRight) throw new NotSound(`The content of the ${kind} ${id} does not have its hash.`);
  }

  private checkInputs(records: Records): void {
    this.step = "The inputs";
    const { run, events, isErased } = records;
    const sealed = events.find(({ type, dataset_version_id: version }) =>
      type === "dataset_version.sealed" && version === run.dataset_version_id);
    const facts = sealed?.after as { [name: string]: Json } | null | undefined;
    if (!facts) {
      throw new NotSound("The sealing of the dataset version is not among the events.");
    }
    const steps = signOffSteps(events, run.run_id);
    const known = ["dataset_version.sealed", ...isErased ? ["dataset_version.erased"] : [],
      ...(steps ?? []).map(() => SIGN_OFF_EVENT)];
    if (!steps || events.map(({ type }) => type).join() !== known.join()) {
      throw new NotSound("There are events that do not belong, or not where they stand.");
    }
    const tree = new MerkleBuilder();
    const inputs: NormalizedRecord[] = [];
    for (const line of linesOf("inputs.ndjson", this.bytes("inputs.ndjson"))) {
      const input = canonicalValue("inputs.ndjson", line) as unknown as BundleInput;
      tree.append(inputLeaf(input, isErased, tree.size + 1));
      if (input.normalized) inputs.push(input.normalized as unknown as NormalizedRecord);
    }
    const root = [...tree.root()].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    if (root !== facts.content_hash || tree.size !== facts.raw) {
      throw new NotSound("The inputs are not those that were sealed: their root is not the " +
        "content hash that the sealing recorded.");
    }
    this.holds(`${tree.size} rows lead to the content hash ${root}, which the sealing recorded.`);
    this.step = "The numbers";
    if (isErased) {
      this.holds("The content was erased, as an event in the log says: numbers cannot be computed " +
        "again. Hashes and proofs hold.");
      return;
    }
    const done = recomputeRun(run, records.evidence, records.findings, inputs);
    this.holds(`${done.figures} figures, ${done.findings} findings${done.groups > 0
      ? `, ${done.groups} groups` : ""}${done.instruments > 0
      ? `, every instrument under ${done.instruments} scenarios` : ""} and the summary were computed again from the inputs by ` +
      `the formulas of engine ${run.engine_version}, and are the same${done.kept > 0
        ? `. ${done.kept} further pieces of evidence were checked by their hashes only` : ""}.`);
  }

  private checkReadme({ run, proofs, events, isErased }: Records): void {
    this.step = "The README";
    const verifier = sha256Hex(this.bytes("verify.mjs"));
    const size = Number(proofs.checkpoint.split("\n")[1]);
    const expected = bundleReadme({ runId: run.run_id, versionId: run.dataset_version_id,
      engine: `${run.engine_id} ${run.engine_version}`, startedAt: run.started_at,
      origin: proofs.origin, size, keyId: this.found.key_id ?? "", isErased,
      verifierSha256: verifier, signOff: signOffLines(signOffSteps(events, run.run_id) ?? []) });
    if (textOf("README.txt", this.bytes("README.txt")) !== expected) {
      throw new NotSound("README.txt does not say what it should.");
    }
    this.holds("It says what follows from the run, its sign-off and the checkpoint.");
  }
}

const RUN_MEMBERS = ["created_at", "created_by", "dataset_version_id", "engine_id",
  "engine_version", "evidence_ids", "exposure_evidence_id", "finding_ids", "parameters",
  "request_id", "run_id", "started_at", "summary"];
const EVIDENCE_MEMBERS = ["created_at", "dataset_version_id", "engine_id", "engine_version",
  "evidence_id", "kind", "payload", "sha256"];
const FINDING_MEMBERS = ["created_at", "dataset_version_id", "engine_id", "evidence_id",
  "finding_id", "is_material", "kind", "payload", "sha256"];

/** The files are those of a bundle, in their order: who reads names the first that is not. */
function checkNames(names: readonly string[]): void {
  const at = [...BUNDLE_FILES, null].findIndex((name, place) => (names[place] ?? null) !== name);
  if (at < 0) return;
  const [name, expected] = [names[at], BUNDLE_FILES[at]];
  throw new NotSound(name === undefined ? `It lacks ${expected}.`
    : names.indexOf(name) < at ? `It holds ${JSON.stringify(name)} twice.`
      : `It holds ${JSON.stringify(name)} ${expected === undefined ? "behind its last file"
        : `where ${expected} should stand`}.`);
}

/** Members that no hash covers have no place in a record. */
function exactly(name: string, values: readonly object[], members: readonly string[]): void {
  if (values.every((value) => Object.keys(value).sort().join() === members.join())) return;
  throw new NotSound(`${name} holds a record with other members than such a record has.`);
}

function inputLeaf(input: BundleInput, isErased: boolean, row: number): Uint8Array {
  const members = Object.keys(input).sort().join();
  if (members !== (isErased ? "normalized_sha256,raw" : "normalized,raw")) {
    throw new NotSound(`Row ${row} of the inputs does not have the members of an input.`);
  }
  const { normalized = null, normalized_sha256: known = null } = input;
  return recordLeaf(String(input.raw), isErased ? known
    : normalized === null ? null : canonicalHash(normalized));
}
