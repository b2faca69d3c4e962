import type { ThreadTask } from "./thread-loop";

/**
 * What threads can calculate, by name. A task is a pure function of `lib/risk` or `lib/portfolio`
 * and gets all that it needs in its payload; SharedArrayBuffers pass without a copy.
 */
export const TASKS = {
} as const satisfies Record<string, ThreadTask>;

export type Tasks = typeof TASKS;
