"use client";

import { useMemo } from "react";
import { parseAsStringLiteral, useQueryState } from "nuqs";
import { ChartCard } from "@/components/chart/chart-card";
import { ButtonLink } from "@/components/ui/button";
import { CopyButton } from "@/components/ui/copy-button";
import { Dialog } from "@/components/ui/dialog";
import { KeyValueList } from "@/components/ui/figure";
import { count, plural, shortId, type MoneyScale } from "@/components/ui/format";
import { TraceGraph, type TraceNode } from "@/components/ui/trail";
import { scenarioName } from "@/lib/risk/scenario-name";
import type { ResponseOf } from "@/lib/contract/operations";
import { canonicalHash } from "@/lib/kernel/hash";
import { analysisInWords } from "./analysis-figures";
import { kindWord } from "./evidence-words";
import { JsonView } from "./json-view";
import { isMembers, readKpis, readStress } from "./payload";
import type { Evidence } from "./use-evidence";

export type Trace = ResponseOf<"traceEvidence">;
type TraceRecord = NonNullable<Trace["raw_record"]>;

const SHOWN = ["raw", "normalized"] as const;
type Shown = (typeof SHOWN)[number];
const hashStart = (hash: string): string => hash.slice(0, 16);

function textOf(record: TraceRecord, name: string): string | null {
  const value = isMembers(record.payload) ? record.payload[name] : null;
  return typeof value === "string" && value !== "" ? value : null;
}

function rawTitle({ raw_record: record, dataset }: Trace): string {
  if (record === null) return "Not kept";
  return record.kind === "file" ? dataset.source.name ?? "Upload" : `Row ${count(record.row)}`;
}

function normalizedTitle({ normalized_record: record, dataset }: Trace): string {
  const name = record ? textOf(record, "instrument_id") ?? textOf(record, "source_record_id") : null;
  return name
    ?? (dataset.normalized_records > 1 ? "Consolidated record" : "Normalized record");
}

function rawNode(trace: Trace, open: (shown: Shown) => void): TraceNode {
  const { raw_record: record, dataset } = trace;
  const file = dataset.source.name;
  const isFile = record?.kind === "file";
  const rows = plural(dataset.raw_records, "record");
  return {
    id: "raw", kind: isFile ? "Upload as received" : "Raw record", icon: "file",
    title: rawTitle(trace),
    text: isFile || !file ? rows : `1 of ${rows} in ${file}`,
    hash: record ? hashStart(record.sha256) : undefined,
    many: dataset.raw_records > 1, onSelect: record ? () => open("raw") : undefined,
  };
}

function normalizedNode(trace: Trace, open: (shown: Shown) => void): TraceNode {
  const { normalized_record: record, dataset } = trace;
  const many = dataset.normalized_records > 1;
  return {
    id: "normalized", kind: "Normalized record", icon: "data", via: "mapped",
    title: normalizedTitle(trace),
    text: many ? `Sum of ${plural(dataset.normalized_records, "record")}` : "The only record",
    hash: record ? hashStart(record.sha256) : undefined, many,
    onSelect: record ? () => open("normalized") : undefined,
  };
}

function answerText(evidence: Evidence, scale: MoneyScale, net: number | null): string {
  const stress = readStress(evidence.payload);
  if (stress) return `Loss ${scale.inWords(stress.loss_estimate)}`;
  const recorded = readKpis(evidence.payload);
  if (recorded) {
    const known = Object.values(recorded.kpis).filter(({ value }) => value !== null);
    return `${known.length} with a value`;
  }
  return net === null ? "Recorded analysis" : `Net ${scale.inWords(net)}`;
}

/** An analysis that was kept by itself: no run made it, and nothing judged it. */
const isAlone = ({ evidence, findings, runs }: Trace): boolean =>
  evidence.kind === "analysis" && findings.length === 0 && runs.length === 0;

