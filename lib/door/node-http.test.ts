import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, describe, expect, it } from "vitest";
import { sendPieces } from "./node-http";

async function* pieces(of: "whole" | "broken"): AsyncGenerator<Uint8Array> {
  yield new Uint8Array(70_000).fill(1);
  if (of === "broken") throw new Error("the source is gone");
  yield new Uint8Array(70_000).fill(2);
}

const server = createServer((incoming, outgoing) => {
  outgoing.writeHead(200, { "content-type": "application/zip" });
  void sendPieces(outgoing, pieces(incoming.url === "/broken" ? "broken" : "whole"));
});
const url = await new Promise<string>((resolve) => server.listen(0, "127.0.0.1", () =>
  resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)));
afterAll(() => server.close());

describe("a file that is sent in pieces", () => {
  it("arrives whole", async () => {
    const answer = await fetch(`${url}/whole`);
    expect((await answer.arrayBuffer()).byteLength).toBe(140_000);
  });

  it("ends as a broken connection where its source fails, never as a shorter file", async () => {
    const answer = await fetch(`${url}/broken`);
    expect(answer.status).toBe(200);
    await expect(answer.arrayBuffer()).rejects.toThrow();
  });
});
