"use client";

import { useState } from "react";
import type { FormEvent } from "react";
import { DESCRIPTION_LIMIT, SCENARIO_ID_LIMIT } from "@/lib/risk";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field, TextArea, TextInput } from "@/components/ui/field";
import { scenarioIdOf } from "./words";

export interface NameDialogProps {
  /** "Add a scenario" or "Rename CRE wall". */
  title: string;
  name: string;
  description: string;
  confirmLabel: string;
  /** The id that the name will get; an id in use is counted on. */
  idFor: (name: string) => string;
  onSave: (name: string, description: string) => void;
  onClose: () => void;
}

/** Name and description of one's own scenario; the name makes the id that evidence carries. */
export function NameDialog(props: NameDialogProps) {
  const [name, setName] = useState(props.name);
  const [description, setDescription] = useState(props.description);
  const [isTried, setTried] = useState(false);
  const isMissing = scenarioIdOf(name) === "";
  const formId = "bench-name-form";
  function save(event: FormEvent) {
    event.preventDefault();
    if (isMissing) setTried(true);
    else props.onSave(name, description.trim());
  }
  return (
    <Dialog
      open
      onOpenChange={(open) => (open ? undefined : props.onClose())}
      title={props.title}
      foot={(
        <>
          <Button onClick={props.onClose}>Cancel</Button>
          <Button kind="primary" type="submit" form={formId}>{props.confirmLabel}</Button>
        </>
      )}
    >
      <form id={formId} className="stack" onSubmit={save}>
        <Field
          label="Name"
          error={isTried && isMissing ? "The name needs a letter or a digit." : null}
          hint={isMissing ? "Letters, digits, spaces, dot and dash."
            : <>Recorded as <span className="mono">{props.idFor(name)}</span></>}
        >
          <TextInput value={name} onChange={setName} maxLength={SCENARIO_ID_LIMIT - 4} autoFocus />
        </Field>
        <Field label="Description" hint="Kept with the evidence. It may stay empty.">
          <TextArea value={description} onChange={setDescription} maxLength={DESCRIPTION_LIMIT}
            rows={3} />
        </Field>
      </form>
    </Dialog>
  );
}
