"use client";

import { parseAsString, useQueryState } from "nuqs";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Field, TextInput } from "@/components/ui/field";
import { plural } from "@/components/ui/format";
import { EmptyState } from "@/components/ui/states";
import { ErrorTable, FieldTable } from "./field-table";
import { OperationEntry } from "./operation-entry";
import type { OperationDoc, Reference, SchemaDoc } from "./reference";

function fits(operation: OperationDoc, words: readonly string[]): boolean {
  const text = [operation.name, operation.method, operation.path, operation.tag,
    operation.summary, operation.access, ...operation.errors.map((error) => error.code),
    ...operation.query.map((field) => field.name), ...operation.body.map((field) => field.name),
  ].join(" ").toLowerCase();
  return words.every((word) => text.includes(word));
}

const tagsOf = (operations: readonly OperationDoc[]): string[] =>
  [...new Set(operations.map((operation) => operation.tag))];

export function ApiReference({ reference }: { reference: Reference }) {
  const [q, setQ] = useQueryState("q", parseAsString.withDefault(""));
  const words = q.toLowerCase().split(/\s+/).filter(Boolean);
  const shown = reference.operations.filter((operation) => fits(operation, words));
  return (
    <div className="docs-columns">
      <aside className="docs-index" aria-label="Operations">
        <Field label="Filter operations"
          hint={words.length > 0 ? `${plural(shown.length, "operation")} of ${
            reference.operations.length}` : "By path, word, role, field or error code"}>
          <TextInput type="search" value={q} onChange={(text) => void setQ(text || null)}
            spellCheck={false} autoComplete="off" />
        </Field>
        <Index operations={shown} />
      </aside>
      <div className="docs-body">
        <Basics reference={reference} />
        {shown.length === 0 ? (
          <EmptyState icon="filter" title="No operation fits"
            action={<Button icon="x" onClick={() => void setQ(null)}>Show all operations</Button>}>
            Every word must be somewhere in the operation.
          </EmptyState>
        ) : null}
        {tagsOf(shown).map((tag) => (
          <Card key={tag} id={`tag-${tag.toLowerCase()}`} title={tag} flush>
            {shown.filter((operation) => operation.tag === tag).map((operation) => (
              <OperationEntry key={operation.name} operation={operation} />
            ))}
          </Card>
        ))}
        <Schemas schemas={reference.schemas} />
      </div>
    </div>
  );
}

function open(id: string): void {
  const target = document.getElementById(id);
  if (target instanceof HTMLDetailsElement) target.open = true;
}

function Index({ operations }: { operations: readonly OperationDoc[] }) {
  return (
    <nav aria-label="Operations by subject" className="docs-nav">
      {tagsOf(operations).map((tag) => (
        <div key={tag}>
          <h2>{tag}</h2>
          <ul>
            {operations.filter((operation) => operation.tag === tag).map((operation) => (
              <li key={operation.name}>
                <a href={`#${operation.name}`} onClick={() => open(operation.name)}
                  data-tip={operation.summary}>
                  <span className="method" data-method={operation.method}>{operation.method}</span>
                  <span>{operation.path.replace("/api/v3", "")}</span>
                </a>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </nav>
  );
}

function Basics({ reference }: { reference: Reference }) {
  return (
    <Card id="basics" title="Every request">
      <div className="docs-text">
        <p>
          Send <code>Authorization: Bearer</code> with an API token; an administrator makes tokens.
          The browser session works too, from this site only. Bodies are JSON unless an operation
          says otherwise. Lists answer <code>items</code> and <code>next_cursor</code>; pass the
          cursor back to read on. Every answer carries <code>x-request-id</code>.
        </p>
        <p>
          An error is <code>application/problem+json</code> (RFC 9457): <code>detail</code> is the
          bare code, <code>message</code> says what to do, <code>errors</code> names each member
          that is wrong. Beside its own errors, every operation can answer:
        </p>
      </div>
      <ErrorTable label="Errors of every operation" errors={reference.common} />
    </Card>
  );
}

function Schemas({ schemas }: { schemas: readonly SchemaDoc[] }) {
  return (
    <Card id="schemas" title="Schemas" flush
      sub="Shapes that several answers share; amounts in base currency, rates in points">
      {schemas.map((schema) => (
        <details key={schema.name} id={`schema-${schema.name}`} className="op">
          <summary><span className="op-path">{schema.name}</span>
            <span className="muted">{plural(schema.fields.length, "member")}</span></summary>
          <div className="op-body">
            <FieldTable label={`Members of ${schema.name}`} fields={schema.fields} isAnswer />
          </div>
        </details>
      ))}
    </Card>
  );
}
