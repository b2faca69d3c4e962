"use client";

import { useState } from "react";
import { Button } from "@/components/ui/button";
import { StateText } from "@/components/ui/badge";
import { Card } from "@/components/ui/card";
import { Select } from "@/components/ui/field";
import { percentOf, plural } from "@/components/ui/format";
import { Na } from "@/components/ui/na";
import { Tip } from "@/components/ui/tip";
import type { MappingRules } from "@/lib/contract/mapping-profile";
import { isNumeric, LOCALES, lookAt, TAPE_FIELDS } from "./tape-guess";
import "./dataset.css";
import type { TapePreview } from "./tape-file";
import { delimiterWord } from "./import-file";
import { DerivedFields, RuleDialog } from "./import-rules";
import { ProfileChoice } from "./import-profiles";
import {
  asObject, fieldOf, ruleWords, sumsWith, withColumn, type Rule,
} from "./mapping-rules";
import { UnitHints } from "./import-units";
import { cellsOf, hasAmount } from "./use-import";
import type { Import } from "./use-import";

const PREVIEW_ROWS = 8;

interface ColumnRow {
  /** Place in the file: heads may repeat. */
  place: number;
  column: string;
  field: string;
  suggestion: Suggestion | null;
  repeated: boolean;
  /** Named like one about persons: the next step masks it, or asks. */
  personal: boolean;
  /** Fields whose sums the column is part of. */
  sums: string[];
  /** What is done with its values. */
  rule: string;
  look: ReturnType<typeof lookAt>;
  numeric: boolean;
}

type Suggestion = TapePreview["suggested"][number];

function columnRows(preview: TapePreview, mapping: MappingRules, locale: string) {
  return preview.headers.map((column, place): ColumnRow => {
    const repeated = preview.headers.indexOf(column) !== place;
    const cells = cellsOf(preview, column);
    const field = repeated ? "" : fieldOf(mapping, column);
    const rule = mapping[field];
    return {
      place, column, field, repeated,
      personal: preview.personal.some((one) => one.column === column),
      suggestion: preview.suggested.find((one) =>
        one.column === column && one.field === field) ?? null,
      sums: repeated ? [] : sumsWith(mapping, column),
      rule: rule === undefined ? "" : ruleWords(rule),
      look: lookAt(changed(cells, rule), field, locale),
      numeric: isNumeric(cells, field, locale),
    };
  });
}

/** The cells with codes replaced, as they will be read. */
function changed(cells: readonly string[], rule: Rule | undefined): string[] {
  const { first, map } = asObject(rule ?? {});
  if (first === undefined && !map) return [...cells];
  return cells.map((cell) => {
    const text = cell.trim().slice(0, first);
    const value = map?.[text];
    return value === null ? "" : String(value ?? text);
  });
}

const isWrong = (row: ColumnRow): boolean =>
  row.look.misfits.length > 0 && row.look.words.includes("not fit");
/** Found by its values alone: a person has to say so. */
const isGuess = (row: ColumnRow): boolean => row.suggestion?.by === "values";

function Confidence({ row }: { row: ColumnRow }) {
  if (row.field === "") {
    return <span className="muted">{row.sums.length > 0 ? "In a sum" : "Not mapped"}</span>;
  }
  const word = isWrong(row) ? "Check" : isGuess(row) ? "Confirm" : "Fits";
  return (
    <Tip text={why(row)} className="bare">
      <StateText state={word === "Fits" ? "normal" : "warning"}>{word}</StateText>
      {row.suggestion ? (
        <span className="muted opt-col"> {percentOf(row.suggestion.confidence, { decimals: 0 })} sure</span>
      ) : null}
    </Tip>
  );
}

function why(row: ColumnRow): string {
  const { personal: isPersonal } = row;
  return isPersonal ? `${plainWhy(row)}; about a person, see the next step` : plainWhy(row);
}

function plainWhy(row: ColumnRow): string {
  if (row.repeated) return "Same head as an earlier column; kept with the raw record";
  if (row.field === "") {
    return row.sums.length > 0 ? `Added up for ${row.sums.join(", ")}` : "Kept with the raw record";
  }
  return [row.suggestion ? upperFirst(row.suggestion.reason) : "Your choice", row.rule,
    row.look.words].filter(Boolean).join("; ");
}

const upperFirst = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function titleOf(rows: readonly ColumnRow[], mapping: MappingRules): string {
  const mapped = rows.filter((row) => row.field !== "" || row.sums.length > 0);
  const wrong = mapped.filter((row) => isWrong(row) || isGuess(row));
  if (!hasAmount(mapping)) {
    return "Which column holds the principal?";
  }
  return wrong.length > 0 ? `${wrong.length} of ${plural(rows.length, "column")} need your eye`
    : `${mapped.length} of ${plural(rows.length, "column")} are mapped`;
}

