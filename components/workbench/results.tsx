"use client";

import { memo, useMemo } from "react";
import { attributeLoss, DRIVERS, tornado } from "@/lib/risk";
import type { Netted, Shocks } from "@/lib/risk";
import { AttributionWaterfall } from "@/components/chart/attribution-waterfall";
import { ExposureWaterfall } from "@/components/chart/exposure-waterfall";
import type { ExposureStep } from "@/components/chart/exposure-waterfall";
import { LossBars } from "@/components/chart/loss-bars";
import { Card } from "@/components/ui/card";
import { FigureLink } from "@/components/ui/figure";
import { percent } from "@/components/ui/format";
import type { MoneyScale } from "@/components/ui/format";
import { later } from "@/components/ui/later";
import { EmptyState } from "@/components/ui/states";
import type { DrillFigure } from "./drill";
import type { BenchView, ScenarioFigures } from "./figures";
import { FindingsCard } from "./findings-card";
import { ScenarioTable } from "./scenario-table";
import { attributionTitle, exposureTitle, lossTitle, tornadoTitle } from "./titles";
import { TornadoChart } from "./tornado-chart";
import { asPercent, DRIVER_LABELS } from "./words";
import { nameInText, scenarioName } from "@/lib/risk/scenario-name";

export interface ResultsProps {
  versionId: string;
  view: BenchView;
  selected: ScenarioFigures | null;
  scale: MoneyScale;
  currency: string;
  /** The figure that the drawer is about. */
  drill: DrillFigure | null;
  /** The scenario that was picked; `selected` is the worst while none is. */
  pickedId: string | null;
  onDrill: (figure: DrillFigure, scenarioId?: string) => void;
}

// Few scenarios shock a segment for itself.
const SegmentAttribution = later(
  () => import("./segment-cards").then((part) => part.SegmentAttribution));
const SegmentTornado = later(() => import("./segment-cards").then((part) => part.SegmentTornado));

/** A table's figure that is not recorded: the drawer has its formula with the values filled in. */
const drilled = (onPick: (id: string) => void, preview: boolean) =>
  function Drilled(id: string, text: string) {
    return <FigureLink preview={preview} onSelect={() => onPick(id)}>{text}</FigureLink>;
  };

const addressOf = (evidenceId: string | null): string | null =>
  evidenceId && `/evidence/${evidenceId}`;

const EXPOSURE_STEPS: readonly DrillFigure[] = ["outstanding", "collateral", "recovery", "net"];

const asStep = (figure: DrillFigure | null): ExposureStep | null =>
  figure !== null && EXPOSURE_STEPS.includes(figure) ? figure as ExposureStep : null;

function ExposureCard({ view, scale, drill, onDrill }: ResultsProps) {
  const { exposure, netLine } = view;
  const pick = (step: string) => onDrill(EXPOSURE_STEPS.find((each) => each === step) ?? "net");
  return (
    <ExposureWaterfall
      id="bench-exposure"
      title={exposureTitle(exposure, netLine, scale)}
      sub={view.basis.netting === "portfolio" ? "Owed less collateral and recovery"
        : "Owed less each loan's own collateral, and recovery"}
      subject="exposure"
      outstanding={exposure.total_outstanding}
      collateral={exposure.collateral_value}
      recovery={exposure.distressed_asset_recovery}
      net={exposure.net_exposure_after_recovery}
      scale={scale}
      line={netLine}
      preview={view.exposureEvidenceId === null}
      selected={asStep(drill)}
      href={addressOf(view.exposureEvidenceId)}
      figure={drilled(pick, true)}
      onSelect={pick}
    />
  );
}

function LossCard({ view, selected, scale, onDrill }: ResultsProps) {
  const note = `(${percent(asPercent(view.lossShare), {
    decimals: Number.isInteger(asPercent(view.lossShare)) ? 0 : 2 })})`;
  const hasGhost = view.rows.some((row) => row.recordedLoss !== null);
  const rows = useMemo(() => view.rows.map((row) => ({
    id: row.scenario.scenario_id,
    label: scenarioName(row.scenario.scenario_id),
    loss: row.stress.loss_estimate,
    preview: row.evidenceId === null,
    recorded: row.recordedLoss,
    href: addressOf(row.evidenceId),
  })), [view.rows]);
  if (rows.length === 0) {
    return (
      <Card id="bench-loss" title="No scenario is on">
        <EmptyState icon="scen" title="A run would record the exposure alone">
          Switch a scenario on, or add one.
        </EmptyState>
      </Card>
    );
  }
  return (
    <LossBars
      id="bench-loss"
      title={lossTitle(view, scale)}
      sub={hasGhost ? "Stress loss; upright mark: last run" : "Stress loss"}
      subject="stress losses"
      rows={rows}
      scale={scale}
      line={{ value: view.lossLine, note }}
      selectedId={selected?.scenario.scenario_id ?? null}
      onSelect={(id) => onDrill("loss", id)}
      figure={drilled((id) => onDrill("loss", id), true)}
      rowHeight={rows.length > 12 ? 30 : 40}
    />
  );
}

