"use client";

import { AlertDialog } from "@/components/ui/dialog";
import { useToast } from "@/components/ui/toast";
import { useCommand } from "@/lib/client/hooks";
import { kindName, type Act, type Job } from "./job-words";

const READINGS = ["pipelineHealth", "listJobs", "getJob", "getVersion", "listVersions"] as const;

const OPERATIONS = { cancel: "cancelJob", restart: "restartJob", resolve: "resolveJob" } as const;

function wordsOf(job: Job, act: Act) {
  const name = kindName(job.kind).toLowerCase();
  if (act === "cancel") {
    return { title: `Cancel the ${name}?`, verb: "Cancel job", done: `The ${name} is cancelled`,
      text: job.kind === "import"
        ? "Nothing of it is kept; its version ends as failed and says who cancelled it."
        : "What it has done so far is dropped." };
  }
  if (act === "restart") {
    return { title: `Start the ${name} again?`, verb: "Restart job",
      done: `The ${name} is started again`,
      text: job.kind === "import" && job.state !== "queued" && job.state !== "running"
        ? "What was received becomes a new version. The one that failed stays as it is."
        : "It begins from the start. What its last attempt did was not kept." };
  }
  return { title: `Resolve the ${name}?`, verb: "Resolve job", done: `The ${name} is resolved`,
    text: job.state === "failed" ? "It stays failed, and is no longer counted as a problem."
      : "It ends as failed. What its worker may still do counts for nothing." };
}

/** Asks before a job is cancelled, restarted or resolved. */
export function JobDialog({ job, act, onClose }: { job: Job; act: Act; onClose: () => void }) {
  const toast = useToast();
  const command = useCommand(OPERATIONS[act], READINGS);
  const words = wordsOf(job, act);
  const confirm = (reason: string) => command.mutate({
    path: { id: job.job_id }, ...(act === "resolve" ? { body: { reason } } : {}),
  } as Parameters<typeof command.mutate>[0], {
    onSuccess: () => {
      toast.show({ title: words.done });
      onClose();
    },
  });
  return (
    <AlertDialog
      open
      onOpenChange={(open) => open ? undefined : onClose()}
      title={words.title}
      confirmLabel={words.verb}
      cancelLabel="Keep as it is"
      danger={act !== "restart"}
      {...(act === "resolve" ? { reasonLabel: "Why",
        reasonHint: "It is shown with the job and kept in the audit log." } : {})}
      busy={command.isPending}
      error={command.error?.message}
      onConfirm={confirm}
    >
      {words.text}
    </AlertDialog>
  );
}
