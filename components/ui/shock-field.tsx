"use client";

import { useId } from "react";
import type { CSSProperties } from "react";
import { points, shock as shockText } from "@/components/ui/format";
import { NumberInput } from "@/components/ui/number-input";

export interface ShockFieldProps {
  label: string;
  /** In the unit shown: −25 for −25 %, 0.5 for +0.50 pts. */
  value: number;
  onChange: (value: number) => void;
  unit: "%" | "pts";
  /** What may be typed. */
  min: number;
  max: number;
  /** What the slider spans when that is less than what may be typed. */
  sliderMin?: number;
  sliderMax?: number;
  step?: number;
  changed?: boolean;
  disabled?: boolean;
}

export function ShockField(props: ShockFieldProps) {
  const { label, value, onChange, unit, min, max, changed, disabled } = props;
  const { sliderMin = min, sliderMax = max, step = unit === "pts" ? 0.25 : 1 } = props;
  const id = useId();
  const span = sliderMax - sliderMin || 1;
  const fill = Math.min(100, Math.max(0, ((value - sliderMin) / span) * 100));
  return (
    <div className="shock" data-off={disabled || undefined}>
      <label htmlFor={id}>{label}</label>
      <input
        type="range"
        min={sliderMin}
        max={sliderMax}
        step={step}
        value={Math.min(sliderMax, Math.max(sliderMin, value))}
        disabled={disabled}
        style={{ "--fill": `${fill}%` } as CSSProperties}
        aria-label={`${label}, slider`}
        aria-valuetext={unit === "pts" ? points(value) : shockText(value)}
        onChange={(event) => onChange(Number(event.target.value))}
      />
      <NumberInput
        id={id}
        label={label}
        value={value}
        unit={unit}
        min={min}
        max={max}
        step={step}
        shock
        required
        decimals={unit === "pts" ? 2 : undefined}
        changed={changed}
        disabled={disabled}
        onChange={(next) => {
          if (next !== null) onChange(next);
        }}
      />
    </div>
  );
}
