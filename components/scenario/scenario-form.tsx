"use client";

import "./scenario.css";
import { useState } from "react";
import { useCurrentVersion } from "@/components/shell/current-version";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { ErrorText, Field, TextArea, TextInput } from "@/components/ui/field";
import { useCommand } from "@/lib/client/hooks";
import { SCENARIO_NAME_LIMIT, SCENARIO_NOTE_LIMIT } from "@/lib/contract/facts";
import { DESCRIPTION_LIMIT, SCENARIO_ID_LIMIT } from "@/lib/risk";
import { MacroPanel } from "./macro-panel";
import { contentOf, draftProblem, EMPTY_SCENARIO, idOf } from "./scenario-draft";
import type { ScenarioDraft } from "./scenario-draft";
import type { LibraryScenario } from "./scenario-words";
import { SegmentEditor } from "./segment-editor";
import { ShockFields } from "./shock-fields";

interface FieldsProps {
  draft: ScenarioDraft;
  /** An entry keeps its id. */
  isNew: boolean;
  onChange: (draft: ScenarioDraft) => void;
}

function Fields({ draft, isNew, onChange }: FieldsProps) {
  const { version } = useCurrentVersion();
  const set = (part: Partial<ScenarioDraft>) => onChange({ ...draft, ...part });
  return (
    <>
      <Field label="Name">
        <TextInput value={draft.name} maxLength={SCENARIO_NAME_LIMIT} autoFocus autoComplete="off"
          onChange={(name) => set({ name })} />
      </Field>
      {isNew ? (
        <Field label="Id" hint="What runs and evidence name it by; it cannot be changed later">
          <TextInput value={idOf(draft)} maxLength={SCENARIO_ID_LIMIT} autoComplete="off"
            onChange={(scenarioId) => set({ scenarioId })} />
        </Field>
      ) : null}
      <Field label="Description (optional)" hint="Goes into the run and its evidence">
        <TextArea value={draft.description} maxLength={DESCRIPTION_LIMIT} rows={2}
          onChange={(description) => set({ description })} />
      </Field>
      <section aria-label="Shocks" className="stack">
        <h3>Shocks</h3>
        <ShockFields shocks={draft.shocks} onChange={(shocks) => set({ shocks })} />
        <MacroPanel datasetId={version?.dataset_id ?? null}
          onFill={(shocks) => set({ shocks })} />
      </section>
      <section aria-label="Segment shocks" className="stack">
        <h3>Segment shocks</h3>
        <SegmentEditor segments={draft.segments} versionId={version?.dataset_version_id ?? null}
          onChange={(segments) => set({ segments })} />
      </section>
      <Field label="Tags (optional)" hint="Separated by commas">
        <TextInput value={draft.tags} maxLength={900} autoComplete="off"
          onChange={(tags) => set({ tags })} />
      </Field>
      <Field label="Note (optional)" hint="Where it comes from and what it leaves out">
        <TextArea value={draft.note} maxLength={SCENARIO_NOTE_LIMIT} rows={3}
          onChange={(note) => set({ note })} />
      </Field>
    </>
  );
}

export interface ScenarioFormProps {
  /** The entry that gets another version; null makes a new one. */
  entry: LibraryScenario | null;
  start?: ScenarioDraft;
  onClose: () => void;
  onSaved: (entry: LibraryScenario) => void;
}

const READINGS = ["listScenarios", "getScenario", "listScenarioVersions"] as const;

/** The dialog that writes a scenario's first or next version. */
export function ScenarioForm(props: ScenarioFormProps) {
  const { entry, start = EMPTY_SCENARIO, onClose, onSaved } = props;
  const [draft, setDraft] = useState(start);
  const create = useCommand("createScenario", READINGS);
  const next = useCommand("createScenarioVersion", READINGS);
  const problem = draftProblem(draft);
  const { error, isPending } = entry ? next : create;
  const isStale = error?.code === "PRECONDITION_FAILED";
  function save() {
    if (problem !== null || isPending) return;
    const body = contentOf(draft);
    if (entry) {
      next.mutate({ path: { id: entry.library_scenario_id }, etag: entry.etag, body },
        { onSuccess: onSaved });
    } else create.mutate({ body: { scenario_id: idOf(draft), ...body } }, { onSuccess: onSaved });
  }
  const verb = entry ? `Save version ${entry.latest.number + 1}` : "Create scenario";
  return (
    <Dialog open size="wide" onOpenChange={(open) => open ? undefined : onClose()}
      title={entry ? `New version of ${entry.latest.name}` : "Create a scenario"}
      sub={entry ? "What is approved stays approved until the new version is."
        : "It begins as a draft. Somebody else approves it."}
      foot={(
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" busy={isPending} disabledReason={problem} onClick={save}>
            {verb}
          </Button>
        </>
      )}>
      <div className="stack">
        <Fields draft={draft} isNew={entry === null} onChange={setDraft} />
        {problem && draft.name !== "" ? <ErrorText>{problem}</ErrorText> : null}
        {isStale ? (
          <Banner kind="warning" icon="warn" title="Somebody changed the scenario meanwhile.">
            Nothing was saved and your entries are kept. Close this and look at the change first.
          </Banner>
        ) : error ? (
          <ErrorText>{error.errors[0]?.message ?? error.message} Your entries are kept.</ErrorText>
        ) : null}
      </div>
    </Dialog>
  );
}
