"use client";

import { Field, Select } from "@/components/ui/field";
import { NumberInput } from "@/components/ui/number-input";
import { SHOCK_LABELS, shownShock, storedShock } from "@/components/workbench/words";
import { PARAMETER_BOUNDS, SHOCK_NAMES } from "@/lib/risk";
import type { GridAxis, Shocks } from "@/lib/risk";

export const SHOCK_OPTIONS = SHOCK_NAMES.map((name) => ({ value: name,
  label: SHOCK_LABELS[name] }));

export const unitOf = (name: keyof Shocks): "pts" | "%" =>
  name === "interest_rate_delta_pct" ? "pts" : "%";

/** One axis: which shock, from where to where. */
export function AxisFields({ side, axis, onShock, onRange }: {
  side: "Across" | "Down";
  axis: GridAxis;
  onShock: (shock: keyof Shocks) => void;
  onRange: (end: "from" | "to", value: number) => void;
}) {
  const { low, high } = PARAMETER_BOUNDS[axis.shock];
  return (
    <div className="ana-axis">
      <Field label={side}>
        <Select value={axis.shock} options={SHOCK_OPTIONS}
          onChange={(next) => onShock(next as keyof Shocks)} />
      </Field>
      {(["from", "to"] as const).map((end) => (
        <Field key={end} label={end === "from" ? "From" : "To"}>
          <NumberInput label={`${side}, ${end}`} value={shownShock(axis.shock, axis[end])} shock
            required unit={unitOf(axis.shock)} min={shownShock(axis.shock, low)}
            max={shownShock(axis.shock, high)}
            onChange={(value) => {
              if (value !== null) onRange(end, storedShock(axis.shock, value));
            }} />
        </Field>
      ))}
    </div>
  );
}
