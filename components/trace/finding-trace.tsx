"use client";

import "@/components/evidence/evidence.css";
import "./trace.css";
import Link from "next/link";
import { BasisButton, type FiguresBasis } from "@/components/basis/basis-button";
import { kindWord } from "@/components/evidence/evidence-words";
import { readStress } from "@/components/evidence/payload";
import { Refusal } from "@/components/evidence/refusal";
import { scenarioName } from "@/lib/risk/scenario-name";
import { Page } from "@/components/shell/page";
import type { DataColumn } from "@/components/table/data-table";
import { PagedTable } from "@/components/table/paged-table";
import { Badge } from "@/components/ui/badge";
import { Card } from "@/components/ui/card";
import { CopyButton } from "@/components/ui/copy-button";
import { HashText, KeyValueList } from "@/components/ui/figure";
import { count, plural, shortId, time } from "@/components/ui/format";
import { Na } from "@/components/ui/na";
import { EmptyState, SkeletonGrid, type SkeletonGridProps } from "@/components/ui/states";
import type { TraceNode } from "@/components/ui/trail";
import { useOperationPages } from "@/lib/client/hooks";
import { Erasure } from "./erasure";
import { GraphCard } from "./graph-card";
import { recordHref, versionName, type FindingTrace as Trace } from "./trace-words";

const COMING: SkeletonGridProps["cards"] = [{ columns: 12, height: 132 },
  { columns: 8, height: 320 }, { columns: 4, height: 320 }];
const hashStart = (hash: string): string => hash.slice(0, 16);

const descriptionOf = ({ finding }: Trace): string | null => {
  const said = (finding.payload as { description?: unknown } | null)?.description;
  return typeof said === "string" ? said : null;
};

function nodesOf(trace: Trace): TraceNode[] {
  const { file, version, finding, evidence, consolidated, runs, total } = trace;
  const stress = evidence ? readStress(evidence.payload) : null;
  const material = finding.is_material ? "Material" : "Not material";
  return [
    { id: "file", kind: "File", icon: "file", title: file.name ?? "Upload",
      text: plural(file.bytes, "byte"), hash: hashStart(file.sha256) },
    { id: "raw", kind: "Raw rows", icon: "table", via: "read", many: version.rows > 1,
      title: plural(version.rows, "row"), href: "#rows",
      hash: version.content_hash ? hashStart(version.content_hash) : undefined },
    { id: "normalized", kind: "Normalized records", icon: "data", via: "mapped", many: total > 1,
      title: plural(total, "record"), href: "#rows",
      hash: consolidated ? hashStart(consolidated.sha256) : undefined },
    { id: "evidence", kind: "Evidence", icon: "seal", via: stress ? "stressed" : "added up",
      title: evidence === null ? "Removed" : stress ? scenarioName(stress.scenario_id)
        : kindWord(evidence.kind),
      hash: evidence ? hashStart(evidence.sha256) : undefined,
      href: evidence && version.erased_at === null ? `/evidence/${evidence.evidence_id}` : undefined },
    { id: "finding", kind: "Finding", icon: "risk", via: "judged", current: true, title: material,
      hash: hashStart(finding.sha256) },
    { id: "runs", kind: "Runs", icon: "run", via: "part of", many: runs.total > 1,
      title: plural(runs.total, "run"), href: runs.total > 0 ? "#runs" : undefined },
  ];
}

const columnsOf = (versionId: string): DataColumn<Trace["items"][number]>[] => [
  { id: "row", header: "Row", number: true, cell: ({ normalized }) => count(normalized.row) },
  { id: "record", header: "Record", className: "name-cell", cell: ({ normalized }) => (
    <Link href={recordHref(versionId, normalized.record_id)}>
      {normalized.instrument_id ?? shortId(normalized.record_id)}
    </Link>
  ) },
  { id: "hash", header: "SHA-256 of the record", mono: true, cell: ({ normalized }) =>
    <span data-tip={normalized.sha256}>{hashStart(normalized.sha256)}</span> },
  { id: "raw", header: "SHA-256 of the raw row", mono: true, cell: ({ raw }) => raw
    ? <span data-tip={raw.sha256}>{hashStart(raw.sha256)}</span> : <Na reason="No raw row is kept" /> },
];

