"use client";

import { useMemo } from "react";
import Link from "next/link";
import { parseAsStringLiteral, useQueryState } from "nuqs";
import { BarListCard } from "@/components/chart/bar-list-card";
import { ChartCard } from "@/components/chart/chart-card";
import { useRoving } from "@/components/chart/use-roving";
import { Dot, linePath, Readout, XyPlot, type XyLayout } from "@/components/chart/xy-plot";
import { NOT_GIVEN, recordsHref } from "@/components/dataset/links";
import { groupValue, groupWord, groupWords } from "@/components/dataset/words";
import type { DatasetVersion } from "@/components/shell/current-version";
import { Card, Tile, TileGrid } from "@/components/ui/card";
import { Field, Select } from "@/components/ui/field";
import { compactNumber, moneyScale, number, percentOf, plural } from "@/components/ui/format";
import type { MoneyScale } from "@/components/ui/format";
import { PickedNote, usePicked, type Picked } from "@/components/ui/picked";
import { EmptyState } from "@/components/ui/states";
import { GROUP_COLUMNS, type GroupColumn } from "@/lib/contract/facts";
import type { ResponseOf } from "@/lib/contract/operations";
import { SINGLE_NAME_LIMIT, type DebtExposure } from "@/lib/risk";
import { AnalysisState } from "./analysis-state";
import { KeepEvidence } from "./keep-evidence";
import { FormulaLink } from "./parts";
import { useAnalysis, useKept } from "./use-analysis";

/** Where a figure comes from that nobody recorded. */
const FORMULA = "/docs/model#concentration";

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
  pick: Picked;
}

interface PickedName {
  label: string;
  value: string | null;
  /** 1 for the largest. */
  rank: number;
  /** What it and all larger ones owe together, of the whole. */
  upTo: number;
}

/** The picked name among the largest, and where on the curve it stands. */
function pickedName({ result, by, pick }: Shown): PickedName | null {
  const at = pick.id === null ? -1
    : result.largest.findIndex(({ key }) => (key ?? NOT_GIVEN) === pick.id);
  const value = result.largest[at]?.key ?? null;
  if (at < 0) return null;
  return { value, label: groupValue(by, value), rank: at + 1,
    upTo: result.largest.slice(0, at + 1).reduce((sum, { share }) => sum + share, 0) };
}

const rankText = ({ label, rank, upTo }: PickedName, by: GroupColumn): string =>
  rank === 1 ? `${label} is the largest and owes ${percentOf(upTo)}`
    : `${label} is number ${rank}; the ${rank} largest ${groupWords(by)} owe ${percentOf(upTo)}`;

const WHY = "Nothing is owed in this version";

function Tiles({ result, by }: Shown) {
  const { hhi, effective_number: effective, gini, top } = result;
  const reason = result.reason ?? WHY;
  const share = (value: number | null) => value === null ? null : percentOf(value);
  return (
    <TileGrid label="Concentration" count={6}>
      <Tile href={FORMULA} term="hhi" title="Herfindahl index" reason={reason}
        value={hhi === null ? null : number(hhi, { decimals: 4 })} />
      <Tile href={FORMULA} term="effective-number" title="Effective number" reason={reason}
        value={effective === null ? null : number(effective, { decimals: 1 })}
        delta={`of ${plural(result.count, groupWord(by).toLowerCase(), groupWords(by))}`} />
      <Tile href={FORMULA} term="gini" title="Gini coefficient" reason={reason}
        value={gini === null ? null : number(gini, { decimals: 3 })} />
      <Tile href={FORMULA} title="Largest" reason={reason} value={share(top["1"])} />
      <Tile href={FORMULA} title="Largest 10" reason={reason} value={share(top["10"])} />
      <Tile href={FORMULA} title="Largest 20" reason={reason} value={share(top["20"])} />
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

/** Upright line and point of the picked name. */
function CurvePick({ layout, name, count }: {
  layout: XyLayout; name: PickedName; count: number;
}) {
  const [x, y] = [layout.x(name.rank / count), layout.y(name.upTo)];
  return (
    <g>
      <line x1={x} x2={x} y1={layout.y(0)} y2={layout.y(1)} stroke="var(--accent)"
        strokeWidth={1} strokeDasharray="2 2" />
      <circle cx={x} cy={y} r={6} fill="none" stroke="var(--accent)" strokeWidth={2} />
    </g>
  );
}

function Curve(props: Shown) {
  const { result, by } = props;
  const { curve } = result;
  const picked = pickedName(props);
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
            {picked ? <CurvePick layout={layout} name={picked} count={result.count} /> : null}
          </>
        )}
      />
      <Readout text={roving.active !== null ? textAt(roving.active)
        : picked && rankText(picked, by)}
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
      terms={["concentration", "gini"]}
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

function Largest(props: Shown) {
  const { result, by, scale, pick } = props;
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
      currentId={pickedName(props) ? pick.id : null}
      onSelect={pick.toggle}
      items={largest.map((one) => ({
        id: one.key ?? NOT_GIVEN,
        label: one.share > SINGLE_NAME_LIMIT ? `${nameOf(one.key)} (flagged)` : nameOf(one.key),
        value: one.value, tip: "Show where it stands on the curve" }))}
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
  const { result, by, scale, pick, versionId } = props;
  const picked = pickedName(props);
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
      <PickedNote name={picked && picked.label} note={picked ? `number ${picked.rank}` : undefined}
        onClear={pick.clear}>
        {picked ? <Link href={recordsHref(versionId, by, picked.value)}>Open its records</Link>
          : null}
      </PickedNote>
    </>
  );
}

/** How much hangs on few names. */
export function ConcentrationTab({ version, exposure }: {
  version: DatasetVersion; exposure: DebtExposure;
}) {
  const [by, setBy] = useQueryState("by", byParameter);
  const pick = usePicked("name");
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
            onChange={(next) => {
              pick.clear();
              void setBy(next as GroupColumn);
            }} />
        </Field>
        {analysis.data ? <KeepEvidence kept={kept} /> : null}
      </div>
      <AnalysisState analysis={analysis} what="The concentration"
        idle={{ title: "How much hangs on few names?",
          text: "All loans of the version, grouped." }}>
        {analysis.data ? (
          <Result result={analysis.data} by={by} scale={scale} versionId={versionId}
            stale={analysis.isStale} pick={pick} />
        ) : null}
      </AnalysisState>
    </div>
  );
}
