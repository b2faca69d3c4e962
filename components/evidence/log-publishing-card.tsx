"use client";

import { DataTable, type DataColumn } from "@/components/table/data-table";
import { StateText } from "@/components/ui/badge";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { count, time } from "@/components/ui/format";
import { Na } from "@/components/ui/na";
import { EmptyState, ErrorState } from "@/components/ui/states";
import { useCommand, useOperation } from "@/lib/client/hooks";
import type { ResponseOf } from "@/lib/contract/operations";

type Target = ResponseOf<"getLogPublishing">["targets"][number];
const NOTHING: Target[] = [];

const COLUMNS: DataColumn<Target>[] = [
  { id: "target", header: "To", cell: (row) => row.target === "folder" ? "Folder" : "Webhook" },
  { id: "place", header: "Where", className: "name-cell",
    cell: (row) => <span className="mono">{row.place}</span> },
  { id: "state", header: "State", cell: (row) => row.failure === null
    ? <StateText state={row.published_size === null ? "unknown" : "normal"}>
      {row.published_size === null ? "Nothing yet" : "Published"}</StateText>
    : <StateText state="critical">{row.failure}</StateText> },
  { id: "size", header: "Entries", number: true, cell: (row) => row.published_size === null
    ? <Na reason="Nothing was published yet" /> : count(row.published_size) },
  { id: "at", header: "Last", cell: (row) => row.published_at === null
    ? <Na reason="Nothing was published yet" /> : time(row.published_at, { seconds: true }) },
];

/** Where checkpoints go outside this deployment, for administrators. */
export function LogPublishingCard() {
  const state = useOperation("getLogPublishing");
  const publish = useCommand("publishLog", ["getLog", "getLogPublishing", "listLogCheckpoints"]);
  return (
    <Card id="log-publishing" flush title="Publishing"
      sub="A checkpoint that somebody else holds is what makes a rewritten log tell."
      action={<Button busy={publish.isPending} onClick={() => publish.mutate({})}>
        Sign and publish now</Button>}>
      {publish.error ? (
        <div className="card-body">
          <Banner kind="warning" icon="warn" title="Nothing was published.">
            {publish.error.message}</Banner>
        </div>
      ) : null}
      <DataTable label="Places of publication" rows={state.data?.targets ?? NOTHING}
        columns={COLUMNS} rowId={(row) => row.target} loading={state.isPending}
        error={state.error ? (
          <div className="card-body">
            <ErrorState what="The places of publication are not shown." todo={state.error.message}
              requestId={state.error.requestId}
              action={<Button small icon="refresh" onClick={() => void state.refetch()}>
                Try again</Button>} />
          </div>
        ) : undefined}
        empty={<EmptyState icon="info" title="Checkpoints are not published">
          Set TODISCOPE_LOG_PUBLISH_DIR or TODISCOPE_LOG_PUBLISH_URL in the server&apos;s
          environment.
        </EmptyState>} />
    </Card>
  );
}
