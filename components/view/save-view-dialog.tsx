"use client";

import { useState, type FormEvent } from "react";
import { fieldProblem, refusalWords } from "@/components/access/refusal-words";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { ErrorText, Field, TextInput } from "@/components/ui/field";
import { useToast } from "@/components/ui/toast";
import { useCommand } from "@/lib/client/hooks";
import { SAVED_VIEW_LIMITS } from "@/lib/contract/facts";

const FORM = "save-view-form";

/** Gives a name to what the page's address says: version, filters, what is selected. */
export function SaveViewDialog({ onClose }: { onClose: () => void }) {
  const toast = useToast();
  const command = useCommand("createSavedView", ["listSavedViews"]);
  const [name, setName] = useState("");
  const [shared, setShared] = useState(false);
  // Looked at once: the address must not change its meaning while a name is typed.
  const [{ pathname: path, search }] = useState(() => window.location);
  const tooLong = search.length > SAVED_VIEW_LIMITS.search;
  const { error } = command;
  const ofName = error?.code === "SAVED_VIEW_NAME_TAKEN"
    ? "You have a view of this page with this name. Choose another."
    : fieldProblem(error, "name");
  function save(event: FormEvent) {
    event.preventDefault();
    command.mutate({ body: { name, path, search: search.slice(1), shared } }, {
      onSuccess: () => {
        toast.show({ title: `The view ${name.trim()} is saved` });
        onClose();
      },
    });
  }
  const why = tooLong ? "This view holds more than an address can"
    : name.trim() === "" ? "Give it a name first" : null;
  return (
    <Dialog open onOpenChange={(open) => (open ? undefined : onClose())} size="narrow"
      title="Save this view"
      sub="The page as its address has it: version, filters, what is selected."
      foot={(
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" form={FORM} busy={command.isPending}
            disabledReason={why}>
            Save view
          </Button>
        </>
      )}
    >
      <form id={FORM} className="stack" onSubmit={save}>
        <Field label="Name" error={ofName}>
          <TextInput value={name} onChange={setName} maxLength={SAVED_VIEW_LIMITS.name}
            autoFocus />
        </Field>
        <label className="row">
          <input type="checkbox" checked={shared}
            onChange={(event) => setShared(event.target.checked)} />
          <span>Share it with everybody who may read</span>
        </label>
        {error && !ofName ? <ErrorText>{refusalWords(error)}</ErrorText> : null}
      </form>
    </Dialog>
  );
}
