"use client";

import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { ErrorText, Field, TextInput } from "@/components/ui/field";
import { useCommand } from "@/lib/client/hooks";
import { SCENARIO_NAME_LIMIT } from "@/lib/contract/facts";
import { SCENARIO_ID_LIMIT } from "@/lib/risk";
import type { LibraryScenario } from "./scenario-words";

export interface CloneDialogProps {
  /** Of a library scenario or a template. */
  id: string;
  name: string;
  scenarioId: string;
  onClose: () => void;
  onCloned: (entry: LibraryScenario) => void;
}

/** Asks for the id that the copy gets; an id in use is said by the server. */
export function CloneDialog({ id, name, scenarioId, onClose, onCloned }: CloneDialogProps) {
  const [draft, setDraft] = useState({ name, scenarioId });
  const clone = useCommand("cloneScenario", ["listScenarios"]);
  const problem = draft.name.trim() === "" ? "Give the copy a name"
    : !/^[A-Za-z0-9._-]+$/.test(draft.scenarioId)
      ? "The id has letters, digits, dot, dash and underscore" : null;
  function save() {
    if (problem || clone.isPending) return;
    clone.mutate({ path: { id },
      body: { scenario_id: draft.scenarioId, name: draft.name.trim() } }, { onSuccess: onCloned });
  }
  return (
    <Dialog open size="narrow" onOpenChange={(open) => open ? undefined : onClose()}
      title={`Clone ${name}`} sub="The copy begins as a draft of your own."
      foot={(
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" form="clone-scenario" busy={clone.isPending}
            disabledReason={problem}>
            Clone
          </Button>
        </>
      )}>
      <form id="clone-scenario" className="stack" onSubmit={(event) => {
        event.preventDefault();
        save();
      }}>
        <Field label="Name">
          <TextInput value={draft.name} maxLength={SCENARIO_NAME_LIMIT} autoFocus
            onChange={(value) => setDraft({ ...draft, name: value })} />
        </Field>
        <Field label="Id" hint="What runs and evidence name it by; the library has each once"
          error={clone.error?.code === "SCENARIO_ID_TAKEN"
            ? "The library has this id already: choose another." : undefined}>
          <TextInput value={draft.scenarioId} maxLength={SCENARIO_ID_LIMIT}
            onChange={(value) => setDraft({ ...draft, scenarioId: value.trim() })} />
        </Field>
        {clone.error && clone.error.code !== "SCENARIO_ID_TAKEN"
          ? <ErrorText>{clone.error.message}</ErrorText> : null}
      </form>
    </Dialog>
  );
}
