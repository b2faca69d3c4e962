import { describe, expect, it } from "vitest";
import { valueAtRisk } from "@/lib/risk";
import { exampleSeries, readSeries } from "./series-text";

const pointsOf = (text: string) => {
  const read = readSeries(text);
  return read.ok ? read.points : read.message;
};

describe("readSeries", () => {
  it("takes what spreadsheets copy and save, with a head or without", () => {
    const wanted = [{ date: "2026-10-30", value: 1000.5, flow: 0 },
      { date: "2026-10-31", value: 990, flow: -5 }];
    expect(pointsOf("date,value,flow\n2026-10-30,1000.5\n\n2026-10-31,990,-5")).toEqual(wanted);
    expect(pointsOf("2026-10-30\t1,000.5\t\r\n2026-10-31\t990\t-5")).toEqual(wanted);
    expect(pointsOf("Datum;Wert;Fluss\n2026-10-30;1000,5;0\n2026-10-31;990;−5")).toEqual(wanted);
    expect(pointsOf("")).toEqual([]);
  });

  it("names the line and what is wrong with it", () => {
    expect(pointsOf("2026-02-30,1")).toBe("Line 1: \"2026-02-30\" is no date. Write 2026-10-31.");
    expect(pointsOf("2026-13-01,1")).toMatch(/^Line 1: "2026-13-01" is no date/);
    expect(pointsOf("31.10.2026,1")).toMatch(/^Line 1: "31.10.2026" is no date/);
    expect(pointsOf("2026-10-30,ten")).toBe("Line 1: value \"ten\" is no amount.");
    expect(pointsOf("2026-10-30,1,x")).toBe("Line 1: flow \"x\" is no amount.");
    expect(pointsOf("2026-10-30,1\n2026-10-30,1")).toMatch(/^Line 2: .* is not after/);
    expect(pointsOf("2026-10-30,0")).toBe("Line 1: value 0 is not above 0.");
    expect(pointsOf("2026-10-30,1,000,000")).toMatch(/^Line 1: more than three cells/);
  });

  it("has an example with enough days for a value at risk", () => {
    const points = pointsOf(exampleSeries());
    if (typeof points === "string") throw new Error(points);
    const risk = valueAtRisk(points,
      { limits: { "0.95": 2_000_000, "0.99": 3_000_000 }, freshnessDays: 4 });
    expect(risk.ok && risk.value.observations).toBe(259);
    expect(risk.ok && risk.value.var["0.99"]).toBeGreaterThan(0);
  });
});
