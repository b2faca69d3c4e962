"use client";

import type { ReactNode } from "react";
import Link from "next/link";
import { ANALYSIS_TABS } from "@/components/analytics/analysis-tabs";
import { qualityHref } from "@/components/dataset/links";
import { engineName } from "@/components/evidence/evidence-words";
import { warningParts } from "@/components/run/run-words";
import { StateText } from "@/components/ui/badge";
import { Dialog } from "@/components/ui/dialog";
import { KeyValueList } from "@/components/ui/figure";
import { plural, shortId } from "@/components/ui/format";
import { SkeletonStack } from "@/components/ui/states";
import { useOperation } from "@/lib/client/hooks";
import type { Assumption, RunParametersInput } from "@/lib/risk";
import type { FiguresBasis } from "./basis-button";
import { ANALYSIS_ASSUMPTIONS, factsOf, previewAssumptions, warningsOf } from "./basis-facts";
import "./basis.css";

function Part({ title, children }: { title: ReactNode; children: ReactNode }) {
  return <section className="basis-part"><h3>{title}</h3>{children}</section>;
}

function Warnings({ warnings }: { warnings: readonly string[] }) {
  if (warnings.length === 0) return <p><StateText state="normal">No warning</StateText></p>;
  return (
    <ul className="basis-list">
      {warnings.map((warning) => (
        <li key={warning}><StateText state="warning">{warning}</StateText></li>
      ))}
    </ul>
  );
}

/** A run gives its assumptions as text, a preview as the model has them. */
type Shown = Pick<Assumption, "id" | "description" | "impact"> & { sensitivity: string };

function Assumptions({ items }: { items: readonly Shown[] }) {
  return (
    <ul className="basis-list dots">
      {items.map(({ id, description, impact, sensitivity }) => (
        <li key={id}>
          {description}
          <span className="hint"> {impact} Sensitivity: {sensitivity.toLowerCase()}.</span>
        </li>
      ))}
    </ul>
  );
}

const failed = (message: string) => <p className="error-text" role="alert">{message}</p>;

/** What the engine that computed the figures is to new runs: the current one or an older one. */
function Engine({ version }: { version: string }) {
  const list = useOperation("listEngineVersions", {}, { staleTime: Infinity });
  const current = list.data?.items.find((entry) => entry.current)?.version;
  if (current === undefined || current === version) {
    return (
      <p>Engine {version}{current ? ", the current one" : ""}.{" "}
        <Link href="/docs/limitations">What the model does not do</Link></p>
    );
  }
  return (
    <p>
      <StateText state="warning">Engine {version}: new runs are computed by {current}.</StateText>
      {" "}<Link href={`/docs/register?version=${version}`}>What changed</Link>
    </p>
  );
}

/** An analysis says itself which shocks it takes. */
const isOfScenarios = ({ id }: Assumption): boolean => id === "assumption_stress_scenarios";

function VersionPart({ id, preview, hasWarnings, isAnalysis }: {
  id: string; preview?: RunParametersInput | undefined; hasWarnings?: boolean;
  isAnalysis?: boolean;
}) {
  const query = useOperation("getVersion", { path: { id } });
  const version = query.data;
  if (!version) {
    return query.error ? failed(`The version could not be read. ${query.error.message}`)
      : <SkeletonStack lines={5} label="Loading the version" />;
  }
  const name = `${version.dataset_name} v${version.number}`;
  const assumptions = (preview ? previewAssumptions(version, preview) : [])
    .filter((one) => !isAnalysis || !isOfScenarios(one));
  return (
    <>
      <Part title={<>Data: <Link href={`/versions/${id}`}>{name}</Link></>}>
        <KeyValueList items={factsOf(version)} />
        {hasWarnings ? null : <Warnings warnings={warningsOf(version)} />}
        <p><Link href={qualityHref(id)}>Data quality, and the rows left out</Link></p>
      </Part>
      {assumptions.length > 0 ? (
        <Part title={`${plural(assumptions.length, "assumption")} of the `
          + (isAnalysis ? "model" : "preview")}>
          {isAnalysis ? null
            : <p className="hint">Computed here and not recorded: never evidence.</p>}
          <Assumptions items={assumptions} />
        </Part>
      ) : null}
    </>
  );
}

function RunPart({ id, isAlone }: { id: string; isAlone: boolean }) {
  const query = useOperation("getRun", { path: { id } }, { staleTime: Infinity });
  const run = query.data;
  if (!run) {
    return query.error ? failed(`The run could not be read. ${query.error.message}`)
      : <SkeletonStack lines={5} label="Loading the run" />;
  }
  const { warnings } = run.report.metadata;
  return (
    <>
      <VersionPart id={run.dataset_version_id} hasWarnings />
      <Part title={<>Run <Link className="mono" href={`/runs/${id}`}>{shortId(id)}</Link></>}>
        <p>{engineName(run.engine_id)}, {run.report.metadata.parameters.netting} netting.</p>
        <Engine version={run.engine_version} />
        <Warnings warnings={warnings.map((warning) => warningParts(warning).text)} />
      </Part>
      <Part title={plural(run.assumptions.length, "assumption")
        + (isAlone ? " behind the figures" : " of this run")}>
        <Assumptions items={run.assumptions} />
      </Part>
    </>
  );
}

export interface BasisDialogProps extends FiguresBasis {
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

/** Everything that was assumed and warned of, read from what is recorded. */
export function BasisDialog(props: BasisDialogProps) {
  const { open, onOpenChange, runIds = [], versionIds = [], preview, analysis } = props;
  return (
    <Dialog open={open} onOpenChange={onOpenChange} size="side" title="Assumptions and warnings"
      sub="What the figures of this page rest on">
      {analysis ? (
        <Part title={`Analysis: ${ANALYSIS_TABS.find(({ value }) => value === analysis)?.label}`}>
          <ul className="basis-list dots">
            {ANALYSIS_ASSUMPTIONS[analysis].map((text) => <li key={text}>{text}</li>)}
          </ul>
        </Part>
      ) : null}
      {[...new Set(runIds)].map((id) => <RunPart key={id} id={id} isAlone={runIds.length === 1} />)}
      {[...new Set(versionIds)].map((id) => (
        <VersionPart key={id} id={id} preview={preview} isAnalysis={analysis !== undefined} />
      ))}
      {props.engineVersion && runIds.length === 0
        ? <Part title="Engine"><Engine version={props.engineVersion} /></Part> : null}
    </Dialog>
  );
}
