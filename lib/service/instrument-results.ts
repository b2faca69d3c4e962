import { createHash } from "node:crypto";
import { assert } from "@/lib/kernel/assert";
import type { Json } from "@/lib/kernel/canonical";
import { canonicalHash } from "@/lib/kernel/hash";
import { decodeInstrumentResults, type InstrumentResults } from "@/lib/portfolio";
import type { Netting, Scenario } from "@/lib/risk";
import { listArtifacts, readArtifact, removeArtifact, writeArtifact } from "./artifact-store";
import { pool } from "./db/database";
import { log } from "./log";
import { processState } from "./process-state";
import { runOnThreads } from "./threads";
import { columnsOf } from "./version-columns";

type Recorded = { sha256: string; bytes: number };
/** Results of all debts of a version, with what is recorded of them. */
export type VersionResults = { recorded: Recorded; results: InstrumentResults };

/** Of the encoding and the calculation: another has hashes of its own. */
const FORMAT = 1;
const KIND = "instrument-results";
const nameOf = (versionId: string, sha256: string): string => `${KIND}/${versionId}.${sha256}`;

/** Of the results used last: pages of one list follow each other. */
const CACHE_BYTES = 128 * 1024 ** 2;
type Known = Map<string, VersionResults>;
const cache = () => processState("instrument-results", (): Known => new Map());

/**
 * What each debt of a sealed version comes to under a scenario: read from the artifact store, or
 * made by a thread on first use and whenever the artifact is missing or damaged. Who shows them to
 * somebody must have looked whether the version is still there.
 * @throws AppError CALCULATION_UNAVAILABLE; Error when they are not those that were recorded
 */
export async function instrumentResultsOf(
  versionId: string, netting: Netting, scenario: Scenario,
): Promise<VersionResults> {
  const request = canonicalHash({ netting, scenario: scenario as unknown as Json });
  const key = `${versionId} ${request}`;
  const found = cache().get(key) ?? await load(versionId, request, netting, scenario);
  cache().delete(key);
  cache().set(key, found);
  let bytes = 0;
  for (const [each, { recorded }] of [...cache()].reverse()) {
    bytes += recorded.bytes;
    if (bytes > CACHE_BYTES && each !== key) cache().delete(each);
  }
  return found;
}

async function load(
  versionId: string, request: string, netting: Netting, scenario: Scenario,
): Promise<VersionResults> {
  const { buffer, sha256, columns } = await columnsOf(versionId);
  const recorded = await recordedOf(versionId, request);
  const stored = recorded && await storedResults(versionId, recorded);
  if (stored) return { recorded, results: decoded(stored, columns.debtCount) };
  const [made] = await runOnThreads("instrumentResults",
    [{ shared: { buffer, sha256 }, netting, scenario }], {});
  assert(made, "one part has one result");
  const bytes = new Uint8Array(made);
  const kept = recorded ?? await record(versionId, request,
    { sha256: createHash("sha256").update(bytes).digest("hex"), bytes: bytes.byteLength });
  expectHash(versionId, kept, bytes);
  await writeArtifact(nameOf(versionId, kept.sha256), [bytes]).catch((error: unknown) =>
    log().warn({ err: error, dataset_version_id: versionId }, "INSTRUMENT_RESULTS_NOT_STORED"));
  return { recorded: kept, results: decoded(made, columns.debtCount) };
}

function decoded(buffer: SharedArrayBuffer, debtCount: number): InstrumentResults {
  const results = decodeInstrumentResults(buffer, debtCount);
  assert(results, "results with the recorded hash are those of the version's debts");
  return results;
}

function expectHash(versionId: string, recorded: Recorded, bytes: Uint8Array): void {
  const made = createHash("sha256").update(bytes).digest("hex");
  if (made === recorded.sha256) return;
  log().error({ dataset_version_id: versionId, recorded: recorded.sha256, rebuilt: made },
    "INSTRUMENT_RESULTS_MISMATCH");
  throw new Error(`Version ${versionId} no longer gives the instrument results of its record.`);
}

async function recordedOf(versionId: string, request: string): Promise<Recorded | null> {
  const { rows: [recorded] } = await pool().query<Recorded>(
    `SELECT sha256, bytes::float8 AS bytes FROM instrument_results
     WHERE dataset_version_id = $1 AND request_sha256 = $2 AND format = $3`,
    [versionId, request, FORMAT]);
  return recorded ?? null;
}

/** Records what was made, unless another process was first: then what that recorded counts. */
async function record(versionId: string, request: string, made: Recorded): Promise<Recorded> {
  await pool().query(`INSERT INTO instrument_results
    (dataset_version_id, request_sha256, format, sha256, bytes) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT DO NOTHING`, [versionId, request, FORMAT, made.sha256, made.bytes]);
  return await recordedOf(versionId, request) ?? made;
}

/** The artifact as it is stored; null where it is missing or not what is recorded. */
async function storedResults(
  versionId: string, recorded: Recorded,
): Promise<SharedArrayBuffer | null> {
  const hash = createHash("sha256");
  let fault = "missing";
  try {
    const bytes = await readArtifact(nameOf(versionId, recorded.sha256), (piece) =>
      hash.update(piece));
    if (bytes && hash.digest("hex") === recorded.sha256) return bytes.buffer;
    if (bytes) fault = "damaged";
  } catch (error) {
    log().warn({ err: error, dataset_version_id: versionId }, "INSTRUMENT_RESULTS_UNREADABLE");
    fault = "unreadable";
  }
  log().warn({ dataset_version_id: versionId, fault }, "INSTRUMENT_RESULTS_REBUILT");
  return null;
}

/** Drops a version's results from memory. */
export function forgetResults(versionId: string): void {
  for (const key of cache().keys()) if (key.startsWith(versionId)) cache().delete(key);
}

/** Removes what an erasure leaves of a version's results; their hashes stay. */
export async function removeResults(versionId: string): Promise<void> {
  forgetResults(versionId);
  try {
    const { rows } = await pool().query<{ sha256: string }>(
      "SELECT sha256 FROM instrument_results WHERE dataset_version_id = $1", [versionId]);
    for (const { sha256 } of rows) await removeArtifact(nameOf(versionId, sha256));
  } catch (error) {
    log().warn({ err: error, dataset_version_id: versionId }, "INSTRUMENT_RESULTS_NOT_REMOVED");
  }
}

/** Removes results of versions that are not sealed: what another process erased lies on. */
export async function cleanResults(): Promise<void> {
  const names = await listArtifacts(KIND);
  const { rows } = await pool().query<{ id: string }>(
    "SELECT dataset_version_id AS id FROM dataset_version WHERE status = 'sealed'");
  const needed = new Set(rows.map(({ id }) => id));
  for (const name of names) {
    const id = name.slice(KIND.length + 1).split(".")[0] as string;
    if (!needed.has(id)) await removeArtifact(name);
  }
}
