import path from "node:path";
import { Worker, type TransferListItem } from "node:worker_threads";
import { AppError } from "../platform/app-error";
import type { PartOrder, PartReport } from "./thread-loop";

export type ThreadOptions = {
  /** Ends the calculation: parts that run are stopped at once. */
  signal?: AbortSignal | undefined;
  /** How much of the whole is done, from 0 to 1. */
  onProgress?: ((fraction: number) => void) | undefined;
  /** Buffers of a part that move to its thread instead of being copied. */
  transferOf?: ((payload: never) => TransferListItem[]) | undefined;
};

/** One call of `run`: its parts are handed out one by one. */
type Calculation = {
  task: string; parts: readonly unknown[]; options: ThreadOptions;
  next: number; open: number; results: unknown[]; progress: number[]; isOver: boolean;
  resolve: (results: unknown[]) => void; reject: (error: unknown) => void;
};

/** A thread, and the part it works on. */
type Thread = {
  worker: Worker; doing: { id: number; calculation: Calculation; index: number } | null;
};

const HEAP_MB = 1024;
/** Calculations that wait at most: beyond it, waiting would outlast whoever waits. */
const WAITING_LIMIT = 200;

/** The task threw: a fault of the code or of its payload, with the words of the thread. */
export class ThreadTaskError extends Error {
  override name = "ThreadTaskError";
}

/**
 * A bounded number of threads that share out the parts of calculations. Threads start when they
 * are first needed and stay. Calculations take turns, so that a small one need not wait for the
 * end of a large one that comes in many parts.
 */
export class ThreadPool {
  private readonly threads = new Set<Thread>();
  private readonly waiting: Calculation[] = [];
  private ids = 0;

  /**
   * @param entry the file that serves the tasks, from the project's root
   * @param size threads at most
   * @param heapMb what a thread may need beside buffers: beyond it the thread ends, no other
   */
  constructor(
    private readonly root: string, private readonly entry: string, readonly size: number,
    private readonly heapMb = HEAP_MB,
  ) {}

  /**
   * Runs one task over parts; the results are in the parts' order.
   * @throws ThreadTaskError when a part throws, AppError CALCULATION_UNAVAILABLE when a thread
   * ends under it or too many calculations wait, and the signal's reason when it is cancelled.
   */
  run(task: string, parts: readonly unknown[], options: ThreadOptions = {}): Promise<unknown[]> {
    const { signal } = options;
    if (signal?.aborted) return Promise.reject(signal.reason);
    if (parts.length === 0) return Promise.resolve([]);
    if (this.waiting.length >= WAITING_LIMIT) {
      return Promise.reject(new AppError("CALCULATION_UNAVAILABLE", { retryAfterS: 2,
        message: `${WAITING_LIMIT} calculations are waiting. Try again in a moment.` }));
    }
    return new Promise((resolve, reject) => {
      const calculation: Calculation = { task, parts, options, next: 0, open: parts.length,
        results: new Array(parts.length), progress: new Array(parts.length).fill(0),
        isOver: false, resolve, reject };
      const cancel = (): void => this.fail(calculation, signal?.reason);
      signal?.addEventListener("abort", cancel, { once: true });
      const settled = (): void => signal?.removeEventListener("abort", cancel);
      calculation.resolve = (results) => { settled(); resolve(results); };
      calculation.reject = (error) => { settled(); reject(error); };
      this.waiting.push(calculation);
      this.dispatch();
    });
  }

  private dispatch(): void {
    while (this.waiting.length > 0) {
      const thread = this.idleThread();
      if (!thread) return;
      const calculation = this.waiting.shift() as Calculation;
      const index = calculation.next;
      calculation.next += 1;
      if (calculation.next < calculation.parts.length) this.waiting.push(calculation);
      this.give(thread, calculation, index);
    }
  }

  private idleThread(): Thread | null {
    for (const thread of this.threads) if (thread.doing === null) return thread;
    return this.threads.size < this.size ? this.start() : null;
  }

