const DEADLINE_MS = 50_000;
const STEP_MS = 50;

/** Asks again until there is an answer; a deadline ends it with what it waited for. */
export async function until<T>(
  what: string, ask: () => T | undefined | Promise<T | undefined>, deadlineMs = DEADLINE_MS,
): Promise<T> {
  const end = performance.now() + deadlineMs;
  for (;;) {
    const found = await ask();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > end) throw new Error(`waited ${deadlineMs} ms in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, STEP_MS));
  }
}

/** Waits until a text stands in a server's log, which comes through a pipe, after its answers. */
export async function logged(server: { output(): string }, text: string): Promise<string> {
  return until(`the log says "${text}"`, () =>
    server.output().split("\n").find((line) => line.includes(text)), 10_000);
}
