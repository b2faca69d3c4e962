import { STATUS_CODES, type IncomingMessage, type ServerResponse } from "node:http";
import { Readable, type Duplex } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ErrorCode } from "@/lib/contract/errors";
import type { OperationName } from "@/lib/contract/operations";
import { AppError } from "@/lib/service/platform/app-error";
import { log } from "@/lib/service/platform/log";
import { noteRequest } from "@/lib/service/platform/metrics";
import { answer, refuse } from "./answer";
import type { HttpRequest, HttpResponse } from "./http-types";
import { COMMON_HEADERS, problem } from "./problem";
import { idFieldsOf, idHeaders, requestIdsOf } from "./request-ids";
import { matchOperation } from "./router";

/** All of `/api` but the sign-in (next-auth): a wrong address gets no page for an answer. */
const OURS = /^\/(api(?!\/auth\/)|health)(\/|\?|$)/;
const WITHOUT_VERSION = /^\/api(?!\/v3(\/|$))/;

/**
 * Answers the API's operations on a plain node:http server, without the cost of a page framework.
 * @param only the operations that this server has, where those are not all
 * @returns false when the address is none of the API's, and somebody else is to answer.
 */
export async function answerNode(
  incoming: IncomingMessage, outgoing: ServerResponse, only?: ReadonlySet<OperationName>,
): Promise<boolean> {
  const target = incoming.url ?? "/";
  if (!OURS.test(target)) {
    stampIds(incoming, outgoing);
    return false;
  }
  const cut = target.indexOf("?");
  const pathname = cut < 0 ? target : target.slice(0, cut);
  const request: HttpRequest = {
    method: incoming.method ?? "GET",
    path: pathname,
    query: new URLSearchParams(cut < 0 ? "" : target.slice(cut + 1)),
    header: (name) => {
      const value = incoming.headers[name];
      return Array.isArray(value) ? value.join(", ") : value ?? null;
    },
    // A body that is refused half-way must not take the connection with it: see `send`.
    body: incoming.iterator({ destroyOnReturn: false }),
    signal: () => goneSignal(outgoing),
  };
  send(outgoing, incoming, await answerRequest(request, only));
  return true;
}

function goneSignal(outgoing: ServerResponse): AbortSignal {
  const gone = new AbortController();
  const abort = (): void => gone.abort(askerGone());
  if (outgoing.destroyed) abort();
  else outgoing.once("close", () => { if (!outgoing.writableFinished) abort(); });
  return gone.signal;
}

/** Ends what is calculated for nobody; only the log sees it. */
export const askerGone = (): AppError => new AppError("CALCULATION_UNAVAILABLE",
  { message: "Whoever asked has gone; the calculation was stopped." });

/** A page's answer, and what is behind it, carry ids as the API's do. */
function stampIds(incoming: IncomingMessage, outgoing: ServerResponse): void {
  const headers = idHeaders(requestIdsOf({ header: (name) => {
    const value = incoming.headers[name];
    return typeof value === "string" ? value : null;
  } }));
  for (const [name, value] of Object.entries(headers)) {
    incoming.headers[name] = value;
    outgoing.setHeader(name, value);
  }
}

/** Finds the operation and answers it; an address without one is a problem of its own. */
export async function answerRequest(
  request: HttpRequest, only?: ReadonlySet<OperationName>,
): Promise<HttpResponse> {
  const match = matchOperation(request.method, request.path);
  const isElsewhere = only && !(match.kind === "found" && only.has(match.name));
  if (isElsewhere) return refuse(request, new AppError("NOT_FOUND"));
  if (match.kind === "found") return answer(match.name, request, match.path);
  if (match.kind === "none") {
    return refuse(request, new AppError("NOT_FOUND", WITHOUT_VERSION.test(request.path)
      ? { message: "There is nothing at this address: the API's addresses begin with /api/v3." }
      : {}));
  }
  const allow = { allow: match.allowed.join(", ") };
  if (request.method !== "OPTIONS") {
    return refuse(request, new AppError("METHOD_NOT_ALLOWED", { headers: allow }));
  }
  return { status: 204, body: "",
    headers: { ...COMMON_HEADERS, ...idHeaders(requestIdsOf(request)), ...allow } };
}

