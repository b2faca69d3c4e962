import { randomUUID } from "node:crypto";

const REQUEST_ID = /^[A-Za-z0-9._-]{1,100}$/;

/** The ids of a request; they are on its answer, its log lines and its audit events. */
export type RequestIds = { requestId: string; correlationId: string };

/** The ids the caller gave, where they are well-formed; each stands in for the one that is not. */
export function requestIdsOf(request: { header(name: string): string | null }): RequestIds {
  const wellFormed = (name: string): string | null => {
    const given = request.header(name);
    return given !== null && REQUEST_ID.test(given) ? given : null;
  };
  const requestId = wellFormed("x-request-id") ?? randomUUID();
  return { requestId, correlationId: wellFormed("x-correlation-id") ?? requestId };
}

export const idFieldsOf = (ids: RequestIds) =>
  ({ request_id: ids.requestId, correlation_id: ids.correlationId });

export const idHeaders = (ids: RequestIds): Record<string, string> =>
  ({ "x-request-id": ids.requestId, "x-correlation-id": ids.correlationId });
