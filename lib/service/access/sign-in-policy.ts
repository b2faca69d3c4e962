/** When failures for one thing begin to cost waiting, and how much. */
export type Backoff = {
  /** Failures without a wait. */
  free: number;
  firstWaitS: number;
  longestWaitS: number;
  /** After this long without a failure the count starts anew. */
  forgetS: number;
};

const HOUR = 3600;

/** One account from one address: who guesses there soon waits an hour for each guess. */
export const PAIR: Backoff = { free: 4, firstWaitS: 30, longestWaitS: HOUR, forgetS: 24 * HOUR };
/** One account from anywhere: many guessers. Waits stay short, so that nobody is shut out by it. */
export const ACCOUNT: Backoff = { free: 49, firstWaitS: 30, longestWaitS: 900, forgetS: 24 * HOUR };
/** One address against any account: one guess at each of many people. */
export const ADDRESS: Backoff = { free: 99, firstWaitS: 30, longestWaitS: 900, forgetS: HOUR };

/** Seconds to wait after the first, second, ... failure; the last entry stands for all after it. */
export function waitsOf({ free, firstWaitS, longestWaitS }: Backoff): number[] {
  const waits = Array<number>(free).fill(0);
  for (let wait = firstWaitS; wait < longestWaitS; wait *= 2) waits.push(wait);
  return [...waits, longestWaitS];
}
