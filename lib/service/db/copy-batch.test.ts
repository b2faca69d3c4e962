import { PassThrough } from "node:stream";
import type { PoolClient, Submittable } from "pg";
import { describe, expect, it } from "vitest";
import { ByteWriter } from "@/lib/kernel/bytes";
import { copyRows, measured, numericField, textField, type TakenRows } from "./copy-batch";

const bytesOf = (write: (out: ByteWriter) => void): string => {
  const out = new ByteWriter(0);
  write(out);
  return Buffer.from(out.from(0)).toString("hex");
};

describe("fields of a binary COPY", () => {
  it.each([
    // Length, number of digits to the base of 10,000, weight of the first, sign, none behind.
    [0n, "00000008" + "0000" + "0000" + "0000" + "0000"],
    [1n, "0000000a" + "0001" + "0000" + "0000" + "0000" + "0001"],
    [-9999n, "0000000a" + "0001" + "0000" + "4000" + "0000" + "270f"],
    [10_000n, "0000000c" + "0002" + "0001" + "0000" + "0000" + "0001" + "0000"],
    [5_447_013_875_000_000n, "00000010" + "0004" + "0003" + "0000" + "0000" + "1547" + "008a"
      + "1d4c" + "0000"],
    [-(10n ** 30n), "00000018" + "0008" + "0007" + "4000" + "0000" + "0064" + "0000".repeat(7)],
  ])("write %s as a numeric", (value, bytes) => {
    expect(bytesOf((out) => numericField(out, value))).toBe(bytes);
  });

  it("say how long a text is in bytes, and that there is none", () => {
    expect(bytesOf((out) => textField(out, "a€"))).toBe("00000004" + "61e282ac");
    expect(bytesOf((out) => textField(out, ""))).toBe("00000000");
    expect(bytesOf((out) => textField(out, null))).toBe("ffffffff");
    expect(bytesOf((out) => {
      expect(measured(out, () => out.text("ab"))).toBe(4);
    })).toBe("00000002" + "6162");
  });
});

describe("rows on their way to the database", () => {
  type Sent = Submittable & { handleError(error: Error): void; handleReadyForQuery(): void };

  /** What a client sends; it answers nothing by itself. */
  function sending(taken: readonly TakenRows[]) {
    const stream = new PassThrough({ highWaterMark: 1 << 24 });
    const texts: string[] = [];
    let sent: Sent | undefined;
    const client = { query: (query: Sent) => {
      sent = query;
      query.submit({ stream, query: (text: string) => texts.push(text) } as never);
    } } as unknown as PoolClient;
    const done = copyRows(client, taken);
    return { done, texts, sent: () => sent as Sent, bytes: stream.read() as Buffer | null };
  }

  /** The messages of the protocol: a letter, a length with itself, the content. */
  function messagesOf(bytes: Buffer): { type: string; content: Buffer }[] {
    const messages = [];
    for (let at = 0; at < bytes.length;) {
      const length = bytes.readUInt32BE(at + 1);
      messages.push({ type: String.fromCharCode(bytes[at] as number),
        content: bytes.subarray(at + 5, at + 1 + length) });
      at += 1 + length;
    }
    return messages;
  }

  it("follow their statements at once, in parts, without those that are none", async () => {
    const first = Buffer.alloc(150_000, 1);
    const { done, texts, sent, bytes } = sending([{ statement: "COPY a", bytes: first },
      { statement: "COPY none", bytes: Buffer.alloc(0) },
      { statement: "COPY b", bytes: Buffer.from("rows") }]);
    expect(texts).toStrictEqual(["COPY a; COPY b"]);
    const messages = messagesOf(bytes as Buffer);
    expect(messages.map(({ type, content }) => `${type}${content.length}`))
      .toStrictEqual(["d65536", "d65536", "d18928", "c0", "d4", "c0"]);
    expect(Buffer.concat(messages.slice(0, 3).map(({ content }) => content)).equals(first))
      .toBe(true);
    sent().handleReadyForQuery();
    await expect(done).resolves.toBeUndefined();
  });

  it("are refused with the database's reason; without rows nothing is asked", async () => {
    const { done, sent } = sending([{ statement: "COPY a", bytes: Buffer.from("rows") }]);
    sent().handleError(new Error("no space"));
    sent().handleReadyForQuery();
    await expect(done).rejects.toThrow("no space");
    const none = sending([{ statement: "COPY a", bytes: Buffer.alloc(0) }]);
    await expect(none.done).resolves.toBeUndefined();
    expect(none.texts).toStrictEqual([]);
  });
});
