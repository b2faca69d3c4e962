import { describe, expect, it } from "vitest";
import { MAX_FAILURES, pauseS, sendPieces } from "./pieces";

/** The other side, with a list of what goes wrong: before a piece arrives, or after. */
function receiver(total: number, faults: ("before" | "after" | "final" | null)[], has = 0) {
  const log: string[] = [];
  let size = has;
  const fail = (kind: string): never => {
    throw new Error(kind);
  };
  return { log, sent: () => size, sender: {
    total, pieceBytes: 10,
    send: async (start: number, end: number) => {
      log.push(`${start}-${end}`);
      const fault = faults.shift() ?? null;
      if (fault === "before" || fault === "final") fail(fault);
      expect(start, "a piece begins where the file ends").toBe(size);
      size = end;
      if (fault === "after") fail(fault);
      return size;
    },
    ask: async () => { log.push("ask"); return size; },
    mayPass: (error: unknown) => (error as Error).message !== "final",
    pause: async (failures: number) => { log.push(`pause ${failures}`); },
  } };
}

describe("sendPieces", () => {
  it("sends what is left, piece by piece", async () => {
    const { log, sender } = receiver(25, [], 5);
    await sendPieces(5, sender);
    expect(log).toEqual(["5-15", "15-25"]);
  });

  it("asks where to go on after a break, whether or not the piece arrived", async () => {
    const { log, sender, sent } = receiver(25, [null, "before", "after"]);
    await sendPieces(0, sender);
    expect(log).toEqual(["0-10", "10-20", "pause 1", "ask", "10-20", "pause 2", "ask", "20-25"]);
    expect(sent()).toBe(25);
  });

  it("gives up after so many tries in a row, and at once where nothing will pass", async () => {
    const { sender, log } = receiver(25, Array.from({ length: 99 }, () => "before" as const));
    await expect(sendPieces(0, sender)).rejects.toThrow("before");
    expect(log.filter((line) => line === "0-10")).toHaveLength(MAX_FAILURES);
    const other = receiver(25, ["final"]);
    await expect(sendPieces(0, other.sender)).rejects.toThrow("final");
    expect(other.log).toEqual(["0-10"]);
  });

  it("waits longer each time, and not for ever", () => {
    expect([1, 2, 3, 4, 5, 12].map(pauseS)).toEqual([1, 2, 4, 8, 15, 15]);
  });
});
