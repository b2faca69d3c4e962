import http from "node:http";
import https from "node:https";
import { v7 as uuidv7 } from "uuid";
import { AppError } from "../platform/app-error";
import type { ClusterAddress } from "../platform/environment";
import { log } from "../platform/log";

export type Shard = ClusterAddress["shards"][number];

type Request = {
  /** Rows in ClickHouse's RowBinary, where the statement is an INSERT. */
  rows?: Uint8Array<ArrayBuffer>;
  signal?: AbortSignal | undefined;
  timeoutMs?: number;
};

const TIMEOUT_MS = 600_000;
const KILL_TIMEOUT_MS = 5000;

/**
 * What every statement asks of the cluster: a shard that does not answer is an error and never
 * left out, an answer is sent only once all of it is there, and many scenarios may be long.
 */
const SETTINGS = {
  skip_unavailable_shards: "0", wait_end_of_query: "1", connect_timeout_with_failover_ms: "2000",
  compile_expressions: "0", max_query_size: "67108864", max_ast_elements: "10000000",
  max_expanded_ast_elements: "10000000", max_ast_depth: "10000",
};

const REASONS: Readonly<Record<number, string>> = {
  60: "its tables are gone",
  159: "it took longer than a statement may",
  170: "it has no cluster of the name in TODISCOPE_SCALE_OUT_URL",
  192: "it does not know the name in TODISCOPE_SCALE_OUT_URL",
  193: "it refuses name or password of TODISCOPE_SCALE_OUT_URL",
  194: "it asks for a password, and TODISCOPE_SCALE_OUT_URL has none",
  209: "a shard did not answer in time",
  210: "a shard cannot be reached",
  241: "it has too little memory for so many groups and scenarios",
  243: "a shard's disk is full",
  279: "a shard cannot be reached",
};

/** The refusal, in an operator's words; what the cluster said goes to the log only. */
export function scaleOutUnavailable(reason: string, cause?: unknown): AppError {
  return new AppError("SCALE_OUT_UNAVAILABLE", { retryAfterS: 5, cause,
    message: `The cluster of TODISCOPE_SCALE_OUT_URL did not compute this: ${reason}. ` +
      "Nothing was computed in part." });
}

/**
 * Sends one statement to one shard; the answer's text, in the format that the statement names.
 * When `signal` is aborted the statement is ended on the cluster too.
 * @throws AppError SCALE_OUT_UNAVAILABLE, without address, name or password; the signal's reason.
 */
export async function askShard(
  shard: Shard, sql: string, { rows, signal, timeoutMs = TIMEOUT_MS }: Request = {},
): Promise<string> {
  const queryId = uuidv7();
  const timeout = AbortSignal.timeout(timeoutMs);
  const settings = new URLSearchParams({ ...SETTINGS, query_id: queryId,
    max_execution_time: String(Math.ceil(timeoutMs / 1000)), ...(rows ? { query: sql } : {}) });
  try {
    const { status, text } = await exchange(shard, `/?${settings}`, rows ?? sql,
      signal ? AbortSignal.any([signal, timeout]) : timeout);
    if (status === 200) return text;
    throw refusal(text);
  } catch (error) {
    if (error instanceof AppError) throw error;
    if (signal?.aborted || timeout.aborted) {
      await killQuery(shard, queryId);
      signal?.throwIfAborted();
      throw scaleOutUnavailable(`it took longer than ${timeoutMs} ms`);
    }
    throw scaleOutUnavailable("a shard cannot be reached", error);
  }
}

/**
 * One request on a connection of its own: a shard soon closes an idle one, and a busy process
 * would learn it too late. `fetch` keeps them, and gives up when headers take five minutes.
 */
function exchange(
  { url, user, password }: Shard, path: string, body: string | Uint8Array, signal: AbortSignal,
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const send = url.startsWith("https:") ? https.request : http.request;
    const request = send(`${url}${path}`, { method: "POST", agent: false, signal, headers: {
      "content-length": Buffer.byteLength(body), "X-ClickHouse-User": user,
      "X-ClickHouse-Key": password } }, (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.once("error", reject);
      response.once("end", () => resolve({ status: response.statusCode ?? 0,
        text: Buffer.concat(parts).toString("utf8") }));
    });
    request.once("error", reject);
    request.end(body);
  });
}

function refusal(text: string): AppError {
  const code = Number(/^Code: (\d+)/.exec(text)?.[1] ?? 0);
  log().warn({ clickhouse_code: code, clickhouse_says: text.slice(0, 500) },
    "the cluster refused a statement");
  return scaleOutUnavailable(REASONS[code] ?? `it answered with its error ${code}`);
}

/** Best effort: a shard that is gone has ended the statement by itself. */
async function killQuery(shard: Shard, queryId: string): Promise<void> {
  await exchange(shard, "/", `KILL QUERY WHERE query_id = '${queryId}' ASYNC`,
    AbortSignal.timeout(KILL_TIMEOUT_MS)).catch(() => undefined);
}
