import { afterEach, describe, expect, it } from "vitest";
import { ThreadPool } from "./thread-pool";

const pools: ThreadPool[] = [];
const poolOf = (size: number, heapMb?: number): ThreadPool => {
  const pool = new ThreadPool(process.cwd(), "lib/service/calculation/thread-test-tasks.ts", size, heapMb);
  pools.push(pool);
  return pool;
};
afterEach(async () => { await Promise.all(pools.splice(0).map((pool) => pool.close())); });

const cells = (): Int32Array<SharedArrayBuffer> => new Int32Array(new SharedArrayBuffer(8));
const started = async (flag: Int32Array<SharedArrayBuffer>): Promise<void> => {
  const { waitAsync } = Atomics as unknown as { // newer than the language level of the project
    waitAsync(cells: Int32Array, index: number, value: number): { value: Promise<string> | string };
  };
  await waitAsync(flag, 0, 0).value;
};

describe("ThreadPool", () => {
  it.each([1, 2, 4])("gives results in the parts' order on %i threads", async (size) => {
    const parts = Array.from({ length: 50 }, (_, index) => index);
    expect(await poolOf(size).run("double", parts)).toStrictEqual(parts.map((part) => part * 2));
  });

  it("has nothing to do for no parts", async () => {
    expect(await poolOf(1).run("double", [])).toStrictEqual([]);
  });

  it("shares memory, moves buffers, says how far it is, and shows no environment", async () => {
    const pool = poolOf(2);
    const shared = cells();
    const parts = [0, 0, 1].map((at) => ({ cells: shared.buffer, at }));
    await pool.run("raise", parts);
    expect([...shared]).toStrictEqual([2, 1]);
    const buffers = await pool.run("buffer", [16, 32]) as ArrayBuffer[];
    expect(buffers.map((buffer) => buffer.byteLength)).toStrictEqual([16, 32]);
    const moved = new Float64Array([1]).buffer;
    await pool.run("double", [moved], { transferOf: (part: ArrayBuffer) => [part] });
    expect(moved.byteLength).toBe(0);
    const said: number[] = [];
    await pool.run("halves", [null], { onProgress: (fraction) => said.push(fraction) });
    expect(said).toStrictEqual([0.5, 1]);
    expect(await pool.run("environment", [null])).toStrictEqual([[]]);
  });

  it("tells what a task threw, and goes on", async () => {
    const pool = poolOf(1);
    await expect(pool.run("fail", ["no such thing"])).rejects.toThrow(
      "The task fail failed: RangeError: no such thing");
    await expect(pool.run("nobody", [1])).rejects.toThrow('There is no task "nobody".');
    await expect(pool.run("double", [() => 1])).rejects.toThrow("could not be cloned");
    expect(await pool.run("double", [4])).toStrictEqual([8]);
  });

  it("says that a thread has ended, spares the other calculations, and replaces it", async () => {
    const pool = poolOf(2);
    const others = pool.run("double", Array.from({ length: 30 }, (_, index) => index));
    await expect(pool.run("end", [null])).rejects.toMatchObject({ code: "CALCULATION_UNAVAILABLE",
      message: "The thread that calculated this has ended. Nothing was kept. Try again." });
    expect(await others).toHaveLength(30);
    expect(await pool.run("double", [1, 2, 3])).toStrictEqual([2, 4, 6]);
  });

  it("survives a calculation that fills its memory", async () => {
    const pool = poolOf(1, 32);
    await expect(pool.run("fill", [null])).rejects.toMatchObject({
      code: "CALCULATION_UNAVAILABLE", message: expect.stringContaining("32 MB of memory") });
    expect(await pool.run("double", [1])).toStrictEqual([2]);
  });

  it("stops what runs when it is cancelled, and drops what waits", async () => {
    const pool = poolOf(1);
    const cancel = new AbortController();
    const flag = cells();
    const spinning = pool.run("spin", [flag.buffer, flag.buffer], { signal: cancel.signal });
    await started(flag);
    cancel.abort(new Error("gone away"));
    await expect(spinning).rejects.toThrow("gone away");
    expect(await pool.run("double", [1])).toStrictEqual([2]);
    const turns = flag[1];
    expect(await pool.run("double", [2])).toStrictEqual([4]);
    expect(flag[1]).toBe(turns); // the loop has ended
    await expect(pool.run("double", [1], { signal: cancel.signal })).rejects.toThrow("gone away");
  });

  it("lets calculations take turns", async () => {
    const pool = poolOf(1);
    const gate = cells();
    const first = pool.run("wait", [gate.buffer]);
    const order: string[] = [];
    const large = pool.run("double", [1, 2, 3, 4], {
      onProgress: () => order.push("large") });
    const small = pool.run("double", [5], { onProgress: () => order.push("small") });
    Atomics.store(gate, 0, 1);
    Atomics.notify(gate, 0);
    await Promise.all([first, large, small]);
    expect(order).toStrictEqual(["large", "small", "large", "large", "large"]);
  });

  it("refuses when too many wait", async () => {
    const pool = poolOf(1);
    const gate = cells();
    const held = pool.run("wait", [gate.buffer]);
    const waiting = Array.from({ length: 200 }, () => pool.run("double", [1]));
    await expect(pool.run("double", [1])).rejects.toMatchObject({
      code: "CALCULATION_UNAVAILABLE", retryAfterS: 2 });
    Atomics.store(gate, 0, 1);
    Atomics.notify(gate, 0);
    await Promise.all([held, ...waiting]);
  });
});
