import { countDefaults, simulateLosses, type CreditPortfolio } from "@/lib/risk";
import type { ThreadTask } from "./thread-loop";

/**
 * What threads can calculate, by name. A task is a pure function of `lib/risk` or `lib/portfolio`
 * and gets all that it needs in its payload; SharedArrayBuffers pass without a copy.
 */
export const TASKS = {
  creditLosses: (part: { portfolio: CreditPortfolio; seed: number; from: number; to: number }) =>
    simulateLosses(part.portfolio, part.seed, part.from, part.to),
  creditDefaults: (part: { portfolio: CreditPortfolio; seed: number; paths: Uint32Array }) =>
    countDefaults(part.portfolio, part.seed, part.paths),
} as const satisfies Record<string, ThreadTask>;

export type Tasks = typeof TASKS;
