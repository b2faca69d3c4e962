import {
  groupCountQuery, readAnswers, segmentsOf, stressOfSums, stressQuery, BASE,
  type PortfolioStress, type StressProblem, type StressRequest,
} from "@/lib/portfolio";
import { err, ok, type Result } from "@/lib/kernel/result";
import { environment } from "../platform/environment";
import { askShard, scaleOutUnavailable, type Shard } from "./scale-out-client";
import { checkShards, dropLoads, forgetLoad, loadOf, type ClusterLoad, type LoadSource }
  from "./scale-out-loads";

/**
 * What is wrong with the cluster, in words that everybody may read: null when all is well,
 * undefined where none is configured.
 */
export async function scaleOutTrouble(timeoutMs: number): Promise<string | null | undefined> {
  const address = environment().TODISCOPE_SCALE_OUT_URL;
  if (address === undefined) return undefined;
  return checkShards(address, timeoutMs).then(() => null,
    () => "The cluster cannot compute now: a shard does not answer.");
}

/**
 * `stressPortfolio` of a version's columns, added up by the cluster of TODISCOPE_SCALE_OUT_URL:
 * the same bits. Loads the columns first where the cluster does not have them.
 * @param groupLimit TOO_MANY_GROUPS beyond it
 * @throws AppError SCALE_OUT_UNAVAILABLE, never a result of a part; the signal's reason.
 */
export async function stressOnCluster(
  source: LoadSource, request: StressRequest, groupLimit: number, signal?: AbortSignal,
): Promise<Result<PortfolioStress, StressProblem>> {
  try {
    return await askCluster(source, request, groupLimit, signal);
  } catch (error) {
    // The next request looks whether the rows are still there.
    forgetLoad(source.hash);
    throw error;
  }
}

async function askCluster(
  source: LoadSource, request: StressRequest, groupLimit: number, signal: AbortSignal | undefined,
): Promise<Result<PortfolioStress, StressProblem>> {
  const load = await untilAborted(loadOf(source), signal);
  const { columns } = source;
  const { scenarios, groupBy = [] } = request;
  const known = groupBy.filter((dimension) => columns.dimensions[dimension] !== undefined);
  const most = known.reduce((product, dimension) =>
    product * ((columns.dimensions[dimension]?.labels.length ?? 0) + 1), 1);
  if (most > groupLimit) {
    const sql = groupCountQuery({ ...load, groupBy: known });
    const groups = Number(await askShard(load.first, sql, { signal }));
    if (groups > groupLimit) return err({ code: "TOO_MANY_GROUPS", groups, limit: groupLimit });
  }
  const wheres = segmentsOf(scenarios);
  const { statements, shape } = stressQuery({ ...load, dimensions: columns.dimensions, groupBy,
    wheres, scenarios: [BASE, ...scenarios] });
  const texts: string[] = [];
  for (const sql of statements) texts.push(await askShard(load.first, sql, { signal }));
  const answer = readAnswers(texts, shape, { columns, facts: load.facts, groupBy, wheres });
  if (answer.ok) {
    const { cut, sums } = answer.value;
    return ok(stressOfSums(columns, cut, request, [sums]));
  }
  await dropLoads({ hash: source.hash });
  throw scaleOutUnavailable("a shard has lost rows, which the next request loads again");
}

export type { ClusterLoad, LoadSource, Shard };

/** Waits for work that others wait for too: an abort ends the waiting only. */
function untilAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason as Error);
    signal.addEventListener("abort", stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}