function FieldSelect({ row, flow }: { row: ColumnRow; flow: Import }) {
  const { choices, change } = flow;
  const options = [{ value: "", label: "Do not map" },
    ...TAPE_FIELDS.map((field) => ({ value: field, label: field }))];
  return (
    <Select
      aria-label={`Field for ${row.column || `column ${row.place + 1}`}`}
      value={row.field}
      options={options}
      disabled={row.repeated || row.column === ""}
      changed={row.field !== "" && !row.suggestion}
      onChange={(field) => change({ mapping: withColumn(choices.mapping, row.column, field) })}
    />
  );
}

function MappingTable({ rows, flow, onEdit }: {
  rows: readonly ColumnRow[]; flow: Import; onEdit: (field: string) => void;
}) {
  return (
    <div className="table-wrap" tabIndex={0} role="region" aria-label="Column mapping table">
      <table className="roomy">
        <thead>
          <tr>
            <th scope="col">Column in the file</th><th scope="col">Field</th>
            <th scope="col">First rows</th>
            <th scope="col" aria-label="Change" />
            <th scope="col" className="opt-col">Why</th>
            <th scope="col" className="opt-col">Samples</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.place}>
              <th scope="row" className="mono">
                {row.column || <span className="muted">(no head)</span>}
              </th>
              <td><FieldSelect row={row} flow={flow} /></td>
              <td><Confidence row={row} /></td>
              <td>
                {row.field === "" ? null : (
                  <Button small kind="quiet" onClick={() => onEdit(row.field)}
                    aria-label={`Derive ${row.field}`}>
                    Derive
                  </Button>
                )}
              </td>
              <td className="muted opt-col">{why(row)}</td>
              <td className="muted mono opt-col">
                {row.look.samples.map((sample) =>
                  (sample.length > 24 ? `${sample.slice(0, 23)}…` : sample)).join(" · ")}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function FirstRows({ preview, rows, locale }: {
  preview: TapePreview; rows: readonly ColumnRow[]; locale: string;
}) {
  const isNumber = (row: ColumnRow) => row.numeric;
  return (
    <Card
      id="first-rows"
      className="c12"
      title="First rows as they are in the file"
      action={(
        <span className="hint">
          {preview.sheets.length > 0 ? "From a workbook, "
            : preview.delimiter === "" ? "" : `Separated by ${
              delimiterWord(preview.delimiter)}, ${preview.encoding.toUpperCase()}, `}
          locale {locale}
        </span>
      )}
      flush
    >
      <div className="table-wrap" tabIndex={0} role="region" aria-label="Preview table">
        <table>
          <thead>
            <tr>
              <th scope="col" className="num">Row</th>
              {rows.map((row) => (
                <th key={row.place} scope="col" className={isNumber(row) ? "num" : undefined}>
                  {row.column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {preview.rows.slice(0, PREVIEW_ROWS).map((line) => (
              <tr key={line.line}>
                <td className="num muted">{line.line}</td>
                {rows.map((row) => {
                  const cell = line.cells[row.place] ?? "";
                  return (
                    <td key={row.place} className={isNumber(row) ? "mono num" : "mono"}>
                      {cell.trim() === "" ? <Na reason="Empty" />
                        : cell.length > 40 ? `${cell.slice(0, 39)}…` : cell}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}

/** Second step: which column feeds which field, and how numbers are written. */
export function ImportColumns({ flow, preview }: { flow: Import; preview: TapePreview }) {
  const { choices, change } = flow;
  const rows = columnRows(preview, choices.mapping, choices.locale);
  const [edited, setEdited] = useState<string | null>(null);
  const { notes } = preview;
  const checked = plural(preview.rows.length, "row");
  const isRecognised = preview.missing.length === 0;
  return (
    <div className="grid">
      <div className="c12 stack unit-hints"><UnitHints flow={flow} preview={preview} /></div>
      <Card
        id="columns"
        className="c12 wraps"
        title={titleOf(rows, choices.mapping)}
        sub={isRecognised || hasAmount(choices.mapping) ? `Suggested from names and values, checked against the first ${checked}` : (
          <>
            <StateText state="warning">No head is recognised as the principal</StateText>
            {` ${preview.suggested.length} of ${plural(preview.headers.length, "column")} are suggested, `
              + `checked against the first ${checked}`}
          </>
        )}
        action={(
          <span className="row wrap">
            <span style={{ width: "calc(var(--s-6) * 6)" }}>
              <Select aria-label="How numbers and dates are written" value={choices.locale}
                options={LOCALES} onChange={(locale) => change({ locale })} />
            </span>
            <ProfileChoice flow={flow} preview={preview} />
          </span>
        )}
        foot={notes.length > 0
          ? <ul>{notes.map((note) => <li key={note}>{note}</li>)}</ul> : undefined}
        flush
      >
        <MappingTable rows={rows} flow={flow} onEdit={setEdited} />
      </Card>
      <DerivedFields flow={flow} headers={preview.headers} />
      {edited === null ? null : (
        <RuleDialog flow={flow} headers={preview.headers} field={edited}
          onClose={() => setEdited(null)} />
      )}
      <FirstRows preview={preview} rows={rows} locale={choices.locale} />
    </div>
  );
}
