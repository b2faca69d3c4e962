import { canonicalJson, type Json } from "@/lib/kernel/canonical";
import type { Netting, RunParameters, Scenario } from "@/lib/risk";
import { processState } from "../platform/process-state";
import { hashResults, type ResultsHash } from "../calculation/thread-tasks";
import { runOnThreads, threadCount } from "../calculation/threads";
import { columnsOf } from "../datasets/version-columns";

/** Debts times scenarios up to which a thread would cost more than it saves: some milliseconds. */
const AT_ONCE = 50_000;
/** Debts times scenarios of a part: well below a second. */
const PART = 4_000_000;
/** Hashes that are remembered; sealed content gives no others. */
const REMEMBERED = 10_000;
const known = () => processState("instrument-hashes", () => new Map<string, ResultsHash>());

/**
 * What each instrument comes to under a run's scenarios, by hash: the evidence of a run by
 * instrument holds it. By portfolio instruments are no evidence of the run, and there is none.
 * @throws AppError CALCULATION_UNAVAILABLE
 */
export const instrumentHashesFor = async (
  versionId: string, { netting, stress_scenarios: scenarios }: RunParameters,
): Promise<readonly ResultsHash[]> =>
  netting === "portfolio" ? [] : instrumentHashes(versionId, netting, scenarios);

/** The hashes of what `encodeInstrumentResults` gives for a sealed version under each scenario. */
export async function instrumentHashes(
  versionId: string, netting: Netting, scenarios: readonly Scenario[],
): Promise<ResultsHash[]> {
  const keys = scenarios.map((scenario) =>
    canonicalJson([versionId, netting, scenario] as unknown as Json));
  const missing = scenarios.filter((_, at) => !known().has(keys[at] as string));
  const found = missing.length === 0 ? [] : await computed(versionId, netting, missing);
  const hashes = keys.map((key) => known().get(key) ?? found.shift() as ResultsHash);
  keys.forEach((key, at) => {
    known().delete(key);
    known().set(key, hashes[at] as ResultsHash);
  });
  for (const key of known().keys()) {
    if (known().size <= REMEMBERED) break;
    known().delete(key);
  }
  return hashes;
}

async function computed(
  versionId: string, netting: Netting, scenarios: readonly Scenario[],
): Promise<ResultsHash[]> {
  const { buffer, sha256, columns } = await columnsOf(versionId);
  if (columns.debtCount * scenarios.length <= AT_ONCE) {
    return hashResults(columns, netting, scenarios);
  }
  const each = Math.min(Math.ceil(scenarios.length / threadCount()),
    Math.max(1, Math.floor(PART / columns.debtCount)));
  const parts = Array.from({ length: Math.ceil(scenarios.length / each) }, (_, part) => ({
    shared: { buffer, sha256 }, netting,
    scenarios: scenarios.slice(part * each, (part + 1) * each) }));
  return (await runOnThreads("instrumentHashes", parts)).flat();
}
