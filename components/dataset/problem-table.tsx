"use client";

import { useState } from "react";
import { downloadBlob, downloadText, fileStem } from "@/components/chart/csv";
import { DataTable } from "@/components/table/data-table";
import type { DataColumn } from "@/components/table/data-table";
import { StateText } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { classes } from "@/components/ui/classes";
import { count, plural } from "@/components/ui/format";
import { Na } from "@/components/ui/na";
import { EmptyState } from "@/components/ui/states";
import { Tip } from "@/components/ui/tip";
import { useToast } from "@/components/ui/toast";
import { ApiError, callFile } from "@/lib/client/api";
import "./dataset.css";
import { problemsCsv, useProblems } from "./problems";
import type { ProblemFilter } from "./problems";
import { Refusal } from "./refusal";
import type { RowProblem, Version } from "./types";
import { resultWords, ruleWords } from "./words";

interface NumberedProblem extends RowProblem {
  id: string;
}

const COLUMNS: DataColumn<NumberedProblem>[] = [
  { id: "row", header: "Row", number: true, fixed: true, cell: (problem) =>
    (problem.row === 0 ? <Na reason="The table as a whole" /> : count(problem.row)) },
  { id: "severity", header: <span className="vh">Severity</span>, name: "Severity",
    cell: (problem) => (
      <StateText state={problem.severity === "error" ? "critical" : "warning"} iconOnly>
        {problem.severity === "error" ? "Left out" : "Remark"}
      </StateText>
    ) },
  { id: "column", header: "Column", mono: true,
    cell: (problem) => problem.column ?? <Na reason="The row as a whole" /> },
  { id: "value", header: "Value", mono: true,
    cell: (problem) => (problem.value === null || problem.value === ""
      ? <Na reason="Empty" />
      : <Tip text={shortened(problem.value) === problem.value ? null : problem.value}>
        {shortened(problem.value)}
      </Tip>) },
  { id: "rule", header: "Rule", cell: (problem) => (
    <span>
      {ruleWords(problem.code)}
      <span className="values"><span className="long">{problem.message}</span></span>
    </span>
  ) },
  { id: "result", header: "Result",
    cell: (problem) => <span className="muted">{resultWords(problem)}</span> },
  { id: "todo", header: "What to do", cell: (problem) => (
    <span className="muted long">{problem.recommendation}</span>
  ) },
];

/** Of several tables: which one, and the line in it. */
const TABLE: DataColumn<NumberedProblem> = {
  id: "table", header: "Table", mono: true, cell: ({ table, line }) => (table === undefined
    ? <Na reason="The tape is one table" /> : line === undefined ? table
      : `${table}, line ${count(line)}`),
};

const shortened = (text: string, most = 40): string =>
  text.length > most ? `${text.slice(0, most - 1)}…` : text;

const COLUMNS_OF_TABLES = [...COLUMNS.slice(0, 1), TABLE, ...COLUMNS.slice(1)];

/** "27 rows left out, 143 kept with a remark" */
export function problemTitle(version: Version): string {
  const { rejected, warnings } = version.counts;
  if (version.status === "failed") return "Problems of the rows that were read";
  if (rejected === 0 && warnings === 0) return "Every row was read without a remark";
  if (rejected === 0) return `No row left out, ${plural(warnings, "remark")} on kept rows`;
  const kept = warnings === 0 ? "none of the others has a remark"
    : `${plural(warnings, "remark")} on kept rows`;
  return `${plural(rejected, "row")} left out, ${kept}`;
}

function Downloads({ version }: { version: Version }) {
  const toast = useToast();
  const [busy, setBusy] = useState<"left-out" | "problems" | null>(null);
  const stem = fileStem(version.source.name?.replace(/\.[a-z]+$/i, "") ?? version.dataset_name);
  async function save(kind: "left-out" | "problems") {
    setBusy(kind);
    try {
      const id = version.dataset_version_id;
      const file = `${stem}-v${version.number}-${kind}.csv`;
      if (kind === "problems") downloadText(file, await problemsCsv(id));
      else downloadBlob(file, await callFile("exportLeftOutRows", { path: { id } }));
    } catch (error) {
      toast.show({
        state: "critical", title: "The file could not be made",
        description: error instanceof ApiError ? error.message : "Try again.",
      });
    } finally {
      setBusy(null);
    }
  }
  return (
    <span className="row wrap">
      <Button small icon="dl" busy={busy === "left-out"} onClick={() => void save("left-out")}
        disabledReason={version.status !== "failed" && version.counts.rejected === 0
          ? "No row was left out" : null}>
        Left-out rows
      </Button>
      <Button small icon="dl" busy={busy === "problems"} onClick={() => void save("problems")}>
        All problems
      </Button>
    </span>
  );
}

export interface ProblemTableProps {
  version: Version;
  className?: string;
  /** Rows in sight before it scrolls. */
  height?: number;
  /** Shows problems of one sort only. */
  shown?: ShownProblems | null;
  onShowAll?: () => void;
}

/** Which problems are shown, in words, and how many there are of them. */
export interface ShownProblems {
  label: string;
  count: number;
  filter: ProblemFilter;
}

/** Row-level problems: row, column, value, rule, result. */
export function ProblemTable(
  { version, className, height, shown = null, onShowAll }: ProblemTableProps,
) {
  const query = useProblems(version.dataset_version_id, shown?.filter ?? null);
  const problems = query.data?.pages.flatMap((page) => page.problems) ?? [];
  const rows = problems.map((problem, index) => ({ ...problem, id: String(index) }));
  const counts = query.data?.pages[0]?.problem_counts ?? {};
  const isOfTables = rows.some(({ table }) => table !== undefined);
  const total = shown?.count ?? Object.values(counts).reduce((sum, one) => sum + one, 0);
  const isClean = query.isSuccess && rows.length === 0;
  return (
    <Card
      id="problems"
      className={classes("wraps", className)}
      title={shown ? `${shown.label}: ${plural(shown.count, "row")}` : problemTitle(version)}
      sub={rows.length === 0 ? undefined : `The worst first; rows are ${isOfTables
        ? "counted through all tables" : "lines of the file"}`}
      action={shown ? <Button small icon="x" onClick={onShowAll}>Show all problems</Button>
        : isClean || query.error ? undefined : <Downloads version={version} />}
      flush
    >
      <DataTable
        label="Problem table"
        rows={rows}
        columns={isOfTables ? COLUMNS_OF_TABLES : COLUMNS}
        rowId={(row) => row.id}
        density="tall"
        height={rows.length > 12 ? height ?? 480 : undefined}
        loading={query.isPending && !query.error}
        totalCount={query.isSuccess && total > 0 ? total : undefined}
        hasMore={query.hasNextPage}
        loadingMore={query.isFetchingNextPage}
        onLoadMore={query.hasNextPage ? () => void query.fetchNextPage() : undefined}
        error={query.error ? (
          <Refusal error={query.error} what="The problems could not be read."
            onRetry={() => void query.refetch()} />
        ) : undefined}
        empty={(
          <EmptyState icon="ok" title="No problem was found">
            Every value was read in the declared locale.
          </EmptyState>
        )}
      />
    </Card>
  );
}
