"use client";

import { useState } from "react";
import type { KeyboardEvent } from "react";
import { classes } from "@/components/ui/classes";
import { controlState, ErrorText, useField } from "@/components/ui/field";
import { compactNumber } from "@/components/ui/format";
import { parseNumberText, typedError } from "@/components/ui/number-text";
import type { NumberKind } from "@/components/ui/number-text";

export interface NumberInputProps {
  /** The name in error words and, outside a Field, the accessible name. */
  label: string;
  /** In the unit shown: per cent as 25, not 0.25. */
  value: number | null;
  /** Called while typing, with every number that is inside the bounds; null when emptied. */
  onChange: (value: number | null) => void;
  unit?: string;
  min?: number;
  max?: number;
  /** Arrow up and down move by this; 1 when not given. */
  step?: number;
  /** Bounds are spoken of as falling and rising, and a plus is shown. */
  shock?: boolean;
  kind?: NumberKind;
  /** Fixed decimals once the field is left; up to 4 without needless zeros when not given. */
  decimals?: number;
  /** Decimals that are shown at most, where none are fixed; 4 when not given. */
  most?: number;
  changed?: boolean;
  disabled?: boolean;
  required?: boolean;
  id?: string;
  placeholder?: string;
}

interface Draft {
  text: string;
  /** The value the text belongs to: another value from outside wins over the draft. */
  base: number | null;
  error: string | null;
}

function valueText(props: NumberInputProps): string {
  const { value, decimals, most = 4, shock } = props;
  if (value === null || !Number.isFinite(value)) return "";
  const rounded = decimals === undefined ? value : Number(value.toFixed(decimals));
  const text = compactNumber(rounded, decimals ?? most, Boolean(shock));
  if (decimals === undefined) return text;
  const [whole = "0", fraction = ""] = text.split(".");
  return decimals ? `${whole}.${fraction.padEnd(decimals, "0")}` : whole;
}

function clamp(value: number, min = -Infinity, max = Infinity): number {
  return Math.min(max, Math.max(min, Number(value.toFixed(6))));
}

function useDraft(props: NumberInputProps) {
  const { value, onChange, label, min, max, unit, shock, kind, required, step = 1 } = props;
  const [draft, setDraft] = useState<Draft | null>(null);
  const current = draft && Object.is(draft.base, value) ? draft : null;

  function edit(text: string) {
    const typed = parseNumberText(text, kind);
    const empty = typed.kind === "empty" && required ? `${label} needs a number.` : null;
    const error = empty ?? typedError(text, typed, { label, min, max, unit, shock });
    const next = typed.kind === "number" && !error ? typed.value
      : typed.kind === "empty" && !required ? null : value;
    setDraft({ text, base: next, error });
    if (!Object.is(next, value)) onChange(next);
  }

  function leave() {
    if (!current || current.error) return;
    setDraft(null);
  }

  function keys(event: KeyboardEvent<HTMLInputElement>) {
    const direction = event.key === "ArrowUp" ? 1 : event.key === "ArrowDown" ? -1 : 0;
    if (event.key === "Enter") leave();
    if (event.key === "Escape" && current) setDraft(null);
    if (!direction) return;
    event.preventDefault();
    setDraft(null);
    const jump = event.shiftKey ? step * 10 : step;
    onChange(clamp((value ?? 0) + direction * jump, min, max));
  }

  const text = current?.text ?? valueText(props);
  return { text, error: current?.error ?? null, edit, leave, keys };
}

/** Text typed by a person: "-" or "−", "," or "."; what was typed stays until the field is left. */
export function NumberInput(props: NumberInputProps) {
  const { label, unit, changed, disabled, id, placeholder } = props;
  const field = useField(id);
  const draft = useDraft(props);
  const errorId = `${field.id}-error`;
  const notes = classes(field.describedBy, draft.error !== null && errorId);
  const bad = draft.error !== null || field.invalid;
  return (
    <>
      <span
        className="input n"
        data-state={controlState({ changed, invalid: bad })}
        data-disabled={disabled || undefined}
      >
        <input
          id={field.id}
          type="text"
          inputMode="decimal"
          autoComplete="off"
          aria-label={unit ? `${label}, ${unit === "%" ? "per cent" : unit}` : label}
          aria-invalid={bad || undefined}
          aria-describedby={notes}
          placeholder={placeholder}
          disabled={disabled}
          value={draft.text}
          onChange={(event) => draft.edit(event.target.value)}
          onBlur={draft.leave}
          onKeyDown={draft.keys}
        />
        {unit ? <span className="unit" aria-hidden="true">{unit}</span> : null}
      </span>
      {draft.error ? <ErrorText id={errorId}>{draft.error}</ErrorText> : null}
    </>
  );
}
