import { err, ok, type Result } from "@/lib/kernel/result";
import type {
  GroupStress, PortfolioStress, StressProblem, StressRequest,
} from "@/lib/portfolio";
import { stressOnCluster } from "./scale-out";
import { isScaledOut } from "./scale-out-loads";
import type { ThreadOptions } from "../calculation/thread-pool";
import type { StressPart } from "../calculation/thread-tasks";
import { runOnThreads, threadCount } from "../calculation/threads";
import { columnsOf } from "../datasets/version-columns";

/** Debts times scenarios of one part; less is not worth another thread's copy of the rows. */
const PART = 2_000_000;

/**
 * Section 4 on a sealed version's columns, on the cluster where there is one, else in threads.
 * Scenarios do not know of one another, so they are shared out to threads; sums are exact, so that
 * this changes no bit.
 * @param groupLimit TOO_MANY_GROUPS beyond it
 * @throws AppError CALCULATION_UNAVAILABLE, SCALE_OUT_UNAVAILABLE; the signal's reason
 */
export async function stressVersion(
  versionId: string, request: StressRequest, groupLimit: number, signal?: AbortSignal,
): Promise<Result<PortfolioStress, StressProblem>> {
  const { buffer, sha256, columns } = await columnsOf(versionId);
  if (isScaledOut()) {
    return stressOnCluster({ versionId, hash: sha256, columns }, request, groupLimit, signal);
  }
  const parts = partsOf(columns.debtCount, request.scenarios.length, threadCount());
  return stressInParts({ shared: { buffer, sha256 }, request, groupLimit }, parts, { signal });
}

/** How many parts are worth their threads. */
export const partsOf = (debts: number, scenarios: number, threads: number): number =>
  Math.min(threads, Math.floor(debts * scenarios / PART));

/**
 * A stress whose scenarios are shared out over parts.
 * @param run who calculates parts: this process's threads unless given
 */
export async function stressInParts(
  { shared, request, groupLimit }: StressPart, parts: number, options: ThreadOptions = {},
  run: typeof runOnThreads = runOnThreads,
): Promise<Result<PortfolioStress, StressProblem>> {
  const { scenarios } = request;
  const count = Math.max(1, Math.min(parts, scenarios.length));
  const each = Math.max(1, Math.ceil(scenarios.length / count));
  const results = await run("stress", Array.from(
    { length: Math.max(1, Math.ceil(scenarios.length / each)) }, (_, part) => ({
      shared, groupLimit,
      request: { ...request, scenarios: scenarios.slice(part * each, (part + 1) * each) },
    })), options);
  const done: PortfolioStress[] = [];
  for (const result of results) {
    if (!result.ok) return err(result.error);
    done.push(result.value);
  }
  return ok(joined(done));
}

/** The results of several lists of scenarios as one; the base and the groups are all the same. */
function joined([first, ...others]: readonly PortfolioStress[]): PortfolioStress {
  const all = first as PortfolioStress;
  return others.reduce<PortfolioStress>((left, right) => ({
    totals: { base: left.totals.base,
      scenarios: [...left.totals.scenarios, ...right.totals.scenarios] },
    groups: left.groups.map((group, index) => ({ ...group, scenarios:
      [...group.scenarios, ...(right.groups[index] as GroupStress).scenarios] })),
    unmatchedSegments: [...left.unmatchedSegments, ...right.unmatchedSegments],
  }), all);
}
