"use client";

import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { HashText } from "@/components/ui/figure";
import { count, plural, time } from "@/components/ui/format";
import { Na } from "@/components/ui/na";
import { ErrorState, SkeletonStack } from "@/components/ui/states";
import type { ResponseOf } from "@/lib/contract/operations";
import { useCommand, useOperation } from "@/lib/client/hooks";

const REFRESH_MS = 5000;

type Tail = ResponseOf<"auditTail">;
type Verdict = ResponseOf<"verifyAudit">;

function Facts({ tail }: { tail: Tail }) {
  return (
    <dl className="chain-facts">
      <div><dt>Links</dt><dd>{count(tail.position)}</dd></div>
      <div><dt>Waiting for a link</dt><dd>{count(tail.unsequenced)}</dd></div>
      <div>
        <dt>Last link made</dt>
        <dd>{tail.sequenced_at ? time(tail.sequenced_at, { seconds: true })
          : <Na reason="Nothing is in the chain yet" />}</dd>
      </div>
      <div>
        <dt>Hash over everything so far</dt>
        <dd><HashText short value={tail.chain_sha256} copy="the hash of the chain" /></dd>
      </div>
    </dl>
  );
}

/** The result of a verification in words. */
function Result({ verdict, onOpen }: { verdict: Verdict; onOpen: (eventId: string) => void }) {
  const bad = verdict.first_bad;
  if (!bad) {
    return (
      <Banner kind="normal" icon="ok" title="The audit log is unchanged.">
        {plural(verdict.checked, "event")} {verdict.checked === 1 ? "was" : "were"} read again: each
        has the hash with which it was linked, and each link follows from the one before.
        {verdict.tail.unsequenced > 0
          ? ` ${plural(verdict.tail.unsequenced, "event")} had no link yet.` : ""}
      </Banner>
    );
  }
  const eventId = bad.audit_event_id;
  return (
    <Banner kind="critical" icon="crit" title={`The audit log was changed at position ${
      count(bad.position)}.`}
      action={eventId ? <Button small onClick={() => onOpen(eventId)}>Open the event</Button>
        : undefined}>
      {bad.reason} The {plural(verdict.checked, "link")} before it {verdict.checked === 1
        ? "holds" : "hold"}. Keep the state as it is and tell an administrator.
    </Banner>
  );
}

/** Where the chain over the log ends, and whether everything in it is as it was written. */
export function ChainCard({ onOpen }: { onOpen: (eventId: string) => void }) {
  const tail = useOperation("auditTail", {}, { refetchInterval: REFRESH_MS });
  const verify = useCommand("verifyAudit", ["auditTail", "listAudit"]);
  return (
    <Card id="chain" title="Hash chain"
      sub="Each event is linked to all before it, about a second after it was written."
      action={(
        <Button kind="primary" icon="seal" busy={verify.isPending}
          onClick={() => verify.mutate({})}>
          Verify
        </Button>
      )}>
      <div className="stack">
        {tail.data ? <Facts tail={tail.data} /> : null}
        {tail.isPending ? <SkeletonStack lines={2} label="Loading the state of the chain" /> : null}
        {tail.error && !tail.data ? (
          <ErrorState what={tail.error.message} todo="Try again." requestId={tail.error.requestId}
            action={<Button icon="refresh" onClick={() => void tail.refetch()}>Try again</Button>} />
        ) : null}
        {verify.error ? (
          <Banner kind="warning" icon="warn" title="The chain could not be verified.">
            {verify.error.message}
          </Banner>
        ) : null}
        {verify.data && !verify.isPending ? (
          <Result verdict={verify.data} onOpen={onOpen} />
        ) : null}
      </div>
    </Card>
  );
}
