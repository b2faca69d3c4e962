"use client";

import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { ErrorText, Field, TextArea, TextInput } from "@/components/ui/field";
import { useCommand } from "@/lib/client/hooks";
import type { Dataset } from "./types";

export interface DatasetDraft {
  name: string;
  currency: string;
  description: string;
}

export const EMPTY_DRAFT: DatasetDraft = { name: "", currency: "EUR", description: "" };
const CURRENCIES = ["EUR", "USD", "GBP", "CHF", "PLN", "SEK", "NOK", "DKK", "CZK", "HUF", "RON",
  "BGN", "TRY", "JPY", "CAD", "AUD"];

export const isCurrency = (text: string): boolean => /^[A-Z]{3}$/.test(text);

/** What is still missing, or null. */
export function draftProblem(draft: DatasetDraft): string | null {
  if (draft.name.trim() === "") return "Give the dataset a name first";
  if (!isCurrency(draft.currency)) return "The base currency has three letters, such as EUR";
  return null;
}

export interface DraftFieldsProps {
  draft: DatasetDraft;
  onChange: (draft: DatasetDraft) => void;
  /** Without a description: inside the import. */
  short?: boolean;
}

/** Name and base currency of a dataset that is to be. */
export function DraftFields({ draft, onChange, short }: DraftFieldsProps) {
  const wrong = draft.currency !== "" && !isCurrency(draft.currency);
  return (
    <>
      <Field label="Name" hint="Each tape of this portfolio becomes a version of it">
        <TextInput value={draft.name} maxLength={200} autoComplete="off" autoFocus={!short}
          onChange={(name) => onChange({ ...draft, name })} />
      </Field>
      <Field
        label="Base currency"
        hint="All figures are in it; it cannot be changed later"
        error={wrong ? "Three letters, such as EUR" : undefined}
      >
        <TextInput value={draft.currency} maxLength={3} list="currencies" autoComplete="off"
          onChange={(text) => onChange({ ...draft, currency: text.trim().toUpperCase() })} />
      </Field>
      <datalist id="currencies">
        {CURRENCIES.map((code) => <option key={code} value={code} />)}
      </datalist>
      {short ? null : (
        <Field label="Description (optional)">
          <TextArea value={draft.description} maxLength={2000} rows={3}
            onChange={(description) => onChange({ ...draft, description })} />
        </Field>
      )}
    </>
  );
}

export interface CreateDatasetProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  onCreated: (dataset: Dataset) => void;
}

/** The dialog that makes an empty dataset. */
export function CreateDataset({ open, onOpenChange, onCreated }: CreateDatasetProps) {
  const [draft, setDraft] = useState(EMPTY_DRAFT);
  const create = useCommand("createDataset", ["listDatasets"]);
  const problem = draftProblem(draft);
  function submit() {
    if (problem || create.isPending) return;
    const description = draft.description.trim();
    create.mutate({
      body: {
        name: draft.name.trim(), base_currency: draft.currency,
        ...(description ? { description } : {}),
      },
    }, {
      onSuccess: (dataset) => {
        setDraft(EMPTY_DRAFT);
        onCreated(dataset);
      },
    });
  }
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title="Create a dataset"
      size="narrow"
      foot={(
        <>
          <Button onClick={() => onOpenChange(false)}>Cancel</Button>
          <Button kind="primary" type="submit" form="create-dataset" busy={create.isPending}
            disabledReason={problem}>
            Create dataset
          </Button>
        </>
      )}
    >
      <form
        id="create-dataset"
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <DraftFields draft={draft} onChange={setDraft} />
        {create.error ? (
          <ErrorText>
            {create.error.errors[0]?.message ?? create.error.message} Your entries are kept.
          </ErrorText>
        ) : null}
      </form>
    </Dialog>
  );
}
