"use client";

import { useState } from "react";
import { parseAsStringLiteral, useQueryStates } from "nuqs";
import { laterOverlay } from "@/components/ui/later";
import { count } from "@/components/ui/format";
import { NETTINGS } from "@/lib/risk";
import { enabledScenarios, isFull } from "./draft";
import { parseAsScenarios } from "./draft-url";
import { ScenarioList } from "./scenario-list";
import { useBenchKeys } from "./use-bench-keys";
import { useDraft, type DraftState } from "./use-draft";
import { useScenarioActions } from "./use-scenario-actions";
import "./workbench.css";

const LibraryDialogs = laterOverlay(
  () => import("./library-dialogs").then((part) => part.LibraryDialogs));
const NameDialog = laterOverlay(() => import("./name-dialog").then((part) => part.NameDialog));

const KEYS = {
  scenarios: parseAsScenarios, netting: parseAsStringLiteral(NETTINGS).withDefault("portfolio"),
};
const NO_LINES = { net: null, loss: null, by: null };

/** Scenarios and netting of a page beside the workbench: in its address, as the workbench's are. */
export function useScenarioChoice(): DraftState {
  const [url, setUrl] = useQueryStates(KEYS);
  return useDraft(null, { ...url, ...NO_LINES }, ({ scenarios, netting }, options) =>
    setUrl({ scenarios, netting }, options));
}

/** The workbench's list of scenarios, folded until it is asked for. */
export function ScenarioChoice({ state, versionId }: { state: DraftState; versionId: string }) {
  const { draft, base } = state;
  const [selectedId, select] = useState<string | null>(null);
  const control = useScenarioActions(state, select);
  useBenchKeys({ run: null, undo: state.undo, redo: state.redo });
  const chosen = enabledScenarios(draft);
  return (
    <details className="what-if-scenarios">
      <summary>{`Scenarios (${count(chosen.length)})`}</summary>
      <div className="bench-list">
        <ScenarioList draft={draft} base={{ ...base, scenarios: [] }} losses={null}
          selectedId={selectedId} editingId={control.editingId} problem={null}
          isFull={isFull(draft)} actions={control.actions} />
      </div>
      {control.naming ? <NameDialog {...control.naming} /> : null}
      {control.asked
        ? <LibraryDialogs control={control} draft={draft} versionId={versionId} /> : null}
    </details>
  );
}
