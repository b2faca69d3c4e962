"use client";

import { Card } from "@/components/ui/card";
import { ratio } from "@/components/ui/format";
import { Na } from "@/components/ui/na";
import { Term } from "@/components/ui/term";
import { SHOCK_LABELS, shockInWords } from "@/components/workbench/words";
import { SHOCK_NAMES } from "@/lib/risk";
import type { ReverseStress } from "@/lib/risk";
import { FormulaLink } from "./parts";
import { UNREACHABLE } from "./reverse-words";
import type { Basis } from "./use-basis";

function titleOf({ factors }: ReverseStress): string {
  const reached = SHOCK_NAMES.flatMap((name) => {
    const { multiplier } = factors[name];
    return multiplier === null ? [] : [{ name, multiplier }];
  });
  if (reached.length === 0) return "No shock alone reaches the target";
  const least = reached.reduce((best, one) => one.multiplier < best.multiplier ? one : best);
  return `${SHOCK_LABELS[least.name]} alone is the nearest to the target, at ${
    ratio(least.multiplier)}`;
}

/** Each shock alone: how many times its size reaches the target. */
export function FactorsCard({ basis, reverse }: { basis: Basis; reverse: ReverseStress }) {
  const { scenario } = basis;
  return (
    <Card id="factors" flush title={titleOf(reverse)}
      sub="Each shock alone, all others 0" foot={<FormulaLink section="reverse-stress" />}>
      <div className="table-wrap" tabIndex={0} role="region" aria-label="Break-even of each shock">
        <table>
          <thead>
            <tr>
              <th scope="col"><Term id="shock">Shock</Term></th>
              <th scope="col" className="num">In the scenario</th>
              <th scope="col" className="num"><Term id="break-even">Break-even</Term><span className="unit-line">×</span></th>
              <th scope="col" className="num">At break-even</th>
            </tr>
          </thead>
          <tbody>
            {SHOCK_NAMES.map((name) => {
              const crossing = reverse.factors[name];
              const why = crossing.reachable ? null
                : name === "interest_rate_delta_pct" && crossing.reason === "TARGET_NOT_REACHED"
                  ? "The rate moves cost, not loss or collateral" : UNREACHABLE[crossing.reason];
              return (
                <tr key={name}>
                  <th scope="row">{SHOCK_LABELS[name]}</th>
                  <td className="num">{shockInWords(name, scenario[name])}</td>
                  <td className="num">{why === null ? ratio(crossing.multiplier)
                    : <Na reason={why} />}</td>
                  <td className="num">{crossing.multiplier === null ? <Na reason={why ?? ""} />
                    : shockInWords(name, scenario[name] * crossing.multiplier)}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </Card>
  );
}
