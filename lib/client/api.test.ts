import { afterEach, describe, expect, it, vi } from "vitest";
import { call } from "./api";

type Sent = { key: string | null; method: string };
const sent: Sent[] = [];

/** Answers one request after the other; an Error is a network that is gone. */
function answers(...list: (Response | Error)[]): void {
  sent.length = 0;
  vi.stubGlobal("fetch", async (_: string, { method, headers }: RequestInit) => {
    sent.push({ method: String(method), key: new Headers(headers).get("idempotency-key") });
    const next = list.shift();
    if (next instanceof Response) return next;
    throw next ?? new Error("nothing more was expected");
  });
}
const ok = () => Response.json({});
const refused = (status: number, detail: string) =>
  Response.json({ detail, message: detail }, { status });
const create = (name = "A") =>
  call("createDataset", { body: { name, base_currency: "EUR" } }).catch(() => undefined);

afterEach(() => { vi.unstubAllGlobals(); });

describe("a creation", () => {
  it("that got no answer is sent again under the same key, and another one under another", async () => {
    answers(new TypeError("gone"), refused(503, "DATABASE_UNAVAILABLE"),
      refused(409, "IDEMPOTENCY_KEY_IN_USE"), ok(), ok(), ok());
    for (let time = 0; time < 5; time += 1) await create();
    await create("B");
    const keys = sent.map(({ key }) => key);
    expect(keys[0]).toMatch(/^[0-9a-f]{32}$/);
    expect(new Set(keys.slice(0, 4)).size).toBe(1);
    expect(new Set(keys.slice(3)).size).toBe(3);
  });
  it("that was refused is another one when it is sent again", async () => {
    answers(refused(422, "REQUEST_BODY_INVALID"), ok());
    await create("C");
    await create("C");
    expect(sent[0]?.key).not.toBe(sent[1]?.key);
  });
  it("has no key where its answer shows a secret once, and a reading has none", async () => {
    answers(ok(), ok());
    await call("createToken", { body: { name: "x", roles: ["READ"] } });
    await call("listEngines");
    expect(sent.map(({ key }) => key)).toStrictEqual([null, null]);
  });
});
