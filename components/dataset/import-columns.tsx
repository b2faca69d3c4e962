"use client";

import { Button } from "@/components/ui/button";
import { StateText } from "@/components/ui/badge";
import { Card } from "@/components/ui/card";
import { Select } from "@/components/ui/field";
import { plural } from "@/components/ui/format";
import { Na } from "@/components/ui/na";
import { isNumeric, LOCALES, lookAt, TAPE_FIELDS } from "./tape-guess";
import "./dataset.css";
import type { TapePreview } from "./tape-file";
import { delimiterWord } from "./import-file";
import { cellsOf, suggestedMapping } from "./use-import";
import type { Import } from "./use-import";

const PREVIEW_ROWS = 8;

interface ColumnRow {
  /** Place in the file: heads may repeat. */
  place: number;
  column: string;
  field: string;
  suggested: boolean;
  repeated: boolean;
  look: ReturnType<typeof lookAt>;
  numeric: boolean;
}

function columnRows(preview: TapePreview, mapping: Record<string, string>, locale: string) {
  const suggestion = suggestedMapping(preview);
  return preview.headers.map((column, place): ColumnRow => {
    const repeated = preview.headers.indexOf(column) !== place;
    const cells = cellsOf(preview, column);
    const field = repeated ? "" : mapping[column] ?? "";
    return {
      place, column, field, repeated,
      suggested: field !== "" && suggestion[column] === field,
      look: lookAt(cells, field, locale),
      numeric: isNumeric(cells, field, locale),
    };
  });
}

function Confidence({ row }: { row: ColumnRow }) {
  if (row.field === "") return <span className="muted">Not mapped</span>;
  const bad = row.look.misfits.length > 0 && row.look.words.includes("not fit");
  return <StateText state={bad ? "warning" : "normal"}>{bad ? "Check" : "Fits"}</StateText>;
}

function why(row: ColumnRow): string {
  if (row.repeated) return "Same head as an earlier column; kept with the raw record";
  if (row.field === "") return "Kept with the raw record";
  return `${row.suggested ? "Head" : "Your choice"}; ${row.look.words}`;
}

function titleOf(rows: readonly ColumnRow[]): string {
  const mapped = rows.filter((row) => row.field !== "");
  const wrong = mapped.filter((row) => row.look.words.includes("not fit"));
  if (!mapped.some((row) => row.field === "principal")) {
    return "Which column holds the principal?";
  }
  return wrong.length > 0 ? `${wrong.length} of ${plural(rows.length, "column")} need your eye`
    : `${mapped.length} of ${plural(rows.length, "column")} are mapped`;
}

function FieldSelect({ row, flow }: { row: ColumnRow; flow: Import }) {
  const { choices, change } = flow;
  const options = [{ value: "", label: "Do not map" },
    ...TAPE_FIELDS.map((field) => ({ value: field, label: field }))];
  function choose(field: string) {
    // A field takes one column: choosing it here frees the column that had it.
    const kept = Object.entries(choices.mapping).filter(([column, other]) =>
      column !== row.column && other !== field);
    change({ mapping: Object.fromEntries(field === "" ? Object.entries(choices.mapping)
      .filter(([column]) => column !== row.column) : [...kept, [row.column, field]]) });
  }
  return (
    <Select
      aria-label={`Field for ${row.column || `column ${row.place + 1}`}`}
      value={row.field}
      options={options}
      disabled={row.repeated || row.column === ""}
      changed={row.field !== "" && !row.suggested}
      onChange={choose}
    />
  );
}

function MappingTable({ rows, flow }: { rows: readonly ColumnRow[]; flow: Import }) {
  return (
    <div className="table-wrap" tabIndex={0} role="region" aria-label="Column mapping table">
      <table className="roomy">
        <thead>
          <tr>
            <th scope="col">Column in the file</th><th scope="col">Field</th>
            <th scope="col">First rows</th>
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
  const suggestion = suggestedMapping(preview);
  const { notes } = preview;
  const checked = plural(preview.rows.length, "row");
  const isRecognised = preview.missing.length === 0;
  const differs = JSON.stringify(Object.entries(suggestion).sort())
    !== JSON.stringify(Object.entries(choices.mapping).sort());
  return (
    <div className="grid">
      <Card
        id="columns"
        className="c12 wraps"
        title={titleOf(rows)}
        sub={isRecognised ? `Suggested from the heads, checked against the first ${checked}` : (
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
            <Button small icon="undo" onClick={() => change({ mapping: suggestion })}
              disabledReason={differs ? null : "This is the suggestion"}>
              Use the suggestion
            </Button>
          </span>
        )}
        foot={notes.length > 0
          ? <ul>{notes.map((note) => <li key={note}>{note}</li>)}</ul> : undefined}
        flush
      >
        <MappingTable rows={rows} flow={flow} />
      </Card>
      <FirstRows preview={preview} rows={rows} locale={choices.locale} />
    </div>
  );
}
