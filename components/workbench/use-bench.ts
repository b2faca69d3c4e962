"use client";

import { useCallback, useDeferredValue, useMemo } from "react";
import type { DebtExposure } from "@/lib/risk";
import { lossUnder } from "@/lib/risk";
import { moneyScale } from "@/components/ui/format";
import { sameScenario } from "./draft";
import type { Draft } from "./draft";
import { editsBetween } from "./edits";
import { evidenceView, previewView, selectedRow } from "./figures";
import type { RecordedRun, Version } from "./figures";
import type { PanelLoss } from "./scenario-list";
import { useBenchUrl } from "./use-bench-url";
import { useDraft } from "./use-draft";
import { useRecordedRun } from "./use-recorded-run";

/** The loss of each scenario for the panel, also of those that are off. */
function panelLosses(
  exposure: DebtExposure, draft: Draft, run: RecordedRun | null,
): ReadonlyMap<string, PanelLoss> {
  return new Map(draft.scenarios.map(({ scenario }) => {
    const loss = lossUnder(exposure, scenario);
    const recorded = run?.report.stress_tests
      .find((stress) => stress.scenario_id === scenario.scenario_id);
    const isRecorded = recorded !== undefined && recorded.loss_estimate === loss
      && sameScenario(recorded, scenario);
    return [scenario.scenario_id, { loss, isRecorded }];
  }));
}

/** State and figures of the workbench for one sealed version. */
export function useBench(version: Version, exposure: DebtExposure) {
  const [url, setUrl] = useBenchUrl();
  const recorded = useRecordedRun(version.dataset_version_id, url.run);
  const { run } = recorded;
  const state = useDraft(run, url, setUrl);
  const { draft, base } = state;
  const edits = useMemo(() => editsBetween(base, draft), [base, draft]);
  const losses = useMemo(() => panelLosses(exposure, draft, run), [exposure, draft, run]);
  // The panel answers at once; the charts follow when there is time.
  const settling = useDeferredValue(draft);
  const preview = useMemo(
    () => previewView(exposure, settling, run), [exposure, settling, run]);
  const evidence = useMemo(() => run && evidenceView(run), [run]);
  const view = url.figures === "evidence" ? evidence : preview;
  const selected = useMemo(
    () => selectedRow(view ?? preview, url.scenario), [view, preview, url.scenario]);
  const largest = Math.max(exposure.total_outstanding, exposure.collateral_value);
  const scale = useMemo(
    () => moneyScale(largest, version.base_currency), [largest, version.base_currency]);
  const select = useCallback((id: string | null) => {
    void setUrl({ scenario: id });
  }, [setUrl]);
  return {
    url, setUrl, recorded, run, state, edits, losses, preview, view, selected, scale, select,
  };
}

export type BenchModel = ReturnType<typeof useBench>;
