"use client";

import { useEffect, useRef } from "react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { parseAsString, useQueryState } from "nuqs";
import { isOpen, type Job } from "@/components/operations/job-words";
import { useToast } from "@/components/ui/toast";
import { call, type ApiError } from "@/lib/client/api";
import { useCommand, useOperation } from "@/lib/client/hooks";
import type { BodyInputOf } from "@/lib/contract/operations";
import type { CreditLoss } from "./credit-charts";

type Body = BodyInputOf<"analyseCreditLoss">;

const POLL_MS = 700;

/** A word when a simulation that was seen to run has ended. */
function useNotice(job: Job | undefined): void {
  const toast = useToast();
  const running = useRef<string | null>(null);
  useEffect(() => {
    if (!job) return;
    if (isOpen(job)) {
      running.current = job.job_id;
    } else if (running.current === job.job_id) {
      running.current = null;
      toast.show(job.state === "succeeded" ? { title: "The simulation is done." }
        : job.state === "cancelled" ? { title: "The simulation was cancelled." }
          : { state: "critical", title: "The simulation failed.",
            description: job.failure?.message });
    }
  }, [job, toast]);
}

/**
 * A simulation that a job does: it goes on when the page is left, and the address leads back to
 * it. A page that is opened later shows what came out of it.
 */
export function useSimulation(versionId: string) {
  const client = useQueryClient();
  const [id, setId] = useQueryState("job", parseAsString);
  const read = useOperation("getJob", { path: { id: id ?? "" } }, { enabled: id !== null,
    refetchInterval: (query) => query.state.data && !isOpen(query.state.data) ? false : POLL_MS });
  const found = id !== null && read.data?.kind === "credit_loss"
    && read.data.subject_id === versionId ? read.data : undefined;
  useNotice(found);
  const start = useMutation<Job, ApiError, Body>({
    mutationFn: async (body) => await call("analyseCreditLoss",
      { body, headers: { prefer: "respond-async" } }) as unknown as Job,
    onSuccess: (job) => {
      void client.invalidateQueries({ queryKey: ["listJobs"] });
      void setId(job.job_id);
    },
  });
  const cancel = useCommand("cancelCreditLoss", ["getJob", "listJobs"]);
  const keep = useCommand("keepCreditLoss", ["listEvidence"]);
  const result = found?.state === "succeeded" ? found.result as CreditLoss | null : null;
  return {
    job: found ?? null,
    result,
    error: start.error ?? (id !== null ? read.error : null),
    isStarting: start.isPending,
    start: (body: Body) => start.mutate(body),
    open: (job: string | null) => void setId(job),
    cancel: () => id !== null && cancel.mutate({ path: { id } }),
    kept: {
      evidenceId: result?.evidence_id ?? (keep.variables?.path?.id === id
        ? keep.data?.evidence_id ?? null : null),
      keep: () => { if (id !== null) keep.mutate({ path: { id } }); },
      isBusy: keep.isPending, error: keep.error,
    },
  };
}

export type Simulation = ReturnType<typeof useSimulation>;
