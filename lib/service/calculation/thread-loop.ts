import { parentPort, type TransferListItem } from "node:worker_threads";

/** What a task can do beside returning its result. */
export type ThreadTools = {
  /** Says how much of the part is done, from 0 to 1. */
  progress(fraction: number): void;
  /** Moves buffers of the result instead of copying them; they are gone here afterwards. */
  transfer(...buffers: ArrayBuffer[]): void;
};

/** A pure function of its payload: what it needs of a clock, a seed or a setting is in there. */
export type ThreadTask = (payload: never, tools: ThreadTools) => unknown;

/** To a thread: one part of a calculation. */
export type PartOrder = { id: number; task: string; payload: unknown };
/** From a thread: how a part goes on, and how it ended. */
export type PartReport = { id: number } & (
  | { progress: number } | { result: unknown }
  | { failure: { name: string; message: string; stack: string | undefined } });

/** Serves a table of tasks in this thread, one part after the other, until the process ends. */
export function serveTasks(tasks: Readonly<Record<string, ThreadTask>>): void {
  const port = parentPort;
  if (!port) throw new Error("Tasks are served in a thread.");
  const send = (report: PartReport, moved: TransferListItem[] = []): void =>
    port.postMessage(report, moved);
  port.on("message", async ({ id, task, payload }: PartOrder) => {
    try {
      const work = tasks[task] as ((payload: unknown, tools: ThreadTools) => unknown) | undefined;
      if (!work) throw new Error(`There is no task "${task}".`);
      const moved: ArrayBuffer[] = [];
      const result = await work(payload, {
        progress: (fraction) => send({ id, progress: fraction }),
        transfer: (...buffers) => { moved.push(...buffers); },
      });
      send({ id, result }, moved);
    } catch (error) {
      const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
      send({ id, failure: { name, message, stack } });
    }
  });
}
