"use client";

import { useMemo } from "react";
import Link from "next/link";
import { useMe } from "@/components/shell/me";
import { DataTable, type DataColumn } from "@/components/table/data-table";
import { StateText } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { plural, shortId, time } from "@/components/ui/format";
import { Icon } from "@/components/ui/icon";
import { Na } from "@/components/ui/na";
import { EmptyState, ErrorState, Forbidden } from "@/components/ui/states";
import type { ApiError } from "@/lib/client/api";
import { useOperationPages } from "@/lib/client/hooks";
import { addressOf } from "@/lib/contract/addresses";
import { useSettled } from "@/components/workbench/use-settled";
import { AuditEventDialog } from "./audit-event-dialog";
import { AuditFilters } from "./audit-filters";
import { ChainCard } from "./chain-card";
import {
  eventTitle, isTrouble, roleWords, subjectHref, subjectName, type AuditEvent,
} from "./event-words";
import { filterOf, NO_FILTERS, useAuditQuery } from "./use-audit-query";
import "./audit.css";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-/i;

function Subject({ event }: { event: AuditEvent }) {
  const name = subjectName(event);
  if (name === null) return <Na reason="The event has no subject" />;
  const href = subjectHref(event);
  const text = UUID.test(name) ? <span className="mono" data-tip={name}>{shortId(name)}</span>
    : <span className="audit-cell" data-tip={name}>{name}</span>;
  return href ? <Link href={href}>{text}</Link> : text;
}

const COLUMNS: DataColumn<AuditEvent>[] = [
  { id: "time", header: "Time, UTC", fixed: true, className: "nowrap", cell: (event) => (
    <time dateTime={event.created_at} data-tip={event.created_at}>
      {time(event.created_at, { seconds: true }).replace(" UTC", "")}
    </time>
  ) },
  { id: "type", header: "Event", cell: (event) => isTrouble(event)
    ? <StateText state="warning">{eventTitle(event.type)}</StateText> : eventTitle(event.type) },
  { id: "actor", header: "Actor", cell: (event) => (
    <span className="audit-cell" data-tip={event.actor}>{event.actor}</span>
  ) },
  { id: "role", header: "Role",
    cell: (event) => roleWords(event.role) ?? <Na reason="The product itself, or nobody known" /> },
  { id: "subject", header: "Subject", cell: (event) => <Subject event={event} /> },
  { id: "reason", header: "Reason", cell: (event) => event.reason === null
    ? <Na reason="No reason was asked for" />
    : <span className="audit-cell" data-tip={event.reason}>{event.reason}</span> },
  { id: "correlation", header: "Correlation id", hidden: true, mono: true, cell: (event) =>
    event.correlation_id === null ? <Na reason="None" />
      : <span data-tip={event.correlation_id}>{shortId(event.correlation_id)}</span> },
  { id: "position", header: "Position", number: true, hidden: true, cell: (event) =>
    event.position ?? <Na reason="It is linked within a second or two" /> },
];

function Failure({ error, onRetry }: { error: ApiError; onRetry: () => void }) {
  if (error.status === 403) return <Forbidden role="Audit" />;
  const isFilter = error.code === "PARAMETERS_INVALID";
  return (
    <ErrorState what={isFilter ? "This filter finds nothing." : error.message}
      safe={isFilter ? error.message : "What is recorded is safe."}
      todo={isFilter ? "Change it, or show all events." : "Try again."}
      requestId={isFilter ? null : error.requestId}
      action={isFilter ? undefined
        : <Button icon="refresh" onClick={onRetry}>Try again</Button>} />
  );
}

function Exports({ filter }: { filter: ReturnType<typeof filterOf> }) {
  return (
    <div className="row">
      {(["csv", "json"] as const).map((format) => (
        <a key={format} className="btn small" download
          href={addressOf("exportAudit", {}, { ...filter, format }).url}>
          <Icon name="dl" small />{format === "csv" ? "CSV" : "JSON lines"}
        </a>
      ))}
    </div>
  );
}

function AuditLog() {
  const [query, setQuery] = useAuditQuery();
  const asked = useSettled(JSON.stringify(filterOf(query)), 300);
  const filter = useMemo(() => JSON.parse(asked) as ReturnType<typeof filterOf>, [asked]);
  const pages = useOperationPages("listAudit", { query: filter });
  const rows = useMemo(() => (pages.data?.pages ?? []).flatMap((page) => page.items), [pages.data]);
  const isFiltered = Object.keys(filter).length > 0;
  const clear = () => void setQuery(NO_FILTERS);
  return (
    <>
      <ChainCard onOpen={(event) => void setQuery({ event }, { history: "push" })} />
      <Card id="audit-log" flush tools={<Exports filter={filter} />}
        title={rows.length === 0 ? "Audit log, newest first"
          : `${plural(rows.length, "event")}${pages.hasNextPage ? " so far" : ""}, newest first`}>
        <DataTable
          label="Audit events" rows={rows} columns={COLUMNS} columnMenu
          rowId={(event) => event.audit_event_id} selectedId={query.event}
          onRowClick={(event) =>
            void setQuery({ event: event.audit_event_id }, { history: "push" })}
          loading={pages.isPending || (pages.isFetching && !pages.isFetchingNextPage)}
          error={pages.error ? (
            <div className="card-body">
              <Failure error={pages.error as ApiError} onRetry={() => void pages.refetch()} />
            </div>
          ) : undefined}
          empty={(
            <EmptyState icon={isFiltered ? "filter" : "file"}
              title={isFiltered ? "No event matches" : "No events yet"}
              action={isFiltered ? <Button icon="x" onClick={clear}>Show all events</Button>
                : undefined}>
              {isFiltered ? "Every filter must match. Remove one, or search for less."
                : "What people and programs do here is written down as they do it."}
            </EmptyState>
          )}
          hasMore={pages.hasNextPage} loadingMore={pages.isFetchingNextPage}
          onLoadMore={() => void pages.fetchNextPage()}
          toolbar={(
            <>
              <AuditFilters query={query} onChange={setQuery} />
              <Button small kind="quiet" icon="refresh" onClick={() => void pages.refetch()}>
                Refresh
              </Button>
              {isFiltered ? (
                <Button small kind="quiet" icon="x" onClick={clear}>Show all</Button>
              ) : null}
            </>
          )}
        />
      </Card>
      <AuditEventDialog eventId={query.event} onFilter={setQuery}
        listed={rows.find((row) => row.audit_event_id === query.event)}
        onClose={() => void setQuery({ event: null })} />
    </>
  );
}

/** The audit log for those who may read it. */
export function AuditTab() {
  const me = useMe();
  return me.can("AUDIT") ? <div className="stack"><AuditLog /></div>
    : <Card id="audit-log" title="Audit log"><Forbidden role="Audit" /></Card>;
}
