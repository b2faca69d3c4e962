"use client";

import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { asObject, columnOf } from "./mapping-rules";
import { kindOf } from "./tape-guess";
import type { TapePreview } from "./tape-file";
import type { Import } from "./use-import";

type Hint = TapePreview["units"][number];

const FRACTIONS: readonly string[] = ["pd", "lgd"];

/** The type of unit that a field is in, as the hints call it. */
function unitOf(field: string): Hint["of"] | null {
  if (FRACTIONS.includes(field)) return "fraction";
  const kind = kindOf(field);
  return kind === "amount" ? "amount" : kind === "rate" ? "points" : null;
}

const UNIT_WORDS: Record<Hint["of"], string> = {
  amount: "in units of the currency", points: "in per cent", fraction: "from 0 to 1",
};

/** Columns that look as if they were in another unit than the fields they feed. */
export function UnitHints({ flow, preview }: { flow: Import; preview: TapePreview }) {
  const { choices, change } = flow;
  const doubts = Object.entries(choices.mapping).flatMap(([field, rule]) => {
    const column = columnOf(rule);
    const hint = preview.units.find((one) => one.column === column && one.of === unitOf(field));
    return hint && asObject(rule).scale === undefined ? [{ field, rule, hint }] : [];
  });
  return doubts.map(({ field, rule, hint }) => (
    <Banner key={field} kind="warning" icon="warn"
      title={`${hint.column}: ${hint.reason}; ${field} is ${UNIT_WORDS[hint.of]}.`}
      action={(
        <Button small onClick={() => change({ mapping: { ...choices.mapping,
          [field]: { ...asObject(rule), scale: hint.scale } } })}>
          Read {hint.column} × {hint.scale}
        </Button>
      )} />
  ));
}
