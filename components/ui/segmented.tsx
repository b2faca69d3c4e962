"use client";

import type { ReactNode } from "react";
import { useId } from "react";
import { Icon } from "@/components/ui/icon";
import type { IconName } from "@/components/ui/icon";

export interface SegmentedOption<V extends string> {
  value: V;
  label: ReactNode;
  icon?: IconName;
}

export interface SegmentedProps<V extends string> {
  label: string;
  options: readonly SegmentedOption<V>[];
  value: V;
  onChange: (value: V) => void;
  disabled?: boolean;
  className?: string;
}

/** Choose one of 2 to 4. Native radios, so arrow keys work by themselves. */
export function Segmented<V extends string>(props: SegmentedProps<V>) {
  const { label, options, value, onChange, disabled, className } = props;
  const name = useId();
  return (
    <div
      className={className ? `seg ${className}` : "seg"}
      role="radiogroup"
      aria-label={label}
      data-disabled={disabled || undefined}
    >
      {options.map((option) => (
        <label key={option.value}>
          <input
            type="radio"
            name={name}
            checked={option.value === value}
            disabled={disabled}
            onChange={() => onChange(option.value)}
          />
          {option.icon ? <Icon name={option.icon} small /> : null}
          {option.label}
        </label>
      ))}
    </div>
  );
}

export interface SwitchProps {
  /** Accessible name, "Market crash on". */
  label: string;
  checked: boolean;
  onChange: (checked: boolean) => void;
  disabled?: boolean;
  id?: string;
}

export function Switch({ label, checked, onChange, disabled, id }: SwitchProps) {
  return (
    <span className="switch">
      <input
        id={id}
        type="checkbox"
        role="switch"
        aria-label={label}
        checked={checked}
        disabled={disabled}
        onChange={(event) => onChange(event.target.checked)}
      />
      <i />
    </span>
  );
}
