import { createHash } from "node:crypto";
import { assert } from "@/lib/kernel/assert";
import type { Json } from "@/lib/kernel/canonical";
import { canonicalHash, sha256Hex } from "@/lib/kernel/hash";
import {
  decodeInstrumentResults, increaseOf, RESULTS_FORMAT, type InstrumentResults,
} from "@/lib/portfolio";
import type { Netting, Scenario } from "@/lib/risk";
import { listArtifacts, readArtifact, removeArtifact, writeArtifact } from "../platform/artifact-store";
import { pool } from "../db/database";
import type { Defect } from "../db/stored-runs";
import { instrumentHashes } from "./instrument-hashes";
import { log } from "../platform/log";
import { processState } from "../platform/process-state";
import { instrumentsEvidenceId } from "./run-plan";
import type { ResultsHash } from "../calculation/thread-tasks";
import { runOnThreads } from "../calculation/threads";
import { columnsOf } from "../datasets/version-columns";

type Recorded = ResultsHash & {
  /** Of the runs' evidence that has the hash; null where it was recorded on first use. */
  evidence_id: string | null;
};
/** Results of all debts of a version, and what is recorded of them. */
export type VersionResults = {
  recorded: Recorded; results: InstrumentResults;
  /** The debts by what they were sorted by so far. */
  orders: Map<Order, Promise<Uint32Array>>;
};

export const ORDERS = ["shortfall_increase", "outstanding", "stressed_collateral_shortfall",
  "default_risk_buffer"] as const;
export type Order = (typeof ORDERS)[number];

const KIND = "instrument-results";
const nameOf = (versionId: string, sha256: string): string => `${KIND}/${versionId}.${sha256}`;
const requestHash = (netting: Netting, scenario: Scenario): string =>
  canonicalHash({ netting, scenario: scenario as unknown as Json });

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
  const key = `${versionId} ${requestHash(netting, scenario)}`;
  const found = cache().get(key) ?? await load(versionId, netting, scenario);
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
  versionId: string, netting: Netting, scenario: Scenario,
): Promise<VersionResults> {
  const { buffer, sha256, columns } = await columnsOf(versionId);
  const request = requestHash(netting, scenario);
  const evidenceId = instrumentsEvidenceId(versionId, netting, scenario);
  const recorded = await recordedOf(versionId, request, evidenceId);
  const stored = recorded && await storedResults(versionId, recorded);
  if (stored) return { recorded, results: decoded(stored, columns.debtCount), orders: new Map() };
  const [made] = await runOnThreads("instrumentResults",
    [{ shared: { buffer, sha256 }, netting, scenario }], {});
  assert(made, "one part has one result");
  const bytes = new Uint8Array(made);
  const hash = { sha256: sha256Hex(bytes), bytes: bytes.byteLength };
  const kept = recorded ?? await record(versionId, request, evidenceId, hash);
  expectHash(versionId, kept, hash);
  await writeArtifact(nameOf(versionId, kept.sha256), [bytes]).catch((error: unknown) =>
    log().warn({ err: error, dataset_version_id: versionId }, "INSTRUMENT_RESULTS_NOT_STORED"));
  return { recorded: kept, results: decoded(made, columns.debtCount), orders: new Map() };
}

/** The debts by a falling figure. Sorting a million takes a third of a second: a thread does it. */
export async function orderBy(
  versionId: string, { results, orders }: VersionResults, by: Order,
): Promise<Uint32Array> {
  const known = orders.get(by);
  if (known) return known;
  const { columns } = await columnsOf(versionId);
  const values = { shortfall_increase: () => increaseOf(results),
    outstanding: () => columns.outstanding,
    stressed_collateral_shortfall: () => results.stressedShortfall,
    default_risk_buffer: () => results.buffer }[by]();
  const sorting = runOnThreads("instrumentOrder", [{ values }])
    .then(([order]) => order as Uint32Array);
  orders.set(by, sorting);
  sorting.catch(() => orders.delete(by));
  return sorting;
}

function decoded(buffer: SharedArrayBuffer, debtCount: number): InstrumentResults {
  const results = decodeInstrumentResults(buffer, debtCount);
  assert(results, "results with the recorded hash are those of the version's debts");
  return results;
}

