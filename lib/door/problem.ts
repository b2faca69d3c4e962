import { ERRORS, statusOf, type ErrorCode, type Problem } from "@/lib/contract/errors";
import { AppError } from "@/lib/service/platform/app-error";
import { databaseUnavailable, isDatabaseGone } from "@/lib/service/db/database";
import { isStorageFull, storageFull } from "@/lib/service/platform/storage";
import type { HttpResponse } from "./http-types";
import { idHeaders, type RequestIds } from "./request-ids";

export const COMMON_HEADERS = {
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
};

/** When nothing better is known of a state that passes. */
const RETRY_AFTER_S = 5;
const PASSING = new Set([429, 503]);

/** Every answer that says "not now" says when to ask again. */
export const retryHeader = (status: number, seconds?: number): Record<string, string> =>
  seconds !== undefined || PASSING.has(status)
    ? { "retry-after": String(seconds ?? RETRY_AFTER_S) } : {};

/** A failure as an answer of the contract (RFC 9457). */
export function problem(
  error: AppError, ids: RequestIds,
): HttpResponse & { body: string } {
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
  return {
    status,
    headers: { ...COMMON_HEADERS, "content-type": "application/problem+json",
      ...idHeaders(ids), ...retryHeader(status, error.retryAfterS), ...error.headers },
    body: JSON.stringify(body),
  };
}

/** Node's error of a sender who has gone: its code is also that of a lost database. */
const isCutOff = (error: unknown): boolean => error instanceof Error
  && error.message === "aborted" && (error as NodeJS.ErrnoException).code === "ECONNRESET";

/** Whatever was thrown, as a code of the contract. */
export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  // The server's and Next's bundles each have their own class; the code tells them all.
  const code = (error as { code?: string } | null)?.code;
  if (error instanceof Error && error.name === "AppError" && code !== undefined && code in ERRORS) {
    return error as AppError;
  }
  if (isCutOff(error)) {
    return new AppError("REQUEST_TIMEOUT", { cause: error,
      message: "The connection ended before all of the request had arrived." });
  }
  if (isDatabaseGone(error)) return databaseUnavailable(error);
  if (isStorageFull(error)) return storageFull(error);
  return new AppError("INTERNAL_ERROR" satisfies ErrorCode, {
    message: "Something went wrong. The request id finds it in the log.", cause: error });
}
