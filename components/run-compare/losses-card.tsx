"use client";

import { judgedOtherwise } from "@/lib/risk/judged-otherwise";
import { scenarioName } from "@/lib/risk/scenario-name";
import { DataTable, type DataColumn } from "@/components/table/data-table";
import { StateText } from "@/components/ui/badge";
import { Card } from "@/components/ui/card";
import { FigureLink } from "@/components/ui/figure";
import { money, percentOf, plural, type MoneyScale } from "@/components/ui/format";
import { Na } from "@/components/ui/na";
import { differenceOf, WorkedFigure, type WorkedSource } from "@/components/ui/worked";
import { EmptyState } from "@/components/ui/states";
import {
  STEP_NAMES, workedStep, type ComparedScenario, type RunComparison,
} from "./compare-words";

type Column = DataColumn<ComparedScenario>;
type Side = "base" | "other";

const ABSENT = { base: "The base run has no such scenario",
  other: "The other run has no such scenario" } as const;
const NOT_SHARED = "Only one of the runs has the scenario";

function sideColumns(side: Side, name: string, currency: string): Column[] {
  return [
    { id: `${side}_loss`, header: `Loss, ${name}`, unit: currency, number: true,
      sortValue: (row) => row[side]?.loss_estimate ?? null,
      cell: (row) => {
        const found = row[side];
        return found ? (
          <FigureLink href={`/evidence/${found.evidence_id}`}>
            {money(found.loss_estimate)}
          </FigureLink>
        ) : <Na reason={ABSENT[side]} />;
      } },
    { id: `${side}_line`, header: `Line, ${name}`,
      sortValue: (row) => row[side] === null ? null : Number(row[side].is_material),
      cell: (row) => {
        const found = row[side];
        if (!found) return <Na reason={ABSENT[side]} />;
        return (
          <StateText state={found.is_material ? "critical" : "normal"}>
            {found.is_material ? "Material" : "Not material"}
          </StateText>
        );
      } },
  ];
}

const SIDE_NAMES = { base: "Base run", other: "Other run" } as const;

/** How the losses of both runs come to the difference, in the currency or as a share. */
function lossWorking(row: ComparedScenario, currency: string, relative: boolean) {
  const side = (of: Side): WorkedSource => ({ name: SIDE_NAMES[of],
    text: money(row[of]?.loss_estimate), href: `/evidence/${row[of]?.evidence_id}` });
  const title = `Loss difference of ${scenarioName(row.scenario_id)}, `
    + (relative ? "of the base run's loss" : currency);
  return differenceOf(title, side("base"), side("other"), relative);
}

function columnsOf({ base_currency: currency }: RunComparison): Column[] {
  const step = (of: keyof typeof STEP_NAMES, hidden = false): Column => {
    const amount = (row: ComparedScenario): number | null =>
      row.bridge?.steps.find((each) => each.step === of)?.amount ?? null;
    return { id: of, header: STEP_NAMES[of], name: `Effect of ${STEP_NAMES[of].toLowerCase()}`,
      unit: currency, number: true, hidden, sortValue: amount,
      cell: (row) => amount(row) === null ? <Na reason={NOT_SHARED} /> : (
        <WorkedFigure work={() => workedStep(row, of, currency, money)}>
          {money(amount(row), { plus: true })}
        </WorkedFigure>
      ) };
  };
  const [baseLoss, baseLine] = sideColumns("base", "base", currency) as [Column, Column];
  const [otherLoss, otherLine] = sideColumns("other", "other", currency) as [Column, Column];
  return [
    { id: "scenario", header: "Scenario", fixed: true, className: "name-cell",
      cell: (row) => scenarioName(row.scenario_id), sortValue: (row) => row.scenario_id },
    baseLoss, otherLoss,
    { id: "difference", header: "Difference", unit: currency, number: true,
      sortValue: (row) => row.loss_difference,
      cell: (row) => row.loss_difference === null ? <Na reason={NOT_SHARED} /> : (
        <WorkedFigure work={() => lossWorking(row, currency, false)}>
          {money(row.loss_difference, { plus: true })}
        </WorkedFigure>
      ) },
    { id: "relative", header: "Relative", number: true, sortValue: (row) => row.relative,
      cell: (row) => row.relative === null
        ? <Na reason={row.loss_difference === null ? NOT_SHARED : "The base run loses nothing"} />
        : (
          <WorkedFigure work={() => lossWorking(row, currency, true)}>
            {percentOf(row.relative, { plus: true })}
          </WorkedFigure>
        ) },
    step("data"), step("netting"), step("shocks"), step("engine", true),
    baseLine, otherLine,
  ];
}

function titleOf({ scenarios }: RunComparison): string {
  const shared = scenarios.filter((each) => each.bridge !== null);
  const moved = shared.filter((each) => each.loss_difference !== 0).length;
  const judged = judgedOtherwise(scenarios).length;
  const alone = scenarios.length - shared.length;
  const words = shared.length === 0 ? "No scenario is in both runs"
    : `${moved} of ${plural(shared.length, "loss", "losses")} in both runs `
      + (moved === 1 ? "differs" : "differ")
      + (judged === 0 ? "" : `, ${judged} ${judged === 1 ? "is" : "are"} judged otherwise`);
  return alone === 0 ? words : `${words}; ${plural(alone, "scenario")} in one run only`;
}

/** The losses of both runs by scenario; a row shows what explains it. */
export function LossesCard({ comparison, scale, shown, onShow, className }: {
  comparison: RunComparison; scale: MoneyScale; shown: ComparedScenario | null;
  onShow: (scenarioId: string) => void; className?: string;
}) {
  const isOne = comparison.base_currency === scale.label;
  return (
    <Card id="losses" className={className} flush title={titleOf(comparison)}
      sub={`${comparison.base_currency}${isOne ? "" : ", in full"}; a row shows what explains it`}>
      <DataTable
        label="Losses by scenario"
        rows={comparison.scenarios}
        columns={columnsOf(comparison)}
        rowId={(row) => row.scenario_id}
        selectedId={shown?.scenario_id ?? null}
        onRowClick={(row) => { if (row.bridge) onShow(row.scenario_id); }}
        columnMenu
        empty={(
          <EmptyState icon="table" title="No scenario ran">
            Both runs look at the exposure alone.
          </EmptyState>
        )}
      />
    </Card>
  );
}
