"use client";

import { useMemo } from "react";
import { parseAsStringLiteral, useQueryState } from "nuqs";
import { BarListCard } from "@/components/chart/bar-list-card";
import { ChartCard } from "@/components/chart/chart-card";
import { useRoving } from "@/components/chart/use-roving";
import { Dot, linePath, Readout, XyPlot } from "@/components/chart/xy-plot";
import { recordsHref } from "@/components/dataset/links";
import { groupValue, groupWord, groupWords } from "@/components/dataset/words";
import type { DatasetVersion } from "@/components/shell/current-version";
import { Card, Tile, TileGrid } from "@/components/ui/card";
import { Field, Select } from "@/components/ui/field";
import { compactNumber, moneyScale, number, percentOf, plural } from "@/components/ui/format";
import type { MoneyScale } from "@/components/ui/format";
import { EmptyState } from "@/components/ui/states";
import { GROUP_COLUMNS, type GroupColumn } from "@/lib/contract/facts";
import type { ResponseOf } from "@/lib/contract/operations";
import { SINGLE_NAME_LIMIT, type DebtExposure } from "@/lib/risk";
import { AnalysisState } from "./analysis-state";
import { KeepEvidence } from "./keep-evidence";
import { FormulaLink } from "./parts";
import { useAnalysis, useKept } from "./use-analysis";

type Concentration = ResponseOf<"analyseConcentration">;


const byParameter = parseAsStringLiteral(GROUP_COLUMNS).withDefault("obligor")
  .withOptions({ history: "push" });

const BY_OPTIONS = GROUP_COLUMNS.map((column) => ({ value: column, label: groupWord(column) }));

interface Shown {
  result: Concentration;
  by: GroupColumn;
  scale: MoneyScale;
  versionId: string;
  stale: boolean;
}

const WHY = "Nothing is owed in this version";

function Tiles({ result, by }: Shown) {
  const { hhi, effective_number: effective, gini, top } = result;
  const reason = result.reason ?? WHY;
  const share = (value: number | null) => value === null ? null : percentOf(value);
  return (
    <TileGrid label="Concentration" count={6}>
      <Tile title="Herfindahl index" reason={reason}
        value={hhi === null ? null : number(hhi, { decimals: 4 })} />
      <Tile title="Effective number" reason={reason}
        value={effective === null ? null : number(effective, { decimals: 1 })}
        delta={`of ${plural(result.count, groupWord(by).toLowerCase(), groupWords(by))}`} />
      <Tile title="Gini coefficient" reason={reason}
        value={gini === null ? null : number(gini, { decimals: 3 })} />
      <Tile title="Largest" reason={reason} value={share(top["1"])} />
      <Tile title="Largest 10" reason={reason} value={share(top["10"])} />
      <Tile title="Largest 20" reason={reason} value={share(top["20"])} />
    </TileGrid>
  );
}

/** "The largest 20 % of obligors owe 64 % of it" */
function curveTitle({ result, by }: Shown): string {
  const { curve } = result;
  const near = curve.reduce<{ names: number; share: number } | null>((best, point) =>
    point.names > 0 && (best === null
      || Math.abs(point.names - 0.2) < Math.abs(best.names - 0.2)) ? point : best, null);
  if (!near) return "There is nothing to concentrate";
  return `The largest ${percentOf(near.names, { decimals: 0 })} of ${groupWords(by)} owe ${
    percentOf(near.share, { decimals: 0 })} of it`;
}

function Curve({ result, by }: Shown) {
  const { curve } = result;
  const roving = useRoving(curve.length);
  const axis = (unit: string) => ({ domain: [0, 1] as const, divisor: 0.01, unit,
    format: (value: number) => compactNumber(value * 100, 0) });
  const textAt = (index: number): string => {
    const point = curve[index];
    return point ? `The largest ${percentOf(point.names)} of ${groupWords(by)} owe ${
      percentOf(point.share)}` : "";
  };
  return (
    <>
      <XyPlot height={300} roving={roving} x={axis(`% of ${groupWords(by)}, largest first`)}
        y={axis("% of what is owed")}
        label={`Share of what is owed by share of ${groupWords(by)}, largest first, per cent`}
        draw={(layout) => (
          <>
            <path d={linePath(layout, [[0, 0], [1, 1]])} className="axis" fill="none"
              strokeDasharray="4 3" />
            <path d={linePath(layout, curve.map(({ names, share }) => [names, share]))}
              fill="none" stroke="var(--chart-outstanding)" strokeWidth={2} />
            {curve.map((point, index) => (
              <Dot key={index} index={index} roving={roving} label={textAt(index)}
                x={layout.x(point.names)} y={layout.y(point.share)}
                fill={curve.length > 25 ? "transparent" : "var(--chart-outstanding)"} />
            ))}
          </>
        )}
      />
      <Readout text={roving.active === null ? null : textAt(roving.active)}
        hint="Arrow keys move along the curve; dashed: all alike." />
    </>
  );
}

