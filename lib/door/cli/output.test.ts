import { expect, it } from "vitest";
import { facts, table } from "./output";

it("shows a name that a terminal would obey, in its column", () => {
  const name = "evil \u001b[31mRED\u001b[2J\r\nnext\u202e";
  const shown = "evil \\u{1b}[31mRED\\u{1b}[2J\\u{d}\\u{a}next\\u{202e}";
  expect(table(["name", "rows"], [[name, "12"], ["plain", "3"]]).split("\n")).toStrictEqual([
    `${"name".padEnd(shown.length)}  rows`, `${"-".repeat(shown.length)}  ----`, `${shown}    12`,
    `${"plain".padEnd(shown.length)}     3`]);
  expect(facts([["Name", name]])).toBe(`Name  ${shown}`);
});
