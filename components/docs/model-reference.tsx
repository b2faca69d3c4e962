"use client";

import { useMemo } from "react";
import { scenarioName } from "@/components/run/scenario-name";
import { ShockTable } from "@/components/run/shock-table";
import { Banner } from "@/components/ui/banner";
import { StateText } from "@/components/ui/badge";
import { Card } from "@/components/ui/card";
import { compactNumber, money, percent } from "@/components/ui/format";
import { DEFAULT_SCENARIOS, type StressResult } from "@/lib/risk";
import {
  ATTRIBUTION_LINES, EXPOSURE_LINES, FINDING_LINES, KPI_LINES, SENSITIVITY_LINES, STRESS_LINES,
  type FormulaLine,
} from "./formula-lists";
import {
  PUBLISHED, PUBLISHED_NET, PUBLISHED_RECOVERY_RATIO, workedExample, type WorkedExample,
} from "./worked-example";

interface LinesProps {
  id: string;
  title: string;
  sub: string;
  lines: readonly FormulaLine[];
}

function Lines({ id, title, sub, lines }: LinesProps) {
  return (
    <Card id={id} title={title} sub={sub} className="c6" flush>
      <div className="table-wrap" tabIndex={0} role="region" aria-label={`${title}, formulas`}>
        <table className="tall">
          <thead><tr><th scope="col">Figure</th><th scope="col">Formula</th></tr></thead>
          <tbody>
            {lines.map((line) => (
              <tr key={line.name}>
                <th scope="row" className="name-cell">{line.name}</th>
                <td className="wrap-cell">
                  {line.formula}
                  {line.note ? <span className="values">{line.note}</span> : null}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}

export function ModelReference() {
  return (
    <div className="grid">
      <Example />
      <Lines id="exposure" title="Debt exposure" lines={EXPOSURE_LINES}
        sub="Of the whole version; sums are exact, whatever the order of rows" />
      <Lines id="stress" title="Stress scenario" lines={STRESS_LINES}
        sub="The exposure after four shocks at once" />
      <Lines id="findings" title="Materiality findings" lines={FINDING_LINES}
        sub="One for the exposure, one for each scenario" />
      <Lines id="kpis" title="Portfolio KPIs" lines={KPI_LINES}
        sub="A denominator of 0, or a column that the tape lacks, gives no figure and a reason" />
      <Lines id="attribution" title="Why it loses: attribution" lines={ATTRIBUTION_LINES}
        sub="The loss shared out over its drivers" />
      <Lines id="sensitivity" title="Sensitivity and reverse stress" lines={SENSITIVITY_LINES}
        sub="How the loss moves, and what it takes to reach a target" />
      <Defaults />
    </div>
  );
}

function Defaults() {
  return (
    <Card id="defaults" title="Default scenarios" className="c6" flush
      sub="They run first, in this order, unless switched off">
      <ShockTable label="The default scenarios" scenarios={DEFAULT_SCENARIOS} withSymbols />
    </Card>
  );
}

/** MODEL.md section 14: the promise against exact arithmetic. */
const isEqual = (computed: number, published: number): boolean =>
  Math.abs(computed - published) <= 1e-12 * Math.max(1, Math.abs(published));

interface Line {
  name: string;
  computed: number;
  published: number;
  format: (value: number) => string;
}

const score = (value: number): string => compactNumber(value, 5);
const rate = (value: number): string => percent(value, { decimals: 2 });

function linesOf(stress: StressResult, index: number): Line[] {
  const known = PUBLISHED[index];
  if (!known) return [];
  return [
    { name: "Rate", computed: stress.interest_rate_pct, published: known.rate, format: rate },
    { name: "Interest", computed: stress.interest_payment, published: known.interest,
      format: money },
    { name: "C′", computed: stress.collateral_value, published: known.collateral, format: money },
    { name: "R′", computed: stress.distressed_asset_recovery, published: known.recovery,
      format: money },
    { name: "B", computed: stress.default_risk_buffer, published: known.buffer, format: money },
    { name: "N′", computed: stress.net_exposure_after_recovery, published: known.net,
      format: money },
    { name: "L", computed: stress.loss_estimate, published: known.loss, format: money },
    { name: "Score", computed: stress.impact_score, published: known.score, format: score },
  ];
}

function isWholeEqual({ exposure, stresses }: WorkedExample): boolean {
  return isEqual(exposure.net_exposure_after_recovery, PUBLISHED_NET)
    && isEqual(exposure.distressed_asset_recovery_ratio, PUBLISHED_RECOVERY_RATIO)
    && stresses.every((stress, index) =>
      linesOf(stress, index).every((line) => isEqual(line.computed, line.published)));
}

function Example() {
  const example = useMemo(() => workedExample(), []);
  if (!example) {
    return <Banner kind="critical" icon="crit" title="The worked example could not be calculated." />;
  }
  const whole = isWholeEqual(example);
  const heads = linesOf(example.stresses[0] as StressResult, 0);
  return (
    <Card id="example" className="c12" flush
      title={whole ? "Worked example: every figure equals the published check value"
        : "Worked example: a figure differs from the published check value"}
      sub={<>Outstanding 1,000,000 at 5 %, collateral 750,000, assets 2,000,000, distressed assets
        200,000 at 35 % and 150,000 at 50 %. Calculated in this page by the library that every run
        uses: net exposure {money(example.exposure.net_exposure_after_recovery)}, recovery ratio{" "}
        {percent(example.exposure.distressed_asset_recovery_ratio * 100, { decimals: 4 })}. Under
        each figure stands the check value.</>}>
      <div className="table-wrap sticky-1" tabIndex={0} role="region" aria-label="Worked example">
        <table className="tall">
          <thead>
            <tr>
              <th scope="col">Scenario</th>
              {heads.map((line) => (
                <th key={line.name} scope="col" className="num">{line.name}</th>
              ))}
              <th scope="col">Against the model</th>
            </tr>
          </thead>
          <tbody>
            {example.stresses.map((stress, index) => (
              <ExampleRow key={stress.scenario_id} stress={stress} index={index} />
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}

function ExampleRow({ stress, index }: { stress: StressResult; index: number }) {
  const lines = linesOf(stress, index);
  const differing = lines.filter((line) => !isEqual(line.computed, line.published));
  return (
    <tr>
      <th scope="row">{scenarioName(stress.scenario_id)}</th>
      {lines.map((line) => (
        <td key={line.name} className="num">
          {line.format(line.computed)}
          <span className="values">{line.format(line.published)}</span>
        </td>
      ))}
      <td>
        {differing.length === 0 ? <StateText state="normal">Equal</StateText>
          : <StateText state="critical">
            {`${differing.map((line) => line.name).join(", ")} differ`}
          </StateText>}
      </td>
    </tr>
  );
}