/** From a finding down to the rows and the file it rests on, with the hash of each step. */
export function FindingTrace({ id }: { id: string }) {
  const list = useOperationPages("traceFinding", { path: { id }, query: { limit: 50 } });
  const trace = list.data?.pages[0];
  if (!trace) {
    return (
      <Page title="Trace of a finding" crumbs={[{ label: "Evidence", href: "/evidence" }]}>
        {list.error ? (
          <Refusal error={list.error} subject="This finding"
            back={{ href: "/evidence", label: "All evidence" }} onRetry={() => void list.refetch()} />
        ) : <SkeletonGrid cards={COMING} label="Loading the trace" />}
      </Page>
    );
  }
  const { finding, version } = trace;
  const rows = list.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Page title={descriptionOf(trace) ?? `Finding ${shortId(finding.finding_id)}`}
      crumbs={[{ label: versionName(version), href: `/versions/${version.dataset_version_id}` },
        { label: "Trace of a finding" }]}
      sub={(
        <p className="row wrap head-badges">
          <Badge state={finding.is_material ? "critical" : "normal"}>
            {finding.is_material ? "Material" : "Not material"}
          </Badge>
          <span className="hint">
            {kindWord(finding.kind)},
            {" "}recorded {time(finding.created_at, { seconds: true })}
          </span>
        </p>
      )}
      actions={(
        <>
          <BasisButton {...basisOf(trace)} />
          <CopyButton text={() => window.location.href} what="a link to this trace" icon="link">
            Copy link
          </CopyButton>
        </>
      )}>
      <Erasure version={version} />
      <GraphCard nodes={nodesOf(trace)}
        title={`The finding rests on ${plural(trace.total, "record")} of one file`} />
      <div className="grid">
        <Card id="rows" className="c8" flush
          title={`${plural(trace.total, "record")} in the file's order`}
          sub="Open a record to see every result that used it">
          <PagedTable list={list} subject="The records" label="Records that the finding rests on"
            rows={rows} columns={columnsOf(version.dataset_version_id)}
            rowId={({ normalized }) => normalized.record_id}
            empty={<EmptyState icon="table" title="No record carries exposure" />} />
        </Card>
        <div className="c4 card-stack">
          <Chain trace={trace} />
          <Runs trace={trace} />
        </div>
      </div>
    </Page>
  );
}

/** A run says more than the version and the engine alone. */
function basisOf({ runs, version, evidence }: Trace): FiguresBasis {
  const [run] = runs.items;
  return run ? { runIds: [run.run_id] } : { versionIds: [version.dataset_version_id],
    ...(evidence ? { engineVersion: evidence.engine_version } : {}) };
}

const NAMES = { finding: "Finding", evidence: "Evidence", run: "Run", audit: "Event" } as const;

function Chain({ trace }: { trace: Trace }) {
  const { finding, evidence, link, consolidated, file, version, log } = trace;
  const hash = (key: string, value: string | null | undefined) => ({ key, hash: true,
    value: value ? <>{value} <CopyButton text={value} what={key} /></> : "Removed" });
  return (
    <Card id="chain" title="Each step with its hash">
      <KeyValueList items={[
        hash("Finding", finding.sha256), hash("Link to the evidence", link?.link_id),
        hash("Evidence", evidence?.sha256),
        ...(consolidated ? [hash("Sum of the records", consolidated.sha256)] : []),
        ...(version.content_hash ? [hash("Content hash of the rows", version.content_hash)] : []),
        hash("File", file.sha256),
        ...log.map(({ kind, index, signed_size: size }) => ({ key: `${NAMES[kind]} in the log`,
          value: index === null ? "Not there yet" : size === null
            ? `Entry ${count(index)}, not signed yet`
            : `Entry ${count(index)}, signed with ${count(size)} entries` })),
      ]} />
      <p><Link href="/evidence/log">The evidence log</Link></p>
    </Card>
  );
}

function Runs({ trace: { runs } }: { trace: Trace }) {
  if (runs.total === 0) return null;
  return (
    <Card id="runs" flush title={runs.total === 1 ? "Made by one run"
      : `Shared by ${plural(runs.total, "run")}`}
    sub={runs.total > runs.items.length ? `The first ${count(runs.items.length)}` : undefined}>
      <ul className="list scroll-list" tabIndex={0} aria-label="Runs with the finding">
        {runs.items.map((run) => (
          <li key={run.run_id}>
            <div className="grow">
              <p className="t"><HashText short value={run.run_id} href={`/runs/${run.run_id}`} />
                {" "}by {run.recorded_by}</p>
              <p className="d">Recorded {time(run.recorded_at)}</p>
            </div>
          </li>
        ))}
      </ul>
    </Card>
  );
}
