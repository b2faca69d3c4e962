"use client";

import { useMemo, useState } from "react";
import { draftOfParameters, engineDraft } from "./draft";
import type { Draft } from "./draft";
import type { RecordedRun } from "./figures";
import { edited, NO_HISTORY, redone, undone } from "./history";
import type { Step } from "./history";
import { WHEN_AT_REST } from "./use-bench-url";
import type { BenchUrl } from "./use-bench-url";

/** What of an address is the draft's. */
type DraftUrl = Pick<BenchUrl, "scenarios" | "net" | "loss" | "netting" | "by">;
type SetDraftUrl =
  (values: DraftUrl & { figures: null }, options: typeof WHEN_AT_REST) => unknown;

export interface DraftState {
  /** What the last run was made of, or the engine's defaults before the first one. */
  base: Draft;
  draft: Draft;
  /** `field` joins the edits of one slide or one word into one step of undo. */
  edit: (next: Draft, field?: string) => void;
  discard: () => void;
  undo: (() => void) | null;
  redo: (() => void) | null;
}

/** The draft lives in the address; without one the workbench stands as at the last run. */
export function useDraft(
  run: RecordedRun | null, url: DraftUrl, setUrl: SetDraftUrl,
): DraftState {
  const { scenarios, net, loss, netting, by } = url;
  const [history, setHistory] = useState(NO_HISTORY);
  const base = useMemo(
    () => run ? draftOfParameters(run.report.metadata.parameters) : engineDraft(), [run]);
  const own = useMemo<Draft | null>(() => {
    if ([scenarios, net, loss, netting, by].every((each) => each === null)) return null;
    return { ...base, ...(scenarios ?? {}), netLine: net ?? base.netLine,
      lossLine: loss ?? base.lossLine, netting: netting ?? base.netting,
      groupBy: by?.slice(0, 2) ?? base.groupBy };
  }, [base, scenarios, net, loss, netting, by]);

  function write(next: Draft | null) {
    void setUrl({
      scenarios: next && { defaultsOn: next.defaultsOn, scenarios: next.scenarios },
      net: next && next.netLine,
      loss: next && next.lossLine,
      netting: next && next.netting,
      by: next && [...next.groupBy],
      // Recorded figures do not move; an edit must be seen to do something.
      figures: null,
    }, WHEN_AT_REST);
  }
  function edit(next: Draft | null, field: string | null = null) {
    setHistory(edited(history, own ?? base, field, performance.now()));
    write(next);
  }
  const step = (to: Step | null) => to && (() => {
    setHistory(to.history);
    write(to.draft);
  });
  return {
    base,
    draft: own ?? base,
    edit,
    discard: () => edit(null),
    undo: step(undone(history, own ?? base)),
    redo: step(redone(history, own ?? base)),
  };
}
