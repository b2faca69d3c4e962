import { z } from "zod";
import type { FieldDoc } from "./reference";

/** The part of JSON Schema that zod writes. */
export interface JsonSchema {
  type?: string | string[];
  format?: string;
  description?: string;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  items?: JsonSchema;
  additionalProperties?: JsonSchema | boolean;
  anyOf?: JsonSchema[];
  enum?: unknown[];
  const?: unknown;
  default?: unknown;
  pattern?: string;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  $ref?: string;
  $defs?: Record<string, JsonSchema>;
}

export const schemaOf = (schema: z.ZodType, io: "input" | "output"): JsonSchema =>
  z.toJSONSchema(schema, { io, unrepresentable: "any" }) as JsonSchema;

const refName = (schema: JsonSchema): string | undefined => schema.$ref?.split("/").at(-1);
const isUuidPattern = (pattern: string | undefined): boolean =>
  pattern?.includes("[0-9a-f]{8}-") ?? false;
const SAFE = Number.MAX_SAFE_INTEGER;

function scalarType(schema: JsonSchema): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  if (schema.format === "uuid" || isUuidPattern(schema.pattern)) return "UUID";
  if (schema.format === "date-time") return "time, ISO 8601";
  if (schema.format === "date") return "date, ISO 8601";
  if (Array.isArray(schema.type)) return schema.type.join(" or ");
  return schema.type ?? "any JSON";
}

/** "null" as an alternative becomes a word behind the type. */
function withoutNull(schema: JsonSchema): { schema: JsonSchema; isNullable: boolean } {
  const parts = schema.anyOf?.filter((part) => part.type !== "null");
  if (!schema.anyOf || !parts || parts.length === schema.anyOf.length) {
    return { schema, isNullable: false };
  }
  const [only] = parts;
  const rest = { ...schema, anyOf: parts };
  return { schema: parts.length === 1 && only ? { ...only, default: schema.default } : rest,
    isNullable: true };
}

function typeOf(schema: JsonSchema): { text: string; ref?: string; inner?: JsonSchema } {
  const ref = refName(schema);
  if (ref) return { text: ref, ref };
  if (schema.anyOf) return { text: schema.anyOf.map((part) => typeOf(part).text).join(" or ") };
  if (schema.type === "array" && schema.items) {
    const item = typeOf(schema.items);
    return { ...item, text: `list of ${item.text}`,
      inner: schema.items.properties ? schema.items : undefined };
  }
  if (schema.properties) return { text: "object", inner: schema };
  if (typeof schema.additionalProperties === "object") {
    const value = typeOf(schema.additionalProperties);
    return { ...value, text: `object, any name to ${value.text}` };
  }
  return { text: scalarType(schema) };
}

function boundsText(schema: JsonSchema): string {
  const parts: string[] = [];
  const low = schema.minimum !== undefined && schema.minimum > -SAFE ? schema.minimum : undefined;
  const high = schema.maximum !== undefined && schema.maximum < SAFE ? schema.maximum : undefined;
  if (low !== undefined && high !== undefined) parts.push(`${low} to ${high}`);
  else if (low !== undefined) parts.push(`at least ${low}`);
  else if (high !== undefined) parts.push(`at most ${high}`);
  if ((schema.minLength ?? 0) > 1) parts.push(`at least ${schema.minLength} characters`);
  if (schema.maxLength !== undefined) parts.push(`at most ${schema.maxLength} characters`);
  if (schema.default !== undefined) parts.push(`default ${JSON.stringify(schema.default)}`);
  const said = schema.description ?? "";
  const text = parts.filter((part) => !said.includes(part)).join("; ");
  return text === "" ? "" : `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function noteOf(schema: JsonSchema): string {
  return [schema.description, boundsText(schema)].filter(Boolean).join(" ");
}

/** The members of an object schema, one line each, inner objects indented below. */
export function fieldsOf(schema: JsonSchema, depth = 0): FieldDoc[] {
  if (schema.type === "array" && schema.items?.properties) return fieldsOf(schema.items, depth);
  const required = new Set(schema.required ?? []);
  return Object.entries(schema.properties ?? {}).flatMap(([name, member]) => {
    const { schema: bare, isNullable } = withoutNull(member);
    const type = typeOf(bare);
    const line: FieldDoc = {
      name, depth, type: isNullable ? `${type.text} or null` : type.text,
      ...(type.ref ? { schema: type.ref } : {}),
      isRequired: required.has(name), note: noteOf(bare),
    };
    return [line, ...(type.inner ? fieldsOf(type.inner, depth + 1) : [])];
  });
}

/** A whole answer in one line when it is a named schema, else its members. */
export function answerFields(schema: JsonSchema): FieldDoc[] {
  const ref = refName(schema);
  if (ref) return [{ name: "", depth: 0, type: ref, schema: ref, isRequired: true, note: "" }];
  const lines = fieldsOf(schema);
  if (lines.length > 0) return lines;
  const { text } = typeOf(schema);
  return [{ name: "", depth: 0, type: text, isRequired: true, note: noteOf(schema) }];
}

/** A value that fits: required members only, so that the sample stays short. */
export function sampleOf(schema: JsonSchema): unknown {
  if (schema.const !== undefined) return schema.const;
  if (schema.default !== undefined) return schema.default;
  if (schema.enum) return schema.enum[0];
  if (schema.anyOf?.[0]) return sampleOf(schema.anyOf[0]);
  if (schema.type === "array") return schema.items ? [sampleOf(schema.items)] : [];
  if (schema.properties) {
    return Object.fromEntries((schema.required ?? []).map((name) =>
      [name, sampleOf(schema.properties?.[name] ?? {})]));
  }
  if (schema.type === "number" || schema.type === "integer") return schema.minimum ?? 0;
  if (schema.type === "boolean") return true;
  if (schema.format === "uuid" || isUuidPattern(schema.pattern)) {
    return "0198f0a0-0000-7000-8000-000000000001";
  }
  if (schema.format === "date-time") return "2026-01-01T00:00:00Z";
  if (schema.format === "email") return "name@example.com";
  return schema.type === "string" ? "text" : {};
}
