"use client";

import { useCallback, useDeferredValue, useMemo } from "react";
import type { DebtExposure, Netted } from "@/lib/risk";
import { lossUnder } from "@/lib/risk";
import { useNetted } from "@/components/run/use-netted";
import { moneyScale } from "@/components/ui/format";
import { sameScenario } from "./draft";
import type { Draft } from "./draft";
import { editsBetween } from "./edits";
import { evidenceView, previewView, selectedRow } from "./figures";
import type { RecordedRun, SegmentFigures, Version } from "./figures";
import type { PanelLoss } from "./scenario-list-props";
import { useBenchUrl } from "./use-bench-url";
import { useDraft } from "./use-draft";
import { useSegmentBreakEvens } from "./use-segment-parts";
import { useSegmentStress } from "./use-segment-stress";
import { useRecordedRun } from "./use-recorded-run";

/** The loss of each scenario for the panel, also of those that are off. */
function panelLosses(
  netted: Netted | null, draft: Draft, run: RecordedRun | null, segments: SegmentFigures,
): ReadonlyMap<string, PanelLoss> {
  const isComparable = run?.report.metadata.parameters.netting === draft.netting;
  return new Map(netted === null ? [] : draft.scenarios.flatMap(({ scenario }) => {
    const loss = scenario.segment_shocks
      ? segments(scenario, draft.netting)?.loss_estimate : lossUnder(netted, scenario);
    if (loss === undefined) return [];
    const recorded = run?.report.stress_tests
      .find((stress) => stress.scenario_id === scenario.scenario_id);
    const isRecorded = isComparable && recorded !== undefined && recorded.loss_estimate === loss
      && sameScenario(recorded, scenario);
    return [[scenario.scenario_id, { loss, isRecorded }] as const];
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
  const ran = run?.report.metadata.parameters.netting ?? "portfolio";
  const { by, gap } = useNetted(version.dataset_version_id, exposure,
    draft.netting === "instrument" || ran === "instrument");
  const netted = by(draft.netting);
  const segments = useSegmentStress(version.dataset_version_id, draft);
  const { stressOf } = segments;
  const losses = useMemo(
    () => panelLosses(netted, draft, run, stressOf), [netted, draft, run, stressOf]);
  // The panel answers at once; the charts follow when there is time.
  const settling = useDeferredValue(draft);
  const settled = by(settling.netting);
  const preview = useMemo(
    () => settled && previewView(settled, settling, run, stressOf),
    [settled, settling, run, stressOf]);
  const recordedBy = by(ran);
  const evidence = useMemo(() => run && evidenceView(run, recordedBy), [run, recordedBy]);
  const view = useSegmentBreakEvens(
    version.dataset_version_id, url.figures === "evidence" ? evidence : preview);
  const shown = view ?? preview;
  const selected = useMemo(
    () => shown && selectedRow(shown, url.scenario), [shown, url.scenario]);
  const largest = Math.max(exposure.total_outstanding, exposure.collateral_value);
  const scale = useMemo(
    () => moneyScale(largest, version.base_currency), [largest, version.base_currency]);
  const select = useCallback((id: string | null) => {
    void setUrl({ scenario: id });
  }, [setUrl]);
  return {
    url, setUrl, recorded, run, state, edits, losses, segments,
    gap, preview, view, selected, scale, select,
  };
}

export type BenchModel = ReturnType<typeof useBench>;
