import type { IncomingMessage, ServerResponse } from "node:http";
import { AppError } from "@/lib/service/app-error";
import { answer, problem, requestIdOf } from "./answer";
import type { HttpRequest, HttpResponse } from "./http-types";
import { matchOperation } from "./router";

const OURS = /^\/(api\/v3|health)(\/|\?|$)/;

/**
 * Answers the API's operations on a plain node:http server, without the cost of a page framework.
 * @returns false when the address is none of the API's, and somebody else is to answer.
 */
export async function answerNode(
  incoming: IncomingMessage, outgoing: ServerResponse,
): Promise<boolean> {
  const target = incoming.url ?? "/";
  if (!OURS.test(target)) return false;
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
    body: incoming,
    clientAddress: incoming.socket.remoteAddress ?? "unknown",
  };
  send(outgoing, incoming, await answerRequest(request));
  return true;
}

/** Finds the operation and answers it; an address without one is a problem of its own. */
export async function answerRequest(request: HttpRequest): Promise<HttpResponse> {
  const match = matchOperation(request.method, request.path);
  if (match.kind === "found") return answer(match.name, request, match.path);
  const error = match.kind === "none" ? new AppError("NOT_FOUND")
    : new AppError("METHOD_NOT_ALLOWED", { headers: { allow: match.allowed.join(", ") } });
  return problem(error, requestIdOf(request));
}

function send(outgoing: ServerResponse, incoming: IncomingMessage, response: HttpResponse): void {
  const unread = !incoming.complete;
  // A body that was refused unread would be taken for the next request: the connection ends.
  outgoing.writeHead(response.status, {
    ...response.headers,
    "content-length": Buffer.byteLength(response.body),
    ...(unread ? { connection: "close" } : {}),
  });
  outgoing.end(incoming.method === "HEAD" ? undefined : response.body);
  if (unread) incoming.resume();
}