const UNREADABLE: Record<string, ErrorCode> = {
  HPE_HEADER_OVERFLOW: "HEADERS_TOO_LARGE", ERR_HTTP_REQUEST_TIMEOUT: "REQUEST_TIMEOUT",
};

/** The most bytes of address and headers together: a mapping with its tables is in the address. */
export const HEADER_BYTES = 128 * 1024;
const MESSAGES: Partial<Record<ErrorCode, string>> = {
  HEADERS_TOO_LARGE: "The address and the headers are larger than the " +
    `${HEADER_BYTES.toLocaleString("en")} bytes allowed here together. Shorten the query.`,
};

const refused = new WeakSet<Duplex>();

/** Answers bytes that node:http could not read as a request, as a problem with an id of its own. */
export function answerUnreadable(error: NodeJS.ErrnoException, socket: Duplex): void {
  // The rest of what was refused is the same fault again: read past it, so that the sender gets
  // to see the answer and not a broken connection.
  if (refused.has(socket) && error.code !== "ECONNRESET") return;
  refused.add(socket);
  const underWay = (socket as { _httpMessage?: { headersSent?: boolean } })._httpMessage;
  if (error.code === "ECONNRESET" || !socket.writable || underWay?.headersSent) {
    socket.destroy();
    return;
  }
  const code = UNREADABLE[error.code ?? ""] ?? "REQUEST_UNREADABLE";
  const ids = requestIdsOf({ header: () => null });
  const { status, headers, body } = problem(new AppError(code, { message: MESSAGES[code] }), ids);
  log().info({ ...idFieldsOf(ids), code, reason: error.code, status }, "REQUEST");
  noteRequest("none", status, 0);
  const lines = Object.entries({ ...headers, connection: "close",
    "content-length": String(Buffer.byteLength(body)) }).map(([name, value]) => `${name}: ${value}`);
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join("\r\n")}\r\n\r\n${body}`);
  const late = setTimeout(() => socket.destroy(), LINGER_MS);
  socket.once("close", () => clearTimeout(late));
  socket.resume();
}

/** How long a body that was refused is still read, so that its sender gets to see the answer. */
const LINGER_MS = 10_000;

function send(outgoing: ServerResponse, incoming: IncomingMessage, response: HttpResponse): void {
  if (typeof response.body !== "string") {
    outgoing.writeHead(response.status, response.headers);
    if (incoming.method === "HEAD") outgoing.end();
    else void sendPieces(outgoing, response.body);
    return;
  }
  const body = incoming.method === "HEAD" ? "" : response.body;
  const isEmpty = response.status === 204 || response.status === 304;
  const headers: Record<string, string | number> = isEmpty ? response.headers
    : { ...response.headers, "content-length": Buffer.byteLength(response.body) };
  if (incoming.complete) {
    outgoing.writeHead(response.status, headers).end(body);
    return;
  }
  // The rest of the body would be taken for the next request, so the connection ends; but not
  // while it is being sent, or the sender would see a broken connection in place of the answer.
  outgoing.writeHead(response.status, { ...headers, connection: "close" }).write(body);
  const late = setTimeout(() => outgoing.end(), LINGER_MS);
  incoming.once("close", () => { clearTimeout(late); outgoing.end(); });
  incoming.once("error", () => undefined);
  incoming.resume();
}

/** No faster than it is read; what fails on the way ends as a broken connection, not as a file. */
export async function sendPieces(
  outgoing: ServerResponse, pieces: AsyncIterable<string | Uint8Array>,
): Promise<void> {
  try {
    await pipeline(Readable.from(pieces, { objectMode: false }), outgoing);
  } catch (error) {
    log().warn({ err: error }, "ANSWER_BROKEN_OFF");
  }
}
