import type { HttpRequest } from "./http-types";

const preference = (request: HttpRequest): string => request.header("prefer") ?? "";

/** `Prefer: respond-async` (RFC 7240): the caller would rather have a job than wait. */
export const prefersJob = (request: HttpRequest): boolean =>
  request.method !== "HEAD" && /(?:^|[,;\s])respond-async\b/.test(preference(request));

const WAIT_LIMIT_S = 120;

/** `Prefer: wait=30` (RFC 7240): how long the caller would rather wait than ask again. */
export function waitSeconds(request: HttpRequest): number {
  const wait = /(?:^|[,;\s])wait=(\d{1,4})/.exec(preference(request))?.[1];
  return Math.min(Number(wait ?? 0), WAIT_LIMIT_S);
}
