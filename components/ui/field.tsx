"use client";

import type { ComponentProps, ReactNode } from "react";
import { createContext, useContext, useId } from "react";
import { classes } from "@/components/ui/classes";
import { Icon } from "@/components/ui/icon";

interface FieldContext {
  id: string;
  describedBy: string | undefined;
  invalid: boolean;
}

const Context = createContext<FieldContext | null>(null);

/** The id and description a control inside a Field must carry. */
export function useField(id?: string): { id: string; describedBy?: string; invalid: boolean } {
  const own = useId();
  const field = useContext(Context);
  const describedBy = field?.describedBy;
  return { id: id ?? field?.id ?? own, describedBy, invalid: field?.invalid ?? false };
}

export interface FieldProps {
  label: ReactNode;
  hint?: ReactNode;
  error?: ReactNode;
  className?: string;
  /** One control of this kit: TextInput, TextArea, NumberInput, Select. */
  children: ReactNode;
}

export function Field({ label, hint, error, className, children }: FieldProps) {
  const id = useId();
  const noteId = `${id}-note`;
  const context = { id, describedBy: hint || error ? noteId : undefined, invalid: Boolean(error) };
  return (
    <div className={classes("field", className)}>
      <label htmlFor={id}>{label}</label>
      <Context value={context}>{children}</Context>
      <div id={noteId}>
        {error ? <ErrorText>{error}</ErrorText> : null}
        {hint && !error ? <p className="hint">{hint}</p> : null}
      </div>
    </div>
  );
}

export function ErrorText({ id, children }: { id?: string; children: ReactNode }) {
  return (
    <p className="error-text" id={id} role="alert"><Icon name="crit" /><span>{children}</span></p>
  );
}

export interface ControlLook {
  /** Differs from the last run. */
  changed?: boolean;
  invalid?: boolean;
  disabled?: boolean;
}

export function controlState({ changed, invalid }: ControlLook): string | undefined {
  return invalid ? "error" : changed ? "changed" : undefined;
}

export interface TextInputProps extends Omit<ComponentProps<"input">, "onChange" | "value"> {
  value: string;
  onChange: (value: string) => void;
  unit?: string;
  changed?: boolean;
  invalid?: boolean;
}

export function TextInput(props: TextInputProps) {
  const { value, onChange, unit, changed, invalid, className, id, ...rest } = props;
  const field = useField(id);
  const bad = invalid ?? field.invalid;
  return (
    <span
      className={classes("input", className)}
      data-state={controlState({ changed, invalid: bad })}
      data-disabled={rest.disabled || undefined}
    >
      <input
        type="text"
        aria-describedby={field.describedBy}
        aria-invalid={bad || undefined}
        {...rest}
        id={field.id}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
      {unit ? <span className="unit">{unit}</span> : null}
    </span>
  );
}

export interface TextAreaProps extends Omit<ComponentProps<"textarea">, "onChange" | "value"> {
  value: string;
  onChange: (value: string) => void;
  invalid?: boolean;
}

export function TextArea({ value, onChange, invalid, className, id, ...rest }: TextAreaProps) {
  const field = useField(id);
  const bad = invalid ?? field.invalid;
  return (
    <span className={classes("input area", className)} data-state={controlState({ invalid: bad })}>
      <textarea
        aria-describedby={field.describedBy}
        aria-invalid={bad || undefined}
        {...rest}
        id={field.id}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
    </span>
  );
}

export interface SelectOption {
  value: string;
  label: string;
  disabled?: boolean;
}

export interface SelectProps extends Omit<ComponentProps<"select">, "onChange" | "value"> {
  value: string;
  onChange: (value: string) => void;
  options: readonly SelectOption[];
  /** Shown while nothing is chosen (value ""). */
  placeholder?: string;
  changed?: boolean;
  invalid?: boolean;
}

export function Select(props: SelectProps) {
  const { value, onChange, options, placeholder, changed, invalid, className, id, ...rest } = props;
  const field = useField(id);
  const bad = invalid ?? field.invalid;
  return (
    <span
      className={classes("input", className)}
      data-state={controlState({ changed, invalid: bad })}
      data-disabled={rest.disabled || undefined}
    >
      <select
        aria-describedby={field.describedBy}
        aria-invalid={bad || undefined}
        {...rest}
        id={field.id}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      >
        {placeholder ? <option value="">{placeholder}</option> : null}
        {options.map((option) => (
          <option key={option.value} value={option.value} disabled={option.disabled}>
            {option.label}
          </option>
        ))}
      </select>
    </span>
  );
}
