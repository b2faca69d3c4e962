"use client";

import Link from "next/link";
import { Button } from "@/components/ui/button";
import { ErrorText, Select } from "@/components/ui/field";
import { shortId } from "@/components/ui/format";
import type { MoneyScale } from "@/components/ui/format";
import { NumberInput } from "@/components/ui/number-input";
import { Segmented } from "@/components/ui/segmented";
import { GROUP_DIMENSIONS } from "@/lib/risk";
import type { GroupDimension, Netting } from "@/lib/risk";
import { groupWord } from "@/components/dataset/words";
import type { Draft } from "./draft";
import type { Edit } from "./edits";
import { lineMessage } from "./run-problem";
import type { RunProblem } from "./run-problem";
import { asFraction, asPercent } from "./words";

interface LineProps {
  id: string;
  label: string;
  share: number;
  amount: string;
  changed: boolean;
  message: string | null;
  onChange: (share: number) => void;
}

function Line({ id, label, share, amount, changed, message, onChange }: LineProps) {
  return (
    <div className="thr">
      <label htmlFor={id}>{label}</label>
      <span className="num muted">{amount}</span>
      <NumberInput id={id} label={`${label} line`} value={asPercent(share)} unit="%" min={0} max={100}
        required changed={changed} step={1}
        onChange={(value) => (value === null ? undefined : onChange(asFraction(value)))} />
      {message ? <ErrorText>{message}</ErrorText> : null}
    </div>
  );
}

export interface MaterialityLinesProps {
  draft: Draft;
  base: Draft;
  outstanding: number;
  scale: MoneyScale;
  problem: RunProblem | null;
  onChange: (line: "netLine" | "lossLine", share: number) => void;
}

export function MaterialityLines(props: MaterialityLinesProps) {
  const { draft, base, outstanding, scale, problem, onChange } = props;
  const amount = (share: number) =>
    `${scale.format(Math.max(1, outstanding) * share)} ${scale.suffix}`.trim();
  return (
    <section aria-labelledby="bench-lines">
      <h2 id="bench-lines">
        Materiality lines <span className="hint">share of outstanding</span>
      </h2>
      <Line id="bench-line-net" label="Net exposure" share={draft.netLine}
        amount={amount(draft.netLine)} changed={draft.netLine !== base.netLine}
        message={lineMessage(problem, "net")} onChange={(share) => onChange("netLine", share)} />
      <Line id="bench-line-loss" label="Stress loss" share={draft.lossLine}
        amount={amount(draft.lossLine)} changed={draft.lossLine !== base.lossLine}
        message={lineMessage(problem, "loss")} onChange={(share) => onChange("lossLine", share)} />
    </section>
  );
}

export interface NettingProps {
  netting: Netting;
  changed: boolean;
  onChange: (netting: Netting) => void;
}

const NETTING_CHOICES = [
  { value: "portfolio", label: "Portfolio" }, { value: "instrument", label: "Instrument" },
] as const;

const NETTING_HINTS: Record<Netting, string> = {
  portfolio: "Excess collateral of one loan covers another.",
  instrument: "A loan's collateral covers that loan alone; recoveries cover what is left.",
};

export function NettingChoice({ netting, changed, onChange }: NettingProps) {
  return (
    <section aria-labelledby="bench-netting">
      <h2 id="bench-netting">
        Netting {changed ? <span className="hint">edited</span> : null}
      </h2>
      <Segmented<Netting> label="Netting" options={NETTING_CHOICES} value={netting}
        onChange={onChange} />
      <p className="hint">
        {NETTING_HINTS[netting]} <Link href="/docs/limitations">What it hides</Link>
      </p>
    </section>
  );
}

export interface GroupsProps {
  groupBy: readonly GroupDimension[];
  changed: boolean;
  onChange: (groupBy: GroupDimension[]) => void;
}

const GROUP_CHOICES = GROUP_DIMENSIONS.map((name) => ({ value: name, label: groupWord(name) }));

/** What a run records groups of, beside its totals. */
export function GroupsChoice({ groupBy, changed, onChange }: GroupsProps) {
  const [first, second] = groupBy;
  const pick = (...names: (string | undefined)[]) =>
    onChange([...new Set(names)].filter((name): name is GroupDimension => Boolean(name)));
  const choices = (other: GroupDimension | undefined) =>
    [{ value: "", label: "None" }, ...GROUP_CHOICES.filter(({ value }) => value !== other)];
  return (
    <section aria-labelledby="bench-groups">
      <h2 id="bench-groups">
        Recorded groups {changed ? <span className="hint">edited</span> : null}
      </h2>
      <Select aria-label="Groups by" value={first ?? ""} options={choices(second)}
        changed={changed} onChange={(name) => pick(name, second)} />
      {first ? (
        <Select aria-label="And by" value={second ?? ""} options={choices(first)}
          changed={changed} onChange={(name) => pick(first, name)} />
      ) : null}
      <p className="hint">The run records each group&apos;s figures as evidence, up to 1,000.</p>
    </section>
  );
}

export interface EditsSectionProps {
  edits: readonly Edit[];
  /** The run that the edits are counted from; null before the first one. */
  runId: string | null;
  onDiscard: () => void;
}

export function EditsSection({ edits, runId, onDiscard }: EditsSectionProps) {
  const since = runId ? <>since run <span className="mono">{shortId(runId)}</span></>
    : "to the defaults";
  if (edits.length === 0) {
    return (
      <section aria-label="Edits">
        <p className="hint">
          {runId ? <>Nothing has changed {since} was recorded.</> : "These are the engine's defaults."}
        </p>
      </section>
    );
  }
  return (
    <section aria-labelledby="bench-edits">
      <h2 id="bench-edits">
        <span>{edits.length} {edits.length === 1 ? "edit" : "edits"} {since}</span>
        <Button kind="quiet" small onClick={onDiscard}>Discard</Button>
      </h2>
      <ul className="edits">
        {edits.map((edit) => (
          <li key={edit.id}>
            {edit.label}
            <span className="num">
              {edit.before ? <s>{edit.before} to </s> : null}
              {edit.after}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
