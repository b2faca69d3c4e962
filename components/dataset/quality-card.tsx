"use client";

import { DataTable } from "@/components/table/data-table";
import type { DataColumn } from "@/components/table/data-table";
import { StateText } from "@/components/ui/badge";
import { Card } from "@/components/ui/card";
import { Formula, KeyValueList } from "@/components/ui/figure";
import {
  compactNumber, count, date, money, number, percent, plural,
} from "@/components/ui/format";
import { Na } from "@/components/ui/na";
import { Progress } from "@/components/ui/progress";
import { SkeletonStack } from "@/components/ui/states";
import { AMOUNT_FIELDS } from "@/lib/kernel/record";
import { useProblems } from "./problems";
import { ProblemTable } from "./problem-table";
import { Refusal } from "./refusal";
import type { Quality, Version } from "./types";
import { fieldWord, ruleWords, warningWords } from "./words";

interface QualityColumn {
  field: string;
  present: number;
  expected: number;
  completeness_pct: number | null;
  min: number | string | null;
  max: number | string | null;
  mean: number | null;
  distinct: number | string;
}

const isColumn = (value: unknown): value is QualityColumn =>
  typeof value === "object" && value !== null
  && typeof (value as QualityColumn).field === "string"
  && typeof (value as QualityColumn).present === "number";

const amounts: readonly string[] = AMOUNT_FIELDS;

function valueText(field: string, value: number | string | null) {
  if (value === null) return <Na reason="Texts have no smallest or largest value" />;
  if (typeof value === "string") return date(value);
  return amounts.includes(field) ? money(value) : compactNumber(value, 4);
}

const COLUMNS: DataColumn<QualityColumn>[] = [
  { id: "field", header: "Field", sortValue: (column) => fieldWord(column.field),
    cell: (column) => fieldWord(column.field) },
  { id: "completeness", header: "Complete", number: true,
    sortValue: (column) => column.completeness_pct,
    cell: (column) => (column.completeness_pct === null
      ? <Na reason="No record of a kind that has this field" />
      : (
        <span className="row nowrap" style={{ justifyContent: "flex-end" }}>
          <span style={{ width: "calc(var(--s-6) * 2)" }}>
            <Progress label={`${fieldWord(column.field)} complete`}
              share={column.completeness_pct / 100} />
          </span>
          <span style={{ minWidth: "calc(var(--s-5) * 2)" }}>
            {percent(column.completeness_pct)}
          </span>
        </span>
      )) },
  { id: "present", header: "Given", number: true, sortValue: (column) => column.present,
    cell: (column) => count(column.present) },
  { id: "distinct", header: "Different", number: true, sortValue: (column) =>
    (typeof column.distinct === "number" ? column.distinct : 1001),
    cell: (column) => (typeof column.distinct === "number" ? count(column.distinct)
      : "over 1,000") },
  { id: "min", header: "Smallest", number: true, cell: (column) =>
    valueText(column.field, column.min) },
  { id: "max", header: "Largest", number: true, cell: (column) =>
    valueText(column.field, column.max) },
  { id: "mean", header: "Mean", number: true, cell: (column) => (column.mean === null
    ? <Na reason="Texts and dates have no mean" /> : valueText(column.field, column.mean)) },
];

const KEYS = ["interest_rate_pct", "collateral_value", "recovery_rate_pct"];

/** The score's formula with this version's values; the share without a remark follows from it. */
function ScoreFormula({ quality, version }: { quality: Quality; version: Version }) {
  const { raw, eliminated } = version.counts;
  // What the group owes itself was read like any other row.
  const normalized = version.counts.normalized + eliminated;
  const columns = quality.columns.filter(isColumn).filter((column) => KEYS.includes(column.field)
    && column.completeness_pct !== null);
  const accepted = raw > 0 ? normalized / raw : 0;
  const complete = columns.length === 0 ? 1
    : columns.reduce((sum, column) => sum + column.present / column.expected, 0) / columns.length;
  const score = quality.score ?? 0;
  const clean = accepted > 0
    ? Math.min(1, Math.max(0, (score / (100 * accepted) - 0.7 - 0.2 * complete) / 0.1)) : 0;
  const three = (value: number) => number(value, { decimals: 3 });
  return (
    <Formula
      rows={[
        { symbol: "a, rows that became records", fill: `${count(normalized)} / ${count(raw)}`,
          result: three(accepted) },
        { symbol: "k, key fields complete", fill: columns.map((column) =>
          percent(column.completeness_pct)).join(", ") || "none expected",
        result: three(complete) },
        { symbol: "w, records without a remark", fill: "", result: `about ${three(clean)}` },
      ]}
      total={{ symbol: "100 × a × (0.7 + 0.2 k + 0.1 w)", fill: "",
        result: number(score, { decimals: 1 }) }}
    />
  );
}

function scoreTitle(score: number | null): string {
  return score === null ? "No quality score" : `Quality score ${number(score, { decimals: 1 })} of 100`;
}

function Counts({ quality }: { quality: Quality }) {
  const entries = Object.entries(quality.problem_counts).sort(([, a], [, b]) => b - a);
  if (entries.length === 0) return <StateText state="normal">No rule was broken.</StateText>;
  return (
    <KeyValueList items={entries.map(([code, amount]) => (
      { key: ruleWords(code), value: plural(amount, "time") }))} />
  );
}

function Warnings({ version }: { version: Version }) {
  if (version.warnings.length === 0) {
    return <StateText state="normal">No warning about the version as a whole.</StateText>;
  }
  return (
    <ul className="stack">
      {version.warnings.map((warning) => (
        <li key={warning} className="remark">
          <StateText state="warning" iconOnly>Warning</StateText>
          <span>{warningWords(warning)}</span>
        </li>
      ))}
    </ul>
  );
}

/** Data quality of a version: score, rules broken, warnings, columns and row problems. */
export function QualityView({ version }: { version: Version }) {
  const query = useProblems(version.dataset_version_id);
  const quality = query.data?.pages[0];
  if (!quality) {
    return (
      <Card id="quality" title="Data quality">
        {query.error ? (
          <Refusal error={query.error} what="The data quality could not be read."
            onRetry={() => void query.refetch()} />
        ) : <SkeletonStack lines={8} label="Loading data quality" />}
      </Card>
    );
  }
  const columns = quality.columns.filter(isColumn);
  const given = columns.filter((column) => column.present > 0);
  return (
    <div className="grid">
      <Card id="quality" className="c4" title={scoreTitle(quality.score)}
        sub="How much of the tape could be used">
        {quality.score === null
          ? <p className="hint">It is computed when the version is sealed.</p>
          : <ScoreFormula quality={quality} version={version} />}
      </Card>
      <Card id="rules" className="c4" title="Rules broken" sub="How often, over all rows">
        <Counts quality={quality} />
      </Card>
      <Card id="warnings" className="c4" title="Warnings" sub="About the version as a whole">
        <Warnings version={version} />
      </Card>
      <ProblemTable version={version} className="c12" />
      <Card id="columns" className="c12" flush
        title={`${given.length} of ${columns.length} fields are given`}
        sub={`Amounts in ${version.base_currency}`}>
        <DataTable
          label="Field table"
          rows={given}
          columns={COLUMNS}
          rowId={(column) => column.field}
          empty={<p className="card-body hint">No field statistics are kept for this version.</p>}
        />
      </Card>
    </div>
  );
}
