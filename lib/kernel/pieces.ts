/** How a file is sent in pieces over a connection that may break. */
export type PieceSender = {
  total: number;
  pieceBytes: number;
  /** Sends the bytes from `start` to `end` and tells how many the other side has now. */
  send(start: number, end: number): Promise<number>;
  /** Asks the other side how many bytes it has. */
  ask(): Promise<number>;
  /** Whether what went wrong may pass by itself, so that it is tried again. */
  mayPass(error: unknown): boolean;
  /** Waits before another try; `failures` counts those since the last piece that arrived. */
  pause(failures: number): Promise<void>;
};

/** Tries without a piece that arrives, before the sender gives up. */
export const MAX_FAILURES = 12;

/** Seconds before another try: 1, 2, 4, ... up to 15. */
export const pauseS = (failures: number): number => Math.min(15, 2 ** (failures - 1));

/**
 * Sends a file from `offset` on. After whatever may pass it asks where to go on, since a piece may
 * have arrived whose answer did not. Fails with the last error after MAX_FAILURES tries in a row,
 * and with any other error at once.
 */
export async function sendPieces(offset: number, sender: PieceSender): Promise<void> {
  const { total, pieceBytes } = sender;
  let failures = 0;
  let isAsking = false;
  for (let at = offset; at < total;) {
    try {
      const now = isAsking ? await sender.ask()
        : await sender.send(at, Math.min(total, at + pieceBytes));
      if (!isAsking || now > at) failures = 0;
      at = now;
      isAsking = false;
    } catch (error) {
      failures += 1;
      if (!sender.mayPass(error) || failures >= MAX_FAILURES) throw error;
      await sender.pause(failures);
      isAsking = true;
    }
  }
}
