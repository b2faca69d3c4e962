"use client";

import { useRouter } from "next/navigation";
import { BasisButton } from "@/components/basis/basis-button";
import { scenarioName } from "@/lib/risk/scenario-name";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { shortId } from "@/components/ui/format";
import { PickedNote } from "@/components/ui/picked";
import { Segmented } from "@/components/ui/segmented";
import { ErrorState } from "@/components/ui/states";
import { NoPreview, NoRuns } from "./bench-states";
import { parametersOf } from "./draft";
import type { FigureMode, Version } from "./figures";
import { ResultBanner } from "./result-banner";
import { Results } from "./results";
import type { ResultsProps } from "./results";
import { otherMessages } from "./run-problem";
import type { RunProblem } from "./run-problem";
import type { BenchModel } from "./use-bench";
import type { RunState } from "./use-run";

export interface BenchMainProps {
  version: Version;
  bench: BenchModel;
  runState: RunState;
  blocked: string | null;
  onDrill: ResultsProps["onDrill"];
  onCompare: () => void;
}

const FIGURES = [
  { value: "preview", label: "Preview", icon: "eye" },
  { value: "evidence", label: "Evidence", icon: "seal" },
] as const;

function RunFailure({ problem, onRetry }: { problem: RunProblem; onRetry: () => void }) {
  const router = useRouter();
  const messages = otherMessages(problem);
  function signIn() {
    const { pathname, search } = window.location;
    router.push(`/signin?callbackUrl=${encodeURIComponent(pathname + search)}`);
  }
  return (
    <ErrorState
      what={problem.title}
      safe={messages.length > 0 ? messages.join(" ") : undefined}
      todo={problem.todo}
      requestId={problem.requestId}
      action={problem.signIn ? <Button onClick={signIn}>Sign in</Button>
        : <Button onClick={onRetry}>Try again</Button>}
    />
  );
}

/** What stands above the figures: failures first, then the one sentence about all of them. */
function Notices({ version, bench, runState, onCompare }: BenchMainProps) {
  const { recorded, run, edits, view, preview, segments, setUrl } = bench;
  return (
    <>
      {runState.problem ? (
        <RunFailure problem={runState.problem} onRetry={runState.run} />
      ) : null}
      {recorded.error ? (
        <ErrorState what="The recorded runs could not be read."
          safe="The preview still works." requestId={recorded.error.requestId}
          action={<Button onClick={recorded.retry}>Try again</Button>} />
      ) : null}
      {recorded.missingId ? (
        <Banner kind="warning" title={`Run ${shortId(recorded.missingId)} does not exist.`}
          action={<Button small onClick={() => void setUrl({ run: null })}>Dismiss</Button>}>
          {run ? "The newest run is shown instead." : ""}
        </Banner>
      ) : null}
      {segments.problem ? (
        <Banner kind="warning" icon="warn"
          title="Scenarios with segment shocks are not in the preview."
          action={<Button small onClick={segments.retry}>Try again</Button>}>
          {segments.problem}
        </Banner>
      ) : segments.waiting ? (
        <p className="hint" role="status">Working out segment shocks on every loan</p>
      ) : null}
      {segments.warnings.length > 0 ? (
        <Banner kind="warning" icon="warn" title="A segment shocks nothing.">
          {segments.warnings.join(" ")}
        </Banner>
      ) : null}
      {preview && preview.problems.length > 0 ? (
        <ErrorState what="These inputs cannot run."
          todo={preview.problems.map((problem) => problem.message).join(" ")} />
      ) : null}
      {view && !recorded.error ? (
        <ResultBanner
          view={view}
          run={run}
          versionNumber={version.number}
          edits={edits.length}
          newerId={recorded.newerId}
          onCompare={onCompare}
          onNewest={() => void setUrl({ run: null })}
        />
      ) : null}
    </>
  );
}

export function BenchMain(props: BenchMainProps) {
  const { version, bench, runState, blocked, onDrill } = props;
  const { url, setUrl, view, selected, scale, edits, gap, select } = bench;
  const picked = selected !== null && url.scenario === selected.scenario.scenario_id
    ? url.scenario : null;
  return (
    <main className="results" id="main" tabIndex={-1}>
      <div className="row wrap">
        <h1>Workbench</h1>
        <BasisButton small {...url.figures === "evidence" && bench.run
          ? { runIds: [bench.run.run_id] }
          : { versionIds: [version.dataset_version_id], preview: parametersOf(bench.state.draft) }}
        />
        <Segmented<FigureMode>
          label="Figures shown"
          options={FIGURES}
          value={url.figures}
          onChange={(figures) => void setUrl({ figures })}
        />
      </div>
      <Notices {...props} />
      {view ? (
        <Results
          versionId={version.dataset_version_id}
          view={view}
          selected={selected}
          scale={scale}
          currency={version.base_currency}
          drill={url.drill}
          pickedId={picked}
          onDrill={onDrill}
        />
      ) : url.figures === "preview" && gap ? (
        <NoPreview gap={gap} busy={runState.busy} blocked={blocked} onRun={runState.run} />
      ) : (
        <NoRuns versionNumber={version.number} edits={edits.length} busy={runState.busy}
          blocked={blocked} onRun={runState.run} />
      )}
      <PickedNote name={picked && scenarioName(picked)} note="in every view of the results"
        paused={url.drill !== null} onClear={() => select(null)} />
      <div className="sheet-room" />
    </main>
  );
}
