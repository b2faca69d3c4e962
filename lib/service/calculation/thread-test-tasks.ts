import { serveTasks, type ThreadTools } from "./thread-loop";

/** What the pool's own test does in threads. */
serveTasks({
  double: (value: number) => value * 2,
  raise: ({ cells, at }: { cells: SharedArrayBuffer; at: number }) => {
    Atomics.add(new Int32Array(cells), at, 1);
  },
  environment: () => Object.keys(process.env).sort(),
  buffer: (bytes: number, { transfer }: ThreadTools) => {
    const buffer = new ArrayBuffer(bytes);
    transfer(buffer);
    return buffer;
  },
  halves: (_: null, { progress }: ThreadTools) => { progress(0.5); },
  fail: (words: string) => { throw new RangeError(words); },
  end: () => process.exit(3),
  fill: () => {
    const kept: string[][] = [];
    for (;;) kept.push(Array.from({ length: 100_000 }, (_, index) => `${index} ${kept.length}`));
  },
  // Tells that it is at work, then never ends by itself.
  spin: (flag: SharedArrayBuffer) => {
    Atomics.store(new Int32Array(flag), 0, 1);
    Atomics.notify(new Int32Array(flag), 0);
    for (;;) Atomics.add(new Int32Array(flag), 1, 1);
  },
  wait: (flag: SharedArrayBuffer) => { Atomics.wait(new Int32Array(flag), 0, 0); },
});
