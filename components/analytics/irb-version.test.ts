import { afterEach, describe, expect, it, vi } from "vitest";
import { parseAsClassChoices } from "./irb-rows";
import { assetClassesOf, exposuresOf, readLoans, RECORDS_LIMIT } from "./irb-version";

const calls = vi.hoisted(() => vi.fn());
vi.mock("@/lib/client/api", () => ({ call: calls }));
afterEach(() => calls.mockReset());

const record = (index: number, more: object = {}) => ({ record_id: `r${index}`, payload: {
  record_kind: "instrument", instrument_id: `L${index}`, principal: 100, pd: 0.01, lgd: 0.4,
  ...more } });
const signal = new AbortController().signal;

describe("reading a version's loans", () => {
  it("goes through all pages, and counts loans without PD", async () => {
    calls
      .mockResolvedValueOnce({ items: [record(1, { asset_class: "Home" })], next_cursor: "two" })
      .mockResolvedValueOnce({ items: [record(2), record(3, { pd: null })], next_cursor: null });
    const told: number[] = [];
    const read = await readLoans("v", null, (records) => told.push(records), signal);
    expect(read).toMatchObject({ without: 1, records: 3, isCut: false });
    expect(read.loans.map(({ name, assetClass }) => [name, assetClass]))
      .toStrictEqual([["L1", "Home"], ["L2", null]]);
    expect(told).toStrictEqual([1, 3]);
    expect(calls.mock.calls[1]?.[1].query.cursor).toBe("two");
  });

  it("ends at the limit and says that there is more", async () => {
    const items = Array.from({ length: 1000 }, (_, index) => record(index));
    calls.mockResolvedValue({ items, next_cursor: "more" });
    const read = await readLoans("v", null, () => undefined, signal);
    expect(read).toMatchObject({ records: RECORDS_LIMIT, isCut: true });
  });
});

describe("the IRB class of an asset class", () => {
  it("is the chosen one, else corporate; loans without an asset class have a choice too", async () => {
    calls.mockResolvedValue({ next_cursor: null, items: [record(1, { asset_class: "Home" }),
      record(2, { asset_class: "Home" }), record(3), record(4, { asset_class: "SME" })] });
    const { loans } = await readLoans("v", null, () => undefined, signal);
    expect(assetClassesOf(loans)[0]).toStrictEqual({ assetClass: "Home", count: 2 });
    const choices = parseAsClassChoices.parse(
      '[["Home","mortgage"],[null,"revolving"],["SME","unknown"],7]') ?? [];
    expect(exposuresOf(loans, choices, 0.0003).map((one) => one.asset_class))
      .toStrictEqual(["mortgage", "mortgage", "revolving", "corporate"]);
  });
});
