"use client";

import { useMemo } from "react";
import { Card } from "@/components/ui/card";
import { StateText } from "@/components/ui/badge";
import { ratio } from "@/components/ui/format";
import { Na } from "@/components/ui/na";
import { NumberInput } from "@/components/ui/number-input";
import { nameInText } from "@/lib/risk/scenario-name";
import { Term } from "@/components/ui/term";
import { crossingOf } from "@/lib/risk";
import type { Netted, ReverseTarget } from "@/lib/risk";
import { FormulaLink } from "./parts";
import { measureAt } from "./reverse-curve";
import { ratioText, UNREACHABLE } from "./reverse-words";
import type { Basis } from "./use-basis";
import type { TargetState } from "./use-target";

interface Covenant {
  name: string;
  rule: string;
  target: ReverseTarget;
  onLimit: (value: number) => void;
}

function Row({ covenant, basis, netted }: { covenant: Covenant; basis: Basis; netted: Netted }) {
  const { name, rule, target, onLimit } = covenant;
  const { scenario } = basis;
  const crossing = useMemo(
    () => crossingOf(netted, scenario, target), [netted, scenario, target]);
  const reason = crossing.reachable ? null : crossing.reason;
  const isKnown = reason === null || reason === "TARGET_NOT_REACHED";
  const at = (multiplier: number) => isKnown
    ? ratioText(measureAt(netted, scenario, multiplier, target.metric))
    : <Na reason={UNREACHABLE[reason]} />;
  const times = crossing.multiplier;
  const state = !isKnown ? "unknown" : times === null || times > 2 ? "normal"
    : times <= 1 ? "critical" : "warning";
  const word = !isKnown ? "Not known" : times === null ? "Holds"
    : times === 0 ? "Broken already" : times <= 1 ? "Breaks" : "Holds";
  return (
    <tr>
      <th scope="row">{name}<span className="values">{rule}</span></th>
      <td className="num">
        <NumberInput label={`${name}, limit`} unit="×" min={0} max={100} required
          value={target.value} step={0.05}
          onChange={(value) => {
            if (value !== null) onLimit(value);
          }} />
      </td>
      <td className="num">{at(0)}</td>
      <td className="num">{at(1)}</td>
      <td className="num">
        {times === null ? <Na reason={UNREACHABLE[reason ?? "TARGET_NOT_REACHED"]} />
          : ratio(times)}
      </td>
      <td><StateText state={state}>{word}</StateText></td>
    </tr>
  );
}

/** Two ratios that lenders agree on, now, under the scenario, and where they break. */
export function CovenantsCard({ basis, netted, state }: {
  basis: Basis; netted: Netted; state: TargetState;
}) {
  const { coverage, leverage, setCoverage, setLeverage } = state;
  const covenants = useMemo((): Covenant[] => [
    { name: "Collateral coverage", rule: "stressed collateral / owed, at least",
      target: { metric: "coverage_ratio", value: coverage }, onLimit: setCoverage },
    { name: "Leverage", rule: "owed / stressed assets, at most",
      target: { metric: "leverage_ratio", value: leverage }, onLimit: setLeverage },
  // The setters are made anew each time, the limits are what matters.
  // eslint-disable-next-line react-hooks/exhaustive-deps
  ], [coverage, leverage]);
  const broken = covenants.filter(({ target }) =>
    (crossingOf(netted, basis.scenario, target).multiplier ?? Infinity) <= 1).length;
  return (
    <Card id="covenants" flush
      title={broken === 0 ? `The ${nameInText(basis.name)} breaks neither covenant`
        : broken === 1 ? `The ${nameInText(basis.name)} breaks one of two covenants`
          : `The ${nameInText(basis.name)} breaks both covenants`}
      sub="Break-even: the multiple of all shocks at which the limit is met"
      foot={<FormulaLink section="reverse-stress" />}>
      <div className="table-wrap sticky-1 roomy" tabIndex={0} role="region"
        aria-label="Covenants, table">
        <table>
          <thead>
            <tr>
              <th scope="col"><Term id="covenant">Covenant</Term></th>
              <th scope="col" className="num">Limit<span className="unit-line">×</span></th>
              <th scope="col" className="num">Now<span className="unit-line">×</span></th>
              <th scope="col" className="num">Stressed<span className="unit-line">×</span></th>
              <th scope="col" className="num"><Term id="break-even">Break-even</Term><span className="unit-line">×</span></th>
              <th scope="col">State</th>
            </tr>
          </thead>
          <tbody>
            {covenants.map((covenant) => (
              <Row key={covenant.name} covenant={covenant} basis={basis} netted={netted} />
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}
