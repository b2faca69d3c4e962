import type { OperationName } from "@/lib/contract/operations";
import { answer } from "./answer";
import type { HttpRequest, HttpResponse } from "./http-types";
import { answerRequest, askerGone } from "./node-http";

type RouteContext = { params: Promise<Record<string, string>> };
type RouteHandler = (request: Request, context: RouteContext) => Promise<Response>;

/** Binds one operation to a route file of Next; the method is the file's export. */
export function route(name: OperationName): RouteHandler {
  return async (request, context) => {
    const url = new URL(request.url);
    return toResponse(await answer(name, toHttpRequest(request, url), await context.params));
  };
}

/** Answers an address of the API that no operation has, or a method it does not offer. */
export const unknownAddress = async (request: Request): Promise<Response> =>
  toResponse(await answerRequest(toHttpRequest(request, new URL(request.url))));

const toResponse = ({ status, headers, body }: HttpResponse): Response =>
  new Response(status === 204 || status === 304 ? null
    : typeof body === "string" ? body : bytesOf(body), { status, headers });

function bytesOf(pieces: AsyncIterable<string | Uint8Array>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const iterator = pieces[Symbol.asyncIterator]();
  return new ReadableStream({
    async pull(controller) {
      const next = await iterator.next();
      if (next.done) controller.close();
      else controller.enqueue(typeof next.value === "string" ? encoder.encode(next.value) : next.value);
    },
    async cancel() { await iterator.return?.(); },
  });
}


const toHttpRequest = (request: Request, url: URL): HttpRequest => ({
  method: request.method,
  path: url.pathname,
  query: url.searchParams,
  header: (header) => request.headers.get(header),
  body: request.body as AsyncIterable<Uint8Array> | null,
  signal: () => {
    const gone = new AbortController();
    const abort = (): void => gone.abort(askerGone());
    if (request.signal.aborted) abort();
    else request.signal.addEventListener("abort", abort, { once: true });
    return gone.signal;
  },
});
