"use client";

import type { ComponentType, CSSProperties, ReactNode } from "react";
import { useMemo, useState } from "react";
import dynamic from "next/dynamic";
import { DataTableFoot, DataTableHead, HeadCell } from "@/components/table/data-table-parts";
import { nextSort, sortedRows } from "@/components/table/table-model";
import type { DataColumn, DataTableProps, TableSort } from "@/components/table/table-model";
import { BodyRow, type BodyProps } from "@/components/table/table-rows";
import { classes } from "@/components/ui/classes";
import { SkeletonStack } from "@/components/ui/states";
import { usePrinting } from "@/components/ui/use-printing";

export type { DataColumn, DataTableProps, TableSort };

const VIRTUAL_FROM = 1000;
const VIRTUAL_HEIGHT = 560;
/** Rows of a long table on paper, which says how many there are; files hold all of them. */
const PRINTED_ROWS = 100;

type ScrolledProps<R> = BodyProps<R> & { scroller: HTMLDivElement | null };
/** Its script comes with the first table that is long enough. */
const LaterBody = dynamic(
  () => import("@/components/table/virtual-body").then((part) => part.VirtualBody),
  { ssr: false, loading: () => <tbody aria-busy /> },
) as ComponentType<ScrolledProps<unknown>>;
const VirtualBody = <R,>(props: ScrolledProps<R>) => (
  <LaterBody {...props as unknown as ScrolledProps<unknown>} />
);

function useTableModel<R>(props: DataTableProps<R>) {
  const { rows, columns, sort, onSortChange, initialSort } = props;
  const isServer = onSortChange !== undefined;
  const [own, setOwn] = useState<TableSort | null>(initialSort ?? null);
  const [shown, setShown] = useState<Readonly<Record<string, boolean>>>({});
  const sorting = isServer ? sort ?? null : own;
  const ordered = useMemo(() => (isServer ? rows : sortedRows(rows, columns, sorting)),
    [isServer, rows, columns, sorting]);
  return {
    ordered,
    sorting,
    sortBy: (column: DataColumn<R>) =>
      (isServer ? onSortChange : setOwn)(nextSort(column, sorting)),
    isShown: (column: DataColumn<R>) => shown[column.id] ?? !column.hidden,
    show: (column: DataColumn<R>, isShown: boolean) =>
      setShown((before) => ({ ...before, [column.id]: isShown })),
  };
}

function PlainBody<R>({ rows, shown, table }: BodyProps<R>) {
  return (
    <tbody>
      {rows.map((row) => {
        const id = table.rowId(row);
        return <BodyRow key={id} row={row} id={id} shown={shown} table={table} />;
      })}
    </tbody>
  );
}

function FootRow<R>({ shown, foot }: {
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

export function DataTable<R>(props: DataTableProps<R>) {
  const { label, columns, rows, density = "normal", loading, empty, error, footRow } = props;
  const table = useTableModel(props);
  // As state, not as a ref: the virtual rows must render again once the element is there.
  const [scroller, setScroller] = useState<HTMLDivElement | null>(null);
  const shown = columns.filter(table.isShown);
  const isVirtual = props.virtual ?? rows.length >= VIRTUAL_FROM;
  const height = props.height ?? (isVirtual ? VIRTUAL_HEIGHT : undefined);
  const size = height ? { "--dt-height": `${height}px` } as CSSProperties : undefined;
  const firstLoad = loading && rows.length === 0;
  const isPrinting = usePrinting();
  const drawn = isPrinting ? table.ordered.slice(0, PRINTED_ROWS) : table.ordered;
  const body = { rows: drawn, shown, table: props };
  const showsRows = !error && !firstLoad && rows.length > 0;
  return (
    <>
      <DataTableHead columns={columns} isShown={table.isShown} onShow={table.show}
        toolbar={props.toolbar} menu={props.columnMenu ?? false} />
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
                  <HeadCell key={column.id} column={column} sort={table.sorting}
                    onSort={() => table.sortBy(column)} />
                ))}
              </tr>
            </thead>
            {isVirtual && !isPrinting
              ? <VirtualBody {...body} scroller={scroller} />
              : <PlainBody {...body} />}
            {footRow ? <FootRow shown={shown} foot={footRow} /> : null}
          </table>
        </div>
      ) : null}
      {showsRows ? (
        <DataTableFoot {...props} shownCount={rows.length}
          printedCount={isPrinting ? drawn.length : null} />
      ) : null}
    </>
  );
}
