"use client";

import Link from "next/link";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { HashText, KeyValueList, RawRecord, type KeyValue } from "@/components/ui/figure";
import { count, time } from "@/components/ui/format";
import { Na } from "@/components/ui/na";
import { EmptyState, ErrorState, SkeletonStack } from "@/components/ui/states";
import { useOperation } from "@/lib/client/hooks";
import {
  changesOf, eventTitle, roleWords, subjectHref, subjectName, type AuditEvent,
} from "./event-words";
import { NO_FILTERS, type SetAuditQuery } from "./use-audit-query";
import "./audit.css";

function Changes({ before, after }: Pick<AuditEvent, "before" | "after">) {
  const rows = changesOf(before, after);
  if (rows.length === 0) return null;
  const isNew = before === null;
  return (
    <section aria-label="What changed">
      <h3>{isNew ? "State afterwards" : "What changed"}</h3>
      <div className="audit-changes" tabIndex={0} role="region" aria-label="Before and after">
        <table>
          <thead>
            <tr><th scope="col">Member</th>{isNew ? null : <th scope="col">Before</th>}
              <th scope="col">After</th></tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.name}>
                <th scope="row">{row.name}</th>
                {isNew ? null : <td>{row.before === null ? <Na reason="Not said" />
                  : row.differs ? <del>{row.before}</del> : row.before}</td>}
                <td>{row.after === null ? <Na reason="Not said" />
                  : row.differs ? <ins>{row.after}</ins> : row.after}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Details({ details }: { details: unknown }) {
  const fields = changesOf(null, details)
    .map(({ name, after }) => ({ name, value: after ?? "" }));
  if (fields.length === 0) return null;
  return (
    <section aria-label="Details">
      <h3>Details</h3>
      <RawRecord label="Details" fields={fields} />
    </section>
  );
}

function factsOf(event: AuditEvent): KeyValue[] {
  const href = subjectHref(event);
  const name = subjectName(event);
  const facts: KeyValue[] = [
    { key: "Actor", value: event.actor },
    { key: "Role", value: roleWords(event.role) ?? <Na reason="The product itself, or nobody known" /> },
  ];
  if (name !== null) {
    facts.push({ key: "Subject", value: href ? <Link href={href}>{name}</Link> : name });
  }
  if (event.dataset_version_id !== null) {
    facts.push({ key: "Dataset version", hash: true, value: (
      <Link href={`/versions/${event.dataset_version_id}`}>{event.dataset_version_id}</Link>
    ) });
  }
  if (event.reason !== null) facts.push({ key: "Reason", value: event.reason });
  facts.push({ key: "Type", value: <span className="mono">{event.type}</span> },
    { key: "Time", value: event.created_at.replace("T", " ").replace("Z", " UTC") });
  return facts;
}

/** Ids, each with a way to everything else that carries it. */
function Ids({ event, onFilter }: { event: AuditEvent; onFilter: SetAuditQuery }) {
  const related = (name: "correlation_id" | "request_id" | "subject_id", word: string) => {
    const value = event[name];
    return value === null ? [] : [{ key: word, value: (
      <span className="row wrap">
        <span className="hash">{value}</span>
        <Button small kind="quiet" icon="filter"
          onClick={() => void onFilter({ ...NO_FILTERS, event: null, [name]: value })}>
          Show all with it
        </Button>
      </span>
    ) }];
  };
  return (
    <section aria-label="Ids">
      <h3>Ids</h3>
      <KeyValueList items={[
        { key: "Event", hash: true, value: event.audit_event_id },
        ...related("subject_id", "Subject"),
        ...related("correlation_id", "Correlation"),
        ...related("request_id", "Request"),
      ]} />
    </section>
  );
}

function Proof({ event }: { event: AuditEvent }) {
  return (
    <section aria-label="Proof">
      <h3>Proof</h3>
      <KeyValueList items={[
        { key: "Position in the chain", value: event.position === null
          ? <Na reason="It is linked within a second or two" /> : count(event.position) },
        { key: "SHA-256 of the event", value: event.sha256 === null
          ? <Na reason="Written before events carried a hash; its link holds one" />
          : <HashText value={event.sha256} copy="the hash" /> },
      ]} />
    </section>
  );
}

export interface AuditEventDialogProps {
  eventId: string | null;
  /** The event, when the list has it already. */
  listed: AuditEvent | undefined;
  onClose: () => void;
  onFilter: SetAuditQuery;
}

/** One event in full, over the list it came from. */
export function AuditEventDialog({ eventId, listed, onClose, onFilter }: AuditEventDialogProps) {
  const needed = eventId !== null && (listed === undefined || listed.position === null);
  const query = useOperation("listAudit",
    { query: { audit_event_id: eventId ?? "", limit: 1 } }, { enabled: needed });
  const event = (needed ? query.data?.items[0] : undefined) ?? listed;
  const isMissing = needed && query.isSuccess && !event;
  return (
    <Dialog open={eventId !== null} onOpenChange={(open) => (open ? undefined : onClose())}
      size="side" title={event ? eventTitle(event.type) : "Audit event"}
      sub={event ? `${time(event.created_at, { seconds: true })}, ${event.actor}` : undefined}>
      <div className="stack audit-event">
        {event ? (
          <>
            <KeyValueList items={factsOf(event)} />
            <Changes before={event.before} after={event.after} />
            <Details details={event.details} />
            <Ids event={event} onFilter={onFilter} />
            <Proof event={event} />
          </>
        ) : null}
        {needed && query.isPending && !event ? (
          <SkeletonStack lines={8} label="Loading the event" />
        ) : null}
        {isMissing ? (
          <EmptyState icon="search" title="This event is not in the log">
            Either the address is not complete, or the event was taken out: verify the chain.
          </EmptyState>
        ) : null}
        {needed && query.error && !event ? (
          <ErrorState what={query.error.message} todo="Try again."
            requestId={query.error.requestId}
            action={<Button icon="refresh" onClick={() => void query.refetch()}>Try again</Button>} />
        ) : null}
      </div>
    </Dialog>
  );
}
