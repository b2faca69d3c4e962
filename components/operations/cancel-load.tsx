"use client";

import { useState } from "react";
import { roleReason, useMe } from "@/components/shell/me";
import { Button, ButtonLink } from "@/components/ui/button";
import { useOperation } from "@/lib/client/hooks";
import { JobDialog } from "./job-dialog";
import { actsOn, isOpen } from "./job-words";

/** For the page of a version that is being loaded: stop it, or see its job. */
export function CancelLoad({ versionId }: { versionId: string }) {
  const me = useMe();
  const [asking, setAsking] = useState(false);
  const jobs = useOperation("listJobs", { query: { subject: versionId, limit: 1 } },
    { refetchInterval: 2000 });
  const job = jobs.data?.items[0];
  if (!job) return null;
  const reason = !isOpen(job) ? "It has ended"
    : job.cancel_requested_at ? "It is being stopped" : roleReason(me, "INGEST");
  return (
    <span className="row">
      <ButtonLink small kind="quiet" href={`/operations?tab=jobs&subject=${versionId}`}>Its job</ButtonLink>
      <Button small kind="danger" icon="stop" disabledReason={reason}
        onClick={() => setAsking(true)}>
        {job.kind === "import" ? "Cancel import" : "Cancel"}
      </Button>
      {asking ? <JobDialog job={job} act="cancel" onClose={() => setAsking(false)} /> : null}
    </span>
  );
}

/** For the page of a version whose import may go through another time: the same file once more. */
export function ImportSameFile({ versionId }: { versionId: string }) {
  const me = useMe();
  const [asking, setAsking] = useState(false);
  const jobs = useOperation("listJobs", { query: { subject: versionId, kind: "import", limit: 1 } });
  const job = jobs.data?.items[0];
  if (!job || !actsOn(job).includes("restart")) return null;
  return (
    <>
      <Button icon="refresh" disabledReason={roleReason(me, "ADMIN")}
        onClick={() => setAsking(true)}>
        Import the same file again
      </Button>
      {asking ? <JobDialog job={job} act="restart" onClose={() => setAsking(false)} /> : null}
    </>
  );
}
