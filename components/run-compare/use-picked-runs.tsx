"use client";

import { useState, type ReactNode } from "react";
import type { RunSummary } from "@/components/run/run-columns";
import type { DataColumn } from "@/components/table/data-table";
import { ButtonLink } from "@/components/ui/button";
import { runName } from "./compare-words";

/**
 * Up to two runs of a list, ticked to be compared: a third takes the place of the one ticked
 * first. The one recorded earlier is the base.
 */
export function usePickedRuns(): { column: DataColumn<RunSummary>; button: ReactNode } {
  const [picked, setPicked] = useState<readonly RunSummary[]>([]);
  const isPicked = (run: RunSummary) => picked.some(({ run_id: id }) => id === run.run_id);
  const toggle = (run: RunSummary) => setPicked((before) => isPicked(run)
    ? before.filter(({ run_id: id }) => id !== run.run_id) : [...before, run].slice(-2));
  const [base, other] = [...picked].sort((a, b) => a.recorded_at < b.recorded_at ? -1 : 1);
  const column: DataColumn<RunSummary> = { id: "pick", header: "Pick", fixed: true, cell: (run) => (
    <input type="checkbox" className="row-pick" checked={isPicked(run)}
      aria-label={`Pick ${runName(run)}`} onChange={() => toggle(run)} />
  ) };
  return { column, button: (
    <ButtonLink small disabledReason={base && other ? null : "Tick two runs in the list"}
      href={base && other ? `/runs/compare?base=${base.run_id}&other=${other.run_id}`
        : "/runs/compare"}>
      {picked.length === 1 ? "Compare, one picked" : "Compare"}
    </ButtonLink>
  ) };
}
