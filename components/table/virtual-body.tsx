"use client";

import { useCallback, useEffect, useEffectEvent } from "react";
import { useVirtualizer } from "@tanstack/react-virtual";
import type { DataTableProps } from "@/components/table/table-model";
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
  // The same function while rows are: with another one all of 10^5 places are worked out again.
  const keyAt = useCallback((index: number) =>
    (index in rows ? table.rowId(rows[index] as R) : index), [rows, table]);
  // Of the virtualizer a memoized row gets `measureElement` alone, which never changes.
  // eslint-disable-next-line react-hooks/incompatible-library
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller,
    estimateSize: () => ROW_HEIGHT[table.density ?? "normal"],
    getItemKey: keyAt,
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
