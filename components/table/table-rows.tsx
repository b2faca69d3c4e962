"use client";

import { memo } from "react";
import type { KeyboardEvent, MouseEvent, ReactNode } from "react";
import type { DataTableProps } from "@/components/table/table-model";
import type { DataColumn } from "@/components/table/table-model";
import { classes } from "@/components/ui/classes";

interface RowProps<R> {
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

/** A date, an amount or an id: short and with a figure in it. On paper it stays on one line. */
const isWhole = (cell: ReactNode): boolean => typeof cell === "number"
  || (typeof cell === "string" && cell.length <= LONG_TEXT && /\d/.test(cell));

const CONTROLS = "a, button, input, select, textarea, label, [role='button']";

function PlainRow<R>({ row, id, shown, table, index, measure }: RowProps<R>) {
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
        const content = column.cell(row);
        const name = classes(column.number && "num", column.mono && "mono",
          isWhole(content) && "whole", column.className);
        const cell = wrapped(content);
        return place === 0
          ? <th key={column.id} scope="row" className={name}>{cell}</th>
          : <td key={column.id} className={name}>{cell}</td>;
      })}
    </tr>
  );
}

/** A memo: scrolling draws the rows that come into sight, not those that are. */
export const BodyRow = memo(PlainRow) as typeof PlainRow;

export interface BodyProps<R> {
  rows: readonly R[];
  shown: readonly DataColumn<R>[];
  table: DataTableProps<R>;
}
