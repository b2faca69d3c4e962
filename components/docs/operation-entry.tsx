"use client";

import type { ReactNode } from "react";
import { CopyButton } from "@/components/ui/copy-button";
import { curlText, useOrigin } from "./curl";
import { ErrorTable, FieldTable } from "./field-table";
import { MarkedText } from "./marked-text";
import type { OperationDoc } from "./reference";

const limitWords = (bytes: number | null): string =>
  bytes === null ? "" : `, at most ${bytes.toLocaleString("en")} bytes`;

function Part({ title, children }: { title: string; children: ReactNode }) {
  return <section><h4>{title}</h4>{children}</section>;
}

/** One operation; its address is `#name`. */
export function OperationEntry({ operation }: { operation: OperationDoc }) {
  const { name, method, path, summary, access, query, body, bodyTypes, errors } = operation;
  return (
    <details className="op" id={name}>
      <summary>
        <span className="method" data-method={method}>{method}</span>
        <h3 className="op-path">{path}</h3>
        <span className="op-summary"><MarkedText text={summary} /></span>
        <span className="badge">{access}</span>
      </summary>
      <div className="op-body">
        <p className="docs-text">
          {access === "Anyone" ? "No authentication." : `For: ${access}.`}
          {operation.gates.length > 0 ? ` Works while ${operation.gates.join(" and ")}.` : ""}
          {path.includes("{") ? " Names in braces are ids in the address." : ""}
          {" "}<a href={`#${name}`}>Link to {name}</a>
        </p>
        <Try operation={operation} />
        {query.length > 0 ? (
          <Part title="Query"><FieldTable label={`Query of ${name}`} fields={query} /></Part>
        ) : null}
        {operation.headers.length > 0 ? (
          <Part title="Headers">
            <FieldTable label={`Headers of ${name}`} fields={operation.headers} />
          </Part>
        ) : null}
        {bodyTypes.length > 0 ? (
          <Part title={`Body, ${bodyTypes.join(" or ")}${limitWords(operation.bodyLimit)}`}>
            {body.length > 0 ? <FieldTable label={`Body of ${name}`} fields={body} />
              : <p>Streamed as it is; see the sample above.</p>}
          </Part>
        ) : null}
        <Part title={`Answer ${operation.status}, ${operation.responseTypes.join(" or ")}`}>
          <FieldTable label={`Answer of ${name}`} fields={operation.response} isAnswer />
        </Part>
        {errors.length > 0 ? (
          <Part title="Errors"><ErrorTable label={`Errors of ${name}`} errors={errors} /></Part>
        ) : null}
      </div>
    </details>
  );
}

function Try({ operation }: { operation: OperationDoc }) {
  const origin = useOrigin();
  const curl = curlText({
    method: operation.method, url: `${origin}${operation.path}`,
    isPublic: operation.access === "Anyone", body: operation.sample,
  });
  return (
    <section>
      <div className="op-try">
        <h4>Try it</h4>
        <CopyButton small text={curl} what="the request">Copy</CopyButton>
      </div>
      <pre className="code" tabIndex={0} role="region"
        aria-label={`Request for ${operation.name}`}>{curl}</pre>
    </section>
  );
}
