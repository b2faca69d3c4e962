"use client";

import { useEffect, useState } from "react";
import { Button, IconButton } from "@/components/ui/button";
import { AlertDialog, Dialog } from "@/components/ui/dialog";
import { ErrorText, Field, Select, TextInput } from "@/components/ui/field";
import { useToast } from "@/components/ui/toast";
import { useCommand, useOperation } from "@/lib/client/hooks";
import type { ResponseOf } from "@/lib/contract/operations";
import { fitsHeaders, isSame } from "./mapping-rules";
import type { TapePreview } from "./tape-file";
import { NEW_DATASET, suggestedMapping } from "./use-import";
import type { Choices, Import } from "./use-import";

type Saved = ResponseOf<"listMappingProfiles">["items"][number];
type Offer = { id: string; label: string; choice: Pick<Choices, "mapping"> & { locale?: string } };

const SUGGESTION = "suggestion";
/** Of the built-in profiles the one that says no more than the columns' names do. */
const OWN_TAPE = "todiscope";

/** What the file's columns can be read by: saved mappings first, then built-in ones, then names. */
function useOffers(flow: Import, preview: TapePreview) {
  const { dataset } = flow.choices;
  const isSaved = dataset !== "" && dataset !== NEW_DATASET;
  const query = useOperation("listMappingProfiles",
    { path: { id: dataset }, query: { limit: 1000 } }, { enabled: isSaved });
  const saved = isSaved ? query.data?.items ?? [] : [];
  const offers: Offer[] = [
    ...saved.filter(({ columns }) => fitsHeaders(columns, preview.headers)).map((profile) => ({
      id: profile.mapping_profile_id, label: profile.name, choice: {
        mapping: profile.mapping, ...(profile.locale ? { locale: profile.locale } : {}) } })),
    ...preview.profiles.map((profile) => ({ id: profile.profile,
      label: `${profile.name} (built in)`, choice: { mapping: profile.mapping } })),
    { id: SUGGESTION, label: "Suggestion from names and values",
      choice: { mapping: suggestedMapping(preview) } },
  ];
  return { saved, offers, isSettled: !isSaved || !query.isPending, isSaved };
}

function SaveDialog({ flow, saved, onClose }: {
  flow: Import; saved: readonly Saved[]; onClose: () => void;
}) {
  const toast = useToast();
  const { choices, change } = flow;
  const used = saved.find((profile) => profile.mapping_profile_id === choices.profile);
  const [name, setName] = useState(used?.name ?? "");
  const create = useCommand("createMappingProfile", ["listMappingProfiles"]);
  const update = useCommand("updateMappingProfile", ["listMappingProfiles"]);
  const same = saved.find((profile) => profile.name === name.trim());
  const error = create.error ?? update.error;
  const reason = name.trim() === "" ? "Give the mapping a name first" : null;
  function save() {
    if (reason !== null) return;
    const { mapping, locale } = choices;
    const done = { onSuccess: (profile: Saved) => {
      toast.show({ title: `${profile.name} is saved` });
      change({ profile: profile.mapping_profile_id });
      onClose();
    } };
    if (same) {
      update.mutate({ path: { id: same.mapping_profile_id }, etag: same.etag,
        body: { mapping, locale } }, done);
    } else {
      create.mutate({ path: { id: choices.dataset },
        body: { name: name.trim(), mapping, locale } }, done);
    }
  }
  return (
    <Dialog open onOpenChange={(open) => (open ? undefined : onClose())} size="narrow"
      title="Save this mapping"
      sub="It is offered for the next tape of this dataset that has its columns."
      foot={(
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" form="save-mapping" disabledReason={reason}
            busy={create.isPending || update.isPending}>{same ? "Replace it" : "Save"}</Button>
        </>
      )}>
      <form id="save-mapping" className="stack" onSubmit={(event) => {
        event.preventDefault();
        save();
      }}>
        <Field label="Name" hint={same ? "There is one of this name; it becomes this mapping"
          : "For example the bank that sends the tape"}>
          <TextInput value={name} onChange={setName} maxLength={200} autoComplete="off" />
        </Field>
        {error ? <ErrorText>{error.message}</ErrorText> : null}
      </form>
    </Dialog>
  );
}

function RemoveProfile({ profile, flow }: { profile: Saved; flow: Import }) {
  const toast = useToast();
  const [asks, setAsks] = useState(false);
  const remove = useCommand("deleteMappingProfile", ["listMappingProfiles"]);
  return (
    <>
      <IconButton icon="x" label={`Remove the saved mapping ${profile.name}`}
        onClick={() => setAsks(true)} />
      <AlertDialog open={asks} onOpenChange={setAsks} danger confirmLabel="Remove it"
        title={`Remove the saved mapping ${profile.name}?`} busy={remove.isPending}
        error={remove.error?.message}
        onConfirm={() => remove.mutate({ path: { id: profile.mapping_profile_id } }, {
          onSuccess: () => {
            toast.show({ title: `${profile.name} is removed` });
            flow.change({ profile: SUGGESTION });
            setAsks(false);
          } })}>
        <p>Versions that were read with it stay what they are, and so does the mapping below.</p>
      </AlertDialog>
    </>
  );
}

/** Which saved, built-in or suggested mapping the columns are read by, and a way to save one. */
export function ProfileChoice({ flow, preview }: { flow: Import; preview: TapePreview }) {
  const { choices, change } = flow;
  const { saved, offers, isSettled, isSaved } = useOffers(flow, preview);
  const [saves, setSaves] = useState(false);
  const [first] = offers;
  useEffect(() => {
    // Once for each file and dataset: a mapping that is no mere suggestion any more is kept.
    if (!isSettled || choices.profile !== null || !first) return;
    const known = offers.find(({ id }) => id !== OWN_TAPE) ?? first;
    const isUntouched = isSame(choices.mapping, suggestedMapping(preview));
    change({ profile: known.id, ...(isUntouched ? known.choice : {}) });
  }, [isSettled, choices, first, offers, preview, change]);
  const chosen = offers.find(({ id }) => id === choices.profile);
  const profile = saved.find(({ mapping_profile_id: id }) => id === choices.profile);
  const isChanged = chosen !== undefined && !isSame(chosen.choice.mapping, choices.mapping);
  return (
    <div className="row wrap profile-choice">
      <Select aria-label="Mapping to start from" value={chosen?.id ?? SUGGESTION}
        changed={isChanged} options={offers.map(({ id, label }) => ({ value: id, label }))}
        onChange={(id) => {
          const offer = offers.find((one) => one.id === id);
          if (offer) change({ profile: id, ...offer.choice });
        }} />
      {profile ? <RemoveProfile profile={profile} flow={flow} /> : null}
      <Button small icon="undo" disabledReason={isChanged ? null : "Nothing was changed"}
        onClick={() => chosen && change(chosen.choice)}>Undo changes</Button>
      <Button small disabledReason={isSaved ? null : "A new dataset has no saved mappings yet"}
        onClick={() => setSaves(true)}>Save this mapping</Button>
      {saves ? <SaveDialog flow={flow} saved={saved} onClose={() => setSaves(false)} /> : null}
    </div>
  );
}
