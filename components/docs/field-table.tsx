import type { CSSProperties } from "react";
import { MarkedText } from "./marked-text";
import type { FieldDoc, OperationDoc } from "./reference";

function openSchema(name: string): void {
  const target = document.getElementById(`schema-${name}`);
  if (target instanceof HTMLDetailsElement) target.open = true;
}

function TypeText({ field }: { field: FieldDoc }) {
  const { schema, type } = field;
  if (!schema) return type;
  const [before = "", after = ""] = type.split(schema, 2);
  return (
    <>
      {before}
      <a href={`#schema-${schema}`} onClick={() => openSchema(schema)}>{schema}</a>
      {after}
    </>
  );
}

interface FieldTableProps {
  label: string;
  fields: readonly FieldDoc[];
  /** Of an answer, where "required" says nothing to its reader. */
  isAnswer?: boolean;
}

export function FieldTable({ label, fields, isAnswer }: FieldTableProps) {
  const [only] = fields;
  if (fields.length === 1 && only?.name === "") return <p><TypeText field={only} /></p>;
  return (
    <div className="table-wrap" tabIndex={0} role="region" aria-label={label}>
      <table className="fields">
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Type</th>
            {isAnswer ? null : <th scope="col">Needed</th>}
            {fields.some((field) => field.note) ? <th scope="col">What</th> : null}
          </tr>
        </thead>
        <tbody>
          {fields.map((field, index) => (
            <tr key={`${field.name}-${index}`}>
              <th scope="row" className="mono"
                style={{ "--field-depth": field.depth } as CSSProperties}>
                {field.name}
              </th>
              <td className="wrap-cell"><TypeText field={field} /></td>
              {isAnswer ? null : <td>{field.isRequired ? "yes" : "no"}</td>}
              {fields.some((one) => one.note) ? <td className="wrap-cell"><MarkedText text={field.note ?? ""} /></td> : null}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function ErrorTable({ label, errors }: { label: string; errors: OperationDoc["errors"] }) {
  return (
    <div className="table-wrap" tabIndex={0} role="region" aria-label={label}>
      <table className="fields">
        <thead>
          <tr><th scope="col">Code</th><th scope="col" className="num">Status</th>
            <th scope="col">Meaning</th></tr>
        </thead>
        <tbody>
          {errors.map((error) => (
            <tr key={error.code}>
              <th scope="row" className="mono">{error.code}</th>
              <td className="num">{error.status}</td>
              <td className="wrap-cell">{error.title}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
