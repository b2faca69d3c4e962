import type { ReactNode } from "react";
import { Card } from "@/components/ui/card";
import { FigureLink } from "@/components/ui/figure";
import { count, number, plural, type MoneyScale } from "@/components/ui/format";
import { differenceOf, WorkedFigure, type Working } from "@/components/ui/worked";
import { LISTED_CHANGES } from "@/lib/contract/facts";
import { changesHref, MATCH_WORDS, sideName, type Comparison } from "./compare-words";

type Change = Comparison["changes"][number];
type Side = "base" | "other";

const isListed = ({ match }: Change): boolean =>
  LISTED_CHANGES.some((listed) => listed === match);

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

/** A figure of one side: the list of its instruments, else of what it is the sum. */
function Figure({ comparison, change, side, scale, isCount }: {
  comparison: Comparison; change: Change; side: Side; scale: MoneyScale; isCount?: boolean;
}) {
  const rows = change[`${side}_rows`];
  const owed = change[`${side}_outstanding`].amount;
  const text = isCount ? count(rows) : scale.format(owed);
  if (isListed(change)) {
    return <FigureLink href={changesHref(comparison, change.match)}>{text}</FigureLink>;
  }
  const work = (): Working => ({
    title: `${MATCH_WORDS[change.match]}, ${sideName(comparison[side])}`
      + (isCount ? "" : `, ${scale.label}`),
    formula: isCount ? "Number of records" : "Σ outstanding", filled: plural(rows, "record"),
    sources: [{ name: `Records of ${sideName(comparison[side])}`, text: "all",
      href: `/versions/${comparison[side].dataset_version_id}?view=records` }] });
  return <WorkedFigure work={work}>{text}</WorkedFigure>;
}

/** How the collateral of both versions comes to what it moved by. */
function collateralWorking({ base, other, collateral }: Comparison, scale: MoneyScale): Working {
  const source = (side: Comparison[Side], amount: number) => ({ name: sideName(side),
    text: scale.format(amount), href: `/versions/${side.dataset_version_id}#exposure` });
  return differenceOf(`Difference of the collateral, ${scale.label}`,
    source(base, collateral.opening.amount), source(other, collateral.closing.amount));
}

/** How many instruments came, went and changed, with what they owe. */
export function ChangesCard({ comparison, scale, className, action }: {
  comparison: Comparison; scale: MoneyScale; className?: string; action?: ReactNode;
}) {
  const { base, other, changes, collateral } = comparison;
  const of = { comparison, scale };
  const moved = collateral.closing.amount - collateral.opening.amount;
  return (
    <Card id="changes" className={className} title={titleOf(comparison)} action={action}
      sub={`Instruments by id, outstanding in ${scale.label}`}
      foot={(
        <>
          <span>{quality(comparison)}</span>
          <span className="end">
            Collateral{" "}
            <WorkedFigure work={() => collateralWorking(comparison, scale)}>
              {scale.signed(moved)}
            </WorkedFigure>
          </span>
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
                <td className="num"><Figure {...of} change={change} side="base" isCount /></td>
                <td className="num"><Figure {...of} change={change} side="other" isCount /></td>
                <td className="num"><Figure {...of} change={change} side="base" /></td>
                <td className="num"><Figure {...of} change={change} side="other" /></td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}
