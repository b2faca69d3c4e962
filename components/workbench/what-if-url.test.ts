import { describe, expect, it } from "vitest";
import { isFullOf, readChanges, writeChanges, type UrlChange } from "./what-if-url";

const ID = "0198c0de-0000-7000-8000-00000000000";

describe("what-if in the address", () => {
  it("comes back as it was written", () => {
    const changes: UrlChange[] = [
      { key: `${ID}1`, change: { collateral_value: 750_000.25, interest_rate_pct: 0 } },
      { key: `${ID}2:instruments.0`, change: { removed: true } },
      { key: `${ID}3:debt`, change: {} },
      { key: `${ID}4`, change: { recovery_rate_pct: 1e-7 } },
    ];
    const text = writeChanges(changes);
    expect(text).toContain(`${ID}1,c750000.25,r0~`);
    expect(readChanges(text)).toStrictEqual(changes);
    expect(readChanges("")).toStrictEqual([]);
  });

  it.each(["x", `${ID}1,c`, `${ID}1,c-1`, `${ID}1,cNaN`, `${ID}1,q5`, `${ID}1,c1e99`,
    `${ID}1,x~${ID}1,x`, `${ID}1:../x`, "~", `${ID}1,c5~`])("refuses %s", (text) => {
    expect(readChanges(text)).toBeNull();
  });

  it("carries what fits into an address, and says when no more does", () => {
    const many = Array.from({ length: 200 }, (_, index): UrlChange =>
      ({ key: ID.slice(0, -2) + String(index).padStart(3, "0"), change: { removed: true } }));
    expect(isFullOf(many.slice(0, 100))).toBe(false);
    expect(readChanges(writeChanges(many.slice(0, 100)))).toHaveLength(100);
    expect(isFullOf(many)).toBe(true);
    expect(readChanges(writeChanges(many))).toBeNull();
  });
});
