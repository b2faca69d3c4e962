"use client";

import { parseAsStringLiteral, useQueryState } from "nuqs";
import { recordsHref } from "@/components/dataset/links";
import { groupValue } from "@/components/dataset/words";
import { Card } from "@/components/ui/card";
import { classes } from "@/components/ui/classes";
import { FigureLink } from "@/components/ui/figure";
import { count, percentOf, plural, type MoneyScale } from "@/components/ui/format";
import { Na } from "@/components/ui/na";
import { Segmented } from "@/components/ui/segmented";
import { WorkedFigure, type Working } from "@/components/ui/worked";
import { DPD_BUCKETS } from "@/lib/risk";
import "@/components/dataset/dataset.css";
import "./compare.css";
import { sideName, type Comparison } from "./compare-words";

const MEASURES = ["balance", "count"] as const;
type Measure = (typeof MEASURES)[number];
const MEASURE_OPTIONS = [
  { value: "balance", label: "By balance" }, { value: "count", label: "By loan" },
] as const;
type Row = Comparison["roll_rates"]["rows"][number];

const REASONS = {
  NO_INSTRUMENTS: "No instrument was in this bucket",
  NO_BALANCE: "The instruments of this bucket owed nothing",
} as const;

interface RollProps { comparison: Comparison; measure: Measure; scale: MoneyScale }

const bucketWord = (bucket: string): string => groupValue("dpd_bucket", bucket);
const placeOf = (bucket: Row["from"]): number => DPD_BUCKETS.indexOf(bucket);

/** "12.4 % of what was current is later past due": what moved to a later bucket, of all. */
function titleOf({ roll_rates: { rows } }: Comparison): string {
  const known = rows.filter((row) => row.count > 0);
  const all = known.reduce((sum, row) => sum + row.count, 0);
  if (all === 0) return "No instrument of both versions states its days past due";
  const moved = (side: 1 | -1): number => known.reduce((sum, row) => sum + row.to
    .filter((cell) => side * (placeOf(cell.bucket) - placeOf(row.from)) > 0)
    .reduce((inner, cell) => inner + cell.count, 0), 0);
  return `${percentOf(moved(1) / all)} of loans rolled to a later bucket, `
    + `${percentOf(moved(-1) / all)} to an earlier one`;
}

/** What rolled on, of what was in the bucket. */
function rollWorking(
  { comparison: { base, other }, measure, scale }: RollProps, row: Row, cell: Row["to"][number],
): Working {
  const isBalance = measure === "balance";
  const [part, whole] = isBalance
    ? [scale.format(cell.balance.amount), scale.format(row.balance.amount)]
    : [count(cell.count), count(row.count)];
  const [from, to] = [bucketWord(row.from), bucketWord(cell.bucket)];
  return {
    title: `From ${from} in ${sideName(base)} to ${to} in ${sideName(other)}, `
      + plural(cell.count, "instrument"),
    formula: isBalance ? `Owed before by what is ${to} / owed by all` : "Loans / all loans",
    filled: `${part} / ${whole}`,
    sources: [
      { name: `${from} in ${sideName(base)}`, text: whole,
        href: recordsHref(base.dataset_version_id, "dpd_bucket", row.from) },
      { name: `${to} in ${sideName(other)}`, text: "records",
        href: recordsHref(other.dataset_version_id, "dpd_bucket", cell.bucket) },
    ],
  };
}

function Cell(props: RollProps & { row: Row; index: number }) {
  const { row, index, measure } = props;
  const cell = row.to[index];
  const share = measure === "balance" ? cell?.balance_share : cell?.count_share;
  const gap = measure === "balance" ? row.balance_reason : row.count_reason;
  if (!cell || share === null || share === undefined) {
    return <td className="num"><Na reason={REASONS[gap ?? "NO_INSTRUMENTS"]} /></td>;
  }
  const side = placeOf(cell.bucket) - placeOf(row.from);
  const kind = share === 0 ? undefined : side > 0 ? "later" : side < 0 ? "earlier" : "same";
  return (
    <td className="num" data-roll={kind} style={{ "--share": share } as React.CSSProperties}>
      {share === 0 ? <span className="muted">0 %</span> : (
        <WorkedFigure work={() => rollWorking(props, row, cell)}>{percentOf(share)}</WorkedFigure>
      )}
    </td>
  );
}

function RollTable(props: RollProps) {
  const { comparison, measure, scale } = props;
  const { base, other, roll_rates: { rows } } = comparison;
  return (
    <div className="table-wrap sticky-1" tabIndex={0} role="region" aria-label="Roll rate table">
      <table className="rolls">
        <thead>
          <tr>
            <th scope="col">From {sideName(base)}, to {sideName(other)}</th>
            <th scope="col" className="num">
              {measure === "balance" ? `Owed, ${scale.label}` : "Loans"}
            </th>
            {DPD_BUCKETS.map((bucket) => (
              <th key={bucket} scope="col" className="num">{bucketWord(bucket)}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.from}>
              <th scope="row">{bucketWord(row.from)}</th>
              <td className="num">
                <FigureLink href={recordsHref(base.dataset_version_id, "dpd_bucket", row.from)}>
                  {measure === "balance" ? scale.format(row.balance.amount) : count(row.count)}
                </FigureLink>
              </td>
              {DPD_BUCKETS.map((bucket, index) => (
                <Cell key={bucket} {...props} row={row} index={index} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Of what was in a days-past-due bucket, the share that is in each bucket later. */
export function RollRateCard({ comparison, scale, className }: {
  comparison: Comparison; scale: MoneyScale; className?: string;
}) {
  const [measure, setMeasure] = useQueryState(
    "rolls", parseAsStringLiteral(MEASURES).withDefault("balance"));
  const without = comparison.roll_rates.without_days_past_due;
  return (
    <Card
      id="rolls"
      className={classes("wraps", className)}
      title={titleOf(comparison)}
      terms={["roll-rate", "days-past-due"]}
      sub="Roll rates: each row adds up to 100 %; on the diagonal, what stayed where it was"
      action={(
        <span>
          <Segmented label="Roll rates by" value={measure}
            onChange={(next) => void setMeasure(next)} options={MEASURE_OPTIONS} />
        </span>
      )}
      foot={without > 0 ? (
        <span>{plural(without, "instrument")} of both versions without days past due in one of
          them</span>
      ) : undefined}
      flush
    >
      <RollTable comparison={comparison} measure={measure} scale={scale} />
    </Card>
  );
}
