"use client";

import { useMemo, useState } from "react";
import { refusalWords } from "@/components/access/refusal-words";
import { roleNames, useMe } from "@/components/shell/me";
import type { DataColumn } from "@/components/table/data-table";
import { PagedTable, useItems } from "@/components/table/paged-table";
import { StateText } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { AlertDialog } from "@/components/ui/dialog";
import { plural, time } from "@/components/ui/format";
import { EmptyState } from "@/components/ui/states";
import { useToast } from "@/components/ui/toast";
import { useCommand, useOperationPages } from "@/lib/client/hooks";
import type { ResponseOf } from "@/lib/contract/operations";

type Change = ResponseOf<"listRoleChanges">["items"][number];
type Asked = { change: Change; verb: "approve" | "reject" } | null;

const WORDS: Record<Change["status"], string> = {
  pending: "Waits", approved: "Approved", rejected: "Rejected", withdrawn: "Withdrawn",
  expired: "Expired", break_glass: "Broke the glass",
};

function Status({ change }: { change: Change }) {
  const words = WORDS[change.status];
  if (change.status === "pending") return <StateText state="warning">{words}</StateText>;
  if (change.status === "break_glass") return <StateText state="critical">{words}</StateText>;
  return change.status === "approved" ? <StateText state="normal">{words}</StateText>
    : <span className="muted">{words}</span>;
}

function Decision({ change, ownEmail, onAsk }: {
  change: Change; ownEmail: string; onAsk: (asked: Asked) => void;
}) {
  if (change.status !== "pending") {
    return change.decided_at ? <>{change.decided_by}, {time(change.decided_at)}</> : null;
  }
  const isOwn = change.requested_by === ownEmail;
  const why = change.email === ownEmail ? "Nobody decides about their own roles" : null;
  return (
    <span className="row">
      {isOwn ? null : (
        <Button kind="primary" small disabledReason={why}
          aria-label={`Approve the roles of ${change.name}`}
          onClick={() => onAsk({ change, verb: "approve" })}>
          Approve
        </Button>
      )}
      <Button small disabledReason={isOwn ? null : why}
        aria-label={`${isOwn ? "Withdraw" : "Reject"} the roles of ${change.name}`}
        onClick={() => onAsk({ change, verb: "reject" })}>
        {isOwn ? "Withdraw" : "Reject"}
      </Button>
    </span>
  );
}

function useColumns(ownEmail: string, onAsk: (asked: Asked) => void): DataColumn<Change>[] {
  return useMemo(() => [
    { id: "user", header: "User", fixed: true, className: "name-cell",
      cell: (change) => <>{change.name} <small className="muted">{change.email}</small></> },
    { id: "status", header: "State", cell: (change) => <Status change={change} /> },
    { id: "decision", header: "Decision", fixed: true,
      cell: (change) => <Decision change={change} ownEmail={ownEmail} onAsk={onAsk} /> },
    { id: "from", header: "From", cell: (change) => roleNames(change.from) },
    { id: "to", header: "To", cell: (change) => roleNames(change.to) },
    { id: "reason", header: "Reason", className: "name-cell", cell: (change) => change.reason },
    { id: "by", header: "Asked by", cell: (change) => change.requested_by },
    { id: "at", header: "Asked", cell: (change) => time(change.created_at) },
  ], [ownEmail, onAsk]);
}

function DecideDialog(props: { change: Change; verb: "approve" | "reject"; isOwn: boolean;
  onClose: () => void }) {
  const { change, verb, isOwn, onClose } = props;
  const toast = useToast();
  const refreshed = ["listRoleChanges", "listUsers"] as const;
  const approve = useCommand("approveRoleChange", refreshed);
  const reject = useCommand("rejectRoleChange", refreshed);
  const isApproval = verb === "approve";
  const word = isApproval ? "Approve" : isOwn ? "Withdraw" : "Reject";
  const error = approve.error ?? reject.error;
  const path = { id: change.role_change_id };
  const onSuccess = (after: Change) => {
    toast.show({ title: `Roles of ${change.name}: ${WORDS[after.status].toLowerCase()}` });
    onClose();
  };
  return (
    <AlertDialog
      open
      onOpenChange={(open) => open ? undefined : onClose()}
      title={`${word} the roles of ${change.name}?`}
      confirmLabel={word}
      danger={!isApproval}
      reasonLabel={isApproval ? "Note" : "Reason"}
      reasonOptional={isApproval}
      reasonHint="The audit log keeps it."
      busy={approve.isPending || reject.isPending}
      error={error ? refusalWords(error) : null}
      onConfirm={(reason) => isApproval
        ? approve.mutate({ path, body: reason === "" ? {} : { reason } }, { onSuccess })
        : reject.mutate({ path, body: { reason } }, { onSuccess })}
    >
      {change.requested_by} asks to change {roleNames(change.from)} to {roleNames(change.to)}:
      {" "}{change.reason}
    </AlertDialog>
  );
}

const NONE = (
  <EmptyState icon="users" title="No change of roles has waited yet">
    Giving or taking Admin or Approve waits here until another administrator approves it.
  </EmptyState>
);

/** Changes of roles that need, or needed, a second person. */
export function RoleChangesCard() {
  const me = useMe();
  const [asked, setAsked] = useState<Asked>(null);
  const list = useOperationPages("listRoleChanges", { query: { limit: 100 } });
  const changes = useItems(list);
  const columns = useColumns(me.email, setAsked);
  const waiting = changes.filter((change) => change.status === "pending").length;
  return (
    <Card id="role-changes" flush title={waiting === 0 ? "Nothing waits for approval"
      : `${plural(waiting, "change")} of roles ${waiting === 1 ? "waits" : "wait"} for approval`}>
      <PagedTable label="Changes of roles" subject="The changes of roles" density="tall" list={list}
        rows={changes} columns={columns} rowId={(change) => change.role_change_id} empty={NONE} />
      {asked ? (
        <DecideDialog {...asked} isOwn={asked.change.requested_by === me.email}
          onClose={() => setAsked(null)} />
      ) : null}
    </Card>
  );
}
