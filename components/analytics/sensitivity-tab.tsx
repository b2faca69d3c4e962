"use client";

import { useMemo } from "react";
import { AttributionCard } from "@/components/run/attribution-card";
import { nameInText } from "@/lib/risk/scenario-name";
import { tornadoTitle } from "@/components/workbench/titles";
import { TornadoChart } from "@/components/workbench/tornado-chart";
import { attributeLoss, tornado } from "@/lib/risk";
import type { Attribution, LossGrid, Netted, TornadoBar } from "@/lib/risk";
import { AnalysisState } from "./analysis-state";
import { BasisCard } from "./basis-card";
import { BasisResults, ON_SERVER } from "./basis-results";
import { GridCard } from "./grid-card";
import { KeepEvidence } from "./keep-evidence";
import { FormulaLink } from "./parts";
import { useAnalysis, useKept, useSettledBody } from "./use-analysis";
import { requestOf } from "./use-basis";
import type { Basis } from "./use-basis";
import { useGridAxes, useLossGrid } from "./use-grid";
import type { GridAxes } from "./use-grid";

function TornadoCard({ basis, bars, preview }: {
  basis: Basis; bars: readonly TornadoBar[]; preview: boolean;
}) {
  const { scenario, scale, name } = basis;
  return (
    <TornadoChart
      id="tornado"
      title={tornadoTitle(bars, scale)}
      sub={`Each shock of the ${nameInText(name)} alone, from half to double; upright mark: as it is${
        scenario.segment_shocks ? "; that of each segment goes along" : ""}`}
      subject="sensitivity"
      bars={bars}
      shocks={scenario}
      scale={scale}
      preview={preview}
      foot={<FormulaLink section="sensitivity" />}
    />
  );
}

function KeptAttribution({ basis, attribution }: { basis: Basis; attribution: Attribution }) {
  const { scale, name } = basis;
  const body = useMemo(() => requestOf(basis), [basis]);
  const kept = useKept("analyseAttribution", body);
  return (
    <AttributionCard
      id="attribution"
      attribution={attribution}
      scenarioId={name}
      scale={scale}
      preview={kept.evidenceId === null}
      foot={(
        <>
          <KeepEvidence kept={kept} />
          <span className="end"><FormulaLink section="attribution" /></span>
        </>
      )}
    />
  );
}

function Results({ basis, axes, bars, attribution, grid }: {
  basis: Basis; axes: GridAxes; bars: readonly TornadoBar[]; attribution: Attribution;
  grid: LossGrid | null;
}) {
  const { x, y } = axes;
  const body = useMemo(() => ({ ...requestOf(basis), grid: { x, y } }), [basis, x, y]);
  const kept = useKept("analyseSensitivity", body);
  return (
    <>
      <KeepEvidence kept={kept} />
      <div className="grid">
        <div className="c6 ana-fill">
          <TornadoCard basis={basis} bars={bars} preview={kept.evidenceId === null} />
        </div>
        <div className="c6 ana-fill">
          <KeptAttribution basis={basis} attribution={attribution} />
        </div>
      </div>
      {grid ? <GridCard basis={basis} grid={grid} axes={axes} /> : null}
    </>
  );
}

function Live({ basis, netted }: { basis: Basis; netted: Netted }) {
  const { scenario } = basis;
  const axes = useGridAxes();
  const bars = useMemo(() => tornado(netted, scenario), [netted, scenario]);
  const attribution = useMemo(() => attributeLoss(netted, scenario), [netted, scenario]);
  return <Results basis={basis} axes={axes} bars={bars} attribution={attribution}
    grid={useLossGrid(netted, scenario, axes)} />;
}

function OnServer({ basis }: { basis: Basis }) {
  const axes = useGridAxes();
  const { x, y } = axes;
  const { body, isSettled } = useSettledBody({ ...requestOf(basis), grid: { x, y } });
  const { grid: _, ...alone } = body;
  const attribution = useAnalysis("analyseAttribution", alone, { auto: true });
  const sensitivity = useAnalysis("analyseSensitivity", body, { auto: true });
  // Figures of other shocks or axes under these names would be wrong ones.
  const isCurrent = isSettled && !attribution.isStale && !sensitivity.isStale;
  return (
    <AnalysisState analysis={sensitivity} what="The sensitivity" idle={ON_SERVER}>
      <AnalysisState analysis={attribution} what="The attribution" idle={ON_SERVER}>
        {isCurrent && attribution.data && sensitivity.data ? (
          <Results basis={basis} axes={axes} bars={sensitivity.data.tornado}
            attribution={attribution.data} grid={sensitivity.data.grid ?? null} />
        ) : null}
      </AnalysisState>
    </AnalysisState>
  );
}

/** Which shock matters, and what two of them do together. */
export function SensitivityTab({ basis }: { basis: Basis }) {
  return (
    <div className="grid">
      <div className="c3"><BasisCard basis={basis} /></div>
      <div className="c9 ana-stack">
        <BasisResults basis={basis} live={(netted) => <Live basis={basis} netted={netted} />}
          server={() => <OnServer basis={basis} />} />
      </div>
    </div>
  );
}
