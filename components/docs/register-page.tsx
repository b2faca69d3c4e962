"use client";

import { useQueryStates, parseAsString } from "nuqs";
import { Refusal } from "@/components/dataset/refusal";
import { Badge } from "@/components/ui/badge";
import { Button, ButtonLink } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { date } from "@/components/ui/format";
import { SkeletonGrid } from "@/components/ui/states";
import { useOperation } from "@/lib/client/hooks";
import type { ResponseOf } from "@/lib/contract/operations";
import { DocsPage } from "./docs-page";
import { FormulasCard, GoldenAnalysesCard, GoldenCard } from "./register-evidence";
import { RerunCard } from "./register-rerun";
import { ValidationCard } from "./register-validation";


/** Every engine version, and what one of them computes, proves and gives when run again. */
export function RegisterPage() {
  const [url, setUrl] = useQueryStates({ version: parseAsString, run: parseAsString },
    { history: "push" });
  const list = useOperation("listEngineVersions");
  const current = list.data?.items.find((one) => one.current);
  const version = url.version ?? current?.version ?? null;
  return (
    <DocsPage current="/docs/register" title="Model register"
      sub="Every version of the engine that evidence may carry: its formulas, what proves them, and whether it still gives the same bytes.">
      <div className="register">
      {list.error ? (
        <Refusal error={list.error} what="The register could not be read."
          onRetry={() => void list.refetch()} />
      ) : null}
      {list.data ? (
        <VersionsCard items={list.data.items} chosen={version}
          onChoose={(next) => void setUrl({ version: next })} />
      ) : null}
      {version === null ? (list.error ? null : <Waiting />)
        : <VersionDetail key={version} version={version} runId={url.run}
          onRun={(run) => void setUrl({ run }, { history: "replace" })} />}
      </div>
    </DocsPage>
  );
}

const Waiting = () => <SkeletonGrid label="Loading the register"
  cards={[{ columns: 12, height: 160 }, { columns: 12, height: 320 }]} />;

function VersionsCard({ items, chosen, onChoose }: {
  items: ResponseOf<"listEngineVersions">["items"]; chosen: string | null;
  onChoose: (version: string) => void;
}) {
  return (
    <Card id="versions" title="Engine versions" flush
      sub="A change of any formula or golden output is a new version; ids and evidence name theirs">
      <ul className="list">
        {items.map((one) => (
          <li key={one.version}>
            <div className="grow">
              <p className="t">
                {one.version}: {one.summary}{" "}
                {one.current ? <Badge state="normal">Current</Badge> : null}
              </p>
              <ul className="d register-changes">
                {one.changes.map((change) => <li key={change}>{change}</li>)}
              </ul>
            </div>
            <span className="hint register-date">{date(one.released)}</span>
            <Button small aria-pressed={chosen === one.version}
              disabledReason={chosen === one.version ? "Shown below." : null}
              onClick={() => onChoose(one.version)}>
              {chosen === one.version ? "Shown" : `Show ${one.version}`}
            </Button>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function VersionDetail({ version, runId, onRun }: {
  version: string; runId: string | null; onRun: (run: string | null) => void;
}) {
  const answer = useOperation("getEngineVersion", { path: { version } }, { staleTime: Infinity });
  if (answer.error) {
    return (
      <Refusal error={answer.error} what="The version could not be read."
        onRetry={() => void answer.refetch()}
        action={answer.error.status === 404
          ? <ButtonLink href="/docs/register">All versions</ButtonLink> : undefined} />
    );
  }
  if (!answer.data) return <Waiting />;
  return (
    <div className="grid">
      <ValidationCard version={answer.data} />
      <RerunCard version={version} runId={runId} onRun={onRun} />
      <FormulasCard version={answer.data} />
      <GoldenCard version={answer.data} />
      <GoldenAnalysesCard version={answer.data} />
    </div>
  );
}
