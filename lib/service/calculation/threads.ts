import os from "node:os";
import { environment } from "../platform/environment";
import { processState } from "../platform/process-state";
import { projectFolder } from "../platform/project-folder";
import type { ThreadOptions } from "./thread-pool";
import { ThreadPool } from "./thread-pool";
import type { Tasks } from "./thread-tasks";

export { ThreadTaskError } from "./thread-pool";

export type TaskName = keyof Tasks;
type PayloadOf<N extends TaskName> = Parameters<Tasks[N]>[0];
type ResultOf<N extends TaskName> = Awaited<ReturnType<Tasks[N]>>;

/** Threads of this process at most: TODISCOPE_THREADS, else as many as there are processors. */
export const threadCount = (): number =>
  environment().TODISCOPE_THREADS ?? os.availableParallelism();

const pool = (): ThreadPool => processState("threads", () =>
  new ThreadPool(projectFolder(), "lib/service/calculation/thread.ts", threadCount()));

/**
 * Runs one task of `thread-tasks.ts` over parts, in the threads that all calculations of this
 * process share; the results are in the parts' order. SharedArrayBuffers pass without a copy.
 * Parts of up to a second or so let other calculations have their turn.
 * @throws ThreadTaskError when a part throws (a fault of the code: judge input before), AppError
 * CALCULATION_UNAVAILABLE when a thread ends under it, and the signal's reason when cancelled.
 */
export const runOnThreads = <N extends TaskName>(
  task: N, parts: readonly PayloadOf<N>[], options: ThreadOptions = {},
): Promise<ResultOf<N>[]> => pool().run(task, parts, options) as Promise<ResultOf<N>[]>;
