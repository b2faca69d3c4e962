import type { Operation } from "@/lib/contract/operation";
import { operations, type OperationName } from "@/lib/contract/operations";
import type { AppError } from "@/lib/service/app-error";
import { sourceOf } from "@/lib/service/audit";
import type { Caller, Context } from "@/lib/service/caller";
import { refuseWhenDisabled } from "@/lib/service/engine-registry";
import { refuseWhenHalted } from "@/lib/service/kill-switch";
import { log } from "@/lib/service/log";
import { noteRequest } from "@/lib/service/metrics";
import {
  isAuditedRefusal, noteRefusal, noteTokenUse, type Refusal,
} from "@/lib/service/refusals";
import { admit, identify } from "./authenticate";
import { openCursor, sealCursor } from "./cursor-mark";
import { handlers, Reply, type Call } from "./handlers";
import type { HttpRequest, HttpResponse } from "./http-types";
import { idempotencyKey, once } from "./idempotent";
import { COMMON_HEADERS, problem, retryHeader, toAppError } from "./problem";
import { idHeaders, requestIdsOf, type RequestIds } from "./request-ids";
import { readBody, readQuery } from "./validate";

const idFields = (ids: RequestIds): Record<string, string> =>
  ({ request_id: ids.requestId, correlation_id: ids.correlationId });

/**
 * Answers one operation: authentication, role, gates, body, query, then the service, in API.md's
 * order. Every failure becomes a problem of the contract; nothing of its cause gets out.
 * @param known who asks, where that is settled already: the operator at the command line
 */
export async function answer(
  name: OperationName, request: HttpRequest, path: Record<string, string>, known?: Caller,
): Promise<HttpResponse> {
  const ids = requestIdsOf(request);
  const startedAt = performance.now();
  const asked: Asked = { name, request, path, ids, caller: null };
  let response: HttpResponse;
  try {
    response = await perform(asked, known);
  } catch (error) {
    const refusal = toAppError(error);
    response = problem(refusal, ids);
    report(name, error, response.status, ids);
    if (isAuditedRefusal(refusal.code)) noteRefusal(refusalOf(asked, refusal));
  }
  noteRequest(name, response.status, (performance.now() - startedAt) / 1000);
  log().debug({ operation: name, status: response.status, ...idFields(ids),
    latency_ms: Math.round((performance.now() - startedAt) * 100) / 100 }, "REQUEST");
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
  asked.caller = caller;
  for (const gate of entry.gates ?? []) {
    if (gate === "engine") refuseWhenDisabled();
    else refuseWhenHalted();
  }
  const body = await readBody(entry, request);
  const query = openCursor(name, path, readQuery(entry, request.query));
  const ifMatch = entry.tagged === "edits" ? request.header("if-match") : null;
  const context: Context = { caller, ...ids, ...(ifMatch === null ? {} : { ifMatch }) };
  // The table pairs each name with its handler; TypeScript cannot follow a name chosen at run time.
  const handle = handlers[name] as (call: Call<OperationName>) => unknown;
  const carryOut = async (own: Context, received: HttpRequest): Promise<HttpResponse> => {
    const result = await handle(
      { context: own, path, query, body, request: received } as Call<OperationName>);
    const reply = result instanceof Reply ? result : new Reply(result);
    return success(entry, reply, sealCursor(name, path, query, reply.value), ids);
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

function report(name: OperationName, error: unknown, status: number, ids: RequestIds): void {
  if (status < 500) return;
  const fields = { operation: name, ...idFields(ids), err: error };
  if (status === 503) log().warn(fields, "REQUEST_REFUSED");
  else log().error(fields, "REQUEST_FAILED");
}
