import { sha256Hex } from "@/lib/kernel/hash";
import type { HttpRequest, HttpResponse } from "./http-types";

/** What is shown to one caller may be kept by that caller, who asks each time whether it stands. */
const KEPT_BY_CALLER = { "cache-control": "private, no-cache", vary: "authorization, cookie" };
const REST_DIGITS = 16;

/**
 * An answer to a reading with its `ETag`, or 304 where `If-None-Match` names it. The tag of the
 * state that people edit leaves out what moves by itself, which a reader wants to see all the same:
 * so the header's tag is that state, a point, and a hash of the whole answer.
 */
export function revalidated(request: HttpRequest, answer: HttpResponse): HttpResponse {
  const { body, headers: { etag: state, ...given } } = answer;
  if (typeof body !== "string" || state === undefined || answer.status !== 200) return answer;
  const etag = `${state.slice(0, -1)}.${sha256Hex(body).slice(0, REST_DIGITS)}"`;
  const headers = { ...given, ...KEPT_BY_CALLER, etag };
  if (!names(request.header("if-none-match"), etag)) return { ...answer, headers };
  const { "content-type": _, ...withoutBody } = headers as Record<string, string>;
  return { status: 304, headers: withoutBody, body: "" };
}

/** Weak comparison, as RFC 9110, section 13.1.2 wants it here. */
function names(header: string | null, etag: string): boolean {
  if (header === null) return false;
  return header.trim() === "*"
    || header.split(",").some((tag) => tag.trim().replace(/^W\//, "") === etag);
}
