/** A request as the door sees it: node:http and Next's handlers both turn theirs into one. */
export type HttpRequest = {
  method: string;
  path: string;
  query: URLSearchParams;
  header(name: string): string | null;
  body: AsyncIterable<Uint8Array> | null;
  /** Aborted when whoever asked has gone: what takes long need not go on. Made when asked for. */
  signal?(): AbortSignal;
};

/** An answer; a body that is made while it is sent comes in pieces. */
export type HttpResponse = {
  status: number; headers: Record<string, string>;
  body: string | AsyncIterable<string | Uint8Array>;
};
