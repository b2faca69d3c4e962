"use client";

import Link from "next/link";
import { useState } from "react";
import { scenarioName } from "@/lib/risk/scenario-name";
import { roleReason, useMe } from "@/components/shell/me";
import { StateText } from "@/components/ui/badge";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Field, Select, TextInput } from "@/components/ui/field";
import { HashText } from "@/components/ui/figure";
import { date, plural } from "@/components/ui/format";
import { useCommand, useOperation } from "@/lib/client/hooks";
import type { ResponseOf } from "@/lib/contract/operations";

type Rerun = ResponseOf<"rerunEngineVersion">;
type Compared = Rerun["records"][number];

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** A recorded run, computed again by this version and compared with what was recorded. */
export function RerunCard({ version, runId, onRun }: {
  version: string; runId: string | null; onRun: (run: string | null) => void;
}) {
  const [typed, setTyped] = useState(runId ?? "");
  const runs = useOperation("listRuns", { query: { limit: 50 } });
  const rerun = useCommand("rerunEngineVersion");
  const noRole = roleReason(useMe(), "EXECUTE");
  const isId = UUID.test(typed.trim());
  const choose = (id: string): void => {
    setTyped(id);
    onRun(UUID.test(id.trim()) ? id.trim() : null);
  };
  return (
    <Card id="rerun" className="c12" title={`Run ${version} again on an old dataset version`} flush
      sub="Computes a recorded run with this version's formulas and compares every stored payload byte for byte. Records no run">
      <form className="rerun-form" onSubmit={(event) => {
        event.preventDefault();
        if (isId && !noRole) rerun.mutate({ path: { version }, body: { run_id: typed.trim() } });
      }}>
        <Field label="Recent runs">
          <Select value={runs.data?.items.some((run) => run.run_id === typed) ? typed : ""}
            placeholder={runs.data?.items.length === 0 ? "No run was recorded yet" : "Choose a run"}
            onChange={choose}
            options={(runs.data?.items ?? []).map((run) => ({ value: run.run_id, label:
              `${run.dataset_name} v${run.dataset_version_number}, ${date(run.started_at)}, ${
                run.parameters.netting}, ${plural(run.scenarios, "scenario")}` }))} />
        </Field>
        <Field label="Or a run id"
          error={typed !== "" && !isId ? "A run id is a UUID, as on the run's page." : undefined}>
          <TextInput value={typed} onChange={choose} className="mono" spellCheck={false}
            placeholder="00000000-0000-0000-0000-000000000000" />
        </Field>
        <Button type="submit" kind="primary" icon="refresh" busy={rerun.isPending}
          disabledReason={noRole ?? (isId ? null : "Choose a run first.")}>
          Run again
        </Button>
      </form>
      <div aria-live="polite">
        {rerun.error ? (
          <Banner kind="warning" icon="warn" title="The run could not be computed again.">
            {rerun.error.message}
          </Banner>
        ) : null}
        {rerun.data && !rerun.isPending ? <Outcome result={rerun.data} /> : null}
      </div>
      {rerun.data && !rerun.isPending ? <Records records={rerun.data.records} /> : null}
    </Card>
  );
}

function Outcome({ result }: { result: Rerun }) {
  const { ok, version, compared_version: recorded, run_id: run } = result;
  const isOther = version !== recorded;
  const of = <>of {run ? <Link href={`/runs/${run}`}>this run</Link> : "these parameters"},
    netting by {result.netting}</>;
  if (ok) {
    return (
      <Banner kind="normal" icon="ok"
        title={`${plural(result.equal, "record")} computed by ${version}: the same bytes as recorded.`}>
        Evidence and findings {of}{isOther ? `, which ${recorded} recorded` : ""}.
      </Banner>
    );
  }
  return (
    <Banner kind={isOther ? "warning" : "critical"} icon={isOther ? "warn" : "crit"}
      title={`${plural(result.different, "record")} of ${result.records.length} ${
        result.different === 1 ? "differs" : "differ"} from what was recorded.`}>
      {isOther ? `Version ${recorded} recorded them; ${version} computes other figures. `
        : "The same version must give the same bytes: somebody changed the record, or the code. "}
      The differences {of}, stand below.
    </Banner>
  );
}

const text = (value: unknown): string =>
  typeof value === "string" ? value : JSON.stringify(value) ?? "-";

function Records({ records }: { records: readonly Compared[] }) {
  return (
    <div className="table-wrap" tabIndex={0} role="region" aria-label="Records computed again">
      <table className="tall">
        <thead>
          <tr>
            <th scope="col">Figure</th><th scope="col">Record</th><th scope="col">Recorded hash</th>
            <th scope="col">Hash computed now</th><th scope="col">Result</th>
          </tr>
        </thead>
        <tbody>
          {records.map((one) => (
            <tr key={one.id}>
              <th scope="row" className="wrap-cell">
                {one.scenario_id === null ? "Exposure" : scenarioName(one.scenario_id)}
                {one.differences.map(({ member, stored, computed }) => (
                  <span key={member} className="values">
                    {`${member}: ${text(stored)} recorded, ${text(computed)} computed`}
                  </span>
                ))}
              </th>
              <td>
                {one.record === "evidence" && one.equal !== null
                  ? <Link href={`/evidence/${one.id}`}>evidence</Link> : one.record}
              </td>
              <td>{one.stored_sha256 ? <HashText short value={one.stored_sha256} /> : "-"}</td>
              <td><HashText short value={one.sha256} /></td>
              <td>
                <StateText state={one.equal === null ? "unknown" : one.equal ? "normal" : "critical"}>
                  {one.equal === null ? "Not recorded" : one.equal ? "Equal" : "Differs"}
                </StateText>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
