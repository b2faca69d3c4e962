import Link from "next/link";
import { isSound, type RecordCheck } from "@/components/evidence/checks";
import { scenarioName } from "@/lib/risk/scenario-name";
import type { Evidence } from "@/components/evidence/use-evidence";
import { StateText } from "@/components/ui/badge";
import { Card } from "@/components/ui/card";
import { plural } from "@/components/ui/format";
import { Na } from "@/components/ui/na";
import { Skeleton } from "@/components/ui/states";
import type { ApiError } from "@/lib/client/api";
import type { Run } from "./run-words";

interface ReportEvidenceProps {
  run: Run;
  records: readonly Evidence[];
  isLoading: boolean;
  error: ApiError | null;
  /** Empty until somebody asked to verify. */
  checks: readonly RecordCheck[];
}

/** Every record of the run with id and hash in full, as a paper needs them. */
export function ReportEvidence(props: ReportEvidenceProps) {
  const { run, records } = props;
  const entries = [
    { name: "Debt exposure", id: run.debt_exposure_evidence_id },
    ...run.report.stress_tests.flatMap((stress) => {
      const id = run.stress_test_evidence_ids[stress.scenario_id];
      return id ? [{ name: scenarioName(stress.scenario_id), id }] : [];
    }),
  ];
  return (
    <Card id="evidence" flush
      title={`Recorded in ${plural(entries.length, "piece")} of evidence`}
      sub={`Id and SHA-256 of the content${run.group_evidence
        ? `; its ${plural(run.group_evidence.length, "group")} are evidence of their own` : ""}`}>
      <div className="table-wrap sticky-1" tabIndex={0} role="region" aria-label="Evidence">
        <table className="tall evidence-table">
          <thead>
            <tr>
              <th scope="col">Record</th>
              <th scope="col">Evidence id and SHA-256</th>
              {props.checks.length > 0 ? <th scope="col">Verified</th> : null}
            </tr>
          </thead>
          <tbody>
            {entries.map(({ name, id }) => (
              <tr key={id}>
                <th scope="row" className="name-cell">{name}</th>
                <td className="wrap-cell">
                  <Link className="hash" href={`/evidence/${id}`}>{id}</Link>
                  <Hash record={records.find((record) => record.evidence_id === id)}
                    isLoading={props.isLoading} error={props.error} />
                </td>
                {props.checks.length > 0 ? (
                  <td><Checked check={props.checks.find((one) => one.evidenceId === id)} /></td>
                ) : null}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}

function Hash({ record, isLoading, error }: {
  record: Evidence | undefined; isLoading: boolean; error: ApiError | null;
}) {
  if (record) return <span className="values hash">{record.sha256}</span>;
  if (isLoading) return <Skeleton width="90%" height={14} />;
  return <span className="values"><Na reason={error?.message ?? "Not read"} /></span>;
}

function Checked({ check }: { check: RecordCheck | undefined }) {
  if (!check) return <StateText state="unknown">Not read</StateText>;
  return isSound(check) ? <StateText state="normal">Equal</StateText>
    : <StateText state="critical">Differs</StateText>;
}
