"use client";

import { useState } from "react";
import type { Scenario, SegmentShock } from "@/lib/risk";
import type { Draft } from "./draft";
import {
  freeId, isDefaultId, withAdded, withClone, withDefaults, withDetails, withMove, withoutScenario,
  withScenario, withSegments, withShock, withSwitch, withTaken,
} from "./draft";
import type { NameDialogProps } from "./name-dialog";
import type { ScenarioActions } from "./scenario-list-props";
import type { DraftState } from "./use-draft";
import { scenarioIdOf } from "./words";
import { scenarioName } from "@/lib/risk/scenario-name";

type Naming = { kind: "add" } | { kind: "rename"; id: string } | null;
/** Which dialog about the library or segments is open. */
export type LibraryAsk =
  { kind: "take" } | { kind: "paste" } | { kind: "segments"; id: string } | { kind: "save"; id: string } | null;

export interface ScenarioControl {
  actions: ScenarioActions;
  editingId: string | null;
  /** What the name dialog needs while it is open. */
  naming: NameDialogProps | null;
  asked: LibraryAsk;
  ask: (asked: LibraryAsk) => void;
  take: (scenario: Scenario) => void;
  /** Several at once, as one edit. */
  takeAll: (scenarios: readonly Scenario[]) => void;
  putSegments: (id: string, segments: readonly SegmentShock[] | undefined) => void;
}

/** What can be done to scenarios; `select` makes one the subject of the results. */
export function useScenarioActions(
  state: DraftState, select: (id: string | null) => void,
): ScenarioControl {
  const { draft, edit } = state;
  const [editingId, setEditing] = useState<string | null>(null);
  const [naming, setNaming] = useState<Naming>(null);
  const [asked, ask] = useState<LibraryAsk>(null);
  const focusOn = (id: string) => {
    setEditing(id);
    select(id);
  };
  const actions: ScenarioActions = {
    select,
    openEditor: (id) => {
      setEditing(id);
      if (id !== null) select(id);
    },
    toggle: (id, on) => edit(withSwitch(draft, id, on)),
    toggleDefaults: (on) => edit(withDefaults(draft, on)),
    shock: (id, shock, value) => edit(withShock(draft, id, shock, value), `${id}.${shock}`),
    clone: (id) => {
      const copy = withClone(draft, id);
      edit(copy.draft);
      focusOn(copy.id);
    },
    add: () => setNaming({ kind: "add" }),
    addFromLibrary: () => ask({ kind: "take" }),
    paste: () => ask({ kind: "paste" }),
    segments: (id) => ask({ kind: "segments", id }),
    saveToLibrary: (id) => ask({ kind: "save", id }),
    rename: (id) => setNaming({ kind: "rename", id }),
    restore: (scenario) => edit(withScenario(draft, scenario)),
    remove: (id) => {
      edit(withoutScenario(draft, id));
      setEditing(null);
      select(null);
    },
    move: (id, by) => edit(withMove(draft, id, by)),
    undo: state.undo,
    redo: state.redo,
  };
  const close = () => setNaming(null);
  const dialog = naming && namingOf(naming, draft, close, (next, id) => {
    edit(next);
    focusOn(id);
    close();
  });
  const take = (scenario: Scenario) => {
    const taken = withTaken(draft, scenario);
    edit(taken.draft);
    focusOn(taken.id);
    ask(null);
  };
  const takeAll = (scenarios: readonly Scenario[]) => {
    edit(scenarios.reduce((before, scenario) => withTaken(before, scenario).draft, draft));
    ask(null);
  };
  const putSegments: ScenarioControl["putSegments"] = (id, segments) => {
    edit(withSegments(draft, id, segments));
    ask(null);
  };
  return { actions, editingId, naming: dialog, asked, ask, take, takeAll, putSegments };
}

function namingOf(
  naming: NonNullable<Naming>, draft: Draft, onClose: () => void,
  onDone: (next: Draft, id: string) => void,
): NameDialogProps {
  if (naming.kind === "add") {
    return {
      title: "Add a scenario", name: "", description: "", confirmLabel: "Add", onClose,
      idFor: (name) => freeId(draft, scenarioIdOf(name)),
      onSave: (name, description) => {
        const added = withAdded(draft, name);
        onDone(withDetails(added.draft, added.id, { name: added.id, description }), added.id);
      },
    };
  }
  const { id } = naming;
  const scenario = draft.scenarios.find((entry) => entry.scenario.scenario_id === id)?.scenario;
  const idFor = (name: string) => {
    const wanted = scenarioIdOf(name);
    return wanted === id || isDefaultId(id) ? id : freeId(draft, wanted, id);
  };
  return {
    title: `Rename ${scenarioName(id)}`, name: scenarioName(id),
    description: scenario?.description ?? "", confirmLabel: "Rename", onClose, idFor,
    onSave: (name, description) => {
      // The name as it is shown stands for the id as it is: saving it changes nothing.
      const kept = name === scenarioName(id) ? id : name;
      onDone(withDetails(draft, id, { name: kept, description }), idFor(kept));
    },
  };
}
