"use client";

import { debounce, parseAsString, useQueryStates } from "nuqs";
import type { TableSort } from "@/components/table/data-table";

/** Columns by which the records can be narrowed, with a list of their values. */
export const FILTER_COLUMNS = ["sector", "country", "region", "asset_class", "rating", "stage",
  "dpd_bucket", "status", "currency", "collateral_type"] as const;
export type FilterColumn = (typeof FILTER_COLUMNS)[number];

const filters = Object.fromEntries(FILTER_COLUMNS.map((column) => [column, parseAsString])) as
  Record<FilterColumn, typeof parseAsString>;

const KEYS = {
  ...filters, obligor: parseAsString, record_kind: parseAsString,
  q: parseAsString.withDefault("").withOptions({ limitUrlUpdates: debounce(250) }),
  sort: parseAsString.withDefault("-principal"),
  record: parseAsString,
};

/** Filters, search, order and the opened record of a records table, in the URL. */
export const useRecordQuery = () => useQueryStates(KEYS);

export type RecordQuery = ReturnType<typeof useRecordQuery>[0];
export type SetRecordQuery = ReturnType<typeof useRecordQuery>[1];

/** "-principal" as the table understands it. */
export function sortOf(text: string): TableSort {
  return text.startsWith("-")
    ? { id: text.slice(1), descending: true } : { id: text, descending: false };
}

/** Without an order the records come as in the file. */
export const sortText = (sort: TableSort | null): string =>
  sort === null ? "row" : `${sort.descending ? "-" : ""}${sort.id}`;

/** What stands between the reader and all records. */
export function activeFilters(query: RecordQuery): [FilterColumn | "obligor" | "record_kind", string][] {
  return ([...FILTER_COLUMNS, "obligor", "record_kind"] as const).flatMap((column) => {
    const value = query[column];
    return value ? [[column, value] as [typeof column, string]] : [];
  });
}
