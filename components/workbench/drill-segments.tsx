"use client";

import { useMemo, useState } from "react";
import { keepPreviousData } from "@tanstack/react-query";
import { useOperation } from "@/lib/client/hooks";
import { BarList } from "@/components/chart/bar-list";
import { Button } from "@/components/ui/button";
import { Select } from "@/components/ui/field";
import { plural } from "@/components/ui/format";
import { ErrorState, SkeletonStack } from "@/components/ui/states";
import {
  DRILL_GROUPS, GROUP_WORDS, isLoss, NOT_GIVEN, segmentsOf, segmentsQuery,
} from "./drill";
import type { DrillGroup, Segments } from "./drill";
import type { DrillState } from "./drill-state";
import { figureColour } from "./drill-state";
import { useSettled } from "./use-settled";

const FIRST = 8;

/** Segments of the shown figure; null while they load. */
export function useSegments(drill: DrillState) {
  const { versionId, figure, group, amount, basis, isSingleRecord } = drill;
  const settled = useSettled(basis, 350);
  const { step } = drill.scale;
  const query = useOperation("getExposure",
    { path: { id: versionId }, query: segmentsQuery(group, settled) },
    { enabled: !isSingleRecord, placeholderData: keepPreviousData, staleTime: Infinity });
  const segments = useMemo<Segments | null>(() => query.data && !query.isPlaceholderData
    ? segmentsOf(figure, group, query.data.groups, amount, basis, step) : null,
  [query.data, query.isPlaceholderData, figure, group, amount, basis, step]);
  return { segments, error: query.error, refetch: query.refetch };
}

export function segmentNote(drill: DrillState, segments: Segments | null): string {
  if (!segments) return "";
  const [one, many] = GROUP_WORDS[drill.group];
  const counted = `${segments.items.length} ${segments.items.length === 1 ? one : many}`;
  return drill.figure === "net" ? counted : `${counted}, sum ${drill.scale.format(drill.amount)}`;
}

/** Why the segments' own figures do not add up to the shown one. */
function surplusText(drill: DrillState, { ownTotal, absorbed }: Segments): string {
  const { figure, basis, scale } = drill;
  const own = scale.format(ownTotal);
  const part = scale.format(Math.abs(absorbed));
  const isByInstrument = basis.netting === "instrument";
  if (isLoss(figure)) {
    if (absorbed < 0) {
      return `Alone the segments would lose ${own}. Lower recoveries add ${part}, shared out in `
        + "proportion.";
    }
    return `Alone the segments would lose ${own}. The portfolio's ${isByInstrument ? "recoveries"
      : "surplus"} absorb${isByInstrument ? "" : "s"} ${part} of it, shared out in proportion.`;
  }
  return isByInstrument
    ? `Loan by loan the segments fall short by ${own}. Recoveries cover ${part} of it.`
    : `Alone the segments fall short by ${own}. Surplus of others covers ${part} of it.`;
}

function Surplus({ drill, segments }: { drill: DrillState; segments: Segments }) {
  return segments.absorbed === 0 ? null : <p className="hint">{surplusText(drill, segments)}</p>;
}

export interface SegmentStepProps {
  drill: DrillState;
  segments: Segments | null;
  failed: boolean;
  onRetry: () => void;
}

export function SegmentStep({ drill, segments, failed, onRetry }: SegmentStepProps) {
  const { group, segment, format, set } = drill;
  const [shown, setShown] = useState(FIRST);
  if (drill.isSingleRecord) {
    return <p className="hint">The version is one portfolio record. It has no segments.</p>;
  }
  const pick = (
    <div className="group-pick">
      <Select
        aria-label="Group by"
        value={group}
        options={DRILL_GROUPS.map((name) => ({ value: name, label: `By ${GROUP_WORDS[name][0]}` }))}
        onChange={(value) => set({ group: value as DrillGroup, segment: null, instrument: null })}
      />
      {segment !== null ? (
        <Button small kind="quiet" onClick={() => set({ segment: null, instrument: null })}>
          All segments
        </Button>
      ) : null}
    </div>
  );
  if (failed) {
    return (
      <>
        {pick}
        <ErrorState what="The segments could not be read." safe="The figure itself is not affected."
          action={<Button small onClick={onRetry}>Try again</Button>} />
      </>
    );
  }
  if (!segments) return <>{pick}<SkeletonStack lines={5} label="Loading segments" /></>;
  const onlyUnknown = segments.items.length === 1 && segments.items[0]?.key === NOT_GIVEN;
  // One left over takes no more room than the words "1 other".
  const most = segments.items.length === shown + 1 ? shown + 1 : shown;
  const items = segments.items.filter((item, index) => index < most || item.key === segment);
  const rest = segments.items.length - items.length;
  const left = segments.items.filter((item) => !items.includes(item));
  const restValue = left.reduce((sum, item) => sum + item.value, 0);
  const restShown = left.reduce((sum, item) => sum + item.shown, 0);
  return (
    <>
      {pick}
      <BarList
        label="Segments"
        items={items.map((item) => ({ id: item.key, label: item.label, value: item.value,
          text: format(item.value, item.shown),
          tip: plural(item.count, "record") }))}
        format={format}
        colour={figureColour(drill.figure)}
        currentId={segment}
        onSelect={(key) => set({ segment: key === segment ? null : key, instrument: null })}
        others={rest > 0 ? { label: plural(rest, "other"), value: restValue,
          text: format(restValue, restShown) } : null}
      />
      {rest > 0 ? (
        <Button small kind="quiet" onClick={() => setShown(shown + 20)}>Show more segments</Button>
      ) : null}
      {onlyUnknown ? (
        <p className="hint">This version gives no {GROUP_WORDS[group][0]}. Group by something else.</p>
      ) : null}
      <Surplus drill={drill} segments={segments} />
    </>
  );
}
