import type { ReactNode } from "react";
import { Card } from "@/components/ui/card";
import { count, number, type MoneyScale } from "@/components/ui/format";
import { MATCH_WORDS, sideName, type Comparison } from "./compare-words";

const rowsOf = (comparison: Comparison, match: string): number => {
  const found = comparison.changes.find((change) => change.match === match);
  return Math.max(found?.base_rows ?? 0, found?.other_rows ?? 0);
};

function titleOf(comparison: Comparison): string {
  const [added, removed, changed] =
    ["added", "removed", "changed"].map((match) => rowsOf(comparison, match));
  if (!added && !removed && !changed) return "No instrument has changed";
  return `${count(added ?? 0)} added, ${count(removed ?? 0)} removed, `
    + `${count(changed ?? 0)} changed`;
}

function quality({ base, other, quality_score_change: change }: Comparison): string {
  if (change === null || other.quality_score === null) return "Data quality is not known of both";
  const [from, to] = [base.quality_score, other.quality_score].map((score) =>
    number(score, { decimals: 1 }));
  return change === 0 ? `Data quality score ${to} in both`
    : `Data quality score from ${from} to ${to}`;
}

/** How many instruments came, went and changed, with what they owe. */
export function ChangesCard({ comparison, scale, className, action }: {
  comparison: Comparison; scale: MoneyScale; className?: string; action?: ReactNode;
}) {
  const { base, other, changes, collateral } = comparison;
  const moved = collateral.closing.amount - collateral.opening.amount;
  return (
    <Card id="changes" className={className} title={titleOf(comparison)} action={action}
      sub={`Instruments by id, outstanding in ${scale.label}`}
      foot={(
        <>
          <span>{quality(comparison)}</span>
          <span className="end">Collateral {scale.signed(moved)}</span>
        </>
      )}
      flush>
      <div className="table-wrap" tabIndex={0} role="region" aria-label="Table of changes">
        <table>
          <thead>
            <tr>
              <th scope="col">Instruments</th>
              <th scope="col" className="num">{sideName(base)}</th>
              <th scope="col" className="num">{sideName(other)}</th>
              <th scope="col" className="num">Owed, {sideName(base)}</th>
              <th scope="col" className="num">Owed, {sideName(other)}</th>
            </tr>
          </thead>
          <tbody>
            {changes.map((change) => (
              <tr key={change.match}>
                <th scope="row">{MATCH_WORDS[change.match]}</th>
                <td className="num">{count(change.base_rows)}</td>
                <td className="num">{count(change.other_rows)}</td>
                <td className="num">{scale.format(change.base_outstanding.amount)}</td>
                <td className="num">{scale.format(change.other_outstanding.amount)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}
