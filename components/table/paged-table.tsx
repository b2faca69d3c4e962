"use client";

import { useMemo } from "react";
import type { InfiniteData, UseInfiniteQueryResult } from "@tanstack/react-query";
import { DataTable, type DataTableProps } from "@/components/table/data-table";
import { Button } from "@/components/ui/button";
import { ErrorState } from "@/components/ui/states";
import type { ApiError } from "@/lib/client/api";

/** A list as `useOperationPages` reads it. */
export type PagedList<T> =
  UseInfiniteQueryResult<InfiniteData<{ items: T[]; next_cursor: string | null }>, ApiError>;

/** What has been read of a list so far. */
export function useItems<T>({ data }: PagedList<T>): T[] {
  return useMemo(() => data?.pages.flatMap((page) => page.items) ?? [], [data]);
}

type Answered = "loading" | "error" | "hasMore" | "loadingMore" | "onLoadMore";

export interface PagedTableProps<R> extends Omit<DataTableProps<R>, Answered> {
  list: PagedList<unknown>;
  /** Begins the sentence of a failure: "The users". */
  subject: string;
}

function Failure({ list, what }: { list: PagedList<unknown>; what: string }) {
  const { error, refetch, fetchNextPage, isFetchNextPageError } = list;
  if (!error) return null;
  const again = () => void (isFetchNextPageError ? fetchNextPage() : refetch());
  return (
    <div className="card-body">
      <ErrorState what={what} todo={error.message}
        requestId={error.status >= 500 ? error.requestId : null}
        action={<Button icon="refresh" onClick={again}>Try again</Button>} />
    </div>
  );
}

/** A table over a list answered page by page: what was read stays when more fails. */
export function PagedTable<R>({ list, subject, ...table }: PagedTableProps<R>) {
  const hasRows = table.rows.length > 0;
  return (
    <>
      <DataTable
        {...table}
        loading={list.isPending || (list.isFetching && !list.isFetchingNextPage)}
        error={list.error && !hasRows
          ? <Failure list={list} what={`${subject} are not shown.`} /> : undefined}
        hasMore={list.hasNextPage}
        loadingMore={list.isFetchingNextPage}
        onLoadMore={() => void list.fetchNextPage()}
      />
      {hasRows ? <Failure list={list} what={`${subject} are not all up to date.`} /> : null}
    </>
  );
}
