import { shockInWords } from "@/components/workbench/words";
import { compactNumber } from "@/components/ui/format";
import type { ResponseOf } from "@/lib/contract/operations";
import type { MacroMapping, MacroShock } from "@/lib/risk";

export type StoredMapping = ResponseOf<"getMacroMapping">;

export const mappingOf = ({ variables, coefficients, bounds, note }: StoredMapping): MacroMapping =>
  ({ variables, coefficients, bounds: bounds as MacroMapping["bounds"], note });

/** "+0.8 % × −10 % House prices = −8 %", one shock's whole sum. */
export function arithmetic(made: MacroShock, mapping: MacroMapping): string {
  const { shock, terms, sum, value } = made;
  if (terms.length === 0) return "no variable moves it";
  const parts = terms.map(({ variable, coefficient, change }) => {
    const known = mapping.variables.find(({ id }) => id === variable);
    const unit = known?.unit ? ` ${known.unit}` : "";
    return `${shockInWords(shock, coefficient)} × ${compactNumber(change, 4, true)}${unit} ${
      known?.name ?? variable}`;
  });
  const bounded = value === sum ? "" : `, cut to ${shockInWords(shock, value)}`;
  return `${parts.join(" + ")} = ${shockInWords(shock, sum)}${bounded}`;
}
