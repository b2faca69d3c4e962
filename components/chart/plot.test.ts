import { describe, expect, it } from "vitest";
import { layoutOf } from "./plot";

const frame = { margin: { top: 10, right: 20, bottom: 30, left: 40 },
  domain: [-50, 150] as [number, number] };

describe("the layout of a bar chart", () => {
  it("puts amounts from left to right and names from top to bottom where bars lie", () => {
    const layout = layoutOf(frame, ["a", "b"], "row", 260, 140);
    expect([layout.at(-50), layout.at(0), layout.at(150)]).toStrictEqual([40, 90, 240]);
    expect(layout.band("a")).toStrictEqual({ start: 10, end: 60, middle: 35 });
    expect(layout.band("b")).toStrictEqual({ start: 60, end: 110, middle: 85 });
  });

  it("puts amounts from the bottom up where bars stand", () => {
    const layout = layoutOf(frame, ["a", "b"], "column", 260, 140);
    expect([layout.at(-50), layout.at(150)]).toStrictEqual([110, 10]);
    expect(layout.band("b")).toStrictEqual({ start: 140, end: 240, middle: 190 });
  });

  it("stays inside where there is no room, no name or no span", () => {
    const narrow = layoutOf({ ...frame, domain: [0, 0] }, [], "row", 10, 10);
    expect([narrow.left, narrow.right, narrow.at(5)]).toStrictEqual([40, 40, 40]);
  });
});