function expectHash(versionId: string, recorded: Recorded, made: ResultsHash): void {
  if (made.sha256 === recorded.sha256) return;
  log().error({ dataset_version_id: versionId, recorded: recorded.sha256, rebuilt: made.sha256 },
    "INSTRUMENT_RESULTS_MISMATCH");
  throw new Error(`Version ${versionId} no longer gives the instrument results of its record.`);
}

/** The hash that counts: of a run's evidence, else that of the first use. */
async function recordedOf(
  versionId: string, request: string, evidenceId: string,
): Promise<Recorded | null> {
  const { rows } = await pool().query<Recorded>(
    `SELECT payload->'result'->>'sha256' AS sha256,
       (payload->'result'->>'bytes')::float8 AS bytes, evidence_id::text
     FROM evidence_records WHERE evidence_id = $4 AND dataset_version_id = $1
     UNION ALL SELECT sha256, bytes::float8, NULL FROM instrument_results
     WHERE dataset_version_id = $1 AND request_sha256 = $2 AND format = $3`,
    [versionId, request, RESULTS_FORMAT, evidenceId]);
  return rows.find(({ evidence_id: id }) => id !== null) ?? rows[0] ?? null;
}

/** Records what was made, unless another process was first: then what that recorded counts. */
async function record(
  versionId: string, request: string, evidenceId: string, made: ResultsHash,
): Promise<Recorded> {
  await pool().query(`INSERT INTO instrument_results
    (dataset_version_id, request_sha256, format, sha256, bytes) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT DO NOTHING`, [versionId, request, RESULTS_FORMAT, made.sha256, made.bytes]);
  return await recordedOf(versionId, request, evidenceId) ?? { ...made, evidence_id: null };
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
    for (const name of await artifactsOf(versionId)) await removeArtifact(name);
  } catch (error) {
    log().warn({ err: error, dataset_version_id: versionId }, "INSTRUMENT_RESULTS_NOT_REMOVED");
  }
}

const artifactsOf = async (versionId: string): Promise<string[]> =>
  (await listArtifacts(KIND)).filter((name) => name.startsWith(nameOf(versionId, "")));

/**
 * The first artifact of a version whose bytes do not have the hash that it is named by. A store
 * that is away says nothing of them: they are made again.
 */
export async function firstDamagedArtifact(versionId: string): Promise<Defect | null> {
  try {
    for (const name of await artifactsOf(versionId)) {
      const hash = createHash("sha256");
      if (await readArtifact(name, (piece) => hash.update(piece)) === null) continue;
      if (name !== nameOf(versionId, hash.digest("hex"))) {
        return { id: name, reason: "ARTIFACT_DAMAGED" };
      }
    }
  } catch (error) {
    log().warn({ err: error, dataset_version_id: versionId }, "INSTRUMENT_RESULTS_UNREADABLE");
  }
  return null;
}

/**
 * The first hash that was recorded on first use and is not what a version's runs give now; those of
 * runs' evidence are verified with it.
 */
export async function firstBadHash(versionId: string): Promise<Defect | null> {
  const { rows } = await pool().query<{ request: string; sha256: string }>(
    `SELECT request_sha256 AS request, sha256 FROM instrument_results
     WHERE dataset_version_id = $1 AND format = $2 ORDER BY 1`, [versionId, RESULTS_FORMAT]);
  if (rows.length === 0) return null;
  const recorded = new Map(rows.map(({ request, sha256 }) => [request, sha256]));
  for (const { netting, scenario } of await scenariosOf(versionId)) {
    const request = requestHash(netting, scenario);
    const stored = recorded.get(request);
    if (stored === undefined) continue;
    recorded.delete(request);
    const [now] = await instrumentHashes(versionId, netting, [scenario]);
    if (stored !== now?.sha256) {
      return { id: nameOf(versionId, stored), reason: "INSTRUMENT_RESULTS_NOT_REPRODUCED" };
    }
  }
  const [left] = recorded.values();
  return left === undefined ? null
    : { id: nameOf(versionId, left), reason: "INSTRUMENT_RESULTS_WITHOUT_RUN" };
}

/** Nettings and scenarios of a version's runs, each once. */
async function scenariosOf(
  versionId: string,
): Promise<{ netting: Netting; scenario: Scenario }[]> {
  const { rows } = await pool().query<{ netting: Netting; scenario: Scenario }>(
    `SELECT DISTINCT parameters->>'netting' AS netting, scenario
     FROM run, jsonb_array_elements(parameters->'stress_scenarios') AS scenario
     WHERE dataset_version_id = $1`, [versionId]);
  return rows;
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
