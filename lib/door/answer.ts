import type { Operation } from "@/lib/contract/operation";
import { fullPath, operations, type OperationName } from "@/lib/contract/operations";
import type { AppError } from "@/lib/service/platform/app-error";
import { sourceOf } from "@/lib/service/audit/audit";
import type { Caller, Context } from "@/lib/service/platform/caller";
import { refuseWhenDisabled } from "@/lib/service/controls/engine-registry";
import { refuseWhenHalted } from "@/lib/service/controls/kill-switch";
import { log } from "@/lib/service/platform/log";
import { noteRequest } from "@/lib/service/platform/metrics";
import {
  isAuditedRefusal, noteRefusal, noteTokenUse, type Refusal,
} from "@/lib/service/audit/refusals";
import { inRequest, noteCaller } from "@/lib/service/platform/request-scope";
import { inServerSpan } from "@/lib/service/platform/tracing";
import { admit, identify } from "./authenticate";
import { openCursor, sealCursor } from "./cursor-mark";
import { handlers, type Call } from "./handlers";
import type { HttpRequest, HttpResponse } from "./http-types";
import { idempotencyKey, once } from "./idempotent";
import { COMMON_HEADERS, problem, retryHeader, toAppError } from "./problem";
import { idFieldsOf, idHeaders, requestIdsOf, type RequestIds } from "./request-ids";
import { Reply } from "./reply";
import { revalidated } from "./revalidate";
import { readBody, readQuery } from "./validate";

/**
 * Answers one operation: authentication, role, gates, body, query, then the service, in API.md's
 * order. Every failure becomes a problem of the contract; nothing of its cause gets out.
 * @param known who asks, where that is settled already: the operator at the command line
 */
export async function answer(
  name: OperationName, request: HttpRequest, path: Record<string, string>, known?: Caller,
): Promise<HttpResponse> {
  const ids = requestIdsOf(request);
  const scope = { ...idFieldsOf(ids), operation: name };
  const asked: Asked = { name, request, path, ids, caller: known ?? null };
  const noteRefused = (refusal: AppError): void => {
    if (isAuditedRefusal(refusal.code)) noteRefusal(refusalOf(asked, refusal));
  };
  return inRequest(scope, () => inServerSpan(name, request.header, {
    "http.request.method": request.method, "http.route": fullPath(operations[name]),
    "todiscope.request_id": ids.requestId, "todiscope.correlation_id": ids.correlationId,
  }, () => settle(name, ids, () => perform(asked, known), noteRefused)));
}

/** An address without an operation, or a method that it does not have. */
export const refuse = (request: HttpRequest, error: AppError): Promise<HttpResponse> => {
  const ids = requestIdsOf(request);
  return inRequest({ ...idFieldsOf(ids), operation: "none" },
    () => settle("none", ids, () => Promise.reject(error)));
};

/** Turns every failure into its problem; counts and logs how the request ended. */
async function settle(
  name: string, ids: RequestIds, work: () => Promise<HttpResponse>,
  noteRefused?: (refusal: AppError) => void,
): Promise<HttpResponse> {
  const startedAt = performance.now();
  let response: HttpResponse;
  let failure: unknown;
  try {
    response = await work();
  } catch (error) {
    failure = error;
    const refusal = toAppError(error);
    response = problem(refusal, ids);
    noteRefused?.(refusal);
  }
  const elapsedMs = performance.now() - startedAt;
  noteRequest(name, response.status, elapsedMs / 1000);
  logAccess(response.status, elapsedMs, failure);
  return response;
}

/** A request on its way; who asks is known from some point on. */
type Asked = {
  name: OperationName; request: HttpRequest; path: Record<string, string>; ids: RequestIds;
  caller: Caller | null;
};

/** Who asks, once that and the right to ask are settled. */
async function letIn(asked: Asked, entry: Operation): Promise<Caller> {
  const { request, ids } = asked;
  const caller = await identify(entry, request);
  asked.caller = caller;
  noteCaller(caller.name);
  await admit(caller, entry, request);
  if (caller.kind === "token" && entry.role !== "PUBLIC") {
    noteTokenUse(caller, sourceOf({ caller, ...ids }));
  }
  return caller;
}

async function perform(asked: Asked, known: Caller | undefined): Promise<HttpResponse> {
  const { name, request, path, ids } = asked;
  const entry: Operation = operations[name];
  const caller = known ?? await letIn(asked, entry);
  for (const gate of entry.gates ?? []) {
    if (gate === "engine") refuseWhenDisabled();
    else refuseWhenHalted();
  }
  const body = await readBody(entry, request);
  const query = openCursor(name, path, readQuery(entry, request.query));
  const ifMatch = entry.tagged === "edits" || entry.tagged === "switches"
    ? request.header("if-match") : null;
  const context: Context = { caller, ...ids, ...(ifMatch === null ? {} : { ifMatch }) };
  // The table pairs each name with its handler; TypeScript cannot follow a name chosen at run time.
  const handle = handlers[name] as (call: Call<OperationName>) => unknown;
  const carryOut = async (own: Context, received: HttpRequest): Promise<HttpResponse> => {
    const result = await handle(
      { context: own, path, query, body, request: received } as Call<OperationName>);
    const reply = result instanceof Reply ? result : new Reply(result);
    const done = success(entry, reply, sealCursor(name, path, query, reply.value), ids);
    return entry.tagged && entry.method === "GET" ? revalidated(received, done) : done;
  };
  const key = idempotencyKey(entry, request);
  if (key === null) return carryOut(context, request);
  return once({ name, entry, context, path, query, body, request }, key, carryOut);
}

function refusalOf({ name, request, ids, caller }: Asked, error: AppError): Refusal {
  const source = caller ? sourceOf({ caller, ...ids })
    : { actor: "anonymous", role: null, requestId: ids.requestId,
        correlationId: ids.correlationId };
  // The nearest proxy writes last: what stands before its entry, a stranger may have written.
  const address = request.header("x-forwarded-for")?.split(",").at(-1)?.trim() ?? null;
  return { code: error.code, operation: name, source, reason: error.message, address };
}

function success(
  entry: Operation, reply: Reply, value: unknown, ids: RequestIds,
): HttpResponse {
  const status = reply.status ?? entry.status ?? 200;
  const tag: Record<string, string> = entry.tagged
    ? { etag: (value as { etag: string }).etag } : {};
  return {
    status,
    headers: { ...COMMON_HEADERS, "content-type": "application/json; charset=utf-8",
      ...idHeaders(ids), ...tag, ...retryHeader(status), ...reply.headers },
    body: reply.stream ?? reply.text ?? JSON.stringify(value),
  };
}

/**
 * One line for each request. Successes are at `debug`: at thousands a second they would cost more
 * than the work, their number is in the metrics and what they changed in the audit log.
 */
function logAccess(status: number, elapsedMs: number, failure: unknown): void {
  const level = status < 400 ? "debug" : status < 500 ? "info" : status === 503 ? "warn" : "error";
  if (!log().isLevelEnabled(level)) return;
  const code = failure === undefined ? {} : { code: toAppError(failure).code };
  log()[level]({ status, latency_ms: Math.round(elapsedMs * 100) / 100, ...code,
    ...(status >= 500 ? { err: failure } : {}) },
  status === 503 ? "REQUEST_REFUSED" : status >= 500 ? "REQUEST_FAILED" : "REQUEST");
}
