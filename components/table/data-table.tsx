"use client";

import type { CSSProperties, KeyboardEvent, MouseEvent, ReactNode } from "react";
import { useEffect, useEffectEvent, useMemo, useState } from "react";
import {
  columnVisibilityFeature, createSortedRowModel, rowSortingFeature, tableFeatures, useTable,
} from "@tanstack/react-table";
import type {
  ColumnDef, ColumnVisibilityState, Row as TableRow, RowData, SortingState, Updater,
} from "@tanstack/react-table";
import { useVirtualizer } from "@tanstack/react-virtual";
import { DataTableFoot, DataTableHead, HeadCell } from "@/components/table/data-table-parts";
import { classes } from "@/components/ui/classes";
import { SkeletonStack } from "@/components/ui/states";

export interface DataColumn<R extends RowData> {
  id: string;
  header: ReactNode;
  /** The head in words, for the column menu and for sorting; needed when `header` is no text. */
  name?: string;
  /** Under the head, once per column: "EUR m". */
  unit?: string;
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

export interface TableSort {
  id: string;
  descending: boolean;
}

export interface DataTableProps<R extends RowData> {
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

const features = tableFeatures({
  rowSortingFeature,
  columnVisibilityFeature,
  sortedRowModel: createSortedRowModel(),
});
type Features = typeof features;

const VIRTUAL_FROM = 1000;
const VIRTUAL_HEIGHT = 560;
const ROW_HEIGHT = { snug: 28, normal: 28, roomy: 36, tall: 40 } as const;

function compare(a: unknown, b: unknown): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  return String(a).localeCompare(String(b), "en", { numeric: true });
}

function columnDefs<R extends RowData>(
  columns: readonly DataColumn<R>[],
): ColumnDef<Features, R>[] {
  return columns.map((column) => ({
    id: column.id,
    accessorFn: (row: R) => column.sortValue?.(row) ?? undefined,
    enableSorting: Boolean(column.sortValue) || Boolean(column.sortable),
    sortUndefined: "last" as const,
    sortDescFirst: Boolean(column.number),
    sortFn: (a: TableRow<Features, R>, b: TableRow<Features, R>, id: string) =>
      compare(a.getValue(id), b.getValue(id)),
  }));
}

function toState(sort: TableSort | null | undefined): SortingState {
  return sort ? [{ id: sort.id, desc: sort.descending }] : [];
}

function useTableModel<R extends RowData>(props: DataTableProps<R>) {
  const { rows, columns, rowId, sort, onSortChange, initialSort } = props;
  const isServer = onSortChange !== undefined;
  const [own, setOwn] = useState<SortingState>(() => toState(initialSort));
  const [visibility, setVisibility] = useState<ColumnVisibilityState>(() => Object.fromEntries(
    columns.filter((column) => column.hidden).map((column) => [column.id, false])));
  const defs = useMemo(() => columnDefs(columns), [columns]);
  const data = useMemo(() => [...rows], [rows]);
  const sorting = isServer ? toState(sort) : own;
  function changeSorting(updater: Updater<SortingState>) {
    const next = typeof updater === "function" ? updater(sorting) : updater;
    const [first] = next;
    if (!isServer) setOwn(next);
    else onSortChange(first ? { id: first.id, descending: first.desc } : null);
  }
  return useTable({
    features,
    columns: defs,
    data,
    getRowId: rowId,
    manualSorting: isServer,
    enableMultiSort: false,
    state: { sorting, columnVisibility: visibility },
    onSortingChange: changeSorting,
    onColumnVisibilityChange: setVisibility,
  });
}

interface RowProps<R extends RowData> {
  row: R;
  id: string;
  shown: readonly DataColumn<R>[];
  table: DataTableProps<R>;
  index?: number;
  measure?: (element: HTMLElement | null) => void;
}

/** Longer texts than this wrap instead of pushing the other columns out of sight. */
const LONG_TEXT = 24;

const wrapped = (cell: ReactNode): ReactNode =>
  (typeof cell === "string" && cell.length > LONG_TEXT ? <span className="long">{cell}</span> : cell);

const CONTROLS = "a, button, input, select, textarea, label, [role='button']";

function BodyRow<R extends RowData>({ row, id, shown, table, index, measure }: RowProps<R>) {
  const { onRowClick, selectedId, isPreview } = table;
  function click(event: MouseEvent<HTMLElement>) {
    if (event.target instanceof Element && event.target.closest(CONTROLS)) return;
    onRowClick?.(row);
  }
  function keys(event: KeyboardEvent<HTMLElement>) {
    if (event.key !== "Enter" || event.target !== event.currentTarget) return;
    onRowClick?.(row);
  }
  const clicks = onRowClick ? { onClick: click, onKeyDown: keys, tabIndex: 0, "data-click": true }
    : {};
  return (
    <tr
      ref={measure}
      data-index={index}
      aria-rowindex={index === undefined ? undefined : index + 2}
      aria-selected={selectedId === undefined ? undefined : selectedId === id}
      data-kind={isPreview?.(row) ? "preview" : undefined}
      {...clicks}
    >
      {shown.map((column, place) => {
        const name = classes(column.number && "num", column.mono && "mono", column.className);
        const cell = wrapped(column.cell(row));
        return place === 0
          ? <th key={column.id} scope="row" className={name}>{cell}</th>
          : <td key={column.id} className={name}>{cell}</td>;
      })}
    </tr>
  );
}

interface BodyProps<R extends RowData> {
  rows: readonly TableRow<Features, R>[];
  shown: readonly DataColumn<R>[];
  table: DataTableProps<R>;
  scroller: HTMLDivElement | null;
}

/** Asks for more rows when the last one comes into sight: nobody presses a button 1,000 times. */
function useMoreNearTheEnd<R extends RowData>(
  { hasMore, loadingMore, onLoadMore, error }: DataTableProps<R>, isNear: boolean,
): void {
  const isDue = Boolean(hasMore) && !loadingMore && !error && isNear;
  const ask = useEffectEvent(() => onLoadMore?.());
  useEffect(() => {
    if (isDue) ask();
  }, [isDue]);
}

function VirtualBody<R extends RowData>({ rows, shown, table, scroller }: BodyProps<R>) {
  // Nothing of the virtualizer is handed to a memoized child.
  // eslint-disable-next-line react-hooks/incompatible-library
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller,
    estimateSize: () => ROW_HEIGHT[table.density ?? "normal"],
    getItemKey: (index) => rows[index]?.id ?? index,
    overscan: 12,
  });
  const items = virtualizer.getVirtualItems();
  useMoreNearTheEnd(table, (items.at(-1)?.index ?? 0) >= rows.length - 1);
  const before = items[0]?.start ?? 0;
  const after = virtualizer.getTotalSize() - (items.at(-1)?.end ?? 0);
  return (
    <tbody>
      <Spacer height={before} span={shown.length} />
      {items.map((item) => {
        const row = rows[item.index];
        if (!row) return null;
        return (
          <BodyRow key={item.key} row={row.original} id={row.id} shown={shown} table={table}
            index={item.index} measure={virtualizer.measureElement} />
        );
      })}
      <Spacer height={after} span={shown.length} />
    </tbody>
  );
}

