import { scenarioName } from "@/lib/risk/scenario-name";
import { FiguresTable } from "@/components/evidence/figures-table";
import { exposureFigures } from "@/components/evidence/formulas";
import { Card } from "@/components/ui/card";
import { FigureLink, HashText } from "@/components/ui/figure";
import { money, percent, percentOf } from "@/components/ui/format";
import { Na } from "@/components/ui/na";
import { shareOf, WorkedFigure } from "@/components/ui/worked";
import { owedBy } from "./report-findings";
import type { Run, RunStress } from "./run-words";
import { PickScenario, type ScenarioPick } from "./scenario-pick";

export function ReportExposure({ run }: { run: Run }) {
  const exposure = run.report.debt_exposure;
  const id = run.debt_exposure_evidence_id;
  return (
    <Card id="exposure" flush title="Exposure, figure by figure"
      sub={<>{run.base_currency}; formula with the values in it. Evidence{" "}
        <HashText short value={id} href={`/evidence/${id}`} /></>}>
      <FiguresTable label="Exposure with formulas" rows={exposureFigures(exposure, run.report.metadata.parameters.netting)}
        currency={run.base_currency} />
    </Card>
  );
}

const COLUMNS: { id: Exclude<keyof RunStress, "segment_shocks">; label: string }[] = [
  { id: "interest_payment", label: "Interest per year" },
  { id: "collateral_value", label: "Collateral after" },
  { id: "distressed_asset_recovery", label: "Recovery after" },
  { id: "default_risk_buffer", label: "Default buffer" },
  { id: "net_exposure_after_recovery", label: "Net stressed" },
  { id: "loss_estimate", label: "Loss" },
];

/** Section 2's results, one scenario a row, in the order in which they ran. */
export function ReportStress({ run, pick }: { run: Run; pick: ScenarioPick }) {
  const stresses = run.report.stress_tests;
  if (stresses.length === 0) return null;
  return (
    <Card id="stress" className="c12" flush title="Stress results, scenario by scenario"
      terms={["interest", "default-risk-buffer", "net-exposure", "loss"]}
      sub={`${run.base_currency}; every figure leads to its evidence with the formula`}>
      <div className="table-wrap sticky-1" tabIndex={0} role="region" aria-label="Stress results">
        <table className="tall stress-table">
          <thead>
            <tr>
              <th scope="col">Scenario</th>
              {COLUMNS.map((column) => (
                <th key={column.id} scope="col" className="num">{column.label}</th>
              ))}
              <th scope="col" className="num">Of outstanding</th>
            </tr>
          </thead>
          <tbody>
            {stresses.map((stress) => (
              <StressRow key={stress.scenario_id} run={run} stress={stress} pick={pick} />
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}

function StressRow({ run, stress, pick }: {
  run: Run; stress: RunStress; pick: ScenarioPick;
}) {
  const href = `/evidence/${run.stress_test_evidence_ids[stress.scenario_id]}`;
  const owed = run.report.debt_exposure.total_outstanding;
  return (
    <tr aria-selected={stress.scenario_id === pick.id}>
      <th scope="row" className="name-cell">
        <PickScenario id={stress.scenario_id} pick={pick}>
          {scenarioName(stress.scenario_id)}
        </PickScenario>
        <span className="scenario-note">{stress.description}</span>
      </th>
      {COLUMNS.map((column) => (
        <td key={column.id} className={column.id === "loss_estimate" ? "num strong" : "num"}>
          <FigureLink href={href} again={column.id !== "loss_estimate"}>
            {money(stress[column.id])}
          </FigureLink>
          {column.id === "interest_payment" ? (
            <span className="values">at {percent(stress.interest_rate_pct, { decimals: 2 })}</span>
          ) : null}
        </td>
      ))}
      <td className="num">
        {owed > 0 ? (
          <WorkedFigure work={() => shareOf("Loss as a share of what is owed",
            { name: "Loss", text: money(stress.loss_estimate), href }, owedBy(run))}>
            {percentOf(stress.loss_estimate / owed)}
          </WorkedFigure>
        ) : <Na reason="Nothing is owed" />}
      </td>
    </tr>
  );
}
