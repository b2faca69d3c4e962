"use client";

import { StateText } from "@/components/ui/badge";
import { Card } from "@/components/ui/card";
import { Field, Select } from "@/components/ui/field";
import { KeyValueList } from "@/components/ui/figure";
import { count, plural } from "@/components/ui/format";
import { Na } from "@/components/ui/na";
import { LOCALES } from "./tape-guess";
import type { TableSetTape, TapePreview } from "./tape-file";
import type { Import } from "./use-import";
import { fieldWord } from "./words";

type TableSet = NonNullable<TapePreview["set"]>;

function Tables({ set, isBeginning }: Pick<TableSetTape, "set" | "isBeginning">) {
  return (
    <div className="table-wrap" tabIndex={0} role="region" aria-label="Tables found">
      <table className="roomy">
        <thead>
          <tr>
            <th scope="col">Template</th><th scope="col">File or sheet</th>
            <th scope="col" className="num">Rows</th><th scope="col" className="num">Columns</th>
            <th scope="col">Mandatory columns</th>
          </tr>
        </thead>
        <tbody>
          {set.tables.map(({ template, name, rows, columns, missing }) => (
            <tr key={name}>
              <th scope="row">{fieldWord(template)}</th>
              <td className="mono">{name}</td>
              <td className="num">{isBeginning ? <Na reason="Counted when it is read" />
                : count(rows)}</td>
              <td className="num">{count(columns)}</td>
              <td>
                {missing.length === 0 ? <StateText state="normal">All there</StateText> : (
                  <details>
                    <summary>
                      <StateText state="warning">{count(missing.length)} missing</StateText>
                    </summary>
                    <span className="mono long">{missing.join(", ")}</span>
                  </details>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** A count that is as it should be at 0. */
const doubt = (value: number, words: string) => (value === 0
  ? <StateText state="normal">None</StateText>
  : <StateText state="warning">{`${count(value)} ${words}`}</StateText>);

function Joins({ set: { tables, join } }: { set: TableSet }) {
  const has = (...templates: string[]) =>
    tables.some(({ template }) => templates.includes(template));
  const noParties = <Na reason="There is no table of counterparties" />;
  const noCollateral = <Na reason="There is no table of collateral" />;
  const hasParties = has("counterparty");
  const hasCollateral = has("property_collateral", "non_property_collateral");
  return (
    <KeyValueList items={[
      { key: "Loans", value: count(join.loans) },
      { key: "With their counterparty", value: hasParties
        ? `${count(join.loans_with_counterparty)} of ${count(join.loans)}` : noParties },
      { key: "Of a counterparty not there", value: hasParties
        ? doubt(join.loans_without_counterparty, "kept without its country and sector")
        : noParties },
      { key: "Collaterals", value: hasCollateral ? count(join.collaterals) : noCollateral },
      { key: "Loans with collateral", value: hasCollateral
        ? `${count(join.loans_with_collateral)} of ${count(join.loans)}` : noCollateral },
      { key: "Collateral of no loan", value: hasCollateral
        ? doubt(join.orphan_collaterals, "kept, counted for no loan") : noCollateral },
      ...(join.supplements === 0 ? [] : [
        { key: "Rows that say more of them", value: count(join.supplements) },
        { key: "Of a loan or collateral not there",
          value: doubt(join.orphan_supplements, "kept, of no effect") }]),
    ]} />
  );
}

function titleOf({ join }: TableSet): string {
  const loose = join.loans_without_counterparty + join.orphan_collaterals
    + join.orphan_supplements;
  return loose === 0 ? "Every row finds what it refers to"
    : `${plural(loose, "row")} ${loose === 1 ? "refers" : "refer"} to what is not there`;
}

/** Second step of a tape of several tables: what was found, and how it fits together. */
export function ImportTables({ flow, tape }: { flow: Import; tape: TableSetTape }) {
  const { choices, change } = flow;
  const { set, preview } = tape;
  return (
    <div className="grid">
      <Card id="tables" className="c12 wraps" flush
        title={`${plural(set.tables.length, "table")} of the EBA NPL templates`}
        sub="Read as one tape: one version, every row with its table and line"
        foot={preview.notes.length > 0
          ? <ul>{preview.notes.map((note) => <li key={note}>{note}</li>)}</ul> : undefined}>
        <Tables set={set} isBeginning={tape.isBeginning} />
      </Card>
      <Card id="joins" className="c8"
        title={tape.isBeginning ? "Rows find each other when the set is read" : titleOf(set)}
        sub="By loan, counterparty and protection identifiers">
        {tape.isBeginning ? (
          <p className="hint">
            The set is too large to be read before it has arrived: its first rows were looked at.
            Rows that refer to what is not there will be among the problems.
          </p>
        ) : <Joins set={set} />}
      </Card>
      <Card id="reading" className="c4" title="How is it written?"
        sub="Numbers and dates of all tables">
        <Field label="Numbers and dates">
          <Select value={choices.locale} options={LOCALES}
            onChange={(locale) => change({ locale })} />
        </Field>
      </Card>
    </div>
  );
}
