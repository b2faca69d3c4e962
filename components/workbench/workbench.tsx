"use client";

import "./workbench.css";
import { useState } from "react";
import type { DebtExposure } from "@/lib/risk";
import { useCurrentVersion } from "@/components/shell/current-version";
import type { CurrentVersion } from "@/components/shell/current-version";
import { roleReason, useMe } from "@/components/shell/me";
import { ErrorState } from "@/components/ui/states";
import { BenchMain } from "./bench-main";
import { BenchSkeleton, NoVersion, VersionProblem } from "./bench-states";
import { isFull } from "./draft";
import { isLoss } from "./drill";
import { drillStateOf } from "./drill-state";
import type { Version } from "./figures";
import { InputPanel } from "./input-panel";
import type { InputPanelProps } from "./input-panel";
import { sharedLink } from "./share-link";
import { useBench } from "./use-bench";
import type { BenchModel } from "./use-bench";
import { useBenchKeys } from "./use-bench-keys";
import { useDrawer } from "./use-drawer";
import { useCheckedRun } from "./use-checked-run";
import { useRun } from "./use-run";
import type { RunState } from "./use-run";
import { useScenarioActions } from "./use-scenario-actions";
import type { ScenarioControl } from "./use-scenario-actions";
import { laterOverlay } from "@/components/ui/later";

const CompareDialog = laterOverlay(
  () => import("./compare-dialog").then((part) => part.CompareDialog));
const DrillDrawer = laterOverlay(() => import("./drill-drawer").then((part) => part.DrillDrawer));
const LibraryDialogs = laterOverlay(
  () => import("./library-dialogs").then((part) => part.LibraryDialogs));
const NameDialog = laterOverlay(() => import("./name-dialog").then((part) => part.NameDialog));

/** The heart: inputs at the left, results in the middle, the way to the raw rows at the right. */
export function Workbench() {
  const current = useCurrentVersion();
  const { version, isLoading, error } = current;
  if (isLoading) return <BenchSkeleton />;
  if (!version) return error ? <VersionProblem error={error} /> : <NoVersion />;
  if (!version.consolidated) {
    return (
      <main className="page" id="main" tabIndex={-1}>
        <h1>Workbench</h1>
        <ErrorState what="This version has no consolidated record."
          todo="Choose another version, or import the tape again." />
      </main>
    );
  }
  return <Bench version={version} exposure={version.consolidated} current={current} />;
}

interface BenchProps {
  version: Version;
  exposure: DebtExposure;
  current: CurrentVersion;
}

interface PanelParts {
  bench: BenchModel;
  control: ScenarioControl;
  runState: RunState;
  blocked: string | null;
  onRun: () => void;
}

function panelOf({ version, exposure, current }: BenchProps, parts: PanelParts): InputPanelProps {
  const { bench, control, runState, blocked, onRun } = parts;
  const { state, run, setUrl, scale, selected } = bench;
  const { draft, base } = state;
  const selectedId = selected?.scenario.scenario_id ?? null;
  const { problem } = runState;
  return {
    version: {
      version, versions: current.versions,
      onSelect: (id) => {
        current.select(id);
        void setUrl({ run: null, segment: null, instrument: null });
      },
    },
    scenarios: {
      draft, base, losses: { of: bench.losses, scale }, selectedId, problem,
      isFull: isFull(draft),
      editingId: control.editingId, actions: control.actions,
    },
    lines: {
      draft, base, scale, problem, outstanding: exposure.total_outstanding,
      onChange: (line, share) => state.edit({ ...draft, [line]: share }, line),
    },
    netting: {
      netting: draft.netting, changed: draft.netting !== base.netting,
      onChange: (netting) => state.edit({ ...draft, netting }),
    },
    groups: {
      groupBy: draft.groupBy, changed: draft.groupBy.join() !== base.groupBy.join(),
      onChange: (groupBy) => state.edit({ ...draft, groupBy }),
    },
    edits: { edits: bench.edits, runId: run?.run_id ?? null, onDiscard: state.discard },
    busy: runState.busy,
    blocked,
    onRun,
    linkText: () => sharedLink(window.location.href, {
      url: bench.url, versionId: version.dataset_version_id, runId: run?.run_id ?? null,
      scenarioId: selectedId, draft,
    }),
  };
}

function Bench(props: BenchProps) {
  const { version, exposure } = props;
  const bench = useBench(version, exposure);
  const { url, setUrl, run, state, view, scale, selected, select, recorded } = bench;
  const me = useMe();
  const blocked = roleReason(me, "EXECUTE");
  const drawer = useDrawer(setUrl);
  const control = useScenarioActions(state, select);
  const runState = useRun(version.dataset_version_id, state.draft,
    (id) => void setUrl({ run: id, figures: "evidence" }));
  const onRun = useCheckedRun(runState.run);
  useBenchKeys({
    run: () => (blocked || recorded.isLoading ? undefined : onRun()),
    undo: state.undo,
    redo: state.redo,
  });
  const [isComparing, setComparing] = useState(false);
  if (recorded.isLoading) return <BenchSkeleton />;
  const hasDrawer = url.drill !== null && view !== null
    && (!isLoss(url.drill) || selected !== null);
  return (
    <div className="bench" data-drawer={hasDrawer ? "open" : "closed"}>
      <InputPanel {...panelOf(props, { bench, control, runState, blocked, onRun })} />
      <BenchMain
        version={version}
        bench={bench}
        runState={{ ...runState, run: onRun }}
        blocked={blocked}
        onDrill={drawer.open}
        onCompare={() => setComparing(true)}
      />
      {hasDrawer && url.drill !== null && view !== null ? (
        <DrillDrawer
          drill={drillStateOf({ figure: url.drill, url, set: setUrl, version, view, row: selected,
            scale })}
          openings={drawer.openings}
          onClose={drawer.close}
        />
      ) : null}
      {isComparing && run && bench.preview ? (
        <CompareDialog run={run} view={bench.preview} edits={bench.edits} scale={scale}
          onClose={() => setComparing(false)} />
      ) : null}
      {control.naming ? <NameDialog {...control.naming} /> : null}
      {control.asked ? (
        <LibraryDialogs control={control} draft={state.draft}
          versionId={version.dataset_version_id} />
      ) : null}
    </div>
  );
}
