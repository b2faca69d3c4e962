import { describe, expect, it } from "vitest";
import { isCurrent } from "@/components/shell/nav-items";

describe("isCurrent", () => {
  it("marks a page and what is below it, but not a namesake", () => {
    expect(isCurrent("/", "/")).toBe(true);
    expect(isCurrent("/runs", "/")).toBe(false);
    expect(isCurrent("/runs/1", "/runs")).toBe(true);
    expect(isCurrent("/runs-old", "/runs")).toBe(false);
  });
});
