import Link from "next/link";
import { fileHref } from "@/components/download/file-href";
import { roleReason, type Me } from "@/components/shell/me";
import type { DataColumn } from "@/components/table/data-table";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { bytes, duration, time } from "@/components/ui/format";
import { Na } from "@/components/ui/na";
import { Progress } from "@/components/ui/progress";
import {
  actsOn, isOpen, keptFile, kindName, progressWords, remarkOf, stateLook, type Act, type Job,
} from "./job-words";

const ACT_WORDS: Record<Act, string> = {
  cancel: "Cancel", restart: "Restart", resolve: "Resolve" };

function State({ job }: { job: Job }) {
  const { word, state, icon } = stateLook(job);
  const remark = remarkOf(job);
  return (
    <div>
      <Badge state={state} {...(icon ? { icon } : {})}>{word}</Badge>
      {remark ? <div className="muted small">{remark}</div> : null}
    </div>
  );
}

function MadeFile({ job }: { job: Job }) {
  const file = keptFile(job);
  if (!file) return <Na reason="The file is kept no more." />;
  return (
    <div>
      <a href={fileHref(job.job_id)} download={file.name}>{file.name}</a>, {bytes(file.bytes)}
      <div className="hash">SHA-256 {file.sha256}</div>
    </div>
  );
}

function JobProgress({ job }: { job: Job }) {
  if (job.state === "running") {
    return (
      <Progress label={`Progress of the ${kindName(job.kind).toLowerCase()}`} shown
        share={job.progress.share} note={progressWords(job)} />
    );
  }
  if (job.kind === "export" && job.state === "succeeded") return <MadeFile job={job} />;
  if (job.progress.rows > 0) return <>{progressWords(job)}</>;
  return <Na reason={job.state === "queued" ? "It has not begun." : "It had no rows."} />;
}

/** Loads belong to who imports, everything else to administrators. */
function reasonAgainst(me: Me, job: Job, act: Act): string | null {
  const isLoad = job.kind === "import" || job.kind === "normalize";
  return roleReason(me, act === "cancel" && isLoad ? "INGEST" : "ADMIN");
}

export function jobColumns(me: Me, onAct: (job: Job, act: Act) => void): DataColumn<Job>[] {
  return [
    { id: "kind", header: "Job", fixed: true, cell: (job) => job.subject_id === null
      ? kindName(job.kind)
      : <Link href={`/${job.kind === "report" ? "datasets" : "versions"}/${job.subject_id}`}>
        {kindName(job.kind)}
      </Link> },
    { id: "state", header: "State", fixed: true, className: "words", cell: (job) => <State job={job} /> },
    { id: "progress", header: "Progress", cell: (job) => <JobProgress job={job} /> },
    { id: "took", header: "Took", number: true, cell: (job) => job.progress.elapsed_ms === null
      ? <Na reason="It has not begun." /> : duration(job.progress.elapsed_ms) },
    { id: "actions", header: <span className="vh">Actions</span>, name: "Actions", fixed: true,
      className: "actions", cell: (job) => (
        <span className="row nowrap">
          {actsOn(job).map((act) => (
            <Button key={act} small kind={act === "restart" ? "default" : "danger"}
              disabledReason={reasonAgainst(me, job, act)} onClick={() => onAct(job, act)}
              aria-label={`${ACT_WORDS[act]} the ${kindName(job.kind).toLowerCase()}`}>
              {ACT_WORDS[act]}
            </Button>
          ))}
        </span>
      ) },
    { id: "created", header: "Asked for", cell: (job) => time(job.created_at, { seconds: true }) },
    { id: "by", header: "By", cell: (job) => job.created_by },
    { id: "attempts", header: "Attempt", number: true, hidden: true,
      cell: (job) => `${job.attempts} of ${job.max_attempts}` },
    { id: "worker", header: "Worker", hidden: true, mono: true,
      cell: (job) => job.worker ?? <Na reason="Nobody works on it." /> },
    { id: "id", header: "Id", hidden: true, mono: true, cell: (job) => job.job_id },
  ];
}

/** How soon the list is read again: often while something moves. */
export const pollMs = (jobs: readonly Job[]): number => jobs.some(isOpen) ? 1000 : 5000;
