import { createHash } from "node:crypto";
import type { Operation } from "@/lib/contract/operation";
import { assert } from "@/lib/kernel/assert";
import type { Json } from "@/lib/kernel/canonical";
import { canonicalHash } from "@/lib/kernel/hash";
import { AppError } from "@/lib/service/platform/app-error";
import type { Context } from "@/lib/service/platform/caller";
import {
  claimKey, holdClaim, keepAnswer, refuseOther, releaseKey,
} from "@/lib/service/platform/idempotency";
import { log } from "@/lib/service/platform/log";
import type { HttpRequest, HttpResponse } from "./http-types";
import { COMMON_HEADERS, problem, toAppError } from "./problem";
import { idHeaders } from "./request-ids";
import type { Claim } from "@/lib/service/platform/caller";

/** A request that was checked, and what carries it out. */
export type Keyed = {
  name: string; entry: Operation; context: Context; path: Record<string, string>;
  query: unknown; body: unknown; request: HttpRequest;
};
type CarryOut = (context: Context, request: HttpRequest) => Promise<HttpResponse>;

const KEY = /^[\x20-\x7e]{1,255}$/;
const KEPT_HEADERS = ["content-type", "location", "etag", "preference-applied"];

/** The request's `Idempotency-Key`, where the operation takes one. @throws PARAMETERS_INVALID */
export function idempotencyKey(entry: Operation, request: HttpRequest): string | null {
  const key = entry.creates ? request.header("idempotency-key") : null;
  if (key === null || KEY.test(key)) return key;
  const message = "Idempotency-Key is 1 to 255 printable ASCII characters.";
  throw new AppError("PARAMETERS_INVALID",
    { message, errors: [{ path: "Idempotency-Key", message }] });
}

/**
 * Carries a request out once for its key. Whoever sends it again gets the first status and body;
 * answers of 5xx and 429 are not kept, nor is anything before the body was received in full.
 */
export async function once(keyed: Keyed, key: string, carryOut: CarryOut): Promise<HttpResponse> {
  const { name, entry, context, path, request } = keyed;
  const isStream = entry.body === "stream";
  const received = isStream ? hashed(request) : null;
  const claimed = await claimKey({ caller: context.caller, operation: name, path, key },
    received ? null : fingerprintOf(keyed, canonicalHash(plain(keyed.body))));
  if (claimed.kind === "kept") {
    if (received) refuseOther(claimed.fingerprint, fingerprintOf(keyed, await received.whole()));
    return replay(claimed.answer, context);
  }
  const release = holdClaim(claimed.claim);
  const own: Context = { ...context, idempotency: claimed.claim };
  try {
    return await firstAnswer(keyed, claimed.claim, received, () =>
      carryOut(own, received ? { ...request, body: received.bytes() } : request));
  } finally {
    release();
    // What goes on in the background is no longer part of this request.
    delete own.idempotency;
  }
}

async function firstAnswer(
  keyed: Keyed, claim: Claim, received: Hashed | null, carryOut: () => Promise<HttpResponse>,
): Promise<HttpResponse> {
  let response: HttpResponse;
  try {
    response = await carryOut();
  } catch (error) {
    const failure = toAppError(error);
    response = problem(failure, keyed.context);
    const passing = response.status >= 500 || response.status === 429;
    if (passing || failure.code === "IDEMPOTENCY_KEY_IN_USE" || received?.digest() === null) {
      await releaseKey(claim).catch(() => undefined); // else it expires
      throw error;
    }
  }
  const sum = received ? received.digest() ?? "" : canonicalHash(plain(keyed.body));
  const headers = Object.fromEntries(KEPT_HEADERS.flatMap((name) =>
    response.headers[name] === undefined ? [] : [[name, response.headers[name]]]));
  assert(typeof response.body === "string", "what creates something answers whole");
  const body = withoutSecrets(response.body, keyed.entry.shownOnce ?? []);
  await keepAnswer(claim, fingerprintOf(keyed, sum), { status: response.status, headers, body })
    // It is done: the caller is told so, and a second request that its answer was lost.
    .catch((error: unknown) => log().warn({ err: error }, "IDEMPOTENT_ANSWER_NOT_KEPT"));
  return response;
}

const plain = (value: unknown): Json => JSON.parse(JSON.stringify(value ?? null)) as Json;

/** Equal for requests that ask for the same thing. */
const fingerprintOf = ({ query, request }: Keyed, bodyHash: string): string =>
  canonicalHash({ body: bodyHash, query: plain(query),
    type: request.header("content-type")?.split(";")[0]?.trim().toLowerCase() ?? "" });

function withoutSecrets(body: string, members: readonly string[]): string {
  if (members.length === 0) return body;
  const value = JSON.parse(body) as Record<string, unknown>;
  for (const member of members) if (member in value) value[member] = null;
  return JSON.stringify(value);
}

const replay = (
  answer: { status: number; headers: Record<string, string>; body: string }, context: Context,
): HttpResponse => ({
  status: answer.status, body: answer.body,
  headers: { ...COMMON_HEADERS, ...answer.headers, ...idHeaders(context),
    "idempotent-replayed": "true" },
});

/** A body whose hash is known once it has been read to its end. */
type Hashed = {
  bytes(): AsyncIterable<Uint8Array>;
  digest(): string | null;
  /** Reads it to the end, for its hash alone. */
  whole(): Promise<string>;
};

function hashed(request: HttpRequest): Hashed {
  const hash = createHash("sha256");
  let digest: string | null = null;
  async function* bytes(): AsyncGenerator<Uint8Array> {
    for await (const chunk of request.body ?? []) {
      hash.update(chunk);
      yield chunk;
    }
    digest = hash.digest("hex");
  }
  return {
    bytes, digest: () => digest,
    whole: async () => {
      const rest = bytes();
      while (!(await rest.next()).done) { /* only its hash is wanted */ }
      return digest ?? "";
    },
  };
}
