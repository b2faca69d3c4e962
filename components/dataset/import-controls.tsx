"use client";

import { limitWords, toleranceWord } from "@/components/quality/words";
import { Card } from "@/components/ui/card";
import { Field, TextInput } from "@/components/ui/field";
import { percent, plural } from "@/components/ui/format";
import { NumberInput } from "@/components/ui/number-input";
import { useOperation } from "@/lib/client/hooks";
import type { ResponseOf } from "@/lib/contract/operations";
import { asObject } from "./mapping-rules";
import type { Tape } from "./tape-file";
import { cellsOf, NEW_DATASET } from "./use-import";
import type { Import } from "./use-import";

type Tolerances = ResponseOf<"getQualityRules">["tolerances"];

/** Share of the first rows without a value for a field, in per cent; null where it is not known. */
function missingIn(tape: Tape, flow: Import, field: string): number | null {
  if (tape.kind !== "table" || tape.preview.rows.length === 0) return null;
  const rule = flow.choices.mapping[field as keyof Import["choices"]["mapping"]];
  if (rule === undefined) return 100;
  const { column } = asObject(rule);
  if (column === undefined) return null;
  const cells = cellsOf(tape.preview, column);
  return 100 * cells.filter((cell) => cell.trim() === "").length / cells.length;
}

function toleranceLines(tolerances: Tolerances, tape: Tape, flow: Import): string[] {
  const { max_missing_pct: missing, ...limits } = tolerances;
  const names = ["max_rejected_pct", "max_problem_pct", "min_score"] as const;
  return [
    ...names.flatMap((name) => limits[name] === undefined ? []
      : [`${toleranceWord({ name, field: null })} ${limitWords({ name, limit: limits[name] })}`]),
    ...Object.entries(missing ?? {}).flatMap(([field, limit]) => {
      if (limit === undefined) return [];
      const line = `${toleranceWord({ name: "max_missing_pct", field })} `
        + limitWords({ name: "max_missing_pct", limit });
      const share = missingIn(tape, flow, field);
      return [share !== null && share > limit
        ? `${line}: the first rows break it with ${percent(share)}` : line];
    }),
  ];
}

/** What the tape is held against before it is sealed. */
export function ImportControls({ flow, tape, base }: { flow: Import; tape: Tape; base: string }) {
  const { choices, change } = flow;
  const isKnown = choices.dataset !== "" && choices.dataset !== NEW_DATASET;
  const query = useOperation("getQualityRules", { path: { id: choices.dataset } },
    { enabled: isKnown });
  const lines = isKnown && query.data ? toleranceLines(query.data.tolerances, tape, flow) : [];
  return (
    <Card id="controls" className="c12" title={lines.length === 0
      ? "No tolerance of the dataset stops the seal"
      : `${plural(lines.length, "tolerance")} of the dataset can stop the seal`}
    sub="Control totals that differ stop it too; nothing is kept of such a tape but its problems">
      <div className="stack">
        {lines.length > 0 ? <ul>{lines.map((line) => <li key={line}>{line}</li>)}</ul> : null}
        <Field label="Rows of the tape (optional)">
          <NumberInput label="Rows of the tape" value={choices.expectedRows} min={0} max={1e12}
            onChange={(expectedRows) => change({ expectedRows })} />
        </Field>
        <Field label="Sum of the principal (optional)">
          <NumberInput label="Sum of the principal" value={choices.expectedPrincipal} unit={base}
            min={-9e14} max={9e14}
            onChange={(expectedPrincipal) => change({ expectedPrincipal })} />
        </Field>
        <Field label="Seal beyond the tolerances (optional)"
          hint="A reason seals the tape all the same; it stands in the manifest and the audit log">
          <TextInput value={choices.acceptQuality} maxLength={1000} autoComplete="off"
            onChange={(acceptQuality) => change({ acceptQuality })} />
        </Field>
      </div>
    </Card>
  );
}
