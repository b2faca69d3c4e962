"use client";

import { useState } from "react";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { ErrorText, Field, TextArea, TextInput } from "@/components/ui/field";
import { useToast } from "@/components/ui/toast";
import { useCommand } from "@/lib/client/hooks";
import type { Dataset } from "./types";

export interface EditDatasetProps {
  dataset: Dataset;
  onClose: () => void;
}

function ChangedMeanwhile({ dataset, onTake }: { dataset: Dataset; onTake: () => void }) {
  return (
    <Banner kind="warning" icon="warn" title="Somebody changed this meanwhile.">
      Nothing was saved. The name is now “{dataset.name}”, the description
      “{dataset.description ?? "none"}”. <Button onClick={onTake}>Start from that</Button>
    </Banner>
  );
}

/**
 * The dialog that changes name and description. What it started from goes along, so that an edit
 * somebody else made meanwhile is shown instead of being lost.
 */
export function EditDataset({ dataset, onClose }: EditDatasetProps) {
  const toast = useToast();
  const [start, setStart] = useState(dataset);
  const [name, setName] = useState(dataset.name);
  const [description, setDescription] = useState(dataset.description ?? "");
  const edit = useCommand("updateDataset", ["getDataset", "listDatasets", "listVersions"]);
  const changed = { name: name.trim(), description: description.trim() || null };
  const reason = changed.name === "" ? "Give the dataset a name first"
    : changed.name === start.name && changed.description === start.description
      ? "Nothing has changed" : null;
  const isStale = edit.error?.code === "PRECONDITION_FAILED";
  const takeCurrent = () => {
    setStart(dataset);
    setName(dataset.name);
    setDescription(dataset.description ?? "");
    edit.reset();
  };
  const save = () => {
    if (reason !== null || edit.isPending) return;
    edit.mutate({ path: { id: start.dataset_id }, etag: start.etag, body: changed }, {
      onSuccess: () => {
        toast.show({ title: `${changed.name} is saved` });
        onClose();
      },
    });
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => open ? undefined : onClose()}
      title="Edit the dataset"
      sub="Its versions, and everything computed from them, stay what they are."
      size="narrow"
      foot={(
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" form="edit-dataset" busy={edit.isPending}
            disabledReason={isStale ? "Look at the other change first" : reason}>
            Save
          </Button>
        </>
      )}
    >
      <form
        id="edit-dataset"
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
        <Field label="Name">
          <TextInput value={name} maxLength={200} autoComplete="off" autoFocus onChange={setName} />
        </Field>
        <Field label="Description (optional)">
          <TextArea value={description} maxLength={2000} rows={3} onChange={setDescription} />
        </Field>
        {isStale ? <ChangedMeanwhile dataset={dataset} onTake={takeCurrent} /> : null}
        {edit.error && !isStale ? (
          <ErrorText>
            {edit.error.errors[0]?.message ?? edit.error.message} Your entries are kept.
          </ErrorText>
        ) : null}
      </form>
    </Dialog>
  );
}
