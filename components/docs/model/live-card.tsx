"use client";

import Link from "next/link";
import { useMemo, useState } from "react";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Field, Select } from "@/components/ui/field";
import { Na } from "@/components/ui/na";
import { NumberInput } from "@/components/ui/number-input";
import {
  missedOf, presetOf, type LiveInput, type LiveSection, type LiveStep, type Preset, type Values,
} from "./live";

const LIMITATIONS = { href: "/docs/limitations", label: "What the model does not do" };

/** A part of the model: its inputs, and every figure with the formula and its values. */
export function LiveCard({ section, more = LIMITATIONS }: {
  section: LiveSection; more?: { href: string; label: string };
}) {
  const [values, setValues] = useState<Values>(section.presets[0]?.values ?? {});
  const steps = useMemo(() => section.compute(values), [section, values]);
  const preset = presetOf(section, values);
  return (
    <Card id={section.id} title={section.title} sub={section.sub} className="c12 live" flush
      action={<Agreement preset={preset} steps={steps} />}
      foot={<Notes section={section} more={more} />}>
      <div className="live-columns">
        <div className="live-inputs" role="group" aria-label={`${section.title}, inputs`}>
          <div className="row wrap">
            {section.presets.map((one) => (
              <Button key={one.label} small disabledReason={preset === one ? "These are the inputs." : null}
                onClick={() => setValues(one.values)}>{one.label}</Button>
            ))}
          </div>
          <div className="live-fields">
            {section.inputs.map((input) => (
              <Field key={input.name} label={input.label}>
                <Control input={input} value={values[input.name] ?? 0}
                  onChange={(next) => setValues((now) => ({ ...now, [input.name]: next }))} />
              </Field>
            ))}
          </div>
        </div>
        {typeof steps === "string"
          ? <p className="hint live-problem" role="status">{steps}</p>
          : <Steps section={section} steps={steps} published={preset?.published ?? {}} />}
      </div>
    </Card>
  );
}

function Control({ input, value, onChange }: {
  input: LiveInput; value: number; onChange: (value: number) => void;
}) {
  if (input.choices) {
    return (
      <Select value={String(value)} onChange={(text) => onChange(Number(text))}
        options={input.choices.map((label, index) => ({ value: String(index), label }))} />
    );
  }
  return (
    <NumberInput label={input.label} value={value} unit={input.unit} min={input.min} max={input.max}
      step={input.step} shock={input.shock} required most={6}
      onChange={(next) => onChange(next ?? value)} />
  );
}

/** Whether the figures are the published ones, where the inputs are those of the check values. */
function Agreement({ preset, steps }: {
  preset: Preset | null; steps: readonly LiveStep[] | string;
}) {
  if (!preset || typeof steps === "string") return <Badge icon="eye">Your inputs</Badge>;
  if (Object.keys(preset.published).length === 0) return null;
  const off = missedOf(preset, steps);
  return off.length === 0 ? <Badge state="normal">Equals the check values</Badge>
    : <Badge state="critical">{`${off.join(", ")}: not the check value`}</Badge>;
}

function Steps({ section, steps, published }: {
  section: LiveSection; steps: readonly LiveStep[]; published: Preset["published"];
}) {
  return (
    <div className="table-wrap" tabIndex={0} role="region" aria-label={`${section.title}, figures`}>
      <table className="tall">
        <thead>
          <tr>
            <th scope="col">Figure</th><th scope="col">Formula, with the values</th>
            <th scope="col" className="num">Result</th>
          </tr>
        </thead>
        <tbody>
          {steps.map((step) => (
            <tr key={step.name}>
              <th scope="row" className="wrap-cell">{step.name}</th>
              <td className="wrap-cell">
                {step.formula}<span className="values">{step.filled}</span>
              </td>
              <td className="num">
                {step.value === null ? <Na reason={step.filled} /> : step.show(step.value)}
                {step.name in published ? (
                  <span className="values">check {step.show(published[step.name] ?? NaN)}</span>
                ) : null}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Notes({ section, more }: {
  section: LiveSection; more: { href: string; label: string };
}) {
  return (
    <div className="live-notes">
      <ul>{section.limits.map((limit) => <li key={limit}>{limit}</li>)}</ul>
      <p className="hint">
        Section {section.section} of the model; computed here by{" "}
        {section.functions.map((name, index) => (
          <span key={name}>{index > 0 ? ", " : ""}<code>{name}</code></span>
        ))}{" "}
        of <code>lib/risk</code>, as in every run. <Link href={more.href}>{more.label}</Link>
      </p>
    </div>
  );
}
