"use client";

import { useMemo } from "react";
import { parseAsFloat, useQueryStates } from "nuqs";
import { useCurrentVersion } from "@/components/shell/current-version";
import type { RiskState } from "@/components/ui/badge";
import { StateText } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card, Tile, TileGrid } from "@/components/ui/card";
import { Field, TextArea } from "@/components/ui/field";
import { moneyScale, percentOf, plural } from "@/components/ui/format";
import type { MoneyScale } from "@/components/ui/format";
import { Na } from "@/components/ui/na";
import { NumberInput } from "@/components/ui/number-input";
import { EmptyState } from "@/components/ui/states";
import { valueAtRisk, type ValueAtRisk, type ValuePoint } from "@/lib/risk";
import { KeepFigures } from "./keep-evidence";
import { FormulaLink } from "./parts";
import { exampleSeries, readSeries } from "./series-text";
import { useKeptText } from "./use-kept-text";
import { ReturnsCard, ValueCard } from "./var-charts";

/** Where a figure comes from that nobody recorded. */
const FORMULA = "/docs/model#value-at-risk";

const KEYS = {
  var95: parseAsFloat.withDefault(2_000_000), var99: parseAsFloat.withDefault(3_000_000),
};
const LIMIT = 9e14;
const FRESH_DAYS = 4;

const WORDS: Record<string, { state: RiskState; word: string }> = {
  normal: { state: "normal", word: "Normal" },
  warning: { state: "warning", word: "Warning" },
  breach: { state: "critical", word: "Breach" },
  critical: { state: "critical", word: "Critical" },
  halt: { state: "critical", word: "Halt" },
  unknown: { state: "unknown", word: "Unknown" },
};

function stateOf(level: string): { state: RiskState; stateWord: string } {
  const found = WORDS[level] ?? { state: "unknown" as const, word: level };
  return { state: found.state, stateWord: found.word };
}

function Tiles({ risk, scale }: { risk: ValueAtRisk; scale: MoneyScale }) {
  const { levels } = risk;
  const amount = (q: "0.95" | "0.99") => {
    const value = risk.var[q];
    const { utilisation, limit, reason, level } = levels[q];
    return {
      ...stateOf(level), unit: scale.label, reason: reason ?? "Not known",
      value: value === null ? null : scale.format(value),
      delta: utilisation === null ? reason
        : `${percentOf(utilisation)} of ${scale.inWords(limit)}`,
    };
  };
  const share = (value: number | null) =>
    value === null ? null : percentOf(value, { decimals: 2, plus: true });
  return (
    <TileGrid label="Value at risk" count={4}>
      <Tile href={FORMULA} term="value-at-risk" title="Value at risk 95 %, a day" {...amount("0.95")} />
      <Tile href={FORMULA} term="value-at-risk" title="Value at risk 99 %, a day" {...amount("0.99")} />
      <Tile href={FORMULA} term="day-return" title="Last day" {...stateOf(levels.day.level)}
        value={share(risk.day_return)}
        reason={levels.day.reason ?? "Not known"}
        delta={levels.day.reason ?? "warning at −0.4 %, breach at −0.8 %"} />
      <Tile href={FORMULA} title="Month to date" {...stateOf(levels.month_to_date.level)}
        value={share(risk.month_to_date)} reason={levels.month_to_date.reason ?? "Not known"}
        delta={levels.month_to_date.reason ?? "warning at −2.4 %, breach at −3.0 %"} />
    </TileGrid>
  );
}

