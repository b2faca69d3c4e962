"use client";

import { useId, useState, type FormEvent } from "react";
import { refusalWords } from "@/components/access/refusal-words";
import { KILL_SWITCH_READINGS } from "@/components/operations/control-words";
import { StateText, type RiskState } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { ErrorText, Field, TextArea } from "@/components/ui/field";
import { SkeletonStack } from "@/components/ui/states";
import { useToast } from "@/components/ui/toast";
import { useCommand, useOperation } from "@/lib/client/hooks";
import type { BodyInputOf, ResponseOf } from "@/lib/contract/operations";

type Item = ResponseOf<"killSwitchChecklist">["items"][number];
type Accepted = NonNullable<
  NonNullable<BodyInputOf<"deactivateKillSwitch">["checklist"]>["accept_failed"]>[number];

const LOOKS: Record<Item["state"], readonly [state: RiskState, word: string]> = {
  to_confirm: ["unknown", "To confirm"], ok: ["normal", "Passed"],
  warning: ["warning", "Passed with a remark"], failed: ["critical", "Failed"],
};

type CheckProps = { label: string; checked: boolean; onChange: (checked: boolean) => void };

function Check({ label, checked, onChange }: CheckProps) {
  return (
    <label className="check">
      <input type="checkbox" checked={checked}
        onChange={(event) => onChange(event.target.checked)} />
      <span>{label}</span>
    </label>
  );
}

type ItemProps = { item: Item; checked: boolean; onCheck: (checked: boolean) => void };

function ChecklistItem({ item, checked, onCheck }: ItemProps) {
  const [state, word] = LOOKS[item.state];
  const isConfirmed = item.item === "cause_resolved" && checked;
  return (
    <li>
      <StateText state={isConfirmed ? "normal" : state} iconOnly>
        {isConfirmed ? "Confirmed" : word}
      </StateText>
      <div>
        <div className="t">{item.title}</div>
        <div className="d wrap-any">{item.message}</div>
        {item.item === "cause_resolved" ? (
          <Check label="I confirm that the cause is resolved" checked={checked} onChange={onCheck} />
        ) : item.state === "failed" ? (
          <Check label="Resume in spite of this" checked={checked} onChange={onCheck} />
        ) : null}
      </div>
    </li>
  );
}

/** Why one may not resume yet, or null. */
function missing(items: readonly Item[], checked: ReadonlySet<string>, reason: string) {
  if (!checked.has("cause_resolved")) return "Confirm that the cause is resolved first";
  const open = items.find((item) => item.state === "failed" && !checked.has(item.item));
  if (open) return `Not passed: ${open.title}`;
  return reason.trim() === "" ? "Say why first" : null;
}

export function ResumeDialog({ onClose }: { onClose: () => void }) {
  const formId = useId();
  const toast = useToast();
  const [checked, setChecked] = useState<ReadonlySet<string>>(new Set());
  const [reason, setReason] = useState("");
  // Asked when the dialog opens: verifying all evidence is not done over and over.
  const checklist = useOperation("killSwitchChecklist", {}, { staleTime: 0, gcTime: 0 });
  const command = useCommand("deactivateKillSwitch", KILL_SWITCH_READINGS);
  const items = checklist.data?.items ?? [];
  const blocked = checklist.data ? missing(items, checked, reason) : "Wait for the checklist";
  const check = (item: string, on: boolean) => setChecked((all) => {
    const next = new Set(all);
    if (on) next.add(item);
    else next.delete(item);
    return next;
  });

  function submit(event: FormEvent) {
    event.preventDefault();
    if (blocked !== null || command.isPending) return;
    const accepted = items.filter((item) => item.state === "failed")
      .map((item) => item.item as Accepted);
    command.mutate({ body: { reason: reason.trim(),
      checklist: { cause_resolved: true, accept_failed: accepted } } }, {
      onSuccess: () => {
        toast.show({ title: "Runs and imports may go on" });
        onClose();
      } });
  }

  return (
    <Dialog
      open
      onOpenChange={(open) => open ? undefined : onClose()}
      title="Resume?"
      sub="Runs, imports, approvals and schedules go on in every process within a second."
      foot={(
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" form={formId} busy={command.isPending}
            disabledReason={blocked}>Resume</Button>
        </>
      )}
    >
      <form id={formId} className="form" noValidate onSubmit={submit}>
        {checklist.isPending ? <SkeletonStack lines={4} label="Checking" /> : null}
        {checklist.error ? <ErrorText>{refusalWords(checklist.error)}</ErrorText> : null}
        {checklist.data ? (
          <ul className="list checklist" aria-label="Checklist">
            {items.map((item) => (
              <ChecklistItem key={item.item} item={item} checked={checked.has(item.item)}
                onCheck={(on) => check(item.item, on)} />
            ))}
          </ul>
        ) : null}
        <Field label="Why" hint="It is kept in the history and the audit log.">
          <TextArea value={reason} onChange={setReason} maxLength={500} rows={2} />
        </Field>
        {command.error ? <ErrorText>{refusalWords(command.error)}</ErrorText> : null}
      </form>
    </Dialog>
  );
}
