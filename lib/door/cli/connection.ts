import os from "node:os";
import { Readable } from "node:stream";
import { addressOf } from "@/lib/contract/addresses";
import type { Problem } from "@/lib/contract/errors";
import type { BodyInputOf, OperationName, QueryInputOf, ResponseOf } from
  "@/lib/contract/operations";
import type { Operation } from "@/lib/contract/operation";
import type { Caller } from "@/lib/service/platform/caller";
import { newId } from "@/lib/kernel/ids";
import { CliError, EXIT } from "./exit";

export type Input<N extends OperationName> = {
  path?: Record<string, string>;
  query?: QueryInputOf<N>;
  body?: BodyInputOf<N>;
  /** A streamed body with its media type. */
  stream?: { bytes: AsyncIterable<Uint8Array>; type: string };
  headers?: Record<string, string>;
};

type Sent = {
  name: OperationName; method: string; address: string; path: Record<string, string>;
  headers: Record<string, string>; body: AsyncIterable<Uint8Array> | string | null;
};
type Answered = { status: number; header(name: string): string | null; bytes: Uint8Array };
type Received = Answered & { text: string };
type Transport = (sent: Sent) => Promise<Answered>;

/** A way to call the operations of the contract: over HTTP, or in this process. */
export class Connection {
  /** Joins the requests of one command in the audit log. */
  private readonly correlationId = `cli-${newId()}`;

  constructor(private readonly transport: Transport) {}

  /** @throws CliError with the refusal in words. */
  async call<N extends OperationName>(name: N, input: Input<N> = {}): Promise<ResponseOf<N>> {
    const { text } = await this.send(name, input);
    return JSON.parse(text) as ResponseOf<N>;
  }

  /** An answer as it came, with its headers. @throws CliError */
  async send<N extends OperationName>(name: N, input: Input<N> = {}): Promise<Received> {
    const { method, url } = addressOf(name, input.path, input.query as Record<string, unknown>);
    const type = input.stream?.type ?? (input.body === undefined ? null : "application/json");
    const answered = await this.transport({
      name, method, address: url, path: input.path ?? {},
      headers: { ...(type ? { "content-type": type } : {}),
        "x-correlation-id": this.correlationId, ...input.headers },
      body: input.stream?.bytes ??
        (input.body === undefined ? null : JSON.stringify(input.body)),
    });
    const received = { ...answered,
      get text() { return new TextDecoder().decode(answered.bytes); } };
    if (received.status < 400) return received;
    throw refusal(received);
  }

  /** Every item of a list, page by page, up to `limit`. */
  async list<Item>(
    page: (query: { limit: number; cursor?: string }) =>
      Promise<{ items: Item[]; next_cursor: string | null }>, limit: number,
  ): Promise<Item[]> {
    const items: Item[] = [];
    for (let cursor: string | null = ""; cursor !== null && items.length < limit;) {
      const next: { items: Item[]; next_cursor: string | null } = await page({
        limit: Math.min(1000, limit - items.length), ...(cursor === "" ? {} : { cursor }) });
      items.push(...next.items);
      cursor = next.next_cursor;
    }
    return items;
  }
}

/** A health check answers 503 with a body that is no problem: its caller wants to read it. */
export class Refused extends CliError {
  constructor(
    readonly code: string, readonly status: number, message: string, readonly body: unknown,
    readonly location: string | null, exitCode: number,
  ) {
    super(message, exitCode);
  }
}

function refusal({ status, text, header }: Received): Refused {
  let problem: Partial<Problem>;
  try {
    problem = JSON.parse(text) as Partial<Problem>;
  } catch {
    problem = {};
  }
  const code = problem.detail ?? String(status);
  const more = (problem.errors ?? []).slice(1, 20)
    .map(({ path, message }) => `\n  ${path}: ${message}`).join("");
  const exitCode = status === 401 || status === 403 ? EXIT.denied : EXIT.failed;
  return new Refused(code, status, `${code}: ${problem.message ?? text.slice(0, 200)}${more}` +
    (problem.request_id ? `\n  request id ${problem.request_id}` : ""), problem,
    header("location"), exitCode);
}

/** Over HTTP, with an API token. */
export const overHttp = (base: string, token: string | null): Connection =>
  new Connection(async ({ method, address, headers, body }) => {
    const streamed = body !== null && typeof body !== "string";
    let response: Response;
    try {
      response = await fetch(new URL(address, base), {
        method,
        headers: { ...headers, ...(token === null ? {} : { authorization: `Bearer ${token}` }) },
        ...(body === null ? {} : { body: streamed ? Readable.toWeb(Readable.from(body)) : body }),
        ...(streamed ? { duplex: "half" } : {}),
      } as RequestInit);
    } catch (error) {
      const { cause, message } = error as { cause?: { code?: string }; message: string };
      throw new CliError(`No server answered at ${base} (${cause?.code ?? message}). Is it running? ` +
        "Name it with --url or TODISCOPE_URL.", EXIT.unreachable);
    }
    return { status: response.status, header: (name) => response.headers.get(name),
      bytes: new Uint8Array(await response.arrayBuffer()) };
  });

/** Who works on the database itself: the person whose account runs the command. */
export const operator = (): Caller => ({ kind: "token", id: "cli",
  name: `cli:${os.userInfo().username}`, roles: ["ADMIN"], mustChangePassword: false });

async function* bytesOf(body: Sent["body"]): AsyncIterable<Uint8Array> {
  if (typeof body === "string") yield Buffer.from(body);
  else if (body !== null) yield* body;
}

async function wholeOf(body: string | AsyncIterable<string | Uint8Array>): Promise<Uint8Array> {
  if (typeof body === "string") return Buffer.from(body);
  const pieces: Uint8Array[] = [];
  for await (const piece of body) {
    pieces.push(typeof piece === "string" ? Buffer.from(piece) : piece);
  }
  return Buffer.concat(pieces);
}

/** In this process, on the database: for what must work when nobody can sign in. */
export const onDatabase = (): Connection =>
  new Connection(async ({ name, method, address, path, headers, body }) => {
    // The whole product, which a command over HTTP need not load.
    const [{ answer }, { operations }] = await Promise.all([import("../answer"),
      import("@/lib/contract/operations")]);
    const url = new URL(address, "http://localhost");
    const entry: Operation = operations[name];
    const response = await answer(name, {
      method: entry.method === method ? method : entry.method, path: url.pathname,
      query: url.searchParams, header: (header) => headers[header] ?? null, body: bytesOf(body),
    }, path, operator());
    const lower = new Map(Object.entries(response.headers)
      .map(([header, value]) => [header.toLowerCase(), value]));
    return { status: response.status, header: (header) => lower.get(header) ?? null,
      bytes: await wholeOf(response.body) };
  });
