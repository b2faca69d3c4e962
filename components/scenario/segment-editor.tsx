"use client";

import "./scenario.css";
import { useMemo, useState } from "react";
import { groupValue, groupWord } from "@/components/dataset/words";
import { Button, IconButton } from "@/components/ui/button";
import { Select, TextInput } from "@/components/ui/field";
import { NumberInput } from "@/components/ui/number-input";
import { SHOCK_LABELS, shownShock, storedShock } from "@/components/workbench/words";
import { useOperation } from "@/lib/client/hooks";
import { PARAMETER_BOUNDS, SEGMENT_SHOCK_LIMIT, SHOCK_NAMES } from "@/lib/risk";
import type { GroupDimension, GroupValue } from "@/lib/risk";
import { freeDimensions, newSegment } from "./segment-draft";
import type { Condition, SegmentDraft } from "./segment-draft";

/** Of these a version may have as many values as loans: they are typed. */
const TYPED: readonly GroupDimension[] =
  ["obligor", "obligor_id", "obligor_group", "instrument_id"];
const NOT_GIVEN = "null";
const LISTED = 200;

/** The values that the version has, largest exposure first; none while it is not known. */
function useKnownValues(versionId: string | null, dimension: GroupDimension): GroupValue[] {
  const { data } = useOperation("getExposure",
    { path: { id: versionId ?? "" }, query: { group_by: dimension, limit: LISTED } },
    { enabled: versionId !== null && !TYPED.includes(dimension), staleTime: Infinity,
      retry: false });
  return useMemo(() => (data?.groups ?? []).map(({ key }) => key[dimension] ?? null),
    [data, dimension]);
}

interface ConditionRowProps {
  name: string;
  condition: Condition;
  free: readonly GroupDimension[];
  versionId: string | null;
  onChange: (condition: Condition) => void;
  onRemove: (() => void) | null;
}

function ConditionRow(props: ConditionRowProps) {
  const { name, condition, free, versionId, onChange, onRemove } = props;
  const { dimension, values } = condition;
  const [typed, setTyped] = useState("");
  const known = useKnownValues(versionId, dimension);
  const left = known.filter((value) => !values.includes(value));
  const add = (value: GroupValue) => {
    if (!values.includes(value)) onChange({ dimension, values: [...values, value] });
  };
  const addTyped = () => {
    if (typed.trim() !== "") add(typed.trim());
    setTyped("");
  };
  const word = groupWord(dimension);
  return (
    <div className="condition">
      <Select aria-label={`${name}, by`} value={dimension}
        options={[dimension, ...free].map((value) => ({ value, label: groupWord(value) }))}
        onChange={(value) => onChange({ dimension: value as GroupDimension, values: [] })} />
      <ul className="values" aria-label={`${name}, values of ${word.toLowerCase()}`}>
        {values.map((value) => (
          <li key={String(value)} className="badge">
            {groupValue(dimension, value)}
            <IconButton icon="x" label={`Remove ${groupValue(dimension, value)}`}
              onClick={() =>
                onChange({ dimension, values: values.filter((one) => one !== value) })} />
          </li>
        ))}
      </ul>
      {left.length > 0 ? (
        <Select aria-label={`${name}, add a ${word.toLowerCase()} of the version`} value=""
          placeholder="Add a value"
          options={left.map((value) => ({ value: value === null ? NOT_GIVEN : `=${value}`,
            label: groupValue(dimension, value) }))}
          onChange={(value) => add(value === NOT_GIVEN ? null : value.slice(1))} />
      ) : null}
      <span className="typed">
        <TextInput aria-label={`${name}, another ${word.toLowerCase()}`} value={typed}
          maxLength={300} placeholder="Another value" onChange={setTyped}
          onKeyDown={(event) => {
            if (event.key !== "Enter") return;
            event.preventDefault();
            addTyped();
          }} />
        <Button small onClick={addTyped} disabledReason={typed.trim() ? null : "Type a value first"}>
          Add
        </Button>
      </span>
      {onRemove ? (
        <IconButton icon="x" label={`${name}: drop ${word.toLowerCase()}`} onClick={onRemove} />
      ) : null}
    </div>
  );
}

interface SegmentProps {
  index: number;
  segment: SegmentDraft;
  versionId: string | null;
  onChange: (segment: SegmentDraft) => void;
  onRemove: () => void;
}

function Segment({ index, segment, versionId, onChange, onRemove }: SegmentProps) {
  const name = `Segment ${index + 1}`;
  const free = freeDimensions(segment);
  const put = (at: number, condition: Condition) =>
    onChange({ ...segment, conditions: segment.conditions.with(at, condition) });
  return (
    <fieldset className="segment-draft">
      <legend>{name}</legend>
      {segment.conditions.map((condition, at) => (
        <ConditionRow key={condition.dimension} name={name} condition={condition} free={free}
          versionId={versionId} onChange={(next) => put(at, next)}
          onRemove={segment.conditions.length < 2 ? null : () =>
            onChange({ ...segment, conditions: segment.conditions.toSpliced(at, 1) })} />
      ))}
      <div className="segment-shocks">
        {SHOCK_NAMES.map((shock) => {
          const { low, high } = PARAMETER_BOUNDS[shock];
          const value = segment.shocks[shock];
          return (
            <label key={shock}>
              <span>{SHOCK_LABELS[shock]}</span>
              <NumberInput label={`${name}, ${SHOCK_LABELS[shock].toLowerCase()}`} shock
                value={value === null ? null : shownShock(shock, value)} placeholder="as scenario"
                unit={shock === "interest_rate_delta_pct" ? "pts" : "%"}
                min={shownShock(shock, low)} max={shownShock(shock, high)}
                onChange={(next) => onChange({ ...segment, shocks: { ...segment.shocks,
                  [shock]: next === null ? null : storedShock(shock, next) } })} />
            </label>
          );
        })}
      </div>
      <div className="row wrap">
        {free[0] ? (
          <Button small icon="plus" onClick={() => onChange({ ...segment,
            conditions: [...segment.conditions, { dimension: free[0] ?? "country", values: [] }] })}>
            And
          </Button>
        ) : null}
        <span className="grow" />
        <Button small kind="quiet" icon="trash" onClick={onRemove}>Remove {name.toLowerCase()}</Button>
      </div>
    </fieldset>
  );
}

export interface SegmentEditorProps {
  segments: readonly SegmentDraft[];
  /** Whose values are offered; null offers none. */
  versionId: string | null;
  onChange: (segments: SegmentDraft[]) => void;
}

/** Shocks of single segments: which loans, and what they get instead of the scenario's own. */
export function SegmentEditor({ segments, versionId, onChange }: SegmentEditorProps) {
  return (
    <div className="stack">
      {segments.length === 0 ? (
        <p className="hint">Every loan gets the scenario’s own shocks.</p>
      ) : (
        <p className="hint">
          An empty shock is the scenario’s own. Where a loan is in several segments, the last one
          wins.
        </p>
      )}
      {segments.map((segment, index) => (
        <Segment key={index} index={index} segment={segment} versionId={versionId}
          onChange={(next) => onChange(segments.toSpliced(index, 1, next))}
          onRemove={() => onChange(segments.toSpliced(index, 1))} />
      ))}
      <Button small icon="plus" onClick={() => onChange([...segments, newSegment()])}
        disabledReason={segments.length >= SEGMENT_SHOCK_LIMIT
          ? `At most ${SEGMENT_SHOCK_LIMIT} segments` : null}>
        Add a segment
      </Button>
    </div>
  );
}
