"use client";

import { useState } from "react";
import { roleReason, useMe } from "@/components/shell/me";
import { Button, ButtonLink } from "@/components/ui/button";
import { useOperation } from "@/lib/client/hooks";
import { JobDialog } from "./job-dialog";
import { isOpen } from "./job-words";

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
