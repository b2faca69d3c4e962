import { z } from "zod";
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from "zod-openapi";
import { problemSchema, statusOf, type ErrorCode } from "./errors";
import type { Operation } from "./operation";
import { fullPath, operationNames, operations } from "./operations";

let cached: ReturnType<typeof createDocument> | undefined;

/** The contract as an OpenAPI 3.1 document, from the schemas that validate requests. */
export function openApiDocument(): ReturnType<typeof createDocument> {
  cached ??= createDocument({
    openapi: "3.1.0",
    info: {
      title: "TodiScope", version: "3.0.0",
      description: "Stress-testing of distressed debt with evidence that can be verified.",
    },
    servers: [{ url: "/" }],
    components: { securitySchemes: {
      bearer: { type: "http", scheme: "bearer", description: "An API token." },
      session: { type: "apiKey", in: "cookie", name: "next-auth.session-token" },
    } },
    paths: paths(),
  });
  return cached;
}

function paths(): ZodOpenApiPathsObject {
  const found: Record<string, Record<string, ZodOpenApiOperationObject>> = {};
  for (const name of operationNames) {
    const entry: Operation = operations[name];
    const path = fullPath(entry);
    (found[path] ??= {})[entry.method.toLowerCase()] = describe(name, entry);
  }
  return found as ZodOpenApiPathsObject;
}

const ALWAYS: readonly ErrorCode[] = ["INTERNAL_ERROR", "DATABASE_UNAVAILABLE"];
const AUTHENTICATED: readonly ErrorCode[] = ["AUTH_REQUIRED", "AUTH_INVALID", "FORBIDDEN",
  "PASSWORD_CHANGE_REQUIRED", "ORIGIN_FORBIDDEN", "RATE_LIMITED"];

const KEYED: readonly ErrorCode[] = ["PARAMETERS_INVALID", "IDEMPOTENCY_KEY_REUSED",
  "IDEMPOTENCY_KEY_IN_USE", "IDEMPOTENCY_ANSWER_LOST"];

/** Every code an operation can answer, its own and those of the door. */
export const errorsOf = (entry: Operation): ErrorCode[] => [...new Set([
  ...entry.errors,
  ...(entry.role === "PUBLIC" ? [] : AUTHENTICATED),
  ...(entry.body ? ["PAYLOAD_TOO_LARGE", "MEDIA_TYPE_UNSUPPORTED"] as const : []),
  ...(entry.creates ? KEYED : []),
  ...(entry.tagged === "edits" ? ["PRECONDITION_REQUIRED", "PRECONDITION_FAILED"] as const : []),
  ...(entry.gates?.includes("kill_switch") ? ["KILL_SWITCH_ACTIVE"] as const : []),
  ...ALWAYS,
])];

function describe(name: string, entry: Operation): ZodOpenApiOperationObject {
  const parameters = [...entry.path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] as string);
  return {
    operationId: name,
    tags: [entry.tag],
    summary: entry.summary,
    "x-role": entry.role,
    security: entry.role === "PUBLIC" ? [] : [{ bearer: [] }, { session: [] }],
    requestParams: {
      ...(parameters.length > 0 ? { path: z.object(Object.fromEntries(
        parameters.map((parameter) => [parameter, z.string()]))) } : {}),
      ...(entry.query ? { query: entry.query } : {}),
    },
    ...requestBody(entry),
    responses: responses(entry),
  };
}

function requestBody(entry: Operation): Pick<ZodOpenApiOperationObject, "requestBody"> {
  if (!entry.body) return {};
  if (entry.body === "stream") {
    return { requestBody: { required: true, content: Object.fromEntries(
      (entry.bodyTypes ?? []).map((type) => [type, { schema: { type: "string" } }])) } };
  }
  return { requestBody: { required: true, content: { "application/json": { schema: entry.body } } } };
}

function responses(entry: Operation): ZodOpenApiOperationObject["responses"] {
  const failures: Record<string, ErrorCode[]> = {};
  for (const code of errorsOf(entry)) (failures[String(statusOf(code))] ??= []).push(code);
  const types = entry.responseTypes ?? ["application/json"];
  return {
    [String(entry.status ?? 200)]: {
      description: "Done.",
      content: Object.fromEntries(types.map((type) => [type, { schema: entry.response }])),
    },
    ...Object.fromEntries(Object.entries(failures).map(([status, codes]) => [status, {
      description: codes.join(", "),
      content: { "application/problem+json": { schema: problemSchema } },
    }])),
  } as ZodOpenApiOperationObject["responses"];
}
