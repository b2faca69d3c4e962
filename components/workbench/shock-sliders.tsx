"use client";

import { ErrorText } from "@/components/ui/field";
import { ShockField } from "@/components/ui/shock-field";
import { PARAMETER_BOUNDS, SHOCK_NAMES } from "@/lib/risk";
import type { Shocks } from "@/lib/risk";
import { SHOCK_LABELS, shownShock, storedShock } from "./words";

/** What the sliders span; more may be typed. */
const SLIDER: Record<keyof Shocks, readonly [low: number, high: number, step: number]> = {
  interest_rate_delta_pct: [-5, 5, 0.25],
  collateral_market_impact_pct: [-100, 20, 1],
  recovery_degradation_pct: [-100, 20, 1],
  default_risk_increment_pct: [0, 20, 0.5],
};

/** The four shocks as sliders with a field each; what differs from `base` is marked. */
export function ShockSliders({ shocks, base, messages = {}, onShock }: {
  shocks: Shocks;
  /** What they were before somebody moved them; null where there is nothing to compare with. */
  base: Shocks | null;
  messages?: Partial<Record<keyof Shocks, string>>;
  onShock: (name: keyof Shocks, value: number) => void;
}) {
  return SHOCK_NAMES.map((name) => {
    const [sliderMin, sliderMax, step] = SLIDER[name];
    const { low, high } = PARAMETER_BOUNDS[name];
    return (
      <div key={name}>
        <ShockField label={SHOCK_LABELS[name]} step={step}
          value={shownShock(name, shocks[name])}
          unit={name === "interest_rate_delta_pct" ? "pts" : "%"}
          min={shownShock(name, low)} max={shownShock(name, high)}
          sliderMin={sliderMin} sliderMax={sliderMax}
          changed={base !== null && base[name] !== shocks[name]}
          onChange={(value) => onShock(name, storedShock(name, value))} />
        {messages[name] ? <ErrorText>{messages[name]}</ErrorText> : null}
      </div>
    );
  });
}
