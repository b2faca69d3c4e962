import Link from "next/link";
import { engineName } from "@/components/evidence/evidence-words";
import { SIGN_OFF_BADGES, SIGN_OFF_LABELS } from "@/components/run/sign-off-words";
import { Badge } from "@/components/ui/badge";
import { Card } from "@/components/ui/card";
import { HashText } from "@/components/ui/figure";
import { date, time } from "@/components/ui/format";
import { Na } from "@/components/ui/na";
import type { ComparedRun, RunComparison } from "./compare-words";

const ROWS: readonly (readonly [string, (run: ComparedRun) => React.ReactNode])[] = [
  ["Run", (run) => <HashText short value={run.run_id} href={`/runs/${run.run_id}`} />],
  ["Dataset version", (run) => (
    <Link href={`/versions/${run.dataset_version_id}`}>
      {run.dataset_name} v{run.dataset_version_number}
    </Link>
  )],
  ["As of", (run) => run.as_of ? date(run.as_of) : <Na reason="The tape states no as-of date" />],
  ["Content hash", (run) => run.content_hash ? <HashText short value={run.content_hash} />
    : <Na reason="The version has no content hash" />],
  ["Recorded", (run) => time(run.recorded_at)],
  ["Recorded by", (run) => run.recorded_by],
  ["Engine", (run) => `${engineName(run.engine_id)} ${run.engine_version}`],
  ["Netting", (run) => `By ${run.netting}`],
  ["Sign-off", ({ sign_off: { state } }) => (
    <Badge state={SIGN_OFF_BADGES[state]}>{SIGN_OFF_LABELS[state]}</Badge>
  )],
  ["Exposure evidence", (run) => (
    <HashText short value={run.debt_exposure_evidence_id}
      href={`/evidence/${run.debt_exposure_evidence_id}`} />
  )],
];

/** What each run rests on. */
export function RunsCard({ comparison: { base, other }, className }: {
  comparison: RunComparison; className?: string;
}) {
  return (
    <Card id="runs" className={className} flush title="What the runs rest on">
      <div className="table-wrap" tabIndex={0} role="region" aria-label="Table of both runs">
        <table>
          <thead>
            <tr><th scope="col">Of</th><th scope="col">Base run</th><th scope="col">Other run</th></tr>
          </thead>
          <tbody>
            {ROWS.map(([name, cell]) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td className="name-cell">{cell(base)}</td>
                <td className="name-cell">{cell(other)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}
