"use client";

import Link from "next/link";
import { refusalWords } from "@/components/access/refusal-words";
import { useMe } from "@/components/shell/me";
import { PagedTable, useItems } from "@/components/table/paged-table";
import type { DataColumn } from "@/components/table/data-table";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { ErrorText } from "@/components/ui/field";
import { time } from "@/components/ui/format";
import { EmptyState } from "@/components/ui/states";
import { useCommand, useOperationPages } from "@/lib/client/hooks";
import { NEWEST_VIEWS, viewHref, type SavedView } from "./saved-view";

const COLUMNS: readonly DataColumn<SavedView>[] = [
  { id: "name", header: "View", fixed: true, sortValue: (view) => view.name,
    cell: (view) => <Link href={viewHref(view)}>{view.name}</Link> },
  { id: "path", header: "Page", mono: true, sortValue: (view) => view.path,
    cell: (view) => view.path },
  { id: "shared", header: "For", cell: (view) => (view.shared ? "Everybody" : "You") },
  { id: "by", header: "Saved by", sortValue: (view) => view.created_by,
    cell: (view) => (view.own ? "You" : view.created_by) },
  { id: "at", header: "Saved", sortValue: (view) => view.created_at,
    cell: (view) => time(view.created_at) },
];

/** All views one sees, with a way to remove one's own; an administrator removes shared ones too. */
export function ViewsCard() {
  const me = useMe();
  const list = useOperationPages("listSavedViews", NEWEST_VIEWS);
  const rows = useItems(list);
  const remove = useCommand("deleteSavedView", ["listSavedViews"]);
  const mayRemove = (view: SavedView) => view.own || (view.shared && me.can("ADMIN"));
  const columns: DataColumn<SavedView>[] = [...COLUMNS, {
    id: "remove", header: <span className="vh">Remove</span>, name: "Remove", fixed: true,
    cell: (view) => (mayRemove(view) ? (
      <Button small kind="quiet" icon="trash" aria-label={`Remove the view ${view.name}`}
        busy={remove.isPending && remove.variables.path?.id === view.saved_view_id}
        onClick={() => remove.mutate({ path: { id: view.saved_view_id } })}>
        Remove
      </Button>
    ) : null),
  }];
  return (
    <Card id="views" flush title="Saved views"
      sub="Pages as you left them. Save one with the eye at the top of a page.">
      {remove.error ? <ErrorText>{refusalWords(remove.error)}</ErrorText> : null}
      <PagedTable list={list} subject="The saved views" label="Saved views" rows={rows}
        columns={columns} rowId={(view) => view.saved_view_id}
        empty={(
          <EmptyState icon="eye" title="No view is saved yet">
            Open a page, choose version and filters, then save it with the eye at the top.
          </EmptyState>
        )} />
    </Card>
  );
}
