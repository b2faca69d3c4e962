"use client";

import { Button } from "@/components/ui/button";
import { time } from "@/components/ui/format";
import { ErrorState, SkeletonStack } from "@/components/ui/states";
import { useOperationPages } from "@/lib/client/hooks";

/** Every change of the limits, newest first: who, when, from what to what, and why. */
export function LimitHistory({ datasetId }: { datasetId: string }) {
  const read = useOperationPages("listKpiSettingsChanges",
    { path: { id: datasetId }, query: { limit: 20 } });
  const changes = read.data?.pages.flatMap((page) => page.items) ?? [];
  if (read.isPending) return <SkeletonStack lines={2} label="Loading the changes" />;
  if (read.error) {
    return <ErrorState what="The changes could not be read." todo={read.error.message} />;
  }
  if (changes.length === 0) return null;
  return (
    <section className="stack limit-history" aria-labelledby="limit-history">
      <h3 id="limit-history">Changes and their reasons</h3>
      <ul>
        {changes.map((change) => (
          <li key={change.audit_event_id}>
            <p className="row wrap hint">
              <b>{change.changed_by}</b>
              <time dateTime={change.changed_at}>{time(change.changed_at)}</time>
            </p>
            {change.changes.map((text) => <p key={text}>{text}</p>)}
            <p className="muted">{change.reason ?? "No reason was asked for then."}</p>
          </li>
        ))}
      </ul>
      {read.hasNextPage ? (
        <Button small kind="quiet" busy={read.isFetchingNextPage}
          onClick={() => void read.fetchNextPage()}>Show older changes</Button>
      ) : null}
    </section>
  );
}
