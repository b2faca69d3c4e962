import { describe, expect, it } from "vitest";
import { isOffered } from "./use-library";

type Listed = Parameters<typeof isOffered>[0];
const listed = (state: string, author: string, archived: string | null = null) =>
  ({ archived_at: archived, latest: { state, author } }) as Listed;

describe("the library's choice for an analysis", () => {
  it("is what was approved, and drafts of one's own", () => {
    expect(isOffered(listed("approved", "b@x.test"), "a@x.test")).toBe(true);
    expect(isOffered(listed("draft", "a@x.test"), "a@x.test")).toBe(true);
    expect(isOffered(listed("draft", "b@x.test"), "a@x.test")).toBe(false);
    expect(isOffered(listed("retired", "a@x.test"), "a@x.test")).toBe(false);
    expect(isOffered(listed("approved", "b@x.test", "2026-01-01"), "a@x.test")).toBe(false);
  });
});
