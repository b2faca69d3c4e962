import type { ReactNode } from "react";
import type { TermId } from "@/components/docs/terms";

export interface DataColumn<R> {
  id: string;
  header: ReactNode;
  /** The head in words, for the column menu and for sorting; needed when `header` is no text. */
  name?: string;
  /** Under the head, once per column: "EUR m". */
  unit?: string;
  /** The glossary's word for it: its definition is reached from the head. */
  term?: TermId;
  /** Right-aligned figures. */
  number?: boolean;
  mono?: boolean;
  cell: (row: R) => ReactNode;
  /** Makes the column sortable in the browser; missing values come last. */
  sortValue?: (row: R) => string | number | null | undefined;
  /** Sortable by the server; takes `sort` and `onSortChange` of the table. */
  sortable?: boolean;
  hidden?: boolean;
  /** Never offered in the column menu. */
  fixed?: boolean;
  className?: string;
}

export interface DataTableProps<R> {
  /** Accessible name of the scrolling region: "Scenario table". */
  label: string;
  rows: readonly R[];
  columns: readonly DataColumn<R>[];
  rowId: (row: R) => string;
  selectedId?: string | null;
  onRowClick?: (row: R) => void;
  /** A dashed row: not recorded. */
  isPreview?: (row: R) => boolean;
  /** Controlled, for sorting by the server; leave out to sort in the browser. */
  sort?: TableSort | null;
  onSortChange?: (sort: TableSort | null) => void;
  initialSort?: TableSort;
  loading?: boolean;
  /** Shown instead of rows: an EmptyState. */
  empty?: ReactNode;
  /** Replaces the rows: an ErrorState. */
  error?: ReactNode;
  density?: "snug" | "normal" | "roomy" | "tall";
  /** Only the rows in sight are in the page; needs a height. On by itself from 1,000 rows. */
  virtual?: boolean;
  /** Height in px of the scrolling area. */
  height?: number;
  columnMenu?: boolean;
  /** Left of the column menu: filters, a sum. */
  toolbar?: ReactNode;
  /** How many there are in all, when known. */
  totalCount?: number | null;
  hasMore?: boolean;
  loadingMore?: boolean;
  onLoadMore?: () => void;
  /** A row with totals under the table, cells in the order of the shown columns. */
  footRow?: (columnId: string) => ReactNode;
}

export interface TableSort {
  id: string;
  descending: boolean;
}

const words = new Intl.Collator("en", { numeric: true });

/** Rows in the order of a column's values; a value that is missing comes last either way. */
export function sortedRows<R>(
  rows: readonly R[], columns: readonly DataColumn<R>[], sort: TableSort | null,
): readonly R[] {
  const value = columns.find((column) => column.id === sort?.id)?.sortValue;
  if (!sort || !value) return rows;
  const sign = sort.descending ? -1 : 1;
  return rows.map((row) => ({ row, key: value(row) ?? null }))
    .sort(({ key: a }, { key: b }) => {
      if (a === null || b === null) return Number(a === null) - Number(b === null);
      if (typeof a === "number" && typeof b === "number") return sign * (a - b);
      return sign * words.compare(String(a), String(b));
    })
    .map(({ row }) => row);
}

/** The sort after a press on a column's head: its first direction, the other one, none. */
export function nextSort<R>(column: DataColumn<R>, sort: TableSort | null): TableSort | null {
  const first = Boolean(column.number);
  if (sort?.id !== column.id) return { id: column.id, descending: first };
  return sort.descending === first ? { id: column.id, descending: !first } : null;
}
