import { errorsOf } from "@/lib/contract/operation";
import { operations } from "@/lib/contract/operations";
import { matchOperation } from "@/lib/door/router";
import { until } from "./until";
import { TOKENS, type TestServer } from "./server";

export type Answer = { status: number; headers: Headers; text: string; json: Json };
// Answers are looked into by tests; their shape is what the tests check.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Json = any;

type Options = {
  role?: keyof typeof TOKENS | null;
  token?: string;
  headers?: Record<string, string>;
  body?: unknown;
  raw?: BodyInit;
};

/** Calls a server's API; a body that is no text is sent as JSON. */
export async function api(
  server: Pick<TestServer, "url">, method: string, path: string, options: Options = {},
): Promise<Answer> {
  const role = options.role === undefined ? "ADMIN" : options.role;
  const secret = options.token ?? (role === null ? null : TOKENS[role]);
  const body = options.raw ??
    (options.body === undefined ? undefined : JSON.stringify(options.body));
  const response = await fetch(`${server.url}${path}`, {
    method, ...(body === undefined ? {} : { body, duplex: "half" }),
    headers: {
      ...(secret === null ? {} : { authorization: `Bearer ${secret}` }),
      ...(options.body === undefined ? {} : { "content-type": "application/json" }),
      ...options.headers,
    },
  } as RequestInit);
  const text = await response.text();
  refuseUndeclared(method, path, response.status, text);
  return { status: response.status, headers: response.headers, text, json: parse(text) };
}

/** No operation may answer what the operations table does not say of it. */
function refuseUndeclared(method: string, path: string, status: number, text: string): void {
  if (status < 400) return;
  const match = matchOperation(method, path.split("?")[0] ?? path);
  const code = parse(text)?.detail;
  if (match.kind !== "found" || code === undefined) return;
  const declared: readonly string[] = errorsOf(operations[match.name]);
  if (!declared.includes(code)) {
    throw new Error(`${match.name} answers ${code}, which the operations table does not declare`);
  }
}

function parse(text: string): Json {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

export const RUN_PATH = "/api/v3/engines/distressed-asset-debt-stress/run";
export const STARTED_AT = "2025-01-01T00:00:00Z";

/** MODEL.md section 2's portfolio. */
export const EXAMPLE = {
  financial: {
    debt: { total_outstanding: 1_000_000, interest_rate_pct: 5, collateral_value: 750_000 },
    assets: { total: 2_000_000 },
  },
  distressed_assets: [
    { name: "A", value: 200_000, recovery_rate_pct: 35 },
    { name: "B", value: 150_000, recovery_rate_pct: 50 },
  ],
};

/** A new dataset; its id. */
export async function newDataset(server: TestServer, currency = "EUR"): Promise<string> {
  const answer = await api(server, "POST", "/api/v3/datasets",
    { body: { name: "Test portfolio", base_currency: currency } });
  return answer.json.dataset_id;
}

/** A sealed version of one or more payloads in a new dataset; its id. */
export async function sealedVersion(server: TestServer, ...payloads: unknown[]): Promise<string> {
  const dataset = await newDataset(server);
  const answer = await api(server, "POST", `/api/v3/datasets/${dataset}/versions`, {
    headers: { prefer: "wait=30" },
    body: { source_system: "test", records: payloads.map((payload, index) =>
      ({ source_record_id: `r${index + 1}`, payload })) },
  });
  if (answer.status !== 201) throw new Error(answer.text);
  return answer.json.dataset_version_id;
}

type Tape = { query?: Record<string, string>; type?: string; currency?: string; wait?: boolean };

/** Sends a CSV tape into a new dataset; the answer as it comes. */
export async function sendTape(
  server: TestServer, text: string | Uint8Array, options: Tape = {},
): Promise<Answer> {
  const dataset = await newDataset(server, options.currency);
  const query = new URLSearchParams(options.query).toString();
  return api(server, "POST", `/api/v3/datasets/${dataset}/versions${query === "" ? "" : `?${query}`}`, {
    raw: text as BodyInit, headers: { "content-type": options.type ?? "text/csv",
      ...(options.wait === false ? {} : { prefer: "wait=60" }) },
  });
}

/** All items of a list, page after page by its cursor. */
export async function allItems(
  server: TestServer, path: string, limit: number,
): Promise<Json[]> {
  const items: Json[] = [];
  for (let cursor: string | null = ""; cursor !== null;) {
    const mark: string = cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`;
    const glue: string = path.includes("?") ? "&" : "?";
    const page = await api(server, "GET", `${path}${glue}limit=${limit}${mark}`);
    if (page.status !== 200) throw new Error(page.text);
    items.push(...page.json.items);
    if (items.length > 100_000) throw new Error(`the list does not end: ${path}`);
    cursor = page.json.next_cursor;
  }
  return items;
}

/** A version once it is no longer being loaded. */
export async function settled(server: TestServer, versionId: string): Promise<Json> {
  return until(`version ${versionId} settles`, async () => {
    const version = await api(server, "GET", `/api/v3/dataset-versions/${versionId}`);
    return version.status === 200 && !["importing", "normalizing"].includes(version.json.status)
      ? version.json : undefined;
  });
}

/** Runs the engine. */
export const run = (
  server: TestServer, versionId: string, parameters: unknown = {}, startedAt = STARTED_AT,
): Promise<Answer> => api(server, "POST", RUN_PATH, {
  body: { dataset_version_id: versionId, started_at: startedAt, parameters },
});
