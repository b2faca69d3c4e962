"use client";

import { AnalysisState } from "@/components/analytics/analysis-state";
import { useAnalysis, useSettledBody } from "@/components/analytics/use-analysis";
import type { Analysis } from "@/components/analytics/use-analysis";
import { AttributionCard } from "@/components/run/attribution-card";
import { nameInText } from "@/lib/risk/scenario-name";
import { Card } from "@/components/ui/card";
import { FigureLink } from "@/components/ui/figure";
import type { MoneyScale } from "@/components/ui/format";
import { SkeletonStack } from "@/components/ui/states";
import type { BodyInputOf } from "@/lib/contract/operations";
import type { Netting } from "@/lib/risk";
import type { DrillFigure } from "./drill";
import type { ScenarioFigures } from "./figures";
import { tornadoTitle } from "./titles";
import { TornadoChart } from "./tornado-chart";

const IDLE = { title: "Calculated on the server",
  text: "Segments are shocked loan by loan, which the version's totals cannot tell apart." };

export interface SegmentCardProps {
  versionId: string;
  netting: Netting;
  selected: ScenarioFigures;
  scale: MoneyScale;
}

function useSettledAnalysis<N extends "analyseAttribution" | "analyseSensitivity">(
  name: N, { versionId, netting, selected: { scenario } }: SegmentCardProps,
) {
  const asked = { dataset_version_id: versionId, netting, scenario };
  const { body, isSettled } = useSettledBody(asked);
  // Both analyses take this body; the names are one type only when the function is called.
  const analysis = useAnalysis(name, body as BodyInputOf<N>, { auto: true });
  // The answer to other shocks under this scenario's name would be a wrong one.
  return { analysis, data: isSettled && !analysis.isStale ? analysis.data : null };
}

/** What stands in a card's place until its figures are there. */
function Waiting<N extends "analyseAttribution" | "analyseSensitivity">({ analysis, what }: {
  analysis: Analysis<N>; what: string;
}) {
  if (!analysis.mayAsk || (analysis.error && !analysis.isRunning)) {
    return <AnalysisState analysis={analysis} what={what} idle={IDLE}>{null}</AnalysisState>;
  }
  return (
    <Card id={`bench-${what.split(" ").at(-1)}`} title={`${what} is worked out loan by loan`}>
      <SkeletonStack lines={6} label={`${what} is coming`} />
    </Card>
  );
}

/** Why a scenario that shocks segments loses what it loses, as the server says. */
export function SegmentAttribution(props: SegmentCardProps & {
  drill: DrillFigure | null; onDrill: (figure: DrillFigure, scenarioId?: string) => void;
}) {
  const { selected, scale, drill, onDrill } = props;
  const { analysis, data } = useSettledAnalysis("analyseAttribution", props);
  if (!data) return <Waiting analysis={analysis} what="The attribution" />;
  const id = selected.scenario.scenario_id;
  const pick = (step: string) => onDrill(step === "base" ? "net" : "loss", id);
  return (
    <AttributionCard
      id="bench-attribution"
      attribution={data}
      scenarioId={id}
      scale={scale}
      preview={selected.evidenceId === null}
      selectedId={drill === "loss" ? "result" : drill === "net" ? "base" : null}
      onSelect={pick}
      figure={(step, text) => (
        <FigureLink preview={selected.evidenceId === null} onSelect={() => pick(step)}>
          {text}
        </FigureLink>
      )}
    />
  );
}

/** Each shock of the scenario alone, those of its segments with it. */
export function SegmentTornado(props: SegmentCardProps) {
  const { selected, scale } = props;
  const { analysis, data } = useSettledAnalysis("analyseSensitivity", props);
  if (!data) return <Waiting analysis={analysis} what="The sensitivity" />;
  return (
    <TornadoChart
      id="bench-tornado"
      title={tornadoTitle(data.tornado, scale)}
      sub={`Each shock of the ${nameInText(selected.scenario.scenario_id)} alone, with that of `
        + "each segment, from half to double; upright mark: as it is"}
      subject="sensitivity"
      bars={data.tornado}
      shocks={selected.scenario}
      scale={scale}
      preview={selected.evidenceId === null}
    />
  );
}
