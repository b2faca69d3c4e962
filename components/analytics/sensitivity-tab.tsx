"use client";

import { useMemo } from "react";
import { AttributionWaterfall } from "@/components/chart/attribution-waterfall";
import { nameInText } from "@/components/run/scenario-name";
import { attributionTitle, tornadoTitle } from "@/components/workbench/titles";
import { TornadoChart } from "@/components/workbench/tornado-chart";
import { DRIVER_LABELS } from "@/components/workbench/words";
import { attributeLoss, DRIVERS, tornado } from "@/lib/risk";
import type { Netted } from "@/lib/risk";
import { BasisCard } from "./basis-card";
import { GridCard } from "./grid-card";
import { KeepEvidence } from "./keep-evidence";
import { FormulaLink, NettingGapCard } from "./parts";
import { useKept } from "./use-analysis";
import { requestOf } from "./use-basis";
import type { Basis } from "./use-basis";
import { useGridAxes } from "./use-grid";

function TornadoCard({ basis, netted, preview }: {
  basis: Basis; netted: Netted; preview: boolean;
}) {
  const { scenario, scale, name } = basis;
  const bars = useMemo(() => tornado(netted, scenario), [netted, scenario]);
  return (
    <TornadoChart
      id="tornado"
      title={tornadoTitle(bars, scale)}
      sub={`Each shock of the ${nameInText(name)} alone, from half to double; upright mark: as it is`}
      subject="sensitivity"
      bars={bars}
      shocks={scenario}
      scale={scale}
      preview={preview}
      foot={<FormulaLink section="sensitivity" />}
    />
  );
}

function AttributionCard({ basis, netted }: { basis: Basis; netted: Netted }) {
  const { scenario, scale, name } = basis;
  const body = useMemo(() => requestOf(basis), [basis]);
  const kept = useKept("analyseAttribution", body);
  const attribution = useMemo(() => attributeLoss(netted, scenario), [netted, scenario]);
  const interest = attribution.added_interest;
  return (
    <AttributionWaterfall
      id="attribution"
      title={attributionTitle(attribution, name)}
      sub="Net exposure, before and after, by driver"
      subject="attribution"
      base={{ amount: attribution.net_exposure_after_recovery }}
      drivers={DRIVERS.map((driver) => ({
        id: driver, label: DRIVER_LABELS[driver], amount: attribution.drivers[driver],
      }))}
      result={{ amount: attribution.net_exposure_after_recovery + attribution.loss_estimate }}
      scale={scale}
      preview={kept.evidenceId === null}
      foot={(
        <>
          <KeepEvidence kept={kept} />
          <span>{interest === 0 ? "The interest rate does not move."
            : `Beside the loss: interest ${interest < 0 ? "falls" : "rises"} by ${
              scale.format(Math.abs(interest))} a year. That is cost, not loss.`}</span>
          <span className="end"><FormulaLink section="attribution" /></span>
        </>
      )}
    />
  );
}

function Results({ basis, netted }: { basis: Basis; netted: Netted }) {
  const axes = useGridAxes();
  const { x, y } = axes;
  const body = useMemo(() => ({ ...requestOf(basis), grid: { x, y } }), [basis, x, y]);
  const kept = useKept("analyseSensitivity", body);
  return (
    <>
      <KeepEvidence kept={kept} />
      <div className="grid">
        <div className="c6 ana-fill">
          <TornadoCard basis={basis} netted={netted} preview={kept.evidenceId === null} />
        </div>
        <div className="c6 ana-fill"><AttributionCard basis={basis} netted={netted} /></div>
      </div>
      <GridCard basis={basis} netted={netted} axes={axes} />
    </>
  );
}

/** Which shock matters, and what two of them do together. */
export function SensitivityTab({ basis }: { basis: Basis }) {
  const { netted, gap } = basis;
  return (
    <div className="grid">
      <div className="c3"><BasisCard basis={basis} /></div>
      <div className="c9 ana-stack">
        {netted ? (
          <Results basis={basis} netted={netted} />
        ) : gap ? (
          <NettingGapCard gap={gap} versionId={basis.version.dataset_version_id} />
        ) : null}
      </div>
    </div>
  );
}