function Spacer({ height, span }: { height: number; span: number }) {
  if (height <= 0) return null;
  return <tr className="dt-spacer" aria-hidden="true"><td colSpan={span} style={{ height }} /></tr>;
}

function PlainBody<R extends RowData>({ rows, shown, table }: Omit<BodyProps<R>, "scroller">) {
  return (
    <tbody>
      {rows.map((row) => (
        <BodyRow key={row.id} row={row.original} id={row.id} shown={shown} table={table} />
      ))}
    </tbody>
  );
}

function FootRow<R extends RowData>({ shown, foot }: {
  shown: readonly DataColumn<R>[]; foot: (columnId: string) => ReactNode;
}) {
  return (
    <tfoot>
      <tr>
        {shown.map((column, place) => {
          const name = column.number ? "num" : undefined;
          return place === 0
            ? <th key={column.id} scope="row" className={name}>{foot(column.id)}</th>
            : <td key={column.id} className={name}>{foot(column.id)}</td>;
        })}
      </tr>
    </tfoot>
  );
}

export function DataTable<R extends RowData>(props: DataTableProps<R>) {
  const { label, columns, rows, density = "normal", loading, empty, error, footRow } = props;
  const table = useTableModel(props);
  // As state, not as a ref: the virtual rows must render again once the element is there.
  const [scroller, setScroller] = useState<HTMLDivElement | null>(null);
  const shown = columns.filter((column) => table.getColumn(column.id)?.getIsVisible() ?? true);
  const isVirtual = props.virtual ?? rows.length >= VIRTUAL_FROM;
  const height = props.height ?? (isVirtual ? VIRTUAL_HEIGHT : undefined);
  const size = height ? { "--dt-height": `${height}px` } as CSSProperties : undefined;
  const ordered = table.getRowModel().rows;
  const firstLoad = loading && rows.length === 0;
  const body = { rows: ordered, shown, table: props };
  const showsRows = !error && !firstLoad && rows.length > 0;
  return (
    <>
      <DataTableHead table={table} columns={columns} toolbar={props.toolbar}
        menu={props.columnMenu ?? false} />
      {error}
      {firstLoad && !error ? (
        <div className="card-body"><SkeletonStack lines={6} height={20} label={`Loading ${label}`} />
        </div>
      ) : null}
      {!error && !firstLoad && rows.length === 0 ? empty : null}
      {showsRows ? (
        <div
          ref={setScroller}
          className={classes("dt-scroll sticky-1", loading && "stale")}
          role="region"
          aria-label={label}
          aria-busy={loading || undefined}
          tabIndex={0}
          data-tall={height ? true : undefined}
          style={size}
        >
          <table
            className={density === "normal" ? undefined : density}
            aria-rowcount={isVirtual ? rows.length + 1 : undefined}
          >
            <thead>
              <tr>
                {shown.map((column) => (
                  <HeadCell key={column.id} column={column} state={table.getColumn(column.id)} />
                ))}
              </tr>
            </thead>
            {isVirtual
              ? <VirtualBody {...body} scroller={scroller} />
              : <PlainBody {...body} />}
            {footRow ? <FootRow shown={shown} foot={footRow} /> : null}
          </table>
        </div>
      ) : null}
      {showsRows ? <DataTableFoot {...props} shownCount={rows.length} /> : null}
    </>
  );
}
