import { expect, it } from "vitest";
import { csvCell, csvLine } from "./spreadsheet-text";

it.each([["=1+1", "'=1+1"], ["-1.234,56", "-1.234,56"], ["+4.5e3 %", "+4.5e3 %"], ["-x", "'-x"],
  ["@sum", "'@sum"], ["-1+cmd()", "'-1+cmd()"], ["\t=1", "'\t=1"], ["plain", "plain"]])(
  "of %j a spreadsheet runs nothing, and numbers of any locale stay what they are", (text, cell) => {
    expect(csvCell(text, ";")).toBe(cell);
  });

it("quotes what would part cells or lines, by the delimiter in use", () => {
  expect(csvLine(["a;b", "c,d", 'e"f', "g\nh"], ";")).toBe('"a;b";c,d;"e""f";"g\nh"\r\n');
  expect(csvLine(["a;b", "c,d"])).toBe('a;b,"c,d"\r\n');
});
