import type { Problem } from "@/lib/contract/errors";
import type {
  BodyInputOf, OperationName, QueryInputOf, ResponseOf,
} from "@/lib/contract/operations";
import { ROUTES } from "@/lib/contract/routes";
import { addressOf } from "@/lib/contract/addresses";

/** What a call needs beside its name; path parameters by name, as in the operations table. */
export type CallInput<N extends OperationName> = {
  path?: Record<string, string>;
  query?: QueryInputOf<N>;
  body?: BodyInputOf<N>;
  /** A streamed body, e.g. a file, with its media type. */
  stream?: { data: Blob; type: string };
  /** The `etag` of what is edited: the edit is refused when it has changed since. */
  etag?: string;
  headers?: Record<string, string>;
  signal?: AbortSignal;
};

/** A refusal by the server, or no answer at all (`status` 0, code `NETWORK`). */
export class ApiError extends Error {
  override name = "ApiError";
  constructor(
    readonly code: string,
    message: string,
    readonly status: number,
    readonly requestId: string | null,
    readonly errors: { path: string; message: string }[] = [],
    /** Where the server says the matter can be looked at, e.g. a failed version. */
    readonly location: string | null = null,
  ) {
    super(message);
  }
}

/** Calls one operation of the contract and returns its typed answer. @throws ApiError */
export async function call<N extends OperationName>(
  name: N, input: CallInput<N> = {},
): Promise<ResponseOf<N>> {
  const response = await send(name, input);
  return await response.json() as ResponseOf<N>;
}

/** Calls an operation that answers with a file. @throws ApiError */
export async function callFile<N extends OperationName>(
  name: N, input: CallInput<N> = {},
): Promise<Blob> {
  return (await send(name, input)).blob();
}

async function send<N extends OperationName>(name: N, input: CallInput<N>): Promise<Response> {
  const { method, url } = addressOf(name, input.path, input.query as Record<string, unknown>);
  const text = input.body === undefined ? null : JSON.stringify(input.body);
  const body = input.stream?.data ?? text;
  const attempt = input.stream ? null : attemptOf(name, `${method} ${url} ${text ?? ""}`);
  const type = input.stream?.type ?? (body === null ? null : "application/json");
  let response: Response;
  try {
    response = await fetch(url, {
      method, body, signal: input.signal ?? null, credentials: "same-origin",
      headers: { ...(type ? { "content-type": type } : {}),
        ...(input.etag ? { "if-match": input.etag } : {}),
        ...(attempt ? { "idempotency-key": attempt.key } : {}), ...input.headers },
    });
  } catch (error) {
    if (input.signal?.aborted) throw error;
    throw new ApiError("NETWORK", "The server did not answer. Your edits are kept. Try again.", 0, null);
  }
  if (response.ok) {
    attempt?.settled();
    return response;
  }
  const refused = await refusal(response);
  if (response.status < 500 && !UNSETTLED.has(refused.code)) attempt?.settled();
  throw refused;
}

/** Refusals after which the same creation may still be under way, or be tried again. */
const UNSETTLED = new Set(["IDEMPOTENCY_KEY_IN_USE", "RATE_LIMITED"]);
/** Keys of creations that got no answer yet that settles them. */
const openKeys = new Map<string, string>();

/**
 * The key under which a creation is sent. Whoever presses the button again because no answer came
 * sends the same key, and gets what was made the first time. What shows a secret once is left out:
 * a replay would not have it.
 */
function attemptOf(
  name: OperationName, asked: string,
): { key: string; settled: () => void } | null {
  if (!("keyed" in ROUTES[name])) return null;
  const key = openKeys.get(asked) ?? newKey();
  openKeys.set(asked, key);
  return { key, settled: () => { openKeys.delete(asked); } };
}

/** `randomUUID` is there on secure pages only. */
const newKey = (): string => Array.from(crypto.getRandomValues(new Uint8Array(16)),
  (byte) => byte.toString(16).padStart(2, "0")).join("");

/** What a server refused with, as it says it. */
export async function refusal(response: Response): Promise<ApiError> {
  const location = response.headers.get("location");
  const requestId = response.headers.get("x-request-id");
  try {
    const problem = await response.json() as Problem;
    return new ApiError(problem.detail, problem.message, response.status, problem.request_id,
      problem.errors, location);
  } catch {
    return new ApiError("INTERNAL_ERROR", `The server answered ${response.status}.`,
      response.status, requestId, [], location);
  }
}
