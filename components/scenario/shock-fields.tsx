"use client";

import { NumberInput } from "@/components/ui/number-input";
import { SHOCK_LABELS, shownShock, storedShock } from "@/components/workbench/words";
import { PARAMETER_BOUNDS, SHOCK_NAMES } from "@/lib/risk";
import type { Shocks } from "@/lib/risk";

/** The four shocks with the unit inside each field. */
export function ShockFields({ shocks, onChange }: {
  shocks: Shocks; onChange: (shocks: Shocks) => void;
}) {
  return (
    <div className="shock-fields">
      {SHOCK_NAMES.map((name) => {
        const { low, high } = PARAMETER_BOUNDS[name];
        return (
          <label key={name}>
            <span>{SHOCK_LABELS[name]}</span>
            <NumberInput label={SHOCK_LABELS[name]} shock required
              value={shownShock(name, shocks[name])}
              unit={name === "interest_rate_delta_pct" ? "pts" : "%"}
              min={shownShock(name, low)} max={shownShock(name, high)}
              onChange={(value) => value === null ? undefined
                : onChange({ ...shocks, [name]: storedShock(name, value) })} />
          </label>
        );
      })}
    </div>
  );
}
