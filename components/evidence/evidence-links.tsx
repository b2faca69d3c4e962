import Link from "next/link";
import { StateText } from "@/components/ui/badge";
import { Card } from "@/components/ui/card";
import { plural, ratio, shortId, time, type MoneyScale } from "@/components/ui/format";
import { findingHref } from "@/components/trace/trace-words";
import { limitWords } from "@/components/kpi/kpi-words";
import type { KpiName } from "@/lib/risk";
import type { Trace } from "./evidence-trace";

type Finding = Trace["findings"][number];

/** A KPI's finding: how it stands, and the limits that held when it was judged. */
function KpiFindingItem({ finding }: { finding: Finding }) {
  const state = finding.severity ?? "normal";
  const name = finding.metric as KpiName;
  const { limits } = finding;
  return (
    <li>
      <StateText state={state} iconOnly />
      <div className="grow">
        <p className="t">{finding.description}</p>
        <p className="d">
          {limits ? <>Warning {limitWords(name, limits.worse, limits.warning)}, critical{" "}
            {limitWords(name, limits.worse, limits.critical)}. </> : null}
          Finding <Link className="mono" href={findingHref(finding.id)} data-tip={finding.id}>
            {shortId(finding.id)}</Link>, recorded{" "}
          {time(finding.created_at)}
        </p>
      </div>
    </li>
  );
}

function FindingItem({ finding, scale }: { finding: Finding; scale: MoneyScale }) {
  const times = finding.threshold > 0
    ? `, ${ratio(finding.value / finding.threshold, { decimals: 1 })} the line` : "";
  return (
    <li>
      <StateText state={finding.is_material ? "critical" : "normal"} iconOnly>
        {finding.is_material ? "Material" : "Not material"}
      </StateText>
      <div className="grow">
        <p className="t">
          {finding.is_material ? "Material" : "Not material"}: {scale.format(finding.value)} against{" "}
          {finding.threshold > 0 ? scale.inWords(finding.threshold) : "a line of 0"}{times}
        </p>
        <p className="d">{finding.description}</p>
        <p className="d">
          Finding <Link className="mono" href={findingHref(finding.id)} data-tip={finding.id}>
            {shortId(finding.id)}</Link>, recorded{" "}
          {time(finding.created_at)}
        </p>
      </div>
    </li>
  );
}

export function EvidenceFindings({ findings, scale }: {
  findings: readonly Finding[]; scale: MoneyScale;
}) {
  const material = findings.filter((finding) => finding.is_material).length;
  const title = findings.length === 0 ? "No finding rests on this record"
    : findings.length === 1 ? (material === 1 ? "The finding is material" : "The finding is not material")
      : `${material} of ${findings.length} findings are material`;
  return (
    <Card id="findings" title={title} flush>
      <ul className="list">
        {findings.map((finding) => (
          finding.category === "kpi"
            ? <KpiFindingItem key={finding.id} finding={finding} />
            : <FindingItem key={finding.id} finding={finding} scale={scale} />
        ))}
      </ul>
    </Card>
  );
}

export function EvidenceRuns({ runs }: { runs: Trace["runs"] }) {
  const title = runs.length === 1 ? "Recorded by one run"
    : `Shared by ${plural(runs.length, "run")}`;
  return (
    <Card id="runs" title={title} flush
      sub={runs.length > 1 ? "Equal inputs give equal evidence, so runs refer to the same record"
        : undefined}>
      <ul className="list scroll-list">
        {runs.map((run) => (
          <li key={run.run_id}>
            <div className="grow">
              <p className="t">
                <Link className="mono" href={`/runs/${run.run_id}`}>{shortId(run.run_id)}</Link>
                {" "}by {run.recorded_by}
              </p>
              <p className="d">Started {time(run.started_at)}, recorded {time(run.recorded_at)}</p>
            </div>
          </li>
        ))}
      </ul>
    </Card>
  );
}
