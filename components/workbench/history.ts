import type { Draft } from "./draft";

/** Drafts before and after the present one; null is "as in the last run". */
export interface History {
  past: readonly (Draft | null)[];
  future: readonly (Draft | null)[];
  /** The field that the last edit moved, and when: one slide is one step back. */
  last: { field: string; at: number } | null;
}

export const NO_HISTORY: History = { past: [], future: [], last: null };

const STEPS = 100;
const ONE_GESTURE_MS = 1200;

/** The history after an edit that leaves `present` behind; `field` joins edits of one gesture. */
export function edited(
  history: History, present: Draft | null, field: string | null, at: number,
): History {
  const joins = field !== null && history.last?.field === field
    && at - history.last.at < ONE_GESTURE_MS;
  return {
    past: joins ? history.past : [...history.past, present].slice(-STEPS),
    future: [],
    last: field === null ? null : { field, at },
  };
}

export interface Step {
  history: History;
  draft: Draft | null;
}

export function undone(history: History, present: Draft | null): Step | null {
  const draft = history.past.at(-1);
  if (draft === undefined) return null;
  return {
    draft,
    history: { past: history.past.slice(0, -1), future: [present, ...history.future], last: null },
  };
}

export function redone(history: History, present: Draft | null): Step | null {
  const [draft, ...future] = history.future;
  if (draft === undefined) return null;
  return { draft, history: { past: [...history.past, present], future, last: null } };
}
