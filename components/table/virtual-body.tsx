"use client";

import { useEffect, useEffectEvent } from "react";
import { useVirtualizer } from "@tanstack/react-virtual";
import type { DataTableProps } from "@/components/table/data-table";
import { BodyRow, type BodyProps } from "@/components/table/table-rows";

const ROW_HEIGHT = { snug: 28, normal: 28, roomy: 36, tall: 40 } as const;

/** Asks for more rows when the last one comes into sight: nobody presses a button 1,000 times. */
function useMoreNearTheEnd<R>(
  { hasMore, loadingMore, onLoadMore, error }: DataTableProps<R>, isNear: boolean,
): void {
  const isDue = Boolean(hasMore) && !loadingMore && !error && isNear;
  const ask = useEffectEvent(() => onLoadMore?.());
  useEffect(() => {
    if (isDue) ask();
  }, [isDue]);
}

/** Only the rows in sight are in the page. */
export function VirtualBody<R>(
  { rows, shown, table, scroller }: BodyProps<R> & { scroller: HTMLDivElement | null },
) {
  const idAt = (index: number) => (index in rows ? table.rowId(rows[index] as R) : undefined);
  // Nothing of the virtualizer is handed to a memoized child.
  // eslint-disable-next-line react-hooks/incompatible-library
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller,
    estimateSize: () => ROW_HEIGHT[table.density ?? "normal"],
    getItemKey: (index) => idAt(index) ?? index,
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
        if (row === undefined) return null;
        return (
          <BodyRow key={item.key} row={row} id={table.rowId(row)} shown={shown} table={table}
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