function CurveCard(props: Shown) {
  const { result, by, stale } = props;
  const per = (label: string) => ({ label, unit: "%", number: true,
    format: (value: unknown) => number(Number(value), { decimals: 1 }) });
  return (
    <ChartCard
      id="lorenz"
      stale={stale}
      title={curveTitle(props)}
      sub={`Lorenz curve by ${groupWord(by).toLowerCase()}, the largest first`}
      subject="Lorenz curve"
      foot={<FormulaLink section="concentration" />}
      table={{
        columns: [per(`Share of ${groupWords(by)}`), per("Share of what is owed")],
        rows: result.curve.map(({ names, share }) => [names * 100, share * 100]),
      }}
    >
      <Curve {...props} />
    </ChartCard>
  );
}

function Largest({ result, by, scale, versionId }: Shown) {
  const { flagged, largest, total, count } = result;
  const names = flagged.length;
  const nameOf = (key: string | null | undefined): string => groupValue(by, key);
  const listed = largest.reduce((sum, one) => sum + one.value, 0);
  const title = names === 0
    ? `No ${groupWord(by).toLowerCase()} owes more than ${percentOf(SINGLE_NAME_LIMIT, { decimals: 0 })}`
    : `${plural(names, groupWord(by).toLowerCase(), groupWords(by))} ${
      names === 1 ? "owes" : "owe"} more than ${percentOf(SINGLE_NAME_LIMIT, { decimals: 0 })}`;
  return (
    <BarListCard
      id="largest"
      title={title}
      sub={`The largest, ${scale.label} and share; flagged above ${
        percentOf(SINGLE_NAME_LIMIT, { decimals: 0 })}`}
      subject="largest names"
      items={largest.map((one, index) => ({
        id: String(index),
        label: one.share > SINGLE_NAME_LIMIT ? `${nameOf(one.key)} (flagged)` : nameOf(one.key),
        value: one.value, href: recordsHref(versionId, by, one.key ?? null) }))}
      others={count > largest.length
        ? { label: plural(count - largest.length, "other"), value: Math.max(0, total - listed) }
        : null}
      total={total}
      format={scale.format}
      colour="outstanding"
      groupLabel={groupWord(by)}
      valueLabel="Outstanding"
      unit={scale.label}
      csvUnit={scale.label.split(" ")[0]}
      foot={<FormulaLink section="concentration" />}
    />
  );
}

function Result(props: Shown) {
  const { result, by, scale } = props;
  if (result.count === 0) {
    return (
      <Card id="nothing" title="Nothing is owed">
        <EmptyState icon="unk" title="No amount above 0">{result.reason ?? WHY}</EmptyState>
      </Card>
    );
  }
  const missing = result.missing;
  return (
    <>
      <Tiles {...props} />
      {missing && missing.value > 0 ? (
        <p className="hint">{scale.inWords(missing.value)}{missing.share === null ? ""
          : `, ${percentOf(missing.share)},`} has no {groupWord(by).toLowerCase()} and counts as
          one name.</p>
      ) : null}
      <div className="grid">
        <div className="c7 ana-fill"><CurveCard {...props} /></div>
        <div className="c5 ana-fill"><Largest {...props} /></div>
      </div>
    </>
  );
}

/** How much hangs on few names. */
export function ConcentrationTab({ version, exposure }: {
  version: DatasetVersion; exposure: DebtExposure;
}) {
  const [by, setBy] = useQueryState("by", byParameter);
  const versionId = version.dataset_version_id;
  const body = useMemo(() => ({ dataset_version_id: versionId, by }), [versionId, by]);
  const analysis = useAnalysis("analyseConcentration", body, { auto: true });
  const kept = useKept("analyseConcentration", body);
  const scale = moneyScale(exposure.total_outstanding, version.base_currency);
  return (
    <div className="ana-stack">
      <div className="ana-bar">
        <Field label="By">
          <Select value={by} options={BY_OPTIONS}
            onChange={(next) => void setBy(next as GroupColumn)} />
        </Field>
        {analysis.data ? <KeepEvidence kept={kept} /> : null}
      </div>
      <AnalysisState analysis={analysis} what="The concentration"
        idle={{ title: "How much hangs on few names?",
          text: "All loans of the version, grouped." }}>
        {analysis.data ? (
          <Result result={analysis.data} by={by} scale={scale} versionId={versionId}
            stale={analysis.isStale} />
        ) : null}
      </AnalysisState>
    </div>
  );
}
