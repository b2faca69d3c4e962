"use client";

import { useState } from "react";
import { DataTable } from "@/components/table/data-table";
import type { DataColumn } from "@/components/table/data-table";
import { StateText } from "@/components/ui/badge";
import { Card } from "@/components/ui/card";
import { Button } from "@/components/ui/button";
import { Formula } from "@/components/ui/figure";
import {
  compactNumber, count, date, money, number, percent, plural,
} from "@/components/ui/format";
import { TolerancesCard } from "@/components/quality/tolerances-card";
import "@/components/quality/quality.css";
import { Na } from "@/components/ui/na";
import { Progress } from "@/components/ui/progress";
import { SkeletonStack } from "@/components/ui/states";
import { Tip } from "@/components/ui/tip";
import { SCORE_WEIGHTS } from "@/lib/contract/facts";
import { AMOUNT_FIELDS } from "@/lib/kernel/record";
import { useProblems } from "./problems";
import { ProblemTable } from "./problem-table";
import type { ShownProblems } from "./problem-table";
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
  /** Versions of before have no more than the above. */
  standard_deviation?: number | null;
  outliers?: number | null;
  distinct_estimated?: boolean;
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
    cell: (column) => (typeof column.distinct !== "number" ? "over 1,000"
      : column.distinct_estimated ? (
        <Tip text="Counted exactly to 1,000, estimated beyond">about {count(column.distinct)}</Tip>
      ) : count(column.distinct)) },
  { id: "min", header: "Smallest", number: true, cell: (column) =>
    valueText(column.field, column.min) },
  { id: "max", header: "Largest", number: true, cell: (column) =>
    valueText(column.field, column.max) },
  { id: "mean", header: "Mean", number: true, cell: (column) => (column.mean === null
    ? <Na reason="Texts and dates have no mean" /> : valueText(column.field, column.mean)) },
  { id: "deviation", header: "Standard deviation", number: true,
    sortValue: (column) => column.standard_deviation ?? null,
    cell: (column) => (column.standard_deviation == null
      ? <Na reason="Texts and dates have none" />
      : valueText(column.field, column.standard_deviation)) },
  { id: "outliers", header: "Outliers", number: true,
    sortValue: (column) => column.outliers ?? null,
    cell: (column) => (column.outliers == null
      ? <Na reason="Texts and dates have none" /> : count(column.outliers)) },
];

const PARTS = [
  { part: "completeness", symbol: "k, rate, collateral, recovery given" },
  { part: "validity", symbol: "v, values without a remark" },
  { part: "uniqueness", symbol: "u, an id of their own" },
  { part: "consistency", symbol: "c, no rule broken" },
] as const;

/** The score's formula with this version's values: each part is a share of all rows. */
function ScoreFormula({ components, score }: {
  components: NonNullable<Quality["components"]>; score: number;
}) {
  const three = (value: number) => number(value, { decimals: 3 });
  const points = (value: number) => compactNumber(100 * value, 2);
  return (
    <Formula
      rows={PARTS.map(({ part, symbol }) => ({ symbol,
        fill: `${three(components[part])} × ${points(SCORE_WEIGHTS[part])}`,
        result: points(components[part] * SCORE_WEIGHTS[part]) }))}
      total={{ symbol: PARTS.map(({ part, symbol }) =>
        `${points(SCORE_WEIGHTS[part])} ${symbol.charAt(0)}`).join(" + "), fill: "",
      result: number(score, { decimals: 1 }) }}
    />
  );
}

function scoreTitle(score: number | null): string {
  return score === null ? "No quality score" : `Quality score ${number(score, { decimals: 1 })} of 100`;
}

/** What was found, the most frequent first: rules by their id, all else by its code. */
function foundIn({ rules, problem_counts: counts }: Quality): ShownProblems[] {
  const ofRules = rules.filter(({ words }) => words !== null).map((rule) =>
    ({ label: rule.description.replace(/\.$/, ""), count: rule.broken, filter: { rule: rule.id } }));
  const broken = ofRules.reduce((sum, rule) => sum + rule.count, 0);
  // Tables of one tape refer to each other without a rule: more than the rules account for.
  const codes = Object.entries(counts).filter(([code, times]) => ofRules.length === 0
    || code !== "RULE_BROKEN" && (code !== "REFERENCE_UNKNOWN" || times > broken));
  return [...ofRules, ...codes.map(([code, times]) =>
    ({ label: ruleWords(code), count: times, filter: { code } }))]
    .filter((found) => found.count > 0).sort((a, b) => b.count - a.count);
}

function Broken({ quality, onShow }: {
  quality: Quality; onShow: (shown: ShownProblems) => void;
}) {
  const found = foundIn(quality);
  if (found.length === 0) return <StateText state="normal">No rule was broken.</StateText>;
  return (
    <ul className="rules-broken">
      {found.map((one) => (
        <li key={one.label}>
          <span className="t">{one.label}</span>
          <Button small aria-label={`Show ${plural(one.count, "row")}: ${one.label}`}
            onClick={() => onShow(one)}>
            {plural(one.count, "row")}
          </Button>
        </li>
      ))}
    </ul>
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
  const [shown, setShown] = useState<ShownProblems | null>(null);
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
        sub="The mean of what the rows earn; a row that is left out earns nothing">
        {quality.score === null || quality.components === null
          ? <p className="hint">{quality.score === null ? "It is computed when a tape is read."
              : "It was computed before its parts were kept."}</p>
          : <ScoreFormula components={quality.components} score={quality.score} />}
      </Card>
      <Card id="rules" className="c4" title="Rules broken" sub="How often, over all rows">
        <Broken quality={quality} onShow={(one) => {
          setShown(one);
          document.getElementById("problems")?.scrollIntoView({ block: "nearest" });
        }} />
      </Card>
      <Card id="warnings" className="c4" title="Warnings" sub="About the version as a whole">
        <Warnings version={version} />
      </Card>
      <TolerancesCard quality={quality} className="c12" />
      <ProblemTable version={version} className="c12" shown={shown}
        onShowAll={() => setShown(null)} />
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

/** Why a tape was not sealed: tolerances it exceeds, problems, and the rows to be corrected. */
export function FailedQuality({ version }: { version: Version }) {
  const query = useProblems(version.dataset_version_id);
  const quality = query.data?.pages[0];
  if (!quality || quality.tolerances.length === 0 && quality.problems.length === 0) return null;
  return (
    <>
      {quality.tolerances.length === 0 ? null : <TolerancesCard quality={quality} />}
      <ProblemTable version={version} />
    </>
  );
}
