"use client";

import Link from "next/link";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { plural, shortId, time } from "@/components/ui/format";
import type { BenchView, RecordedRun } from "./figures";
import { unrecorded } from "./figures";

export interface ResultBannerProps {
  view: BenchView;
  run: RecordedRun | null;
  versionNumber: number;
  edits: number;
  newerId: string | null;
  onCompare: () => void;
  onNewest: () => void;
}

function RunLink({ id }: { id: string }) {
  return <Link className="mono" href={`/runs/${id}`}>{shortId(id)}</Link>;
}

function EvidenceBanner({ run, edits, newerId, onNewest }: ResultBannerProps) {
  if (!run) return null;
  const kept = edits === 0 ? "" : edits === 1 ? " Your unsaved edit is kept under Preview."
    : " Your unsaved edits are kept under Preview.";
  return (
    <Banner
      title="Evidence: all figures are recorded."
      action={newerId ? <Button small onClick={onNewest}>Show the newest run</Button> : null}
    >
      Run <RunLink id={run.run_id} />, {time(run.recorded_at)}, by {run.recorded_by}.
      {newerId ? " It is not the newest." : ""}{kept}
    </Banner>
  );
}

function previewTitle(view: BenchView): string {
  const open = unrecorded(view);
  const total = view.rows.length;
  if (open.scenarios > 0) {
    return `Preview: ${open.scenarios} of ${plural(total, "scenario")} `
      + `${open.scenarios === 1 ? "is" : "are"} not recorded.`;
  }
  if (open.lines) return "Preview: these materiality lines are not recorded.";
  return "Preview: another set of scenarios than recorded.";
}

/** One sentence about the whole page: what is recorded, and what is computed here. */
export function ResultBanner(props: ResultBannerProps) {
  const { view, run, edits, versionNumber, newerId, onCompare, onNewest } = props;
  if (view.mode === "evidence") return <EvidenceBanner {...props} />;
  if (!run) {
    return (
      <Banner kind="preview" title={`Preview: no runs for version ${versionNumber} yet.`}>
        All figures are computed here. Run and record to keep them as evidence.
      </Banner>
    );
  }
  if (edits === 0) {
    return (
      <Banner
        title="Nothing has changed since these figures were recorded."
        action={newerId ? <Button small onClick={onNewest}>Show the newest run</Button> : null}
      >
        They come from run <RunLink id={run.run_id} />, {time(run.recorded_at)}.
        {newerId ? " It is not the newest." : " Move a shock to see a preview."}
      </Banner>
    );
  }
  return (
    <Banner
      kind="preview"
      title={previewTitle(view)}
      action={<Button small onClick={onCompare}>Compare</Button>}
    >
      Figures with a dashed edge are computed here; all others come from run{" "}
      <RunLink id={run.run_id} />.
    </Banner>
  );
}