function GuardsCard({ risk }: { risk: ValueAtRisk }) {
  const { levels } = risk;
  const rows = [
    { name: "Day return", level: levels.day, distance: risk.day_return === null ? null
      : risk.day_return + 0.008 },
    { name: "Month to date", level: levels.month_to_date, distance: risk.month_to_date === null
      ? null : risk.month_to_date + 0.03 },
  ];
  const bad = rows.filter(({ level }) => level.level === "breach").length;
  return (
    <Card id="guards" flush title={bad > 0 ? `${plural(bad, "guard")} breached`
      : "No guard is breached"} foot={<FormulaLink section="value-at-risk" />}>
      <div className="table-wrap" tabIndex={0} role="region" aria-label="Guards, table">
        <table>
          <thead>
            <tr>
              <th scope="col">Guard</th><th scope="col">State</th>
              <th scope="col" className="num">Room to breach<span className="unit-line">%</span></th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ name, level, distance }) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td><StateText state={stateOf(level.level).state}>
                  {stateOf(level.level).stateWord}</StateText></td>
                <td className="num">{distance === null
                  ? <Na reason={level.reason ?? "Not known"} />
                  : percentOf(distance, { decimals: 2, plus: true })}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}

function Result({ points, currency }: { points: readonly ValuePoint[]; currency: string }) {
  const [{ var95, var99 }] = useQueryStates(KEYS);
  const limits = useMemo(
    () => ({ "0.95": Math.max(1, var95), "0.99": Math.max(1, var99) }), [var95, var99]);
  const risk = useMemo(() => {
    const found = valueAtRisk(points, { freshnessDays: FRESH_DAYS, limits });
    return found.ok ? found.value : null;
  }, [points, limits]);
  if (!risk) {
    return (
      <Card id="none" title="No series yet">
        <EmptyState icon="ana" title="Paste daily values">
          One day a line: date, value, and the flow of the day if there was one. Value at risk takes
          100 day returns.
        </EmptyState>
      </Card>
    );
  }
  const scale = moneyScale(risk.value, currency);
  const small = moneyScale(Math.max(risk.var["0.99"] ?? 0, var99), currency);
  return (
    <>
      <KeepFigures name="analyseValueAtRisk"
        figures={{ series: [...points], limits, freshness_days: FRESH_DAYS }} />
      <Tiles risk={risk} scale={small} />
      <div className="grid">
        <div className="c6 ana-fill"><ValueCard points={points} scale={scale} /></div>
        <div className="c6 ana-fill"><ReturnsCard risk={risk} /></div>
      </div>
      <GuardsCard risk={risk} />
    </>
  );
}

function SeriesCard({ text, setText, message, days, currency }: {
  text: string; setText: (text: string) => void; message: string | null; days: number;
  currency: string;
}) {
  const [limits, setLimits] = useQueryStates(KEYS);
  const limit = (q: "95" | "99") => (
    <Field label={`Limit at ${q} %`}>
      <NumberInput label={`Limit at ${q} %`} unit={currency} kind="amount" required min={1}
        max={LIMIT} step={100_000} value={limits[`var${q}`]}
        onChange={(value) => value !== null && void setLimits({ [`var${q}`]: value })} />
    </Field>
  );
  return (
    <Card id="series" title="Value series" className="ana-inputs"
      foot={<FormulaLink section="value-at-risk" />}>
      <div className="form">
        <Field label="Date, value, flow" error={message}
          hint={days === 0 ? "2026-10-31, 1000000, 0. Kept in this tab only."
            : `${plural(days, "day")}. Kept in this tab only.`}>
          <TextArea value={text} onChange={setText} rows={10} spellCheck={false}
            className="ana-series" />
        </Field>
        <div className="row wrap">
          <Button small onClick={() => setText(exampleSeries())}>Load an example</Button>
          {text === "" ? null
            : <Button small kind="quiet" onClick={() => setText("")}>Empty it</Button>}
        </div>
        {limit("95")}
        {limit("99")}
      </div>
    </Card>
  );
}

/** What a series of values says about tomorrow. */
export function VarTab() {
  const [text, setText] = useKeptText("todiscope.value-series");
  const currency = useCurrentVersion().version?.base_currency ?? "EUR";
  const read = useMemo(() => readSeries(text), [text]);
  const points = useMemo(() => read.ok ? read.points : [], [read]);
  return (
    <div className="grid">
      <div className="c3">
        <SeriesCard text={text} setText={setText} days={points.length} currency={currency}
          message={read.ok ? null : read.message} />
      </div>
      <div className="c9 ana-stack"><Result points={points} currency={currency} /></div>
    </div>
  );
}
