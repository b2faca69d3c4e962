"use client";

import type { ReactNode } from "react";
import { Button, IconButton } from "@/components/ui/button";
import { count, plural } from "@/components/ui/format";
import { Icon } from "@/components/ui/icon";
import { Menu } from "@/components/ui/menu";

interface ColumnLook {
  id: string;
  header: ReactNode;
  name?: string;
  unit?: string;
  number?: boolean;
  fixed?: boolean;
}

/** What the parts need of a TanStack column, without its type parameters. */
interface ColumnState {
  getCanSort: () => boolean;
  getIsSorted: () => false | "asc" | "desc";
  toggleSorting: (desc?: boolean) => void;
  clearSorting: () => void;
  getIsVisible: () => boolean;
  toggleVisibility: (visible?: boolean) => void;
  getFirstSortDir: () => "asc" | "desc";
}

function columnName(column: ColumnLook): string {
  if (column.name) return column.name;
  return typeof column.header === "string" ? column.header : column.id;
}

export function HeadCell({ column, state }: { column: ColumnLook; state?: ColumnState }) {
  const name = column.number ? "num" : undefined;
  const unit = column.unit ? <span className="unit-line">{column.unit}</span> : null;
  if (!state?.getCanSort()) {
    return <th scope="col" className={name}>{column.header}{unit}</th>;
  }
  const sorted = state.getIsSorted();
  function next() {
    const first = state?.getFirstSortDir();
    if (!sorted) state?.toggleSorting(first === "desc");
    else if (sorted === first) state?.toggleSorting(sorted === "asc");
    else state?.clearSorting();
  }
  const direction = sorted === "asc" ? "ascending" : sorted === "desc" ? "descending" : "none";
  return (
    <th scope="col" className={name} aria-sort={direction}>
      <button type="button" className="th-btn" data-idle={sorted ? undefined : true} onClick={next}>
        <span>{column.header}{unit}</span>
        <Icon name={sorted === "asc" ? "up" : "down"} />
      </button>
    </th>
  );
}

interface HeadProps {
  table: { getColumn: (id: string) => ColumnState | undefined };
  columns: readonly ColumnLook[];
  toolbar?: ReactNode;
  menu: boolean;
}

export function DataTableHead({ table, columns, toolbar, menu }: HeadProps) {
  if (!toolbar && !menu) return null;
  const items = columns.filter((column) => !column.fixed).map((column) => {
    const state = table.getColumn(column.id);
    return {
      kind: "check" as const,
      label: columnName(column),
      checked: state?.getIsVisible() ?? true,
      onChange: (checked: boolean) => state?.toggleVisibility(checked),
    };
  });
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
  totalCount?: number | null;
  hasMore?: boolean;
  loadingMore?: boolean;
  onLoadMore?: () => void;
}

export function DataTableFoot(props: FootProps) {
  const { shownCount, totalCount, hasMore, loadingMore, onLoadMore } = props;
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
