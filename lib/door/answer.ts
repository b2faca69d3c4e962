import { randomUUID } from "node:crypto";
import { ERRORS, statusOf, type ErrorCode, type Problem } from "@/lib/contract/errors";
import type { Operation } from "@/lib/contract/operation";
import { operations, type OperationName } from "@/lib/contract/operations";
import { AppError } from "@/lib/service/app-error";
import { databaseUnavailable, isDatabaseGone } from "@/lib/service/db/database";
import { log } from "@/lib/service/log";
import { noteRequest } from "@/lib/service/metrics";
import { refuseWhenDisabled, refuseWhenHalted } from "@/lib/service/system";
import { authenticate } from "./authenticate";
import { handlers, Reply, type Call } from "./handlers";
import type { HttpRequest, HttpResponse } from "./http-types";
import { readBody, readQuery } from "./validate";

const REQUEST_ID = /^[A-Za-z0-9._-]{1,100}$/;

const COMMON_HEADERS = {
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
};

/** The ids of a request; they are on its answer, its log lines and its audit events. */
export type RequestIds = { requestId: string; correlationId: string };

/** The ids the caller gave, where they are well-formed; each stands in for the one that is not. */
export function requestIdsOf(request: HttpRequest): RequestIds {
  const wellFormed = (name: string): string | null => {
    const given = request.header(name);
    return given !== null && REQUEST_ID.test(given) ? given : null;
  };
  const requestId = wellFormed("x-request-id") ?? randomUUID();
  return { requestId, correlationId: wellFormed("x-correlation-id") ?? requestId };
}

const idHeaders = (ids: RequestIds): Record<string, string> =>
  ({ "x-request-id": ids.requestId, "x-correlation-id": ids.correlationId });
const idFields = (ids: RequestIds): Record<string, string> =>
  ({ request_id: ids.requestId, correlation_id: ids.correlationId });

/**
 * Answers one operation: authentication, role, gates, body, query, then the service, in API.md's
 * order. Every failure becomes a problem of the contract; nothing of its cause gets out.
 */
export async function answer(
  name: OperationName, request: HttpRequest, path: Record<string, string>,
): Promise<HttpResponse> {
  const ids = requestIdsOf(request);
  const startedAt = performance.now();
  let response: HttpResponse;
  try {
    response = success(await perform(name, request, path, ids), ids);
  } catch (error) {
    response = problem(toAppError(error), ids);
    report(name, error, response.status, ids);
  }
  noteRequest(name, response.status, (performance.now() - startedAt) / 1000);
  log().debug({ operation: name, status: response.status, ...idFields(ids),
    latency_ms: Math.round((performance.now() - startedAt) * 100) / 100 }, "REQUEST");
  return response;
}

async function perform(
  name: OperationName, request: HttpRequest, path: Record<string, string>, ids: RequestIds,
): Promise<Reply> {
  const entry: Operation = operations[name];
  const caller = await authenticate(entry, request);
  for (const gate of entry.gates ?? []) {
    if (gate === "engine") refuseWhenDisabled();
    else refuseWhenHalted();
  }
  const body = await readBody(entry, request);
  const query = readQuery(entry, request.query);
  const call = { context: { caller, ...ids }, path, query, body, request };
  // The table pairs each name with its handler; TypeScript cannot follow a name chosen at run time.
  const handle = handlers[name] as (call: Call<OperationName>) => unknown;
  const result = await handle(call as Call<OperationName>);
  return result instanceof Reply ? result : new Reply(result, entry.status ?? 200);
}

function success(reply: Reply, ids: RequestIds): HttpResponse {
  return {
    status: reply.status ?? 200,
    headers: { ...COMMON_HEADERS, "content-type": "application/json; charset=utf-8",
      ...idHeaders(ids), ...reply.headers },
    body: reply.text ?? JSON.stringify(reply.value),
  };
}

/** A failure as an answer of the contract (RFC 9457). */
export function problem(error: AppError, ids: RequestIds): HttpResponse {
  const status = statusOf(error.code);
  const body: Problem = {
    type: `urn:todiscope:problem:${error.code.toLowerCase().replaceAll("_", "-")}`,
    title: ERRORS[error.code][1],
    status,
    detail: error.code,
    message: error.message,
    request_id: ids.requestId,
    ...(error.errors ? { errors: error.errors } : {}),
  };
  const retry: Record<string, string> = error.retryAfterS === undefined ? {}
    : { "retry-after": String(error.retryAfterS) };
  return {
    status,
    headers: { ...COMMON_HEADERS, "content-type": "application/problem+json",
      ...idHeaders(ids), ...retry, ...error.headers },
    body: JSON.stringify(body),
  };
}

function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  // The server's and Next's bundles each have their own class; the code tells them all.
  const code = (error as { code?: string } | null)?.code;
  if (error instanceof Error && error.name === "AppError" && code !== undefined && code in ERRORS) {
    return error as AppError;
  }
  if (isDatabaseGone(error)) return databaseUnavailable(error);
  return new AppError("INTERNAL_ERROR" satisfies ErrorCode, {
    message: "Something went wrong. The request id finds it in the log.", cause: error });
}

function report(name: OperationName, error: unknown, status: number, ids: RequestIds): void {
  if (status < 500) return;
  const fields = { operation: name, ...idFields(ids), err: error };
  if (status === 503) log().warn(fields, "REQUEST_REFUSED");
  else log().error(fields, "REQUEST_FAILED");
}
