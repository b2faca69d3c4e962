import { describe, expect, it } from "vitest";
import { csvCell, csvText, fileStem } from "@/components/chart/csv";

describe("csv", () => {
  it.each([
    ["=1+1", "'=1+1"], ["+cmd", "'+cmd"], ["-cmd|x", "'-cmd|x"], ["@sum", "'@sum"],
    ["\tx", "'\tx"], ["\rx", "\"'\rx\""], ["-12.5", "-12.5"], ["+3", "+3"], ["-1e5", "-1e5"],
    ["plain", "plain"], ["a,b", "\"a,b\""], ["say \"no\"", "\"say \"\"no\"\"\""], ["", ""],
    ["=A1,B1", "\"'=A1,B1\""], ["-1+cmd", "'-1+cmd"],
    ["-1.000,50", "\"-1.000,50\""], ["-1 000.5 %", "-1 000.5 %"], ["-.", "'-."],
  ])("writes %j as %j", (value, text) => {
    expect(csvCell(value)).toBe(text);
  });

  it("writes numbers in full and what is missing as nothing", () => {
    expect(csvText(["a", "b"], [[1.5, null], [Number.NaN, "x"]])).toBe("a,b\r\n1.5,\r\n,x\r\n");
  });

  it("quotes what holds the delimiter in use", () => {
    expect(csvText(["a;b", "c"], [["-1.000,50", "x"]], ";")).toBe("\"a;b\";c\r\n-1.000,50;x\r\n");
  });

  it("names files after titles", () => {
    expect(fileStem("Market crash loses 487.2, 5.2 times the line")).toBe(
      "market-crash-loses-487-2-5-2-times-the-line");
    expect(fileStem("…")).toBe("chart");
  });
});
