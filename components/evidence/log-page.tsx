"use client";

import { LogKeysCard } from "@/components/evidence/log-keys-card";
import { LogPublishingCard } from "@/components/evidence/log-publishing-card";
import { LogVerifyCard } from "@/components/evidence/log-verify-card";
import { useMe } from "@/components/shell/me";
import { Page } from "@/components/shell/page";
import type { DataColumn } from "@/components/table/data-table";
import { PagedTable, useItems } from "@/components/table/paged-table";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { CopyButton } from "@/components/ui/copy-button";
import { HashText } from "@/components/ui/figure";
import { count, plural, time } from "@/components/ui/format";
import { Na } from "@/components/ui/na";
import { EmptyState, ErrorState, SkeletonStack } from "@/components/ui/states";
import { useOperation, useOperationPages } from "@/lib/client/hooks";
import type { ResponseOf } from "@/lib/contract/operations";

const REFRESH_MS = 5000;
type Log = ResponseOf<"getLog">;
type Checkpoint = ResponseOf<"getLogCheckpoint">;

/** The log over everything that was recorded: its latest checkpoint, its tail, its history. */
export function LogPage() {
  const { can } = useMe();
  const log = useOperation("getLog", {}, { refetchInterval: REFRESH_MS });
  return (
    <Page title="Evidence log" crumbs={[{ label: "Evidence", href: "/evidence" }, { label: "Log" }]}
      sub="One tree of hashes over all evidence, findings, runs and audit events. Nothing in it can
        be edited, moved, removed or cut off without a signed checkpoint telling.">
      {log.data?.trouble ? (
        <Banner kind="critical" icon="crit" title="The log needs attention.">
          {log.data.trouble}
        </Banner>
      ) : null}
      <Card id="log-state" title="Latest checkpoint"
        sub="A signature over the number of entries and the hash of all of them.">
        {log.data ? <State log={log.data} /> : null}
        {log.isPending ? <SkeletonStack lines={3} label="Loading the state of the log" /> : null}
        {log.error && !log.data ? (
          <ErrorState what={log.error.message} todo="Try again." requestId={log.error.requestId}
            action={<Button icon="refresh" onClick={() => void log.refetch()}>Try again</Button>} />
        ) : null}
      </Card>
      <LogVerifyCard canVerify={can("AUDIT")} />
      <History />
      {log.data ? <LogKeysCard keys={log.data.keys} canRotate={can("ADMIN")} /> : null}
      {can("ADMIN") ? <LogPublishingCard /> : null}
    </Page>
  );
}

function State({ log }: { log: Log }) {
  const { checkpoint } = log;
  return (
    <div className="stack">
      <dl className="log-facts">
        <div><dt>Entries</dt><dd>{count(log.size)}</dd></div>
        <div><dt>Not in the log yet</dt><dd>{count(log.unsequenced)}</dd></div>
        <div><dt>Not signed yet</dt><dd>{count(log.unsigned)}</dd></div>
        <div><dt>Signed</dt><dd>{checkpoint ? time(checkpoint.signed_at, { seconds: true })
          : <Na reason="Nothing was signed yet" />}</dd></div>
        <div><dt>Signed entries</dt><dd>{checkpoint ? count(checkpoint.size)
          : <Na reason="Nothing was signed yet" />}</dd></div>
        {checkpoint ? (
          <div><dt>Key</dt><dd><HashText short value={checkpoint.key_id} /></dd></div>
        ) : null}
      </dl>
      {checkpoint ? (
        <>
          <pre className="code" tabIndex={0} aria-label="Signed checkpoint">{checkpoint.note}</pre>
          <p className="row wrap">
            <CopyButton text={checkpoint.note} what="the checkpoint" />
            <span className="hint">Keep a copy outside: whoever holds it can have it proved that
              today&apos;s log begins with it.</span>
          </p>
        </>
      ) : (
        <p className="hint">The first checkpoint is signed within a minute of the first record.</p>
      )}
    </div>
  );
}

const COLUMNS: DataColumn<Checkpoint>[] = [
  { id: "number", header: "No.", number: true, cell: (row) => row.number === null
    ? <Na reason="Signed by a release that did not number its checkpoints" /> : count(row.number) },
  { id: "signed", header: "Signed", cell: (row) => time(row.signed_at, { seconds: true }) },
  { id: "size", header: "Entries", number: true, cell: (row) => count(row.size) },
  { id: "root", header: "Root", cell: (row) => <HashText short value={row.root} /> },
  { id: "key", header: "Key", cell: (row) => <HashText short value={row.key_id} /> },
  { id: "copy", header: "Copy", cell: (row) => (
    <CopyButton text={row.note} what={`the checkpoint of ${count(row.size)} entries`} />
  ) },
];

function History() {
  const list = useOperationPages("listLogCheckpoints", { query: { limit: 20 } });
  const rows = useItems(list);
  return (
    <Card id="log-history" flush title={rows.length === 0 ? "Checkpoints"
      : `${list.hasNextPage ? "The latest " : ""}${plural(rows.length, "checkpoint")}`}>
      <PagedTable list={list} subject="The checkpoints" label="Checkpoints" rows={rows}
        columns={COLUMNS} rowId={(row) => String(row.size)}
        empty={<EmptyState icon="seal" title="No checkpoint yet">
          The log is signed within a minute of the first record.
        </EmptyState>} />
    </Card>
  );
}
