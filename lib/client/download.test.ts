import { afterEach, expect, it, vi } from "vitest";
import { fetchFile, type Received } from "./download";

afterEach(() => vi.unstubAllGlobals());

const answer = (body: BodyInit, headers: Record<string, string> = {}, status = 200) =>
  vi.stubGlobal("fetch", () => Promise.resolve(new Response(body, { status, headers: {
    "content-disposition": 'attachment; filename="run.csv"', ...headers } })));
const fetched = async (signal = new AbortController().signal) => {
  const seen: Received[] = [];
  const file = await fetchFile("/api/v3/x", signal, (received) => seen.push(received));
  if ("ordered" in file) throw new Error("it was ordered");
  return { ...file, seen };
};
const stream = (...steps: (string | Error)[]) => new ReadableStream({
  pull: (control) => {
    const step = steps.shift();
    if (step instanceof Error) control.error(step);
    else if (step === undefined) control.close();
    else control.enqueue(new TextEncoder().encode(step));
  },
});

it("gives the file under the server's name, and says how much has come", async () => {
  answer(stream("id,loss\n", "a,1\n"), { "content-length": "12", "content-type": "text/csv" });
  const { name, blob, seen } = await fetched();
  expect([name, blob.type, await blob.text()]).toEqual(["run.csv", "text/csv", "id,loss\na,1\n"]);
  expect(seen.map(({ bytes, total }) => [bytes, total])).toEqual([[0, 12], [8, 12], [12, 12]]);
});

it("joins pieces of a long file in their order", async () => {
  const parts = Array.from({ length: 5 }, (_, at) => String(at).repeat(3_000_000));
  answer(stream(...parts));
  const { blob, seen } = await fetched();
  expect(await blob.text()).toBe(parts.join(""));
  expect(seen.at(-1)).toEqual({ name: "run.csv", bytes: 15_000_000, total: null });
});

it("knows no total of an answer that is packed", async () => {
  answer(stream("ab"), { "content-length": "1", "content-encoding": "gzip" });
  expect((await fetched()).seen.at(-1)).toMatchObject({ bytes: 2, total: null });
});

it("is an error, not a shorter file, where the connection breaks", async () => {
  answer(stream("id,loss\n", new TypeError("network error")));
  await expect(fetched()).rejects.toMatchObject({ code: "NETWORK",
    message: "The connection broke before the file was whole. Nothing was saved. Try again." });
});

it("says what the server refused, and that it did not answer", async () => {
  answer(JSON.stringify({ detail: "LOG_BEHIND", message: "The log is behind.", request_id: "r" }),
    {}, 503);
  await expect(fetched()).rejects.toMatchObject({ code: "LOG_BEHIND", status: 503,
    requestId: "r" });
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("failed")));
  await expect(fetched()).rejects.toMatchObject({ code: "NETWORK", status: 0 });
});

it("ends with the reason when it is cancelled", async () => {
  const control = new AbortController();
  vi.stubGlobal("fetch", () => Promise.reject(new DOMException("", "AbortError")));
  control.abort();
  await expect(fetched(control.signal)).rejects.toMatchObject({ name: "AbortError" });
});

it("asks for a job where making takes long, and gives its id", async () => {
  const asked = vi.fn((_url: string, _init: RequestInit) =>
    Promise.resolve(Response.json({ job_id: "a-job" }, { status: 202 })));
  vi.stubGlobal("fetch", asked);
  const got = await fetchFile("/api/v3/x", new AbortController().signal, () => undefined);
  expect(got).toEqual({ ordered: "a-job" });
  expect(asked.mock.calls[0]?.[1].headers).toEqual({ prefer: "respond-async, wait=1" });
});
