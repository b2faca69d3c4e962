import { describe, expect, it } from "vitest";
import type { HttpRequest } from "./http-types";
import { revalidated } from "./revalidate";

const asking = (ifNoneMatch: string | null): HttpRequest => ({ method: "GET", path: "/x",
  query: new URLSearchParams(), body: null,
  header: (name) => name === "if-none-match" ? ifNoneMatch : null });
const answer = (body: string) => ({ status: 200, body,
  headers: { etag: '"0123"', "content-type": "application/json", "cache-control": "no-store" } });

describe("revalidated", () => {
  const first = revalidated(asking(null), answer("{}"));
  const { etag } = first.headers as { etag: string };

  it("tags the whole answer, under the tag of the state that is edited", () => {
    expect(etag).toMatch(/^"0123\.[0-9a-f]{16}"$/);
    expect(first).toMatchObject({ status: 200, body: "{}",
      headers: { "cache-control": "private, no-cache", vary: "authorization, cookie" } });
    expect(revalidated(asking(null), answer("{} ")).headers.etag).not.toBe(etag);
  });
  it.each([[etag], [`W/${etag}`], [`"x", ${etag}`], ["*"]])("is 304 to %s", (tag) => {
    const same = revalidated(asking(tag), answer("{}"));
    expect(same).toMatchObject({ status: 304, body: "", headers: { etag } });
    expect(same.headers).not.toHaveProperty("content-type");
  });
  it.each([['"0123"'], ['"x"'], [""], [etag.slice(1, -1)]])("is whole to %s", (tag) => {
    expect(revalidated(asking(tag), answer("{}")).status).toBe(200);
  });
  it("is whole once anything in it has moved", () => {
    expect(revalidated(asking(etag), answer('{"versions":1}')).status).toBe(200);
  });
});
