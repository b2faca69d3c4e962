"use client";

import type { RefObject } from "react";
import { useEffect, useRef, useState } from "react";
import { useMe, type Me } from "@/components/shell/me";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { ErrorText, Field, TextArea } from "@/components/ui/field";
import { time } from "@/components/ui/format";
import { ErrorState, SkeletonStack } from "@/components/ui/states";
import { useToast } from "@/components/ui/toast";
import { useCommand, useOperation } from "@/lib/client/hooks";
import { SIGN_OFF_AFTER, SIGN_OFF_NOTE_LIMIT, type SignOffStep } from "@/lib/contract/facts";
import type { ResponseOf } from "@/lib/contract/operations";
import type { Run } from "./run-words";
import { SIGN_OFF_BADGES, SIGN_OFF_LABELS, STEP_ACTIONS } from "./sign-off-words";

type SignOff = ResponseOf<"getSignOff">;
type Step = SignOff["steps"][number];

/** How far the run is signed off, who signed, and the next step for whoever may sign it. */
export function SignOffCard({ run }: { run: Run }) {
  const read = useOperation("getSignOff", { path: { id: run.run_id } });
  const list = useRef<HTMLOListElement>(null);
  const signing = useRef<SignOffStep | null>(null);
  const toast = useToast();
  const count = read.data?.steps.length;
  useEffect(() => {
    // The form that sent the step is gone by now, and with it the button that had the focus.
    if (signing.current === null) return;
    toast.show({ title: `The run is ${signing.current}` });
    signing.current = null;
    list.current?.focus();
  }, [count, toast]);
  return (
    <Card id="sign-off" className="c5" title={read.data ? titleOf(read.data) : "Sign-off"}
      sub="Prepared, reviewed and approved by three people; shown on every export">
      {read.isPending ? <SkeletonStack lines={3} label="Loading the sign-off" /> : null}
      {read.error ? (
        <ErrorState what="The sign-off could not be read." safe="The report is not affected."
          requestId={read.error.requestId}
          action={<Button small icon="refresh" onClick={() => void read.refetch()}>Try again</Button>} />
      ) : null}
      {read.data ? (
        <>
          <Steps steps={read.data.steps} list={list} />
          <Sign key={read.data.steps.length} run={run} signOff={read.data}
            onSend={(step) => { signing.current = step; }} />
        </>
      ) : null}
    </Card>
  );
}

function titleOf({ state, steps }: SignOff): string {
  const last = steps.at(-1);
  if (!last) return "Not signed off";
  return state === "approved" ? `Signed off by ${last.signed_by}`
    : `${SIGN_OFF_LABELS[state]} by ${last.signed_by}, not signed off yet`;
}

function Steps({ steps, list }: {
  steps: readonly Step[]; list: RefObject<HTMLOListElement | null>;
}) {
  const isEmpty = steps.length === 0;
  return (
    <ol className={isEmpty ? undefined : "comments"} ref={list} tabIndex={-1}
      aria-label="Steps of the sign-off">
      {isEmpty ? (
        <li className="hint">Nobody has prepared, reviewed or approved this run.</li>
      ) : null}
      {steps.map((step) => (
        <li key={step.number}>
          <p className="row wrap hint">
            <Badge state={SIGN_OFF_BADGES[step.step]}>{SIGN_OFF_LABELS[step.step]}</Badge>
            <b>{step.signed_by}</b>
            <time dateTime={step.signed_at}>{time(step.signed_at)}</time>
          </p>
          {step.note === null ? null : <p className="comment-text">{step.note}</p>}
        </li>
      ))}
    </ol>
  );
}

/** Why this person cannot sign a step, or null: the server has the last word. */
function refusalOf(me: Me, step: SignOffStep, { steps }: SignOff): string | null {
  const role = step === "prepared" ? "EXECUTE" : "APPROVE";
  if (!me.can(role)) return `This takes the ${role === "EXECUTE" ? "Execute" : "Approve"} role`;
  if (step === "returned") return null;
  const round = steps.slice(steps.findLastIndex((each) => each.step === "returned") + 1);
  const own = round.find((each) => each.signed_by === me.email);
  return own ? `You ${own.step} this run: another person must sign next` : null;
}

function Sign({ run, signOff, onSend }: {
  run: Run; signOff: SignOff; onSend: (step: SignOffStep | null) => void;
}) {
  const me = useMe();
  const [note, setNote] = useState("");
  const sign = useCommand("signOffRun", ["getSignOff", "getRun", "listRuns"]);
  const next = SIGN_OFF_AFTER[signOff.state];
  if (!me.can("EXECUTE") && !me.can("APPROVE")) return null;
  const text = note.trim();
  const send = (step: SignOffStep) => {
    if (sign.isPending) return;
    onSend(step);
    sign.mutate({ path: { id: run.run_id }, body: { step, ...(text === "" ? {} : { note: text }) } },
      { onError: () => onSend(null) });
  };
  const reasonOf = (step: SignOffStep): string | null => refusalOf(me, step, signOff)
    ?? (step === "returned" && text === "" ? "Say in the note why it is returned" : null);
  return (
    <div className="comment-form">
      <Field label="Note" hint="Needed for a return. Kept with the step, cannot be changed.">
        <TextArea value={note} rows={2} maxLength={SIGN_OFF_NOTE_LIMIT} onChange={setNote} />
      </Field>
      <div className="row wrap">
        <span className="grow" />
        {[...next].reverse().map((step) => (
          <Button key={step} kind={step === "returned" ? "default" : "primary"}
            icon={step === "returned" ? "undo" : "ok"} busy={sign.isPending}
            disabledReason={reasonOf(step)} onClick={() => send(step)}>
            {STEP_ACTIONS[step]}
          </Button>
        ))}
      </div>
      {sign.error ? <ErrorText>{sign.error.message} Your note is kept.</ErrorText> : null}
    </div>
  );
}
