"use client";

import { useMemo } from "react";
import Link from "next/link";
import { parseAsStringLiteral, useQueryState } from "nuqs";
import type { DataColumn } from "@/components/table/data-table";
import { PagedTable, useItems } from "@/components/table/paged-table";
import { Badge } from "@/components/ui/badge";
import { Card } from "@/components/ui/card";
import { HashText } from "@/components/ui/figure";
import { count, plural, time } from "@/components/ui/format";
import { Na } from "@/components/ui/na";
import { Segmented } from "@/components/ui/segmented";
import { EmptyState } from "@/components/ui/states";
import { kindWord } from "@/components/evidence/evidence-words";
import { USES } from "@/lib/contract/facts";
import { useOperationPages } from "@/lib/client/hooks";
import { findingHref, isUsed, PART_WORDS, type RecordUses } from "./trace-words";

type Item = RecordUses["items"][number];
type Of<T extends Item["type"]> = Extract<Item, { type: T }>;
const only = <T extends Item["type"]>(type: T, cell: (item: Of<T>) => React.ReactNode) =>
  (item: Item): React.ReactNode => item.type === type ? cell(item as Of<T>) : null;
const when = (at: string): string => time(at, { seconds: true }).replace(" UTC", "");

const RUNS: DataColumn<Item>[] = [
  { id: "run", header: "Run", cell: only("run", (run) =>
    <HashText short value={run.run_id} href={`/runs/${run.run_id}`} />) },
  { id: "recorded", header: "Recorded, UTC", cell: only("run", (run) => when(run.recorded_at)) },
  { id: "by", header: "By", className: "name-cell", cell: only("run", (run) => run.recorded_by) },
  { id: "netting", header: "Netting", cell: only("run", (run) => run.netting) },
  { id: "exposure", header: "Exposure", cell: only("run", (run) =>
    <HashText short value={run.exposure_evidence_id}
      href={`/evidence/${run.exposure_evidence_id}`} />) },
  { id: "group", header: "Its group", cell: only("run", (run) => run.group_evidence_id
    ? <HashText short value={run.group_evidence_id} href={`/evidence/${run.group_evidence_id}`} />
    : <Na reason={run.group_by.length > 0 ? "The group's evidence cannot be told any more"
      : "The run has no groups"} />) },
  { id: "own", header: "Own figures", number: true, cell: only("run", (run) =>
    run.instruments_evidence_ids[0]
      ? <Link href={`/evidence/${run.instruments_evidence_ids[0]}`}>
        {plural(run.instruments_evidence_ids.length, "scenario")}</Link>
      : <Na reason="Runs by portfolio fix no figures of single loans" />) },
  { id: "material", header: "Material", number: true, cell: only("run", (run) =>
    run.material_findings === null ? <Na reason="Erased with the version" />
      : `${count(run.material_findings)} of ${count(run.findings)}`) },
];
const FINDINGS: DataColumn<Item>[] = [
  { id: "finding", header: "Finding", cell: only("finding", (finding) =>
    <HashText short value={finding.finding_id} href={findingHref(finding.finding_id)} />) },
  { id: "kind", header: "Kind", cell: only("finding", (finding) => kindWord(finding.kind)) },
  { id: "says", header: "What it says", className: "name-cell", cell: only("finding", (finding) =>
    finding.description ?? <Na reason="Erased with the version" />) },
  { id: "material", header: "Judgement", cell: only("finding", (finding) => (
    <Badge state={finding.is_material ? "critical" : "normal"}>
      {finding.is_material ? "Material" : "Not material"}
    </Badge>)) },
  { id: "evidence", header: "Evidence", cell: only("finding", (finding) =>
    <HashText short value={finding.evidence_id} href={`/evidence/${finding.evidence_id}`} />) },
];
const ANALYSES: DataColumn<Item>[] = [
  { id: "evidence", header: "Evidence", cell: only("evidence", (one) =>
    <HashText short value={one.evidence_id} href={`/evidence/${one.evidence_id}`} />) },
  { id: "kind", header: "Kind", cell: only("evidence", (one) => kindWord(one.kind)) },
  { id: "analysis", header: "Analysis", className: "name-cell", cell: only("evidence", (one) =>
    one.analysis?.replaceAll("-", " ") ?? <Na reason="Not an analysis by name" />) },
  { id: "recorded", header: "Recorded, UTC", cell: only("evidence", (one) =>
    when(one.created_at)) },
];
const COLUMNS = { runs: RUNS, findings: FINDINGS, analyses: ANALYSES };
const WORDS = { runs: "Runs", findings: "Findings", analyses: "KPIs and analyses" } as const;

const idOf = (item: Item): string => item.type === "run" ? item.run_id
  : item.type === "finding" ? item.finding_id : item.evidence_id;

/** Every result that used the row, by kind and page by page. */
export function UsesCard({ versionId, recordId, uses }: {
  versionId: string; recordId: string; uses: RecordUses;
}) {
  const [of, setOf] = useQueryState("of", parseAsStringLiteral(USES).withDefault("runs"));
  const list = useOperationPages("getRecordUses",
    { path: { id: versionId, recordId }, query: { of } }, isUsed(uses.part));
  const items = useItems(list);
  const rows = useMemo(() => items.filter((item): item is Item => item !== undefined), [items]);
  if (!isUsed(uses.part)) {
    return (
      <Card id="uses" className="c8" title="No result used this row">
        <EmptyState icon="filter" title={PART_WORDS[uses.part].badge}>
          {PART_WORDS[uses.part].says} The content hash covers the row all the same.
        </EmptyState>
      </Card>
    );
  }
  return (
    <Card id="uses" className="c8" flush title="Results that used this row">
      <PagedTable list={list} subject={WORDS[of]} label={`${WORDS[of]} that used this row`}
        rows={rows} columns={COLUMNS[of]} rowId={idOf}
        toolbar={(
          <Segmented label="Kind of result" value={of} onChange={(next) => void setOf(next)}
            options={USES.map((value) => ({ value, label: WORDS[value] }))} />
        )}
        empty={(
          <EmptyState icon="seal" title={`No ${WORDS[of].toLowerCase()} yet`}>
            What is recorded of this version from now on appears here.
          </EmptyState>
        )} />
    </Card>
  );
}
