"use client";

import { useEffect, useRef, useState } from "react";
import Link from "next/link";
import { SegmentList } from "@/components/run/segment-list";
import { IconButton } from "@/components/ui/button";
import { Trail } from "@/components/ui/trail";
import { FormulaStep, formulaNote } from "./drill-formula";
import { InstrumentStep } from "./drill-instruments";
import {
  EvidenceStep, NormalizedStep, rawNote, RawStep, useChosenRecord,
} from "./drill-proof";
import { SegmentStep, segmentNote, useSegments } from "./drill-segments";
import type { DrillState } from "./drill-state";
import { WhatIfStep } from "./what-if-step";

export interface DrillDrawerProps {
  drill: DrillState;
  /** Rises with every opening by hand; the drawer then takes the focus. */
  openings: number;
  onClose: () => void;
}

function isOverlaid(target: EventTarget | null, drawer: HTMLElement | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  const isField = /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
  return (isField && !drawer?.contains(target)) || target.closest("[role=dialog],[role=menu]") !== null;
}

/** The numbered way from a figure to its raw rows. */
export function DrillDrawer({ drill, openings, onClose }: DrillDrawerProps) {
  const element = useRef<HTMLElement>(null);
  // On a phone: unfolded when opened by hand, a line at the bottom when a link brought it.
  const [sheet, setSheet] = useState({ openings, isUnfolded: openings > 0 });
  const isUnfolded = sheet.openings === openings ? sheet.isUnfolded : true;
  useEffect(() => {
    if (openings > 0) element.current?.focus({ preventScroll: true });
  }, [openings]);
  useEffect(() => {
    function keys(event: KeyboardEvent) {
      if (event.key !== "Escape" || event.defaultPrevented) return;
      if (isOverlaid(event.target, element.current)) return;
      // One press closes one thing.
      event.preventDefault();
      onClose();
    }
    document.addEventListener("keydown", keys);
    return () => document.removeEventListener("keydown", keys);
  }, [onClose]);
  return (
    <aside
      ref={element}
      className="drawer"
      id="drill"
      aria-label="Where the number comes from"
      tabIndex={-1}
      data-open={isUnfolded || undefined}
    >
      <div className="drawer-head">
        <div className="grow">
          <h2>
            Where{" "}
            {drill.evidenceId ? drill.shown : <span className="pv-num">{drill.shown}</span>}
            {" "}comes from
          </h2>
          <p className="hint">{drill.subject}{drill.evidenceId ? "" : ", preview"}</p>
        </div>
        {isUnfolded ? null : (
          <IconButton icon="up" large className="phone-only open" label="Open the trail"
            onClick={() => setSheet({ openings, isUnfolded: true })} />
        )}
        <IconButton icon="x" large className="close" label="Close (Esc)" onClick={onClose} />
      </div>
      {drill.row?.scenario.segment_shocks ? <SegmentedLoss drill={drill} />
        : <DrillSteps key={`${drill.figure} ${drill.versionId}`} drill={drill} />}
    </aside>
  );
}

/** A loss under segment shocks: each loan has its own, which the trail's formula does not show. */
function SegmentedLoss({ drill }: { drill: DrillState }) {
  return (
    <div className="card-body stack">
      <p>
        Each loan is stressed by the last segment that it is in, else by the scenario’s own shocks;
        the figure is the sum over all loans.
      </p>
      <SegmentList segments={drill.row?.scenario.segment_shocks} />
      {drill.evidenceId ? (
        <Link href={`/evidence/${drill.evidenceId}`}>Open the evidence of this loss</Link>
      ) : <p className="hint">Run and record to keep it as evidence.</p>}
      <h3>What if</h3>
      <WhatIfStep drill={drill} />
    </div>
  );
}

function DrillSteps({ drill }: { drill: DrillState }) {
  const { segments, error, refetch } = useSegments(drill);
  const record = useChosenRecord(drill);
  return (
    <Trail
      steps={[
        { id: "segment", title: "Segment", note: segmentNote(drill, segments),
          content: <SegmentStep drill={drill} segments={segments} failed={error !== null}
            onRetry={() => void refetch()} /> },
        { id: "instrument", title: "Instrument",
          content: <InstrumentStep drill={drill} segments={segments} /> },
        { id: "what-if", title: "What if", content: <WhatIfStep drill={drill} /> },
        { id: "formula", title: "Formula", note: formulaNote(drill, record),
          content: <FormulaStep drill={drill} record={record} segments={segments} /> },
        { id: "evidence", title: "Evidence", content: <EvidenceStep drill={drill} /> },
        { id: "normalized", title: "Normalized record",
          note: record.chosen ? `base currency ${drill.version.base_currency}` : "",
          content: <NormalizedStep record={record} /> },
        { id: "raw", title: "Raw row", note: rawNote(drill, record),
          content: <RawStep record={record} /> },
      ]}
    />
  );
}
