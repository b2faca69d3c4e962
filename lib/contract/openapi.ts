import { z } from "zod";
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from "zod-openapi";
import { problemSchema, statusOf, type ErrorCode } from "./errors";
import { answerHeaders, refusalHeaders, requestHeaders } from "./headers";
import { bodyLimitOf, errorsOf, type Operation } from "./operation";
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

function describe(name: string, entry: Operation): ZodOpenApiOperationObject {
  const parameters = [...entry.path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] as string);
  return {
    operationId: name,
    tags: [entry.tag],
    summary: entry.summary,
    "x-role": entry.role,
    ...(entry.orRole ? { "x-or-role": entry.orRole } : {}),
    security: entry.role === "PUBLIC" ? [] : [{ bearer: [] }, { session: [] }],
    requestParams: {
      ...(parameters.length > 0 ? { path: z.object(Object.fromEntries(
        parameters.map((parameter) => [parameter, z.string()]))) } : {}),
      ...(entry.query ? { query: entry.query } : {}),
      header: z.object(requestHeaders(entry)),
    },
    ...(entry.body ? { "x-max-body-bytes": bodyLimitOf(entry) } : {}),
    ...requestBody(entry),
    responses: responses(entry),
  };
}

function requestBody(entry: Operation): Pick<ZodOpenApiOperationObject, "requestBody"> {
  if (!entry.body) return {};
  if (entry.body === "stream") {
    const description = limitWords(entry);
    return { requestBody: { required: true, description, content: Object.fromEntries(
      (entry.bodyTypes ?? []).map((type) => [type, { schema: { type: "string" } }])) } };
  }
  return { requestBody: { required: true, description: limitWords(entry),
    content: { "application/json": { schema: entry.body } } } };
}

const bytes = (count: number): string => `${count.toLocaleString("en")} bytes`;

/** The largest body in words. */
const limitWords = (entry: Operation): string => `At most ${bytes(bodyLimitOf(entry))}` +
  `${entry.maxJsonBytes ? `, as JSON ${bytes(entry.maxJsonBytes)}` : ""}.`;

function responses(entry: Operation): ZodOpenApiOperationObject["responses"] {
  const failures: Record<string, ErrorCode[]> = {};
  for (const code of errorsOf(entry)) (failures[String(statusOf(code))] ??= []).push(code);
  const types = entry.responseTypes ?? ["application/json"];
  return {
    [String(entry.status ?? 200)]: {
      description: "Done.",
      headers: z.object(answerHeaders(entry)),
      content: Object.fromEntries(types.map((type) => [type, { schema: entry.response }])),
    },
    ...(entry.accepted ? { "202": {
      description: "`Prefer: respond-async`: a job does it, whose address is `Location`.",
      headers: z.object(answerHeaders(entry)),
      content: { "application/json": { schema: entry.accepted } } } } : {}),
    ...(entry.tagged && entry.method === "GET" ? { "304": {
      description: "What `If-None-Match` names still stands.",
      headers: z.object(answerHeaders(entry)) } } : {}),
    ...Object.fromEntries(Object.entries(failures).map(([status, codes]) => [status, {
      description: codes.join(", "),
      headers: z.object(refusalHeaders(Number(status))),
      content: { "application/problem+json": { schema: problemSchema } },
    }])),
  } as ZodOpenApiOperationObject["responses"];
}
