import { expect, it } from "vitest";
import { nextSort, sortedRows, type DataColumn } from "./table-model";

interface Row { name: string; owed: number | null }
const name: DataColumn<Row> = { id: "name", header: "Name", cell: (row) => row.name,
  sortValue: (row) => row.name };
const owed: DataColumn<Row> = { id: "owed", header: "Owed", number: true,
  cell: (row) => row.owed, sortValue: (row) => row.owed };
const ROWS: Row[] = [{ name: "L10", owed: 5 }, { name: "L9", owed: null }, { name: "l2", owed: 7 },
  { name: "L1", owed: 5 }];
const order = (id: string, descending: boolean) =>
  sortedRows(ROWS, [name, owed], { id, descending }).map((row) => row.name);

it("sorts texts with their numbers, figures by size, and keeps equal ones in their order", () => {
  expect(order("name", false)).toStrictEqual(["L1", "l2", "L9", "L10"]);
  expect(order("owed", false)).toStrictEqual(["L10", "L1", "l2", "L9"]);
});

it("puts a missing value last in both directions", () => {
  expect(order("owed", true)).toStrictEqual(["l2", "L10", "L1", "L9"]);
});

it("leaves rows alone without a sort or for a column nobody knows", () => {
  expect(sortedRows(ROWS, [name], null)).toBe(ROWS);
  expect(order("nothing", true)).toStrictEqual(ROWS.map((row) => row.name));
});

it("goes from a column's first direction over the other one to none", () => {
  const first = nextSort(owed, { id: "name", descending: false });
  expect(first).toStrictEqual({ id: "owed", descending: true });
  const second = nextSort(owed, first);
  expect(second).toStrictEqual({ id: "owed", descending: false });
  expect(nextSort(owed, second)).toBeNull();
  expect(nextSort(name, null)).toStrictEqual({ id: "name", descending: false });
});
