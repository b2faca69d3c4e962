"use client";

import { scenarioName } from "@/lib/risk/scenario-name";
import { ExposureWaterfall } from "@/components/chart/exposure-waterfall";
import { LossBars } from "@/components/chart/loss-bars";
import { FigureLink } from "@/components/ui/figure";
import type { MoneyScale } from "@/components/ui/format";
import { attributeLoss, type Netted } from "@/lib/risk";
import { AttributionCard } from "./attribution-card";
import { useNetted } from "./use-netted";
import {
  exposureFinding, exposureTitle, lossTitle, thresholdText,
  type Run, type RunStress,
} from "./run-words";

interface ReportChartsProps {
  run: Run;
  scale: MoneyScale;
  /** The scenario whose loss is explained: the chosen one, else the worst. */
  shown: RunStress | null;
  onShow: (scenarioId: string) => void;
}

/** More bars than this make a card taller than its neighbours can fill. */
const ROW_OF_CARDS = 8;

export function ReportCharts(props: ReportChartsProps) {
  const { run, scale, shown } = props;
  const stresses = run.report.stress_tests.length;
  const { netting } = run.report.metadata.parameters;
  const { by } = useNetted(run.dataset_version_id, run.report.debt_exposure,
    netting === "instrument" && shown !== null);
  // By instrument a loss rests on every single loan, which a huge version does not give out.
  const netted = by(netting);
  const isExplained = netted !== null && !shown?.segment_shocks;
  const why = (className?: string) => shown && netted && isExplained
    ? <Why run={run} netted={netted} shown={shown} scale={scale} className={className} /> : null;
  return (
    <div className="grid report-grid report-charts">
      {stresses > ROW_OF_CARDS ? (
        <>
          <div className="c5 card-stack"><Exposure run={run} scale={scale} />{why()}</div>
          <Losses {...props} className="c7" isExplained={isExplained} />
        </>
      ) : (
        <>
          <Exposure run={run} scale={scale} className={stresses === 0 ? "c12" : isExplained ? "c4" : "c6"} />
          {stresses > 0 ? (
            <Losses {...props} className={isExplained ? "c4" : "c6"} isExplained={isExplained} />
          ) : null}
          {why("c4")}
        </>
      )}
    </div>
  );
}

interface ChartProps {
  run: Run;
  scale: MoneyScale;
  className?: string;
}

function Exposure({ run, scale, className }: ChartProps) {
  const exposure = run.report.debt_exposure;
  return (
    <ExposureWaterfall
      id="exposure-chart"
      className={className}
      subject="exposure"
      title={exposureTitle(run, scale)}
      sub={`From what is owed to net exposure, ${scale.label}`}
      outstanding={exposure.total_outstanding}
      collateral={exposure.collateral_value}
      recovery={exposure.distressed_asset_recovery}
      net={exposure.net_exposure_after_recovery}
      href={`/evidence/${run.debt_exposure_evidence_id}`}
      scale={scale}
      line={exposureFinding(run)?.threshold ?? null}
    />
  );
}

function Losses(props: ReportChartsProps & { className: string; isExplained: boolean }) {
  const { run, scale, shown, onShow, className, isExplained } = props;
  const line = run.material_findings.find((finding) => finding.category === "stress_test");
  const { parameters } = run.report.metadata;
  return (
    <LossBars
      id="loss-chart"
      className={className}
      subject="stress losses"
      title={lossTitle(run)}
      sub={`Loss per scenario, ${scale.label}${isExplained ? "; choose one to see why it loses"
        : ", netted by instrument"}`}
      rows={run.report.stress_tests.map((stress) => ({ id: stress.scenario_id,
        label: scenarioName(stress.scenario_id), loss: stress.loss_estimate,
        href: `/evidence/${run.stress_test_evidence_ids[stress.scenario_id]}` }))}
      scale={scale}
      line={line ? { value: line.threshold,
        note: `(${thresholdText(parameters.stress_loss_materiality_threshold_pct)})` } : null}
      selectedId={shown?.scenario_id ?? null}
      onSelect={onShow}
    />
  );
}

function Why({ run, netted, shown, scale, className }: {
  run: Run; netted: Netted; shown: RunStress; scale: MoneyScale; className?: string | undefined;
}) {
  return (
    <AttributionCard
      id="why-chart"
      className={className}
      attribution={attributeLoss(netted, shown)}
      scenarioId={shown.scenario_id}
      figure={(step, text) => (
        <FigureLink href={`/evidence/${step === "base" ? run.debt_exposure_evidence_id
          : run.stress_test_evidence_ids[shown.scenario_id]}`}>{text}</FigureLink>
      )}
      sub={`Calculated here from the recorded figures, ${scale.label}`}
      foot={<span>Shapley value: each driver&apos;s mean share over all orders.</span>}
      scale={scale}
    />
  );
}
