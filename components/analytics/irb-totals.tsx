"use client";

import { csvText, downloadText } from "@/components/chart/csv";
import { Tile, TileGrid } from "@/components/ui/card";
import { moneyScale, number, percentOf } from "@/components/ui/format";
import { EXPOSURES_LIMIT } from "@/lib/contract/facts";
import type { IrbResult } from "./irb-rows";

/** Where a figure comes from that nobody recorded. */
const FORMULA = "/docs/model#irb";

/** What exposures need together. */
export function Totals({ result, currency }: { result: IrbResult; currency: string }) {
  const { ead, rwa, capital, expected_loss: expected, risk_weight: weight } = result.totals;
  const scale = moneyScale(Math.max(ead, rwa), currency);
  const unit = scale.label;
  return (
    <TileGrid label="Capital" count={5}>
      <Tile href={FORMULA} term="exposure-at-default" title="Exposure at default"
        unit={unit} value={scale.format(ead)} />
      <Tile href={FORMULA} term="rwa" title="Risk-weighted assets"
        unit={unit} value={scale.format(rwa)} />
      <Tile href={FORMULA} term="irb" title="Capital requirement"
        unit={unit} value={scale.format(capital)}
        delta={ead > 0 ? `${percentOf(capital / ead, { decimals: 2 })} of EAD` : null} />
      <Tile href={FORMULA} term="rwa" title="Mean risk weight" reason="There is no exposure"
        value={weight === null ? null : percentOf(weight, { decimals: 2 })} />
      <Tile href={FORMULA} term="expected-loss" title="Expected loss"
        unit={unit} value={scale.format(expected)} />
    </TileGrid>
  );
}

/** Every exposure's figures as a file. */
export function downloadRows(result: IrbResult, names: readonly string[]): void {
  downloadText("irb-capital.csv", csvText(
    ["Exposure", "Correlation", "Capital requirement (fraction)", "Risk weight (fraction)",
      "RWA", "Expected loss"],
    result.capital.map((one, index) => [names[index] ?? "", one?.correlation,
      one?.capital_requirement, one?.risk_weight, one?.rwa, one?.expected_loss])));
}

/** Why the server would refuse to keep them, if it would. */
export function unkeptReason({ capital, failed }: IrbResult): string | null {
  if (capital.length === 0) return "There is no exposure.";
  if (capital.length > EXPOSURES_LIMIT) {
    return `One record holds at most ${number(EXPOSURES_LIMIT)} exposures.`;
  }
  return failed === 0 ? null : "Not every exposure has a capital: set a PD floor.";
}

export const titleOf = (result: IrbResult): string => result.totals.risk_weight === null
  ? "No exposure, so no capital"
  : `These exposures weigh ${percentOf(result.totals.risk_weight, { decimals: 2 })} on average`;
