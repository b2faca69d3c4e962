"use client";

import { csvText, downloadText } from "@/components/chart/csv";
import { useCurrentVersion } from "@/components/shell/current-version";
import type { RiskState } from "@/components/ui/badge";
import { StateText } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card, Tile, TileGrid } from "@/components/ui/card";
import { date, moneyScale, ratio } from "@/components/ui/format";
import type { MoneyScale } from "@/components/ui/format";
import { Na } from "@/components/ui/na";
import { Term } from "@/components/ui/term";
import type { DscrStatus, Projection } from "@/lib/risk";
import { KeepFigures } from "./keep-evidence";
import { FormulaLink } from "./parts";
import { AssumptionsCard, DebtsCard, StatementsCard } from "./projection-forms";
import { CashCard, DscrCard } from "./projection-charts";
import { SET_LABELS, useProjection } from "./use-projection";
import type { ProjectionState } from "./use-projection";

/** Where a figure comes from that nobody recorded. */
const FORMULA = "/docs/model#projection";

const STATUS: Record<DscrStatus, { state: RiskState; word: string }> = {
  adequate: { state: "normal", word: "Adequate" },
  marginal: { state: "warning", word: "Marginal" },
  insufficient: { state: "critical", word: "Insufficient" },
  not_applicable: { state: "unknown", word: "Nothing due" },
};
const NOTHING_DUE = "Nothing is due";
const NO_SHORTFALL = "Cash is never short";

function Summary({ summary, scale }: { summary: Projection["summary"]; scale: MoneyScale }) {
  const { min_dscr: least, average_dscr: mean, first_shortfall: first } = summary;
  return (
    <TileGrid label="Projection" count={5}>
      <Tile href={FORMULA} term="dscr" title="Lowest DSCR"
        reason={NOTHING_DUE} value={least === null ? null : ratio(least)} />
      <Tile href={FORMULA} term="dscr" title="Average DSCR"
        reason={NOTHING_DUE} value={mean === null ? null : ratio(mean)} />
      <Tile href={FORMULA} title="First shortfall" reason={NO_SHORTFALL}
        value={first === null ? null : date(first)} />
      <Tile href={FORMULA} title="Largest shortfall"
        unit={scale.label} value={scale.format(summary.peak_shortfall)}
        delta="What must be found" />
      <Tile href={FORMULA} title="Working capital, month 1" unit={scale.label}
        value={scale.signed(-summary.working_capital_outflow)} />
    </TileGrid>
  );
}

function SetsCard({ state, scale }: { state: ProjectionState; scale: MoneyScale }) {
  const { shown, projections, set } = state;
  const short = shown.filter((name) => projections[name].summary.first_shortfall !== null);
  return (
    <Card id="sets" flush title={short.length === 0 ? "Cash lasts under every set"
      : `Cash runs short under ${short.length} of ${shown.length} sets`}
      foot={<FormulaLink section="projection" />}>
      <div className="table-wrap sticky-1" tabIndex={0} role="region" aria-label="Sets, table">
        <table>
          <thead>
            <tr>
              <th scope="col">Set</th>
              <th scope="col" className="num"><Term id="dscr">Lowest DSCR</Term><span className="unit-line">×</span></th>
              <th scope="col" className="num">
                Largest shortfall<span className="unit-line">{scale.label}</span>
              </th>
              <th scope="col" className="num">First shortfall</th>
              <th scope="col" className="num">
                Cash at the end<span className="unit-line">{scale.label}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {shown.map((name) => {
              const { summary, months } = projections[name];
              return (
                <tr key={name} aria-selected={name === set || undefined}>
                  <th scope="row">{SET_LABELS[name]}</th>
                  <td className="num">{summary.min_dscr === null ? <Na reason={NOTHING_DUE} />
                    : ratio(summary.min_dscr)}</td>
                  <td className="num">{scale.format(summary.peak_shortfall)}</td>
                  <td className="num">{summary.first_shortfall === null
                    ? <Na reason={NO_SHORTFALL} /> : date(summary.first_shortfall)}</td>
                  <td className="num">{scale.format(months.at(-1)?.cash)}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </Card>
  );
}

const AMOUNTS = ["cash_flow", "cash", "shortfall", "interest", "principal", "balance",
  "market_value", "exposure"] as const;
const HEADS: Record<(typeof AMOUNTS)[number], string> = {
  cash_flow: "Cash flow", cash: "Cash", shortfall: "Shortfall", interest: "Interest",
  principal: "Principal", balance: "Debt", market_value: "Market value", exposure: "Not covered",
};

function MonthsCard({ state, scale }: { state: ProjectionState; scale: MoneyScale }) {
  const { months } = state.projections[state.set];
  const csv = () => downloadText("projection.csv", csvText(
    ["Date", ...AMOUNTS.map((name) => HEADS[name]), "DSCR", "Status"],
    months.map((month) => [month.date, ...AMOUNTS.map((name) => month[name]), month.dscr,
      month.status])));
  return (
    <Card id="months" flush title={`Month by month, ${SET_LABELS[state.set].toLowerCase()}`}
      sub="Not covered: debt that the market value does not cover"
      action={<Button small icon="dl" onClick={csv}>CSV</Button>}
      foot={<FormulaLink section="projection" />}>
      <div className="table-wrap sticky-1 ana-long" tabIndex={0} role="region"
        aria-label="Months, table">
        <table>
          <thead>
            <tr>
              <th scope="col">Month to</th>
              {AMOUNTS.map((name) => (
                <th key={name} scope="col" className="num">
                  {HEADS[name]}<span className="unit-line">{scale.label}</span>
                </th>
              ))}
              <th scope="col" className="num"><Term id="dscr">DSCR</Term><span className="unit-line">×</span></th>
              <th scope="col">Status</th>
            </tr>
          </thead>
          <tbody>
            {months.map((month) => (
              <tr key={month.date}>
                <th scope="row">{date(month.date)}</th>
                {AMOUNTS.map((name) => (
                  <td key={name} className="num">{scale.format(month[name])}</td>
                ))}
                <td className="num">{month.dscr === null ? <Na reason={NOTHING_DUE} />
                  : ratio(month.dscr)}</td>
                <td><StateText state={STATUS[month.status].state}>
                  {STATUS[month.status].word}</StateText></td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}

/** What happens to a borrower if it lasts. */
export function ProjectionTab() {
  const { version } = useCurrentVersion();
  const state = useProjection(version?.as_of ?? null);
  const currency = version?.base_currency ?? "EUR";
  const { statements, debts } = state;
  const largest = Math.max(statements.revenue, statements.market_value,
    ...debts.map(({ principal }) => principal));
  const scale = moneyScale(largest, currency);
  return (
    <div className="grid">
      <div className="c3 ana-stack">
        <AssumptionsCard state={state} />
        <StatementsCard state={state} currency={currency} />
      </div>
      <div className="c9 ana-stack">
        <KeepFigures name="analyseProjection" figures={state.request} />
        <Summary summary={state.projections[state.set].summary} scale={scale} />
        <div className="grid">
          <div className="c7 ana-fill"><CashCard state={state} scale={scale} /></div>
          <div className="c5 ana-fill"><DscrCard state={state} /></div>
        </div>
        <SetsCard state={state} scale={scale} />
        <DebtsCard state={state} currency={currency} />
        <MonthsCard state={state} scale={scale} />
      </div>
    </div>
  );
}
