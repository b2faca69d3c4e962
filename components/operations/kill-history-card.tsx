"use client";

import { useMemo } from "react";
import { TRIGGER_NAMES, type KillSwitchEvent } from "@/components/operations/control-words";
import { DataTable, type DataColumn } from "@/components/table/data-table";
import { StateText } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { plural, time } from "@/components/ui/format";
import { Na } from "@/components/ui/na";
import { EmptyState, ErrorState } from "@/components/ui/states";
import { useOperationPages } from "@/lib/client/hooks";

type Checklist = { cause_resolved?: boolean; accepted?: string[] } | null;

const COLUMNS: DataColumn<KillSwitchEvent>[] = [
  { id: "time", header: "Time", fixed: true,
    cell: (event) => time(event.created_at, { seconds: true }) },
  { id: "action", header: "What", cell: (event) => (
    <StateText state={event.action === "activated" ? "critical" : "normal"}>
      {event.action === "activated" ? "Stopped" : "Resumed"}
    </StateText>
  ) },
  { id: "trigger", header: "Trigger", cell: (event) => TRIGGER_NAMES[event.trigger] },
  { id: "reason", header: "Reason", className: "words", cell: (event) => event.reason },
  { id: "actor", header: "By", cell: (event) => event.actor },
  { id: "checklist", header: "Checklist", cell: (event) => {
    if (event.action === "activated") return <Na reason="A halt has no checklist." />;
    const checklist = event.checklist as Checklist;
    const accepted = checklist?.accepted ?? null;
    if (accepted === null) return <Na reason="It ended by itself." />;
    if (checklist?.cause_resolved === false) return "Not confirmed";
    return accepted.length === 0 ? "Passed" : `Accepted: ${accepted.join(", ")}`;
  } },
];

export function KillHistoryCard() {
  const list = useOperationPages("killSwitchHistory", { query: { limit: 20 } });
  const events = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data]);
  const title = events.length === 0 || list.hasNextPage ? "History of the kill switch"
    : `${plural(events.length, "stop and resume", "stops and resumes")} so far`;
  return (
    <Card id="kill-history" flush title={title} sub="It cannot be changed, and nothing leaves it.">
      <DataTable
        label="History of the kill switch"
        rows={events}
        columns={COLUMNS}
        rowId={(event) => event.event_id}
        loading={list.isPending}
        empty={(
          <EmptyState icon="clock" title="Never used">
            Every stop and every resume will be listed here, with who and why.
          </EmptyState>
        )}
        error={list.error && events.length === 0 ? (
          <ErrorState what="The history is not shown." todo={list.error.message}
            action={<Button onClick={() => void list.refetch()}>Try again</Button>} />
        ) : undefined}
        hasMore={list.hasNextPage}
        loadingMore={list.isFetchingNextPage}
        onLoadMore={() => void list.fetchNextPage()}
      />
    </Card>
  );
}
