import type { ReactNode } from "react";
import { isMembers } from "./payload";

interface JsonViewProps {
  value: unknown;
  label: string;
}

const pad = (depth: number): string => "  ".repeat(depth);

function leaf(value: unknown): ReactNode {
  const text = JSON.stringify(value) ?? "null";
  return typeof value === "number" || typeof value === "string"
    ? <span className="n">{text}</span> : text;
}

/** Members in the order of the canonical form, one per line. */
function draw(value: unknown, depth: number): ReactNode {
  if (Array.isArray(value)) {
    if (value.length === 0) return "[]";
    return (
      <>
        {"[\n"}
        {value.map((item, index) => (
          <span key={index}>
            {pad(depth + 1)}{draw(item, depth + 1)}{index < value.length - 1 ? "," : ""}{"\n"}
          </span>
        ))}
        {pad(depth)}{"]"}
      </>
    );
  }
  if (!isMembers(value)) return leaf(value);
  const names = Object.keys(value).sort();
  if (names.length === 0) return "{}";
  return (
    <>
      {"{\n"}
      {names.map((name, index) => (
        <span key={name}>
          {pad(depth + 1)}<span className="k">{JSON.stringify(name)}</span>{": "}
          {draw(value[name], depth + 1)}{index < names.length - 1 ? "," : ""}{"\n"}
        </span>
      ))}
      {pad(depth)}{"}"}
    </>
  );
}

/** JSON with line breaks; the hashed text itself has none. */
export function JsonView({ value, label }: JsonViewProps) {
  return (
    <pre className="code" tabIndex={0} role="region" aria-label={label}>
      {draw(value, 0)}
    </pre>
  );
}
