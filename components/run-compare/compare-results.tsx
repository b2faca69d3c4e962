"use client";

import { scenarioName } from "@/lib/risk/scenario-name";
import type { MoneyScale } from "@/components/ui/format";
import { PickedNote, usePicked } from "@/components/ui/picked";
import { widestOf, type RunComparison } from "./compare-words";
import { DataCards } from "./data-cards";
import { ExposureCard } from "./exposure-card";
import { GroupsCard } from "./groups-card";
import { InstrumentsCard } from "./instruments-card";
import { LossBridgeCard } from "./loss-bridge-card";
import { LossesCard } from "./losses-card";
import { ParametersCard } from "./parameters-card";
import { RunsCard } from "./runs-card";

/** All that two runs differ in; one scenario is looked at in detail. */
export function CompareResults({ comparison, scale }: {
  comparison: RunComparison; scale: MoneyScale;
}) {
  const scenario = usePicked("scenario");
  const shared = comparison.scenarios.filter((each) => each.bridge !== null);
  const picked = shared.find((each) => each.scenario_id === scenario.id) ?? null;
  const shown = picked ?? widestOf(comparison.scenarios);
  const show = scenario.toggle;
  const card = { comparison, scale };
  return (
    <>
      <div className="grid">
        {shown ? (
          <LossBridgeCard {...card} shown={shown} shared={shared} onShow={show} className="c6" />
        ) : null}
        <ParametersCard comparison={comparison} className={shown ? "c6" : "c12"} />
        <LossesCard {...card} shown={shown} onShow={show} className="c12" />
        <ExposureCard comparison={comparison} className="c7" />
        <RunsCard comparison={comparison} className="c5" />
        <DataCards comparison={comparison} />
        <GroupsCard comparison={comparison} scenario={shown?.scenario_id ?? null} className="c12" />
        {shown ? (
          <InstrumentsCard comparison={comparison} scenario={shown.scenario_id} className="c12" />
        ) : null}
      </div>
      <PickedNote name={picked && scenarioName(picked.scenario_id)}
        note="in every view of the comparison" onClear={scenario.clear} />
    </>
  );
}
