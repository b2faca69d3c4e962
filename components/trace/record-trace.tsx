"use client";

import { GraphCard } from "./graph-card";
import { PositionCard, RecordFacts } from "./record-facts";
import { UsesCard } from "./uses-card";
import { Erasure } from "./erasure";
import { isUsed, PART_WORDS, versionName, type RecordUses } from "./trace-words";
import "@/components/evidence/evidence.css";
import "./trace.css";
import { BasisButton } from "@/components/basis/basis-button";
import { Refusal } from "@/components/evidence/refusal";
import { Page } from "@/components/shell/page";
import { Badge } from "@/components/ui/badge";
import { ButtonLink } from "@/components/ui/button";
import { CopyButton } from "@/components/ui/copy-button";
import { count, plural } from "@/components/ui/format";
import { SkeletonGrid, type SkeletonGridProps } from "@/components/ui/states";
import type { TraceNode } from "@/components/ui/trail";
import { useOperation } from "@/lib/client/hooks";

const hashStart = (hash: string): string => hash.slice(0, 16);
/** Enough of the newest results to draw the graph; the list below pages on. */
const FIRST = { limit: 1 } as const;

const COMING: SkeletonGridProps["cards"] = [{ columns: 12, height: 132 },
  { columns: 8, height: 320 }, { columns: 4, height: 320 }];

const titleOf = ({ raw, normalized, part }: RecordUses): string => {
  if (part === "whole") return raw?.kind === "file" ? "The upload as received" : "The sum of all rows";
  const name = normalized?.instrument_id ?? raw?.source_record_id;
  const row = normalized?.row ?? raw?.row ?? 0;
  return name ? `${name}, row ${count(row)}` : `Row ${count(row)}`;
};

function fileNode({ file }: RecordUses): TraceNode {
  return { id: "file", kind: "File", icon: "file", title: file.name ?? "Upload",
    text: plural(file.bytes, "byte"), hash: hashStart(file.sha256) };
}

function rowNodes(uses: RecordUses): TraceNode[] {
  const { raw, normalized, part, version } = uses;
  const isWhole = part === "whole";
  return [
    { id: "raw", kind: "Raw row", icon: "table", via: "read",
      title: raw === null ? "Not kept" : isWhole ? plural(version.rows, "row")
        : `Row ${count(raw.row)}`,
      text: uses.position ? `Leaf ${count(uses.position.index + 1)} of ${count(uses.position.size)}`
        : undefined,
      hash: raw ? hashStart(raw.sha256) : undefined, many: isWhole, current: normalized === null },
    { id: "normalized", kind: "Normalized record", icon: "data", via: "mapped",
      title: normalized === null ? "None" : normalized.instrument_id
        ?? (isWhole ? "Consolidated record" : normalized.kind),
      text: PART_WORDS[part].badge, hash: normalized ? hashStart(normalized.sha256) : undefined,
      current: normalized !== null },
  ];
}

function resultNodes(uses: RecordUses): TraceNode[] {
  const { counts, part } = uses;
  if (!isUsed(part)) {
    return [{ id: "results", kind: "Results", icon: "seal", via: "not used", title: "None",
      text: "No figure rests on it" }];
  }
  const evidence = Object.values(counts.evidence).reduce((sum, n) => sum + n, 0);
  return [
    { id: "evidence", kind: "Evidence", icon: "seal", via: "added up", many: evidence > 1,
      title: plural(evidence, "record"), href: "#uses",
      text: "Of the whole version" },
    { id: "findings", kind: "Findings", icon: "risk", via: "judged", many: counts.findings > 1,
      title: plural(counts.findings, "finding"), text: `${count(counts.material_findings)} material`,
      href: "?of=findings#uses" },
    { id: "runs", kind: "Runs", icon: "run", via: "part of", many: counts.runs > 1,
      title: plural(counts.runs, "run"), href: "?of=runs#uses" },
  ];
}

/** A row's way: from the file on the left to every result that used it on the right. */
export function RecordTrace({ versionId, recordId }: { versionId: string; recordId: string }) {
  const query = useOperation("getRecordUses",
    { path: { id: versionId, recordId }, query: FIRST });
  const uses = query.data;
  if (!uses) {
    return (
      <Page title="Trace of a row" crumbs={[{ label: "Datasets", href: "/datasets" }]}>
        {query.error ? (
          <Refusal error={query.error} subject="This record"
            back={{ href: "/datasets", label: "All datasets" }}
            onRetry={() => void query.refetch()} />
        ) : <SkeletonGrid cards={COMING} label="Loading the trace" />}
      </Page>
    );
  }
  const { version, part } = uses;
  const nodes = [fileNode(uses), ...rowNodes(uses), ...resultNodes(uses)];
  return (
    <Page
      title={titleOf(uses)}
      crumbs={[{ label: versionName(version), href: `/versions/${versionId}` },
        { label: "Trace of a row" }]}
      sub={(
        <p className="row wrap head-badges">
          <Badge state={isUsed(part) ? "evidence" : "unknown"}>{PART_WORDS[part].badge}</Badge>
          <span className="hint">{PART_WORDS[part].says}</span>
        </p>
      )}
      actions={(
        <>
          <CopyButton text={() => window.location.href} what="a link to this trace" icon="link">
            Copy link
          </CopyButton>
          <BasisButton versionIds={[versionId]} />
          <ButtonLink href={`/versions/${versionId}`} icon="data">The dataset version</ButtonLink>
        </>
      )}
    >
      <Erasure version={version} />
      <GraphCard nodes={nodes} title={isUsed(part)
        ? `${plural(uses.counts.runs, "run")} and ${plural(uses.counts.findings, "finding")} used this row`
        : "No result used this row"} />
      <div className="grid">
        <UsesCard versionId={versionId} recordId={recordId} uses={uses} />
        <div className="c4 card-stack">
          <RecordFacts uses={uses} />
          <PositionCard uses={uses} versionId={versionId} recordId={recordId} />
        </div>
      </div>
    </Page>
  );
}
