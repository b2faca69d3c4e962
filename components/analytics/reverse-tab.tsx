"use client";

import { useMemo } from "react";
import { Card, Tile, TileGrid } from "@/components/ui/card";
import { Field, Select } from "@/components/ui/field";
import { ratio } from "@/components/ui/format";
import { NumberInput } from "@/components/ui/number-input";
import { asFraction, asPercent, DRIVER_LABELS } from "@/components/workbench/words";
import { MULTIPLIER_LIMIT, reverseStress } from "@/lib/risk";
import type { Netted, ReverseStress, ReverseTarget } from "@/lib/risk";
import { AnalysisState } from "./analysis-state";
import { BasisCard } from "./basis-card";
import { BasisResults, ON_SERVER } from "./basis-results";
import { CovenantsCard } from "./covenants-card";
import { CurveCard } from "./curve-card";
import { FactorsCard } from "./factors-card";
import { FrontierCard, useFrontier, useFrontierPoints } from "./frontier-card";
import type { Frontier } from "./frontier-card";
import { KeepEvidence } from "./keep-evidence";
import { UNREACHABLE } from "./reverse-words";
import { useAnalysis, useKept, useSettledBody } from "./use-analysis";
import { requestOf } from "./use-basis";
import type { Basis } from "./use-basis";
import { useTarget } from "./use-target";
import type { Metric, TargetState } from "./use-target";

/** Where a figure comes from that nobody recorded. */
const FORMULA = "/docs/model#reverse-stress";

const METRIC_OPTIONS: { value: Metric; label: string }[] = [
  { value: "loss_share", label: "Loss, share of what is owed" },
  { value: "loss_estimate", label: "Loss, an amount" },
  { value: "coverage_ratio", label: "Collateral coverage falls to" },
  { value: "leverage_ratio", label: "Leverage rises to" },
];

function TargetCard({ state, currency }: { state: TargetState; currency: string }) {
  const { target, setMetric, setValue } = state;
  const isShare = target.metric === "loss_share";
  const isAmount = target.metric === "loss_estimate";
  return (
    <Card id="target" title="Target" className="ana-inputs">
      <div className="form">
        <Field label="What must be reached">
          <Select value={target.metric} options={METRIC_OPTIONS}
            onChange={(next) => setMetric(next as Metric)} />
        </Field>
        <Field label="Value">
          <NumberInput label="Target" required min={0}
            unit={isShare ? "%" : isAmount ? currency : "×"}
            max={isShare ? 100 : isAmount ? 1e15 : 1000}
            kind={isAmount ? "amount" : "rate"}
            value={isShare ? asPercent(target.value) : target.value}
            step={isAmount ? 1000 : isShare ? 1 : 0.05}
            onChange={(value) => {
              if (value !== null) setValue(isShare ? asFraction(value) : value);
            }} />
        </Field>
      </div>
    </Card>
  );
}

function Answer({ basis, reverse }: { basis: Basis; reverse: ReverseStress }) {
  const { scale } = basis;
  const why = UNREACHABLE[reverse.reason ?? "TARGET_NOT_REACHED"];
  const driver = reverse.binding_driver;
  return (
    <TileGrid label="Break-even" count={4}>
      <Tile href={FORMULA} term="break-even" title="Break-even multiplier" reason={why}
        value={reverse.multiplier === null ? null : ratio(reverse.multiplier)} />
      <Tile href={FORMULA} term="loss" title="Loss at break-even" unit={scale.label} reason={why}
        value={reverse.loss_at_multiplier === null ? null
          : scale.format(reverse.loss_at_multiplier)} />
      <Tile href={FORMULA} title={`Largest loss up to ${MULTIPLIER_LIMIT} ×`} unit={scale.label}
        value={scale.format(reverse.max_loss)} />
      <Tile href={FORMULA} title="What binds"
        reason={reverse.multiplier === 0 ? "The target holds without any shock" : why}
        value={driver === null ? null : DRIVER_LABELS[driver]} />
    </TileGrid>
  );
}

function useReverseBody(basis: Basis, target: ReverseTarget, { x, y }: Frontier) {
  return useMemo(() => ({ ...requestOf(basis), target, frontier: { x, y } }),
    [basis, target, x, y]);
}

function useTargetValue({ target: { metric, value } }: TargetState): ReverseTarget {
  return useMemo(() => ({ metric, value }), [metric, value]);
}

function Live({ basis, netted, state }: { basis: Basis; netted: Netted; state: TargetState }) {
  const { scenario } = basis;
  const target = useTargetValue(state);
  const reverse = useMemo(
    () => reverseStress(netted, scenario, target), [netted, scenario, target]);
  const frontier = useFrontier();
  const points = useFrontierPoints(netted, scenario, target, frontier);
  const kept = useKept("analyseReverseStress", useReverseBody(basis, target, frontier));
  return (
    <>
      <KeepEvidence kept={kept} />
      <Answer basis={basis} reverse={reverse} />
      <div className="grid">
        <div className="c7 ana-fill">
          <CurveCard basis={basis} netted={netted} target={target} reverse={reverse} />
        </div>
        <div className="c5 ana-fill"><FactorsCard basis={basis} reverse={reverse} /></div>
      </div>
      <FrontierCard basis={basis} points={points} target={target} frontier={frontier} />
      <CovenantsCard basis={basis} netted={netted} state={state} />
    </>
  );
}

/** The curve and the covenants are left out: they ask for dozens of multiples while one types. */
function OnServer({ basis, state }: { basis: Basis; state: TargetState }) {
  const target = useTargetValue(state);
  const frontier = useFrontier();
  const { body, isSettled } = useSettledBody(useReverseBody(basis, target, frontier));
  const kept = useKept("analyseReverseStress", body);
  const analysis = useAnalysis("analyseReverseStress", body, { auto: true });
  const { data } = analysis;
  return (
    <AnalysisState analysis={analysis} what="The reverse stress" idle={ON_SERVER}>
      {data && isSettled && !analysis.isStale ? (
        <>
          <KeepEvidence kept={kept} />
          <Answer basis={basis} reverse={data as ReverseStress} />
          <FactorsCard basis={basis} reverse={data as ReverseStress} />
          {data.frontier ? (
            <FrontierCard basis={basis} points={data.frontier.points} target={target}
              frontier={frontier} />
          ) : null}
          <p className="hint">
            Calculated on the server, loan by loan; each segment&apos;s shock is multiplied along
            with that of the scenario, whose percentage alone is shown. The curve over the
            multiplier and the covenants are there for scenarios without segments only.
          </p>
        </>
      ) : null}
    </AnalysisState>
  );
}

/** How far a scenario must go before something breaks. */
export function ReverseTab({ basis }: { basis: Basis }) {
  const { version, exposure } = basis;
  const state = useTarget(exposure.total_outstanding);
  return (
    <div className="grid">
      <div className="c3 ana-stack">
        <TargetCard state={state} currency={version.base_currency} />
        <BasisCard basis={basis} />
      </div>
      <div className="c9 ana-stack">
        <BasisResults basis={basis}
          live={(netted) => <Live basis={basis} netted={netted} state={state} />}
          server={() => <OnServer basis={basis} state={state} />} />
      </div>
    </div>
  );
}
