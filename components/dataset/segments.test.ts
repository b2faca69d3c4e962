import { describe, expect, it } from "vitest";
import { segmentFinding, segmentsOf, shareFinding, withOthers } from "./segments";
import { groupValue, resultWords, warningWords } from "./words";
import { scenarioName } from "@/lib/risk/scenario-name";

const group = (
  sector: string | null, owed: number, collateral: number, recovery: number, count = 1,
) => ({
  key: { sector }, count, total_outstanding: owed, collateral_value: collateral,
  collateral_coverage_ratio: owed === 0 ? 0 : collateral / owed,
  distressed_asset_recovery: recovery,
});

describe("segments", () => {
  it("adds the parts of each segment up to what it owes, largest first", () => {
    const segments = segmentsOf(
      [group("sme", 100, 30, 20), group("cre", 500, 700, 40), group(null, 50, 40, 30)], "sector");
    expect(segments.map((segment) => segment.id)).toEqual(["=cre", "=sme", "null"]);
    for (const segment of segments) {
      expect(segment.collateral + segment.recovery + segment.net).toBe(segment.total);
    }
    expect(segments[0]).toMatchObject({ collateral: 500, recovery: 0, net: 0 });
    expect(segments[2]).toMatchObject({ label: "Not given", recovery: 10, net: 0 });
  });

  it("shows amounts that add up to the rounded sum", () => {
    const owed = [2.654, 2.654, 2.642];
    const segments = segmentsOf(
      owed.map((amount, index) => group(`s${index}`, amount, 0, 0)), "sector", 0.01);
    const shown = segments.map((segment) => Math.round(segment.shown.total * 100));
    expect(shown).toEqual([266, 265, 264]);
    expect(Math.round((withOthers(segments, 2).at(-1)?.shown.total ?? 0) * 100)).toBe(529);
  });

  it("never draws a negative part", () => {
    const [segment] = segmentsOf([group("x", 0, -5, -1)], "sector");
    expect(segment).toMatchObject({ collateral: 0, recovery: 0, net: 0, total: 0 });
  });

  it("groups the tail and keeps the segment the title speaks of", () => {
    const many = segmentsOf(
      Array.from({ length: 12 }, (_, index) => group(`s${index}`, 100 - index, 0, 0)), "sector");
    const shown = withOthers(many, 8, "=s11");
    expect(shown).toHaveLength(8);
    expect(shown.some((segment) => segment.id === "=s11")).toBe(true);
    expect(shown.at(-1)?.label).toBe("5 others");
    const owed = shown.reduce((sum, segment) => sum + segment.total, 0);
    expect(owed).toBe(many.reduce((sum, segment) => sum + segment.total, 0));
  });

  it("names the segment with most net exposure", () => {
    const found = segmentFinding(
      segmentsOf([group("sme_unsecured", 80, 0, 0), group("cre", 920, 800, 0)], "sector"),
      "sector");
    expect(found.title).toBe("Cre is 92\u202f% of the book and 60\u202f% of net exposure");
    expect(found.segmentId).toBe("=cre");
    const covered = segmentsOf([group("a", 10, 20, 0)], "sector");
    expect(segmentFinding(covered, "sector").title).toMatch(/cover all sectors/);
    expect(segmentFinding([], "sector").title).toMatch(/Nothing is owed/);
  });

  it("says who holds the book", () => {
    const shares = (amounts: [string | null, number][]) =>
      shareFinding(segmentsOf(amounts.map(([name, owed]) => group(name, owed, 0, 0)), "sector"), "sector");
    expect(shares([["A", 30], ["B", 20], ["C", 50 - 1], [null, 1]]))
      .toBe("C and A hold 79\u202f% of the book");
    expect(shares([["A", 26], ["B", 24], ["C", 20], ["D", 16], ["E", 14]]))
      .toBe("A and B hold half of the book");
    expect(shares([["A", 70], ["B", 30]])).toBe("A holds 70\u202f% of the book");
    expect(shares([])).toBe("No share is known");
    expect(shares(Array.from({ length: 100 }, (_, index): [string, number] => [`S${index}`, 1])))
      .toBe("100 sectors, none above 1.0\u202f% of the book");
  });
});

describe("words", () => {
  it("speaks of codes", () => {
    expect(groupValue("country", "DE")).toBe("Germany");
    expect(groupValue("country", "Narnia")).toBe("Narnia");
    expect(groupValue("stage", "3")).toBe("Stage 3");
    expect(groupValue("dpd_bucket", "dpd_90_plus")).toBe("90 days and more");
    expect(groupValue("rating", "B+")).toBe("B+");
    expect(groupValue("sector", "")).toBe("Not given");
    expect(scenarioName("market_crash")).toBe("Market crash");
  });

  it("keeps what it does not know", () => {
    expect(warningWords("NO_DISTRESSED_ASSETS")).toMatch(/No distressed assets/);
    expect(warningWords("INTEREST_RATE_MISSING: 12 records have none."))
      .toBe("12 records have none.");
    expect(warningWords("something else")).toBe("something else");
    expect(warningWords("INTEREST_RATE_MISSING: 2489 records without an interest rate count with "
      + "a rate of 0.")).toBe("2,489 records without an interest rate count with a rate of 0.");
    expect(warningWords("PRINCIPAL_NOT_POSITIVE: 1 records with a principal of 0 or less are left "
      + "out of every total.")).toBe("1 record with a principal of 0 or less is left out of every total.");
    expect(warningWords("NEGATIVE_RATE: 1 records with a negative interest rate count with a rate "
      + "of 0.")).toBe("1 record with a negative interest rate counts with a rate of 0.");
    expect(resultWords({ code: "DATE_UNREADABLE", severity: "warning" }))
      .toBe("Row is kept without date");
  });
});
