import Link from "next/link";
import { Card } from "@/components/ui/card";
import { CopyButton } from "@/components/ui/copy-button";
import { KeyValueList } from "@/components/ui/figure";
import { date, plural } from "@/components/ui/format";
import { ENGINE_ID } from "@/lib/evidence";
import type { Trace } from "./evidence-trace";
import { readText } from "./payload";
import type { Evidence } from "./use-evidence";

const engineName = (id: string): string =>
  id === ENGINE_ID ? "Distressed asset debt stress" : id;

const Copied = ({ text, what }: { text: string; what: string }) => (
  <span className="hash-line">
    <span className="hash">{text}</span><CopyButton text={text} what={what} />
  </span>
);

function versionValue(evidence: Evidence, trace: Trace | undefined) {
  const href = `/versions/${evidence.dataset_version_id}`;
  if (!trace) return <Link className="hash" href={href}>{evidence.dataset_version_id}</Link>;
  const { name, version_number: number, as_of: asOf } = trace.dataset;
  return (
    <>
      <Link href={href}>{name} v{number}</Link>
      {asOf ? `, as of ${date(asOf)}` : ", no as-of date"}
    </>
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
        { key: "Evidence id", value: <Copied text={evidence.evidence_id} what="the id" /> },
        { key: "SHA-256", value: <Copied text={evidence.sha256} what="the hash" /> },
        { key: "Dataset version", value: versionValue(evidence, trace) },
        ...(content
          ? [{ key: "Content hash", value: <Copied text={content} what="the content hash" /> }] : []),
        ...(base ? [{ key: "Rests on", value: (
          <Link className="hash" href={`/evidence/${base}`} title="Debt exposure">{base}</Link>
        ) }] : []),
        { key: "Engine", value: `${engineName(evidence.engine_id)} ${evidence.engine_version}`
          + (netting ? `, ${netting} netting` : "") },
        { key: "Shared by", value: trace
          ? <Link href="#runs">{plural(trace.runs.length, "run")}</Link> : "-" },
      ]} />
    </Card>
  );
}