const DRIVER_FIGURES = {
  collateral: "loss-collateral", recovery: "loss-recovery", default: "loss-default",
} as const satisfies Record<string, DrillFigure>;

const DRIVER_SHOCKS = {
  collateral: "collateral_market_impact_pct", recovery: "recovery_degradation_pct",
  default: "default_risk_increment_pct",
} as const satisfies Record<(typeof DRIVERS)[number], keyof Shocks>;

function figureOfStep(id: string): DrillFigure {
  if (id === "base") return "net";
  return id in DRIVER_FIGURES ? DRIVER_FIGURES[id as keyof typeof DRIVER_FIGURES] : "loss";
}

function stepOfFigure(figure: DrillFigure | null): string | null {
  const driver = DRIVERS.find((name) => DRIVER_FIGURES[name] === figure);
  if (driver) return driver;
  return figure === "loss" ? "result" : figure === "net" ? "base" : null;
}

type Chosen = ResultsProps & { selected: ScenarioFigures; netted: Netted };

function AttributionCard({ netted, selected, scale, drill, onDrill }: Chosen) {
  const attribution = useMemo(
    () => attributeLoss(netted, selected.scenario), [netted, selected]);
  const id = selected.scenario.scenario_id;
  const isPreview = selected.evidenceId === null;
  const interest = attribution.added_interest;
  const verb = interest < 0 ? "falls" : "rises";
  const pick = (step: string) => onDrill(figureOfStep(step), id);
  return (
    <AttributionWaterfall
      id="bench-attribution"
      title={attributionTitle(attribution, id)}
      sub="Net exposure, before and after, by driver"
      subject="attribution"
      terms={["attribution", "net-exposure"]}
      base={{ amount: attribution.net_exposure_after_recovery }}
      drivers={DRIVERS.map((driver) => ({
        id: driver, label: DRIVER_LABELS[driver], amount: attribution.drivers[driver],
      }))}
      result={{ amount: attribution.net_exposure_after_recovery + attribution.loss_estimate }}
      scale={scale}
      preview={isPreview}
      selectedId={stepOfFigure(drill)}
      onSelect={pick}
      figure={drilled(pick, isPreview)}
      foot={interest === 0 ? "The interest rate does not move." : (
        <span>
          Beside the loss: interest {verb} by{" "}
          <b>{drilled(pick, isPreview)("result", scale.format(Math.abs(interest)))}</b>
          {" "}a year. That is cost, not loss.
        </span>
      )}
    />
  );
}

function TornadoCard({ netted, selected, scale, drill, onDrill }: Chosen) {
  const driver = DRIVERS.find((name) => DRIVER_FIGURES[name] === drill);
  const pick = (shock: string) => {
    const moved = DRIVERS.find((name) => DRIVER_SHOCKS[name] === shock);
    // What the interest rate adds is cost, no part of the loss: it leads to the scenario.
    onDrill(moved ? DRIVER_FIGURES[moved] : "loss", selected.scenario.scenario_id);
  };
  const bars = useMemo(
    () => tornado(netted, selected.scenario), [netted, selected]);
  return (
    <TornadoChart
      id="bench-tornado"
      title={tornadoTitle(bars, scale)}
      sub={`Each shock of the ${nameInText(selected.scenario.scenario_id)} alone, from half to `
        + "double; upright mark: as it is"}
      subject="sensitivity"
      bars={bars}
      shocks={selected.scenario}
      scale={scale}
      preview={selected.evidenceId === null}
      selectedId={driver ? DRIVER_SHOCKS[driver] : null}
      onSelect={pick}
      figure={drilled(pick, selected.evidenceId === null)}
    />
  );
}

/** The cards at the right. A memo: typing in the panel must not wait for them. */
export const Results = memo(function Results(props: ResultsProps) {
  const { view, selected, scale, currency, onDrill } = props;
  // What segments lose takes the records, which the server has.
  const segmented = selected?.scenario.segment_shocks ? selected : null;
  const netted = segmented ? null : view.netted;
  const { versionId, drill } = props;
  const { netting } = view.basis;
  return (
    <>
      <div className="pair">
        <ExposureCard {...props} />
        <LossCard {...props} />
        {selected && netted
          ? <AttributionCard {...props} selected={selected} netted={netted} /> : null}
        {segmented ? (
          <SegmentAttribution versionId={versionId} netting={netting} selected={segmented}
            scale={scale} drill={drill} onDrill={onDrill} />
        ) : null}
        <FindingsCard view={view} scale={scale}
          selectedId={props.pickedId}
          onFinding={(finding) => finding.scenarioId === null ? onDrill("net")
            : onDrill("loss", finding.scenarioId)} />
      </div>
      {selected ? (
        <ScenarioTable view={view} selected={selected} scale={scale} currency={currency}
          onSelect={(row) => onDrill("loss", row.scenario.scenario_id)} />
      ) : null}
      {selected && netted
        ? <TornadoCard {...props} selected={selected} netted={netted} /> : null}
      {segmented ? (
        <SegmentTornado versionId={versionId} netting={netting} selected={segmented}
          scale={scale} />
      ) : null}
    </>
  );
});
