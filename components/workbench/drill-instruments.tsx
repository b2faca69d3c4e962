"use client";

import { useMemo } from "react";
import { useOperation, useOperationPages } from "@/lib/client/hooks";
import { BarList } from "@/components/chart/bar-list";
import { roundedParts } from "@/components/chart/rounded-parts";
import { Button } from "@/components/ui/button";
import { count, plural } from "@/components/ui/format";
import { ErrorState, SkeletonStack } from "@/components/ui/states";
import {
  instrumentLabel, instrumentQuery, instrumentValue, isLoss, listFigures, ownValue,
  segmentLabel, stakeOf,
} from "./drill";
import type { InstrumentRow, Segments } from "./drill";
import type { DrillState } from "./drill-state";
import { figureColour } from "./drill-state";
import { portfolioItems } from "./payload";
import { useSettled } from "./use-settled";

/** The address names a part of a portfolio record as `<record id>:<part>`. */
export const splitInstrument = (text: string | null): { recordId: string; part: string } | null => {
  if (text === null) return null;
  const [recordId = "", part = ""] = text.split(":");
  return recordId === "" ? null : { recordId, part };
};

function useInstruments(drill: DrillState) {
  const { versionId, figure, group, segment } = drill;
  const basis = useSettled(drill.basis, 350);
  return useOperationPages("listInstruments", {
    path: { id: versionId }, query: instrumentQuery(figure, group, segment, basis),
  });
}

/** What the listed instruments are a part of, on its own; as it is shown where it is shown. */
function ownOfChosen(drill: DrillState, segments: Segments | null): number | null {
  if (drill.segment === null) {
    return segments?.ownTotal ?? ownValue(drill.figure, stakeOf(drill.view.exposure), drill.basis);
  }
  const chosen = segments?.items.find((item) => item.key === drill.segment);
  if (!chosen) return null;
  // Where no surplus absorbs anything, the segment's own loss stands above as its figure.
  return segments?.absorbed === 0 ? chosen.shown : chosen.own;
}

export function InstrumentStep({ drill, segments }: {
  drill: DrillState; segments: Segments | null;
}) {
  const pages = useInstruments(drill);
  const rows = useMemo(() => pages.data?.pages.flatMap((page) => page.items) ?? [], [pages.data]);
  if (pages.isError) {
    return (
      <ErrorState what="The instruments could not be read." safe="The figure itself is not affected."
        action={<Button small onClick={() => void pages.refetch()}>Try again</Button>} />
    );
  }
  if (pages.isPending) return <SkeletonStack lines={4} label="Loading instruments" />;
  const only = rows.length === 1 ? rows[0] : undefined;
  if (only?.record_kind === "portfolio") return <PortfolioParts drill={drill} record={only} />;
  const total = pages.data.pages[0]?.total ?? rows.length;
  return (
    <InstrumentBars drill={drill} rows={rows} total={total} own={ownOfChosen(drill, segments)}
      more={pages.hasNextPage ? () => void pages.fetchNextPage() : null}
      loadingMore={pages.isFetchingNextPage} />
  );
}

interface BarsProps {
  drill: DrillState;
  rows: readonly InstrumentRow[];
  total: number;
  own: number | null;
  more: (() => void) | null;
  loadingMore: boolean;
}

function InstrumentBars({ drill, rows, total, own, more, loadingMore }: BarsProps) {
  const { figure, basis, format, set, instrument, scale } = drill;
  const values = rows.map((row) => instrumentValue(figure, row, basis));
  const listed = values.reduce((sum, value) => sum + value, 0);
  const rest = total - rows.length;
  const isSummable = figure !== "net" && own !== null;
  const figures = listFigures(values, isSummable ? own : null, rest > 0, scale.step);
  const items = rows.map((row, index) => ({
    id: row.normalized_record_id, label: instrumentLabel(row),
    tip: [row.obligor_id, `row ${count(row.row)}`].filter(Boolean).join(", "),
    value: values[index] ?? 0, text: format(values[index] ?? 0, figures.shown[index]),
  }));
  return (
    <>
      <p className="hint">
        {count(rows.length)} of {count(total)}
        {drill.segment === null ? "" : ` in ${segmentLabel(drill.segment, drill.group)}`}
        {isLoss(figure) ? ", each alone" : figure === "net" ? ", largest loans first; bar: own shortfall" : ""}
      </p>
      <BarList
        label="Instruments"
        items={items}
        format={format}
        colour={figureColour(figure)}
        currentId={splitInstrument(instrument)?.recordId ?? null}
        onSelect={(id) => set({ instrument: id === instrument ? null : id })}
        others={rest > 0 && isSummable
          ? { label: plural(rest, "other"), value: Math.max(0, own - listed),
            text: format(Math.max(0, own - listed), figures.rest) } : null}
      />
      {more ? (
        <Button small kind="quiet" busy={loadingMore} onClick={more}>Show more instruments</Button>
      ) : null}
    </>
  );
}

/** A whole portfolio in one record: what stands inside it takes the instruments' place. */
function PortfolioParts({ drill, record }: { drill: DrillState; record: InstrumentRow }) {
  const { versionId, figure, basis, format, set } = drill;
  const id = record.normalized_record_id;
  const answer = useOperation("getRecord", { path: { id: versionId, recordId: id } },
    { staleTime: Infinity });
  const parts = useMemo(
    () => portfolioItems(answer.data?.normalized?.payload), [answer.data]);
  if (answer.isError) {
    return (
      <ErrorState what="The record could not be read." safe="The figure itself is not affected."
        action={<Button small onClick={() => void answer.refetch()}>Try again</Button>} />
    );
  }
  if (answer.isPending) return <SkeletonStack lines={4} label="Loading the record" />;
  const values = parts.map((part) => ownValue(figure, part.stake, basis));
  const sum = values.reduce((total, value) => total + value, 0);
  const shown = roundedParts(values, drill.scale.step, sum);
  const items = parts
    .map((part, index) => ({ id: `${id}:${part.id}`, label: part.label, value: values[index] ?? 0,
      text: format(values[index] ?? 0, shown[index]) }))
    .sort((a, b) => b.value - a.value);
  const absorbed = sum - Math.max(0, drill.amount);
  const hasSurplus = (isLoss(figure) || figure === "net") && absorbed > 0.005 + sum * 1e-9;
  return (
    <>
      <BarList
        label="Instruments of the portfolio record"
        items={items}
        format={format}
        colour={figureColour(figure)}
        currentId={drill.instrument}
        onSelect={(chosen) => set({ instrument: chosen === drill.instrument ? null : chosen })}
      />
      {hasSurplus ? (
        <p className="hint">
          Each alone, {drill.scale.format(sum)} in all. The portfolio&apos;s surplus and recoveries
          cover {drill.scale.format(absorbed)} of it.
        </p>
      ) : null}
    </>
  );
}