  private give(thread: Thread, calculation: Calculation, index: number): void {
    const id = (this.ids += 1);
    const payload = calculation.parts[index];
    const { transferOf } = calculation.options;
    try {
      thread.worker.postMessage({ id, task: calculation.task, payload } satisfies PartOrder,
        transferOf?.(payload as never) ?? []);
    } catch (error) {
      this.fail(calculation, error); // what no thread can be given
      return;
    }
    thread.doing = { id, calculation, index };
    thread.worker.ref();
  }

  private start(): Thread {
    const worker = new Worker(
      path.join(/* turbopackIgnore: true */ this.root, "scripts", "thread.mjs"), {
        workerData: { entry: this.entry },
        // A calculation needs no secret, and none of the flags of whoever started the process.
        env: {}, execArgv: [], resourceLimits: { maxOldGenerationSizeMb: this.heapMb },
      });
    const thread: Thread = { worker, doing: null };
    worker.unref(); // an idle thread keeps no process alive
    worker.on("message", (report: PartReport) => this.hear(thread, report));
    worker.once("error", (error) => this.lose(thread, error));
    worker.once("exit", () => this.lose(thread, null));
    this.threads.add(thread);
    return thread;
  }

  private hear(thread: Thread, report: PartReport): void {
    const { doing } = thread;
    if (doing === null || doing.id !== report.id) return;
    const { calculation, index } = doing;
    if ("progress" in report) {
      this.note(calculation, index, report.progress);
      return;
    }
    thread.doing = null;
    thread.worker.unref();
    if ("failure" in report) {
      const { name, message, stack } = report.failure;
      this.fail(calculation, new ThreadTaskError(
        `The task ${calculation.task} failed: ${name}: ${message}`, { cause: stack }));
    } else {
      this.take(calculation, index, report.result);
    }
    this.dispatch();
  }

  private note(calculation: Calculation, index: number, fraction: number): void {
    const { onProgress } = calculation.options;
    if (!onProgress || calculation.isOver) return;
    calculation.progress[index] = Math.min(1, Math.max(0, fraction));
    const done = calculation.progress.reduce((sum, part) => sum + part, 0);
    onProgress(done / calculation.parts.length);
  }

  private take(calculation: Calculation, index: number, result: unknown): void {
    calculation.results[index] = result;
    calculation.open -= 1;
    this.note(calculation, index, 1);
    if (calculation.open > 0 || calculation.isOver) return;
    calculation.isOver = true;
    calculation.resolve(calculation.results);
  }

  /** Ends a calculation: what waits of it is dropped, what runs is stopped. */
  private fail(calculation: Calculation, error: unknown): void {
    if (calculation.isOver) return;
    calculation.isOver = true;
    const at = this.waiting.indexOf(calculation);
    if (at >= 0) this.waiting.splice(at, 1);
    calculation.reject(error);
    for (const thread of this.threads) {
      if (thread.doing?.calculation !== calculation) continue;
      // A thread cannot be asked to stop in the midst of a loop: it ends, another takes its place.
      this.threads.delete(thread);
      thread.doing = null;
      void thread.worker.terminate();
    }
    this.dispatch();
  }

  /** A thread has ended; only its own calculation hears of it. */
  private lose(thread: Thread, cause: Error | null): void {
    if (!this.threads.delete(thread)) return;
    const { doing } = thread;
    if (doing) {
      this.fail(doing.calculation, new AppError("CALCULATION_UNAVAILABLE", { retryAfterS: 1,
        message: (cause as NodeJS.ErrnoException | null)?.code === "ERR_WORKER_OUT_OF_MEMORY"
          ? `The calculation needed more than the ${this.heapMb} MB of memory that one may have. ` +
            "Ask for less at a time."
          : "The thread that calculated this has ended. Nothing was kept. Try again.",
        cause: cause ?? new Error("The thread ended without a word.") }));
    }
    this.dispatch();
  }

  /** Ends all threads; what they work on fails. */
  async close(): Promise<void> {
    await Promise.all([...this.threads].map(({ worker }) => worker.terminate()));
  }
}
