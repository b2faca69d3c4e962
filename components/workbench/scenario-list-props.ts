import type { Scenario, Shocks } from "@/lib/risk";
import type { MoneyScale } from "@/components/ui/format";
import type { Draft } from "./draft";
import type { RunProblem } from "./run-problem";

export interface PanelLoss {
  loss: number;
  isRecorded: boolean;
}

export interface ScenarioActions {
  select: (id: string) => void;
  openEditor: (id: string | null) => void;
  toggle: (id: string, on: boolean) => void;
  toggleDefaults: (on: boolean) => void;
  shock: (id: string, shock: keyof Shocks, value: number) => void;
  clone: (id: string) => void;
  add: () => void;
  addFromLibrary: () => void;
  paste: () => void;
  segments: (id: string) => void;
  saveToLibrary: (id: string) => void;
  rename: (id: string) => void;
  restore: (scenario: Readonly<Scenario>) => void;
  remove: (id: string) => void;
  move: (id: string, by: -1 | 1) => void;
  undo: (() => void) | null;
  redo: (() => void) | null;
}

export interface ScenarioListProps {
  draft: Draft;
  base: Draft;
  /** Null where the page shows losses elsewhere. */
  losses: { of: ReadonlyMap<string, PanelLoss>; scale: MoneyScale } | null;
  selectedId: string | null;
  editingId: string | null;
  problem: RunProblem | null;
  isFull: boolean;
  actions: ScenarioActions;
}
