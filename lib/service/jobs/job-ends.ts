import { EventEmitter } from "node:events";
import { isOpen } from "./job-store";
import { processState } from "../platform/process-state";

/** Ends of jobs that this process worked on, by job id. */
const ends = (): EventEmitter => processState("job-ends", () => new EventEmitter()
  .setMaxListeners(0));

/** `ended`: the job is over. `again`: an attempt is. `released`: this process gave it back. */
export type Word = "ended" | "again" | "released";

/** Tells who waits in this process what became of a job's attempt. */
export const announce = (jobId: string, word: Word): void => { ends().emit(jobId, word); };

const FIRST_LOOK_MS = 50;
const LONGEST_LOOK_MS = 500;

/** Waits for a job's end, at most `waitS` seconds; another process may be the one that works. */
export async function untilEnded(jobId: string, waitS: number): Promise<void> {
  const until = Date.now() + waitS * 1000;
  for (let pauseMs = FIRST_LOOK_MS; ; pauseMs = Math.min(LONGEST_LOOK_MS, pauseMs * 1.5)) {
    const left = until - Date.now();
    if (left <= 0) return;
    const word = await pause(jobId, Math.min(pauseMs, left));
    if (word === "ended" || word === "released") return;
    if (word === null && !await isStillOpen(jobId)) return;
  }
}

function pause(jobId: string, ms: number): Promise<Word | null> {
  return new Promise((resolve) => {
    const heard = (word: Word): void => {
      clearTimeout(timer);
      resolve(word);
    };
    const timer = setTimeout(() => {
      ends().off(jobId, heard);
      resolve(null);
    }, ms);
    ends().once(jobId, heard);
  });
}

async function isStillOpen(jobId: string): Promise<boolean> {
  try {
    return await isOpen(jobId);
  } catch {
    return true; // the database is away: the time that is left decides
  }
}
