"use client";

import { useState } from "react";
import { scenarioName } from "@/lib/risk/scenario-name";
import { SegmentEditor } from "@/components/scenario/segment-editor";
import {
  canonicalScenario, draftsOf, segmentProblem, segmentsOf,
} from "@/components/scenario/segment-draft";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { ErrorText } from "@/components/ui/field";
import type { Scenario, SegmentShock } from "@/lib/risk";

export interface SegmentsDialogProps {
  scenario: Scenario;
  versionId: string;
  onSave: (segments: readonly SegmentShock[] | undefined) => void;
  onClose: () => void;
}

/** Shocks of single segments of one scenario; nothing changes before they are applied. */
export function SegmentsDialog({ scenario, versionId, onSave, onClose }: SegmentsDialogProps) {
  const [drafts, setDrafts] = useState(() => draftsOf(scenario.segment_shocks));
  const problem = segmentProblem(drafts);
  function save() {
    if (problem) return;
    const checked = canonicalScenario({ ...scenario, segment_shocks: segmentsOf(drafts) });
    if (typeof checked !== "string") onSave(checked.segment_shocks);
  }
  return (
    <Dialog open size="wide" onOpenChange={(open) => open ? undefined : onClose()}
      title={`Segment shocks of ${scenarioName(scenario.scenario_id)}`}
      sub="Loans of a segment get these shocks instead of the scenario’s own."
      foot={(
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" disabledReason={problem} onClick={save}>Apply</Button>
        </>
      )}>
      <div className="stack">
        <SegmentEditor segments={drafts} versionId={versionId} onChange={setDrafts} />
        {problem ? <ErrorText>{problem}</ErrorText> : null}
      </div>
    </Dialog>
  );
}
