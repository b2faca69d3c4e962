import { Fragment } from "react";
import { scenarioName } from "@/components/run/scenario-name";
import { points, shock } from "@/components/ui/format";
import { SegmentList } from "./segment-list";
import type { Scenario } from "@/lib/risk";

interface ShockTableProps {
  label: string;
  scenarios: readonly Scenario[];
  /** Puts the letter of the model's formulas behind each shock. */
  withSymbols?: boolean;
}

const COLUMNS: { name: string; symbol: string; text: (scenario: Scenario) => string }[] = [
  { name: "Rate", symbol: "Δr", text: (one) => points(one.interest_rate_delta_pct) },
  { name: "Collateral", symbol: "m", text: (one) => shock(one.collateral_market_impact_pct * 100) },
  { name: "Recovery", symbol: "g", text: (one) => shock(one.recovery_degradation_pct * 100) },
  { name: "Default risk", symbol: "d",
    text: (one) => shock(one.default_risk_increment_pct * 100) },
];

/** Scenarios with their shocks as per cent and points. */
export function ShockTable({ label, scenarios, withSymbols }: ShockTableProps) {
  return (
    <div className="table-wrap sticky-1" tabIndex={0} role="region" aria-label={label}>
      <table className="roomy">
        <thead>
          <tr>
            <th scope="col">Scenario</th>
            {COLUMNS.map(({ name, symbol }) => (
              <th key={name} scope="col" className="num">
                {withSymbols ? `${name} ${symbol}` : name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {scenarios.map((scenario) => (
            <Fragment key={scenario.scenario_id}>
              <tr>
                <th scope="row" className="name-cell">
                  {scenarioName(scenario.scenario_id)}
                  {withSymbols ? <span className="values">{scenario.description}</span> : null}
                </th>
                {COLUMNS.map(({ name, text }) => (
                  <td key={name} className="num">{text(scenario)}</td>
                ))}
              </tr>
              {scenario.segment_shocks ? (
                <tr className="segments">
                  <td colSpan={COLUMNS.length + 1}>
                    <SegmentList segments={scenario.segment_shocks} />
                  </td>
                </tr>
              ) : null}
            </Fragment>
          ))}
        </tbody>
      </table>
    </div>
  );
}
