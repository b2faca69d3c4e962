"use client";

import { useEffect, useEffectEvent, useMemo, useRef } from "react";
import { isOpen, progressWords } from "@/components/operations/job-words";
import { Button } from "@/components/ui/button";
import { bytes, date } from "@/components/ui/format";
import { Progress } from "@/components/ui/progress";
import { useToast } from "@/components/ui/toast";
import { useCommand, useOperation } from "@/lib/client/hooks";
import type { ResponseOf } from "@/lib/contract/operations";
import { fileHref } from "./file-href";

type Ordered = ResponseOf<"listExports">["items"][number];

const POLL_MS = 1000;
/** What ended longer ago is found among the jobs. */
const SHOWN_MS = 3_600_000;
const LISTED = 10;

const isShown = ({ job }: Ordered): boolean => isOpen(job) || (job.state !== "cancelled"
  && Date.now() - Date.parse(job.finished_at ?? job.created_at) < SHOWN_MS);

/** Hears once of each file that has ended, if this page ordered it or saw it under way. */
function useEnds(
  files: readonly Ordered[], ordered: ReadonlySet<string>, onEnd: (file: Ordered) => void,
): void {
  const seen = useRef({ underWay: new Set<string>(), ended: new Set<string>() });
  const ended = useEffectEvent(onEnd);
  useEffect(() => {
    for (const file of files) {
      const { export_id: id, job } = file;
      if (isOpen(job)) seen.current.underWay.add(id);
      else if ((ordered.has(id) || seen.current.underWay.has(id)) && !seen.current.ended.has(id)) {
        seen.current.ended.add(id);
        ended(file);
      }
    }
  }, [files, ordered]);
}

function UnderWay({ file }: { file: Ordered }) {
  const { name, job, export_id: id } = file;
  const cancel = useCommand("cancelExport", ["listExports", "listJobs"]);
  const isStopping = job.cancel_requested_at !== null;
  return (
    <>
      <Progress shown share={job.progress.share} note={progressWords(job)}
        label={isStopping ? `Stopping ${name}` : job.state === "queued"
          ? `${name} waits for its turn` : `Making ${name}`} />
      <Button small busy={isStopping || cancel.isPending}
        onClick={() => cancel.mutate({ path: { id } })}>Cancel</Button>
    </>
  );
}

function Ended({ file: { name, job, file, export_id: id }, onClose }: {
  file: Ordered; onClose: () => void;
}) {
  return (
    <>
      <div className="ordered">
        <b>{file ? `${name} is ready` : `${name} was not made`}</b>
        {file ? (
          <>
            <span>{bytes(file.bytes)}, kept until {date(file.expires_at)}</span>
            <span className="hash">SHA-256 {file.sha256}</span>
          </>
        ) : <span>{job.failure?.message}</span>}
      </div>
      <span className="row nowrap">
        {file ? <a className="btn small primary" href={fileHref(id)} download={name}
          onClick={onClose}>Save</a> : null}
        <Button small onClick={onClose}>Close</Button>
      </span>
    </>
  );
}

/**
 * The files that the server makes for whoever is signed in, as the server knows them: a page that
 * is loaded anew shows them again. Of what was ordered elsewhere the list of jobs tells.
 * @param here what was ordered in this browser and is not put away
 * @param ordered what this page asked for itself: it is fetched as soon as it is there
 */
export function OrderedFiles({ here, ordered, onFetch, onClose }: {
  here: ReadonlySet<string>; ordered: ReadonlySet<string>;
  onFetch: (href: string, name: string) => void; onClose: (id: string) => void;
}) {
  const toast = useToast();
  const list = useOperation("listExports", { query: { limit: LISTED } }, {
    enabled: here.size > 0,
    refetchInterval: ({ state }) => state.data?.items.some(({ job }) => isOpen(job))
      ? POLL_MS : false });
  const files = useMemo(() => (list.data?.items ?? []).filter(({ export_id: id }) => here.has(id)),
    [list.data, here]);
  useEnds(files, ordered, ({ export_id: id, name, job, file }) => {
    if (job.state === "cancelled") {
      onClose(id);
      toast.show({ title: `${name} was cancelled` });
    } else if (!file) {
      toast.show({ state: "critical", title: `${name} was not made`,
        description: job.failure?.message });
    } else if (ordered.has(id)) {
      onClose(id);
      onFetch(fileHref(id), name);
    } else {
      toast.show({ title: `${name} is ready`, description: bytes(file.bytes),
        action: { label: "Save", onSelect: () => { onClose(id); onFetch(fileHref(id), name); } } });
    }
  });
  return files.filter(isShown).map((file) => (
    <div className="download" key={file.export_id}>
      {isOpen(file.job) ? <UnderWay file={file} />
        : <Ended file={file} onClose={() => onClose(file.export_id)} />}
    </div>
  ));
}
