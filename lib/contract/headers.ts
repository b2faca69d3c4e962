import { z } from "zod";
import type { Operation } from "./operation";

const id = (what: string) => z.string().regex(/^[A-Za-z0-9._-]{1,100}$/).meta({ description: what });
const text = (what: string) => z.string().meta({ description: what });

/** Headers an operation reads, beside the credentials and the media type. */
export function requestHeaders(entry: Operation): Record<string, z.ZodType> {
  return {
    "X-Request-Id": id("Names the request in the answer, the log and the audit trail.").optional(),
    "X-Correlation-ID": id("Joins the requests of one undertaking.").optional(),
    ...(entry.creates ? { "Idempotency-Key": z.string().regex(/^[\x20-\x7e]{1,255}$/).meta({
      description: "The first status and body are kept for 24 hours and repeated.",
    }).optional() } : {}),
    ...(entry.tagged === "edits"
      ? { "If-Match": text("The `etag` of what was seen; `*` for whatever stands there.") } : {}),
    ...(entry.tagged === "switches" ? { "If-Match": text(
      "The `etag` of what was seen: the switch is refused when that has changed.").optional() } : {}),
    ...(entry.tagged && entry.method === "GET" ? { "If-None-Match": text(
      "The `ETag` of an earlier answer: 304 without a body where it still stands.").optional() } : {}),
  };
}

/** Headers of an answer that says that it is done. */
export function answerHeaders(entry: Operation): Record<string, z.ZodType> {
  return {
    ...everyAnswer,
    ...(entry.tagged ? { ETag: text(entry.method === "GET"
      ? "Names this answer; its part before the point is `etag`, the state that can be edited."
      : "Names the state that can be edited.") } : {}),
    ...(entry.creates ? { "Idempotent-Replayed": z.literal("true").optional().meta({
      description: "On the repeated answer to an Idempotency-Key." }) } : {}),
  };
}

/** Headers of a refusal. */
export const refusalHeaders = (status: number): Record<string, z.ZodType> => ({
  ...everyAnswer,
  ...(status === 429 || status === 503
    ? { "Retry-After": z.int().meta({ description: "Seconds until it makes sense to ask again." }) }
    : {}),
  ...(status === 401 ? { "WWW-Authenticate": z.string().optional() } : {}),
});

const everyAnswer = {
  "X-Request-Id": text("As sent, or a new one."),
  "X-Correlation-ID": text("As sent, or the request id."),
};