function endNodes(trace: Trace, scale: MoneyScale): TraceNode[] {
  if (isAlone(trace)) return [];
  const { findings, runs } = trace;
  const [finding] = findings;
  const [run] = runs;
  const material = findings.filter((one) => one.is_material).length;
  const isKpi = trace.evidence.kind === "kpi";
  const judged = isKpi ? finding?.description : finding
    ? `${scale.format(finding.value)} against ${scale.inWords(finding.threshold)}` : "Not judged";
  return [
    { id: "finding", kind: "Finding", icon: "risk", via: "judged", many: findings.length > 1,
      title: findings.length > 1 ? `${material} of ${findings.length} material`
        : finding ? (finding.is_material ? "Material" : "Not material") : "None",
      text: findings.length <= 1 ? judged
        : `One for each ${isKpi ? "KPI and its limits" : "line it was judged by"}`,
      hash: finding && findings.length === 1 ? shortId(finding.id) : undefined,
      href: finding ? "#findings" : undefined },
    ...isKpi ? [] : [{ id: "run", kind: "Run", icon: "run" as const, via: "part of", many: runs.length > 1,
      title: runs.length > 1 ? plural(runs.length, "run") : run ? shortId(run.run_id) : "None",
      text: runs.length > 1 ? "They share this record" : run ? `By ${run.recorded_by}` : undefined,
      href: runs.length > 1 ? "#runs" : run ? `/runs/${run.run_id}` : undefined }],
  ];
}

interface EvidenceTraceProps {
  trace: Trace;
  scale: MoneyScale;
  net: number | null;
}

export function EvidenceTrace({ trace, scale, net }: EvidenceTraceProps) {
  const [shown, setShown] = useQueryState("record", parseAsStringLiteral(SHOWN));
  const { evidence } = trace;
  const stress = readStress(evidence.payload);
  const isStress = evidence.kind === "stress_test";
  const nodes: TraceNode[] = [
    rawNode(trace, (next) => void setShown(next)),
    normalizedNode(trace, (next) => void setShown(next)),
    { id: "evidence", kind: "Evidence", icon: "seal", current: true,
      via: isStress ? "stressed" : analysisInWords(evidence.payload) ? "kept with" : "added up",
      title: stress ? scenarioName(stress.scenario_id) : kindWord(evidence.kind),
      text: answerText(evidence, scale, net), hash: hashStart(evidence.sha256) },
    ...endNodes(trace, scale),
  ];
  const record = shown === "raw" ? trace.raw_record : trace.normalized_record;
  return (
    <>
      <ChartCard
        id="trace"
        terms={["raw-record", "normalized-record", "evidence", "finding"]}
        title={evidence.kind === "kpi" ? "From the tape to the findings in four steps"
          : isAlone(trace) ? "From the tape to the analysis in three steps"
            : `From the tape to ${trace.runs.length > 1 ? "the runs" : "the run"} in five steps`}
        sub="Follow any box; the outlined box is this record"
        subject="trace"
        noPng
        className="trace-card"
        table={{
          columns: [{ label: "Step" }, { label: "What" }, { label: "Detail" }, { label: "Hash or id" }],
          rows: nodes.map((node) => [node.kind, String(node.title),
            typeof node.text === "string" ? node.text : null, node.hash ?? null]),
        }}
      >
        <TraceGraph nodes={nodes} />
      </ChartCard>
      {shown && record ? (
        <RecordDialog record={record} shown={shown} trace={trace}
          onClose={() => void setShown(null)} />
      ) : null}
    </>
  );
}

function hashVerdict(record: TraceRecord): string {
  try {
    const isEqual = canonicalHash(record.payload as Parameters<typeof canonicalHash>[0])
      === record.sha256;
    // A raw record's hash is that of the bytes received, not of the content shown.
    return isEqual ? "Equal to the hash of the content below, computed here"
      : "The hash of the bytes as received; the content below is how they were read";
  } catch {
    return "The content below has no canonical form";
  }
}

function RecordDialog({ record, shown, trace, onClose }: {
  record: TraceRecord; shown: Shown; trace: Trace; onClose: () => void;
}) {
  const { dataset, evidence } = trace;
  const verdict = useMemo(() => hashVerdict(record), [record]);
  const isRaw = shown === "raw";
  const all = isRaw ? dataset.raw_records : dataset.normalized_records;
  return (
    <Dialog
      open
      onOpenChange={(open) => { if (!open) onClose(); }}
      size="wide"
      title={isRaw ? rawTitle(trace) : normalizedTitle(trace)}
      sub={isRaw ? "What was received, unchanged" : "What the engine calculates with"}
      foot={(
        <ButtonLink href={`/versions/${evidence.dataset_version_id}`} icon="data">
          {all > 1 ? `All ${plural(all, "record")} of the version` : "The dataset version"}
        </ButtonLink>
      )}
    >
      <KeyValueList items={[
        { key: "Record id", value: record.record_id, hash: true },
        { key: "Kind", value: record.kind },
        { key: "SHA-256", hash: true, value: (
          <>{record.sha256} <CopyButton text={record.sha256} what="the hash" /></>
        ) },
        { key: "Hash", value: verdict },
      ]} />
      <JsonView value={record.payload} label="Recorded content" />
    </Dialog>
  );
}
