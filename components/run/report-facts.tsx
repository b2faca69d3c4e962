import Link from "next/link";
import { scenarioName } from "@/components/run/scenario-name";
import { Card } from "@/components/ui/card";
import { CopyButton } from "@/components/ui/copy-button";
import { KeyValueList } from "@/components/ui/figure";
import { date, plural, points, shock, time } from "@/components/ui/format";
import { Na } from "@/components/ui/na";
import { ENGINE_ID } from "@/lib/evidence";
import { thresholdText, type Run } from "./run-words";

const Copied = ({ text, what }: { text: string; what: string }) => (
  <span className="hash-line">
    <span className="hash">{text}</span><CopyButton text={text} what={what} />
  </span>
);

/** What the run rests on: the version by its content hash, and the lines it judged by. */
export function ReportFacts({ run }: { run: Run }) {
  const { parameters } = run.report.metadata;
  const engine = run.engine_id === ENGINE_ID ? "Distressed asset debt stress" : run.engine_id;
  return (
    <Card id="facts" title="What this run rests on" className="c5">
      <KeyValueList items={[
        { key: "Run", value: <Copied text={run.run_id} what="the run id" /> },
        { key: "Dataset version", value: (
          <Link href={`/versions/${run.dataset_version_id}`}>
            {run.dataset_name} v{run.dataset_version_number}
          </Link>
        ) },
        { key: "Content hash", value: run.content_hash
          ? <Copied text={run.content_hash} what="the content hash" />
          : <Na reason="The version has no content hash" /> },
        { key: "As of", value: run.as_of ? date(run.as_of)
          : <Na reason="The tape states no as-of date" /> },
        { key: "Started", value: `${time(run.started_at, { seconds: true })}, stated by the caller` },
        { key: "Recorded",
          value: `${time(run.recorded_at, { seconds: true })} by ${run.recorded_by}` },
        { key: "Engine", value: `${engine} ${run.engine_version}, ${parameters.netting} netting` },
        { key: "Exposure line", value:
          `${thresholdText(parameters.net_exposure_materiality_threshold_pct)} of outstanding` },
        { key: "Loss line", value:
          `${thresholdText(parameters.stress_loss_materiality_threshold_pct)} of outstanding` },
      ]} />
    </Card>
  );
}

/** The scenarios as they ran, shocks as per cent and points. */
export function ReportScenarios({ run }: { run: Run }) {
  const { stress_scenarios: scenarios, include_default_scenarios: withDefaults } =
    run.report.metadata.parameters;
  return (
    <Card id="scenarios" flush title={`${plural(scenarios.length, "scenario")} as they ran`}
      sub={withDefaults ? "The default scenarios and those given"
        : "Only the given scenarios; the defaults were switched off"}>
      <div className="table-wrap sticky-1" tabIndex={0} role="region" aria-label="Scenarios">
        <table className="roomy">
          <thead>
            <tr>
              <th scope="col">Scenario</th>
              <th scope="col" className="num">Rate</th>
              <th scope="col" className="num">Collateral</th>
              <th scope="col" className="num">Recovery</th>
              <th scope="col" className="num">Default risk</th>
            </tr>
          </thead>
          <tbody>
            {scenarios.map((scenario) => (
              <tr key={scenario.scenario_id}>
                <th scope="row" title={scenario.description}>
                  {scenarioName(scenario.scenario_id)}
                </th>
                <td className="num">{points(scenario.interest_rate_delta_pct)}</td>
                <td className="num">{shock(scenario.collateral_market_impact_pct * 100)}</td>
                <td className="num">{shock(scenario.recovery_degradation_pct * 100)}</td>
                <td className="num">{shock(scenario.default_risk_increment_pct * 100)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}
