import Link from "next/link";
import { engineName } from "@/components/evidence/evidence-words";
import { Card } from "@/components/ui/card";
import { HashText, KeyValueList } from "@/components/ui/figure";
import { date, plural, time } from "@/components/ui/format";
import { Na } from "@/components/ui/na";
import { ShockTable } from "./shock-table";
import { thresholdText, type Run } from "./run-words";

/** What the run rests on: the version by its content hash, and the lines it judged by. */
export function ReportFacts({ run }: { run: Run }) {
  const { parameters } = run.report.metadata;
  return (
    <Card id="facts" title="What this run rests on" className="c5"
      terms={["run", "version", "content-hash", "netting", "materiality-line"]}>
      <KeyValueList items={[
        { key: "Run", value: <HashText value={run.run_id} copy="the run id" /> },
        { key: "Dataset version", value: (
          <Link href={`/versions/${run.dataset_version_id}`}>
            {run.dataset_name} v{run.dataset_version_number}
          </Link>
        ) },
        { key: "Content hash", value: run.content_hash
          ? <HashText value={run.content_hash} copy="the content hash" />
          : <Na reason="The version has no content hash" /> },
        { key: "As of", value: run.as_of ? date(run.as_of)
          : <Na reason="The tape states no as-of date" /> },
        { key: "Started", value: `${time(run.started_at, { seconds: true })}, stated by the caller` },
        { key: "Recorded",
          value: `${time(run.recorded_at, { seconds: true })} by ${run.recorded_by}` },
        { key: "Engine", value: `${engineName(run.engine_id)} ${run.engine_version}, ${parameters.netting} netting` },
        { key: "Exposure line", value:
          `${thresholdText(parameters.net_exposure_materiality_threshold_pct)} of outstanding` },
        { key: "Loss line", value:
          `${thresholdText(parameters.stress_loss_materiality_threshold_pct)} of outstanding` },
      ]} />
    </Card>
  );
}

/** The scenarios as they ran. */
export function ReportScenarios({ run }: { run: Run }) {
  const { stress_scenarios: scenarios, include_default_scenarios: withDefaults } =
    run.report.metadata.parameters;
  if (scenarios.length === 0) {
    return (
      <Card id="scenarios" title="No scenario ran"
        sub="The default scenarios were switched off and no other was given" />
    );
  }
  return (
    <Card id="scenarios" flush title={`${plural(scenarios.length, "scenario")} as they ran`}
      sub={withDefaults ? "The default scenarios and those given"
        : "Only the given scenarios; the defaults were switched off"}>
      <ShockTable label="Scenarios" scenarios={scenarios} />
    </Card>
  );
}
