"use client";

import type { ReactNode } from "react";
import type { DataColumn, TableSort } from "@/components/table/table-model";
import { Button, IconButton } from "@/components/ui/button";
import { count, plural } from "@/components/ui/format";
import { Icon } from "@/components/ui/icon";
import { Menu } from "@/components/ui/menu";
import { Term, TermMark } from "@/components/ui/term";
import { usePrinting } from "@/components/ui/use-printing";

function columnName<R>(column: DataColumn<R>): string {
  if (column.name) return column.name;
  return typeof column.header === "string" ? column.header : column.id;
}

interface HeadCellProps<R> {
  column: DataColumn<R>;
  sort: TableSort | null;
  onSort: () => void;
}

export function HeadCell<R>({ column, sort, onSort }: HeadCellProps<R>) {
  // A browser that draws the head again on each sheet of paper leaves out buttons.
  const isPrinting = usePrinting();
  const name = column.number ? "num" : undefined;
  // What is cut short to fit the column is said in full.
  const spoken = column.name && [column.name, column.unit].filter(Boolean).join(", ");
  const unit = column.unit ? <span className="unit-line">{column.unit}</span> : null;
  if (isPrinting || (!column.sortValue && !column.sortable)) {
    return (
      <th scope="col" className={name} aria-label={spoken}>
        {column.term ? <Term id={column.term}>{column.header}</Term> : column.header}{unit}
      </th>
    );
  }
  const isSorted = sort?.id === column.id;
  const direction = !isSorted ? "none" : sort.descending ? "descending" : "ascending";
  return (
    <th scope="col" className={name} aria-sort={direction} aria-label={spoken}>
      <button type="button" className="th-btn" data-idle={isSorted ? undefined : true}
        onClick={onSort}>
        <span>{column.header}{unit}</span>
        <Icon name={direction === "ascending" ? "up" : "down"} />
      </button>
      {column.term ? <TermMark ids={[column.term]} of={columnName(column)} /> : null}
    </th>
  );
}

interface HeadProps<R> {
  columns: readonly DataColumn<R>[];
  isShown: (column: DataColumn<R>) => boolean;
  onShow: (column: DataColumn<R>, isShown: boolean) => void;
  toolbar?: ReactNode;
  menu: boolean;
}

export function DataTableHead<R>({ columns, isShown, onShow, toolbar, menu }: HeadProps<R>) {
  if (!toolbar && !menu) return null;
  const items = columns.filter((column) => !column.fixed).map((column) => ({
    kind: "check" as const,
    label: columnName(column),
    checked: isShown(column),
    onChange: (checked: boolean) => onShow(column, checked),
  }));
  return (
    <div className="dt-head">
      <div className="row wrap grow">{toolbar}</div>
      {menu ? (
        <Menu trigger={<IconButton icon="columns" label="Choose columns" />} items={items} />
      ) : null}
    </div>
  );
}

interface FootProps {
  shownCount: number;
  /** How many are drawn for paper; null on the screen. */
  printedCount: number | null;
  totalCount?: number | null;
  hasMore?: boolean;
  loadingMore?: boolean;
  onLoadMore?: () => void;
}

export function DataTableFoot(props: FootProps) {
  const { shownCount, printedCount, totalCount, hasMore, loadingMore, onLoadMore } = props;
  if (printedCount !== null) {
    const isCut = printedCount < Math.max(shownCount, totalCount ?? 0) || hasMore;
    return isCut ? (
      <p className="dt-foot">
        {totalCount == null ? `The first ${plural(printedCount, "row")}`
          : `${count(printedCount)} of ${plural(totalCount, "row")}`} on paper
      </p>
    ) : null;
  }
  if (!onLoadMore && totalCount == null) return null;
  const known = totalCount != null && totalCount > shownCount;
  const words = known
    ? `${count(shownCount)} of ${plural(totalCount, "row")}`
    : hasMore ? `First ${plural(shownCount, "row")}` : `All ${plural(shownCount, "row")}`;
  return (
    <div className="dt-foot">
      <span role="status">{shownCount === 1 && !hasMore && !known ? "1 row" : words}</span>
      {hasMore && onLoadMore ? (
        <Button small busy={loadingMore} onClick={onLoadMore}>Load more</Button>
      ) : null}
    </div>
  );
}
