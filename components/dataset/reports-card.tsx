"use client";

import { PagedTable, useItems } from "@/components/table/paged-table";
import type { DataColumn } from "@/components/table/data-table";
import { SIGN_OFF_BADGES, SIGN_OFF_LABELS } from "@/components/run/sign-off-words";
import { Badge } from "@/components/ui/badge";
import { ButtonLink } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { HashText } from "@/components/ui/figure";
import { bytes, time } from "@/components/ui/format";
import { Icon } from "@/components/ui/icon";
import { EmptyState } from "@/components/ui/states";
import { useOperationPages } from "@/lib/client/hooks";
import { addressOf } from "@/lib/contract/addresses";
import type { ResponseOf } from "@/lib/contract/operations";

type ReportFile = ResponseOf<"listReportFiles">["items"][number];

const COLUMNS: DataColumn<ReportFile>[] = [
  { id: "made", header: "Made", fixed: true, cell: ({ created_at: at }) => (
    <time dateTime={at}>{time(at)}</time>
  ) },
  { id: "template", header: "Template", cell: ({ template }) =>
    `${template.charAt(0).toUpperCase()}${template.slice(1)}` },
  { id: "run", header: "Run", cell: ({ run_id: id }) => (
    <HashText short value={id} href={`/runs/${id}`} />
  ) },
  { id: "sign-off", header: "Sign-off then", cell: ({ sign_off: state }) => (
    <Badge state={SIGN_OFF_BADGES[state]}>{SIGN_OFF_LABELS[state]}</Badge>
  ) },
  { id: "sha256", header: "SHA-256", cell: ({ sha256 }) => <HashText short value={sha256} /> },
  { id: "size", header: "Size", number: true, cell: (file) => bytes(file.bytes) },
  { id: "file", header: "File", cell: ({ report_file_id: id, format, created_at: at }) => (
    <a className="btn small" download href={addressOf("getReportFile", { id }).url}
      aria-label={`Download the ${format.toUpperCase()} of ${time(at)}`}>
      <Icon name="dl" small />{format.toUpperCase()}
    </a>
  ) },
];

/** What schedules made of the dataset's latest runs, as it was then. */
export function ReportsCard({ datasetId, className }: { datasetId: string; className?: string }) {
  const list = useOperationPages("listReportFiles", { path: { id: datasetId } });
  const files = useItems<ReportFile>(list);
  return (
    <Card id="reports" className={className} flush title="Reports made on schedule"
      sub="Of the latest run at that time, kept as they were made">
      <PagedTable
        list={list}
        subject="The reports"
        label="Report table"
        rows={files}
        columns={COLUMNS}
        rowId={(file) => file.report_file_id}
        empty={(
          <EmptyState icon="clock" title="No report yet"
            action={<ButtonLink href="/operations?tab=jobs">Schedules</ButtonLink>}>
            A schedule of the kind Report makes one of the latest run, as PDF or workbook.
          </EmptyState>
        )}
      />
    </Card>
  );
}
