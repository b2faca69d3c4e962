import Link from "next/link";
import { scenarioName } from "@/lib/risk/scenario-name";
import { Badge } from "@/components/ui/badge";
import { Card } from "@/components/ui/card";
import { FigureLink } from "@/components/ui/figure";
import { money, percentOf, plural, shortId } from "@/components/ui/format";
import { Na } from "@/components/ui/na";
import { shareOf, WorkedFigure, type WorkedSource } from "@/components/ui/worked";
import type { ScenarioPick } from "./scenario-pick";
import { PickScenario } from "./scenario-pick";
import { timesText, type Run, type RunFinding } from "./run-words";

const evidenceIdOf = (run: Run, finding: RunFinding): string => finding.scenario_id === undefined
  ? run.debt_exposure_evidence_id
  : run.stress_test_evidence_ids[finding.scenario_id] ?? run.debt_exposure_evidence_id;

/** "Market crash loss" */
export const findingName = (finding: RunFinding): string => finding.scenario_id === undefined
  ? "Net exposure" : `${scenarioName(finding.scenario_id)} loss`;

/** What is owed in all, and where that comes from. */
export const owedBy = (run: Run): WorkedSource => ({ name: "Outstanding",
  text: money(run.report.debt_exposure.total_outstanding),
  href: `/evidence/${run.debt_exposure_evidence_id}` });

/** Every judged figure, material or not, with its line and its evidence. */
export function ReportFindings({ run, pick }: { run: Run; pick: ScenarioPick }) {
  const all = run.material_findings;
  const material = all.filter((finding) => finding.is_material).length;
  return (
    <Card id="findings" className="c7" flush
      title={material === 0 ? "No finding is material"
        : `${material} of ${plural(all.length, "finding")} ${material === 1 ? "is" : "are"} material`}
      terms={["finding", "materiality-line", "evidence"]}
      sub={`Each figure against its line, ${run.base_currency}`}>
      <div className="table-wrap sticky-1" tabIndex={0} role="region" aria-label="Findings">
        <table className="roomy">
          <thead>
            <tr>
              <th scope="col">Finding</th>
              <th scope="col" className="num">Value</th>
              <th scope="col" className="num">Line</th>
              <th scope="col" className="num">Value / line</th>
              <th scope="col" className="num">Of outstanding</th>
              <th scope="col">Judgement</th>
              <th scope="col">Evidence</th>
            </tr>
          </thead>
          <tbody>
            {all.map((finding) => (
              <FindingRow key={finding.id} run={run} finding={finding} pick={pick} />
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}

function FindingRow({ run, finding, pick }: {
  run: Run; finding: RunFinding; pick: ScenarioPick;
}) {
  const evidenceId = evidenceIdOf(run, finding);
  const href = `/evidence/${evidenceId}`;
  const owed = run.report.debt_exposure.total_outstanding;
  const times = timesText(finding);
  const value: WorkedSource =
    { name: findingName(finding), text: money(finding.value), href };
  return (
    <tr aria-selected={finding.scenario_id !== undefined && finding.scenario_id === pick.id}>
      <th scope="row" className="name-cell" data-tip={finding.description}>
        {finding.scenario_id === undefined ? findingName(finding) : (
          <PickScenario id={finding.scenario_id} pick={pick}>{findingName(finding)}</PickScenario>
        )}
      </th>
      <td className="num strong">
        <FigureLink href={href} again>{money(finding.value)}</FigureLink>
      </td>
      <td className="num"><FigureLink href={href} again>{money(finding.threshold)}</FigureLink></td>
      <td className="num">
        {times === null ? <Na reason="The line is 0" /> : (
          <WorkedFigure work={() => shareOf("Value by its line", value,
            { name: "Line", text: money(finding.threshold), href })}>
            {times}
          </WorkedFigure>
        )}
      </td>
      <td className="num">
        {owed > 0 ? (
          <WorkedFigure work={() => shareOf("Share of what is owed", value, owedBy(run))}>
            {percentOf(finding.value / owed)}
          </WorkedFigure>
        ) : <Na reason="Nothing is owed" />}
      </td>
      <td>
        <Badge state={finding.is_material ? "critical" : "normal"}>
          {finding.is_material ? "Material" : "Not material"}
        </Badge>
      </td>
      <td><Link className="mono" href={href} data-tip={evidenceId}>{shortId(evidenceId)}</Link></td>
    </tr>
  );
}
