"use client";

import { AlertDialog } from "@/components/ui/dialog";
import { useCommand } from "@/lib/client/hooks";
import type { ApiError } from "@/lib/client/api";
import type { LibraryScenario } from "./scenario-words";

export type Decision = "submit" | "approve" | "reject" | "retire" | "archive" | "restore";

interface Words {
  title: (name: string, version: number) => string;
  text: string;
  verb: string;
  /** Asks for a reason, which may be left out. */
  reason?: "needed" | "optional";
  danger?: true;
}

const WORDS: Record<Decision, Words> = {
  submit: { title: (name, version) => `Submit version ${version} of ${name}?`,
    text: "Somebody with the Approve role, not its author, decides.", verb: "Submit",
    reason: "optional" },
  approve: { title: (name, version) => `Approve version ${version} of ${name}?`,
    text: "A version that was approved before is retired.", verb: "Approve", reason: "optional" },
  reject: { title: (name, version) => `Reject version ${version} of ${name}?`,
    text: "The author can write another version.", verb: "Reject", reason: "needed", danger: true },
  retire: { title: (name) => `Retire the approved version of ${name}?`,
    text: "Runs that used it stay what they are.", verb: "Retire", reason: "needed", danger: true },
  archive: { title: (name) => `Archive ${name}?`,
    text: "It leaves the list and can be brought back.", verb: "Archive" },
  restore: { title: (name) => `Bring ${name} back?`, text: "It stands in the list again.",
    verb: "Bring back" },
};

const READINGS = ["getScenario", "listScenarios", "listScenarioVersions"] as const;

const words = (error: ApiError): string => error.code === "PRECONDITION_FAILED"
  ? "Somebody changed the scenario meanwhile. Close this and look at it again." : error.message;

/** Asks before a scenario's state changes; what somebody else did meanwhile is said, not lost. */
export function DecisionDialog({ entry, decision, onClose }: {
  entry: LibraryScenario; decision: Decision; onClose: () => void;
}) {
  const submit = useCommand("submitScenario", READINGS);
  const approve = useCommand("approveScenario", READINGS);
  const reject = useCommand("rejectScenario", READINGS);
  const retire = useCommand("retireScenario", READINGS);
  const update = useCommand("updateScenario", READINGS);
  const command = { submit, approve, reject, retire, archive: update, restore: update }[decision];
  const { title, text, verb, reason, danger } = WORDS[decision];
  // What the dialog was opened on is what is decided.
  const target = { path: { id: entry.library_scenario_id }, etag: entry.etag };
  function confirm(why: string) {
    const done = { onSuccess: onClose };
    const optional = why === "" ? {} : { reason: why };
    if (decision === "submit") submit.mutate({ ...target, body: optional }, done);
    else if (decision === "approve") approve.mutate({ ...target, body: optional }, done);
    else if (decision === "reject") reject.mutate({ ...target, body: { reason: why } }, done);
    else if (decision === "retire") retire.mutate({ ...target, body: { reason: why } }, done);
    else update.mutate({ ...target, body: { archived: decision === "archive" } }, done);
  }
  return (
    <AlertDialog open onOpenChange={(open) => open ? undefined : onClose()}
      title={title(entry.latest.name, entry.latest.number)} confirmLabel={verb} danger={danger}
      reasonLabel={reason === undefined ? undefined
        : reason === "needed" ? "Reason" : "Reason (optional)"}
      reasonOptional={reason === "optional"} reasonHint="Kept with the version and in the audit log"
      busy={command.isPending} error={command.error ? words(command.error) : undefined}
      onConfirm={confirm}>
      {text}
    </AlertDialog>
  );
}
