import Link from "next/link";
import { Card } from "@/components/ui/card";
import { HashText, KeyValueList } from "@/components/ui/figure";
import { date, plural } from "@/components/ui/format";
import { Na } from "@/components/ui/na";
import { engineName } from "./evidence-words";
import type { Trace } from "./evidence-trace";
import { readText } from "./payload";
import type { Evidence } from "./use-evidence";

function versionValue(evidence: Evidence, trace: Trace | undefined) {
  const href = `/versions/${evidence.dataset_version_id}`;
  if (!trace) return <Link className="hash" href={href}>{evidence.dataset_version_id}</Link>;
  const { name, version_number: number, as_of: asOf } = trace.dataset;
  return (
    <p>
      <Link href={href}>{name} v{number}</Link>
      {asOf ? `, as of ${date(asOf)}` : ", no as-of date"}
    </p>
  );
}

/** Ids and hashes in full; the id follows from version, engine and content. */
export function EvidenceIdentity({ evidence, trace }: {
  evidence: Evidence; trace: Trace | undefined;
}) {
  const netting = readText(evidence.payload, "netting");
  const base = readText(evidence.payload, "debt_exposure_evidence_id");
  const content = trace?.dataset.content_hash;
  return (
    <Card id="identity" title="Identity"
      sub="The id follows from version, engine and content">
      <KeyValueList items={[
        { key: "Evidence id", value: <HashText value={evidence.evidence_id} copy="the id" /> },
        { key: "SHA-256", value: <HashText value={evidence.sha256} copy="the hash" /> },
        { key: "Dataset version", value: versionValue(evidence, trace) },
        ...(content
          ? [{ key: "Content hash", value: <HashText value={content} copy="the content hash" /> }] : []),
        ...(base ? [{ key: "Rests on", value: (
          <Link className="hash" href={`/evidence/${base}`} data-tip="Debt exposure">{base}</Link>
        ) }] : []),
        { key: "Engine", value: `${engineName(evidence.engine_id)} ${evidence.engine_version}`
          + (netting ? `, ${netting} netting` : "") },
        // KPIs are recorded with their version, not by a run.
        ...(evidence.kind === "kpi" ? [] : [{ key: "Shared by", value: trace
          ? <Link href="#runs">{plural(trace.runs.length, "run")}</Link>
          : <Na reason="The trace is not shown" /> }]),
      ]} />
    </Card>
  );
}
