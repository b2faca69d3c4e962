import { z } from "zod";
import { ERRORS, type ErrorCode } from "@/lib/contract/errors";
import { requestHeaders } from "@/lib/contract/headers";
import { bodyLimitOf, errorsOf, type Operation } from "@/lib/contract/operation";
import { fullPath, operations } from "@/lib/contract/operations";
import { answerFields, fieldsOf, sampleOf, schemaOf, type JsonSchema } from "./json-fields";
import type { FieldDoc, OperationDoc, Reference, SchemaDoc } from "./reference";

const COMMON: readonly ErrorCode[] = ["AUTH_REQUIRED", "AUTH_INVALID", "FORBIDDEN",
  "PASSWORD_CHANGE_REQUIRED", "ORIGIN_FORBIDDEN", "METHOD_NOT_ALLOWED", "RATE_LIMITED",
  "INTERNAL_ERROR", "DATABASE_UNAVAILABLE"];

const GATES = {
  engine: "the engine is enabled",
  kill_switch: "the kill switch is off",
} as const;

const PORTFOLIO = {
  source_system: "docs",
  records: [{ source_record_id: "portfolio-1", payload: {
    financial: {
      debt: { total_outstanding: 1_000_000, interest_rate_pct: 5, collateral_value: 750_000 },
      assets: { total: 2_000_000 },
    },
    distressed_assets: [
      { name: "Plant", value: 200_000, recovery_rate_pct: 35 },
      { name: "Land", value: 150_000, recovery_rate_pct: 50 },
    ],
  } }],
};

/** Requests that say more than the shape alone would. */
const SAMPLES: Record<string, unknown> = {
  runEngine: {
    dataset_version_id: "0198f0a0-0000-7000-8000-000000000001",
    started_at: "2026-01-01T00:00:00Z",
    parameters: { stress_scenarios: [{ scenario_id: "custom_severe",
      description: "Custom severe stress scenario", interest_rate_delta_pct: 5,
      collateral_market_impact_pct: -0.3, recovery_degradation_pct: -0.2,
      default_risk_increment_pct: 0.1 }] },
  },
  createDataset: { name: "Southern and Central Europe", base_currency: "EUR" },
  createVersion: PORTFOLIO,
  eraseVersion: { reason: "Requested by the data owner" },
};

const errorDoc = (code: ErrorCode) =>
  ({ code, status: ERRORS[code][0], title: ERRORS[code][1] });

function accessOf({ role, orRole }: Operation): string {
  if (role === "PUBLIC") return "Anyone";
  if (role === "SIGNED_IN") return "Anyone who is signed in";
  const named = (of: string): string => `${of.charAt(0)}${of.slice(1).toLowerCase()}`;
  return orRole ? `${named(role)} or ${named(orRole)} role` : `${named(role)} role`;
}

function sampleBody(name: string, entry: Operation): OperationDoc["sample"] {
  if (entry.body === undefined) return null;
  const given = SAMPLES[name];
  if (entry.body === "stream") {
    if (given) return { type: "application/json", text: JSON.stringify(given) };
    return { type: entry.bodyTypes?.[0] ?? "text/csv", text: "@tape.csv" };
  }
  const value = given ?? sampleOf(schemaOf(entry.body, "input"));
  return { type: "application/json", text: JSON.stringify(value) };
}

/** What the operation asks for beside what every one takes. */
function keyHeaders(entry: Operation, keep: (schema: JsonSchema) => JsonSchema): FieldDoc[] {
  const { "X-Request-Id": _id, "X-Correlation-ID": _chain, ...own } = requestHeaders(entry);
  return Object.keys(own).length === 0 ? [] : fieldsOf(keep(schemaOf(z.object(own), "input")));
}

function operationDoc(
  name: string, entry: Operation, keep: (schema: JsonSchema) => JsonSchema,
): OperationDoc {
  const body = entry.body === undefined || entry.body === "stream" ? null : entry.body;
  return {
    name, method: entry.method, path: fullPath(entry), tag: entry.tag, summary: entry.summary,
    access: accessOf(entry), status: entry.status ?? 200,
    gates: (entry.gates ?? []).map((gate) => GATES[gate]),
    query: entry.query ? fieldsOf(keep(schemaOf(entry.query, "input"))) : [],
    body: body ? fieldsOf(keep(schemaOf(body, "input"))) : [],
    headers: keyHeaders(entry, keep),
    bodyLimit: entry.body ? bodyLimitOf(entry) : null,
    bodyTypes: [...entry.bodyTypes ?? (body ? ["application/json"] : [])],
    response: answerFields(keep(schemaOf(entry.response, "output"))),
    responseTypes: [...entry.responseTypes ?? ["application/json"]],
    errors: errorsOf(entry).filter((code) => !COMMON.includes(code)).map(errorDoc),
    sample: sampleBody(name, entry),
  };
}

/** Reads the operations table once; the page's only source, so the page cannot lag behind it. */
export function describeOperations(): Reference {
  const found = new Map<string, JsonSchema>();
  const keep = (schema: JsonSchema): JsonSchema => {
    for (const [name, inner] of Object.entries(schema.$defs ?? {})) found.set(name, inner);
    return schema;
  };
  const docs = Object.entries<Operation>(operations)
    .map(([name, entry]) => operationDoc(name, entry, keep));
  const schemas: SchemaDoc[] = [...found]
    .map(([name, schema]) => ({ name, fields: fieldsOf(schema) }))
    .sort((a, b) => a.name.localeCompare(b.name));
  return { operations: docs, schemas, common: COMMON.map(errorDoc) };
}
