import type { ReactNode } from "react";
import { percent } from "@/components/ui/format";
import { Icon } from "@/components/ui/icon";

export interface ProgressProps {
  /** Accessible name; also seen above the bar when `shown`. */
  label: string;
  /** 0 to 1; null while the whole is not known. */
  share: number | null;
  shown?: boolean;
  /** At the right of the label: rows, rate, time left. */
  note?: ReactNode;
}

export function Progress({ label, share, shown, note }: ProgressProps) {
  const known = share !== null && Number.isFinite(share);
  const now = known ? Math.min(100, Math.max(0, share * 100)) : undefined;
  const words = now === undefined ? label : `${label}, ${percent(now, { decimals: 0 })}`;
  return (
    <div>
      {shown ? <div className="progress-head"><b>{words}</b><span>{note}</span></div> : null}
      <div
        className="progress"
        role="progressbar"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={now === undefined ? undefined : Math.round(now)}
        data-unknown={now === undefined || undefined}
      >
        <i style={now === undefined ? undefined : { width: `${now}%` }} />
      </div>
    </div>
  );
}

export interface StepperProps {
  label?: string;
  steps: readonly string[];
  /** Index of the step one is at; steps before it are done. */
  current: number;
}

export function Stepper({ label = "Steps", steps, current }: StepperProps) {
  return (
    <ol className="stepper" aria-label={label}>
      {steps.map((step, index) => (
        <li
          key={step}
          data-s={index < current ? "done" : undefined}
          aria-current={index === current ? "step" : undefined}
        >
          <span className="n">
            {index < current ? <Icon name="check" small label="Done" /> : index + 1}
          </span>
          <b>{step}</b>
        </li>
      ))}
    </ol>
  );
}
