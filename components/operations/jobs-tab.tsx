"use client";

import { useEffect, useMemo, useState } from "react";
import { useQueryClient } from "@tanstack/react-query";
import { parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import { useMe } from "@/components/shell/me";
import { DataTable } from "@/components/table/data-table";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Select } from "@/components/ui/field";
import { plural } from "@/components/ui/format";
import { EmptyState, ErrorState } from "@/components/ui/states";
import { useOperationPages } from "@/lib/client/hooks";
import { JOB_KINDS, JOB_STATES } from "@/lib/contract/job";
import { jobColumns, pollMs } from "./job-columns";
import { JobDialog } from "./job-dialog";
import { isOpen, kindName, stateName, type Act, type Job } from "./job-words";
import { PipelineCard } from "./pipeline-card";
import { SchedulesCard } from "./schedules-card";
import "./operations.css";

const STUCK = "stuck";
const FILTERS = {
  state: parseAsStringLiteral([...JOB_STATES, STUCK]), kind: parseAsStringLiteral(JOB_KINDS),
  subject: parseAsString,
};

function useJobs() {
  const client = useQueryClient();
  const [{ state, kind, subject }, setFilters] = useQueryStates(FILTERS, { history: "push" });
  const list = useOperationPages("listJobs", { query: {
    limit: 50, ...(kind ? { kind } : {}), ...(subject ? { subject } : {}),
    ...(state === STUCK ? { stuck: "true" as const } : state ? { state } : {}),
  } });
  const jobs = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data]);
  const everyMs = pollMs(jobs);
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState === "visible") {
        void client.invalidateQueries({ queryKey: ["listJobs"] });
      }
    }, everyMs);
    return () => clearInterval(timer);
  }, [client, everyMs]);
  return { list, jobs, state, kind, subject, setFilters };
}

function titleOf(jobs: readonly Job[]): string {
  const stuck = jobs.filter((job) => job.stuck !== null).length;
  if (stuck > 0) return `${plural(stuck, "job is", "jobs are")} stuck`;
  const open = jobs.filter(isOpen).length;
  return open > 0 ? `${plural(open, "job is", "jobs are")} under way` : "Nothing is under way";
}

function JobsCard() {
  const me = useMe();
  const { list, jobs, state, kind, subject, setFilters } = useJobs();
  const [asked, setAsked] = useState<{ job: Job; act: Act } | null>(null);
  const columns = useMemo(() => jobColumns(me, (job, act) => setAsked({ job, act })), [me]);
  const isFiltered = state !== null || kind !== null || subject !== null;
  const clear = () => void setFilters({ state: null, kind: null, subject: null });
  return (
    <Card id="jobs" flush title={titleOf(jobs)}
      sub="Imports and other work in the background, newest first. They go on when you leave.">
      <DataTable
        label="Jobs"
        density="tall"
        rows={jobs}
        columns={columns}
        rowId={(job) => job.job_id}
        columnMenu
        loading={list.isPending}
        error={list.error && jobs.length === 0 ? (
          <ErrorState what="The jobs are not shown." todo={list.error.message}
            action={<Button onClick={() => void list.refetch()}>Try again</Button>} />
        ) : undefined}
        empty={isFiltered ? (
          <EmptyState icon="filter" title="No such job"
            action={<Button icon="x" onClick={clear}>Show all jobs</Button>}>
            No job is of the chosen kind and state.
          </EmptyState>
        ) : (
          <EmptyState icon="run" title="No job yet">
            An import becomes a job, and so does whatever a schedule starts.
          </EmptyState>
        )}
        hasMore={list.hasNextPage}
        loadingMore={list.isFetchingNextPage}
        onLoadMore={() => void list.fetchNextPage()}
        toolbar={(
          <>
            <Select aria-label="State" placeholder="Every state" value={state ?? ""}
              options={[{ value: STUCK, label: "Stuck" }, ...JOB_STATES.map((value) =>
                ({ value, label: stateName(value) }))]}
              onChange={(value) => void setFilters({ state: (value || null) as typeof state })} />
            <Select aria-label="Kind" placeholder="Every kind" value={kind ?? ""}
              options={JOB_KINDS.map((value) => ({ value, label: kindName(value) }))}
              onChange={(value) => void setFilters({ kind: (value || null) as typeof kind })} />
            {isFiltered ? (
              <Button small kind="quiet" icon="x" onClick={clear}>Show all</Button>
            ) : null}
          </>
        )}
      />
      {asked ? <JobDialog {...asked} onClose={() => setAsked(null)} /> : null}
    </Card>
  );
}

/** How imports fare, jobs with what can be done to them, and what starts by itself. */
export function JobsTab() {
  return <div className="stack"><PipelineCard /><JobsCard /><SchedulesCard /></div>;
}
