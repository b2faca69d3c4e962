import type { z } from "zod";
import type { ErrorCode } from "@/lib/contract/errors";
import { bodyLimitOf, type Operation } from "@/lib/contract/operation";
import { AppError } from "@/lib/service/platform/app-error";
import { flagValue } from "@/lib/service/controls/feature-flags";
import { parseBody } from "@/lib/service/imports/import-plan";
import { tooLarge } from "@/lib/service/datasets/uploads";
import type { HttpRequest } from "./http-types";

const SHOWN = 60;

/**
 * The query, checked and with defaults; a name that is given twice is refused, because whichever
 * value was taken, the other would be passed over. @throws AppError PARAMETERS_INVALID
 */
export function readQuery(entry: Operation, query: URLSearchParams): Record<string, unknown> {
  if (!entry.query) return {};
  const given = Object.fromEntries(query);
  const twice = [...query.keys()].find((name, at, all) => all.indexOf(name) !== at);
  if (twice !== undefined) throw isRepeated(twice, query.getAll(twice));
  for (const [path, value] of query) {
    // No text of the database can hold one.
    if (value.includes("\0")) throw holdsNul(path);
  }
  const parsed = parse(entry.query, given);
  if (parsed.success) return parsed.data;
  throw refusal("PARAMETERS_INVALID", parsed.error, given);
}

/** Parses strictly; with STRICT_VALIDATION off, what the contract does not know is left out. */
function parse<S extends z.ZodType>(
  schema: S, given: object,
): z.ZodSafeParseResult<z.output<S>> {
  const parsed = schema.safeParse(given);
  if (parsed.success || flagValue("STRICT_VALIDATION")) return parsed;
  const unknown = parsed.error.issues.filter((issue) => issue.code === "unrecognized_keys");
  if (unknown.length === 0) return parsed;
  const known = structuredClone(given);
  for (const { path, keys } of unknown) {
    const holder = path.reduce<unknown>((at, key) =>
      (at as Record<PropertyKey, unknown>)[key], known);
    for (const key of keys) delete (holder as Record<string, unknown>)[key];
  }
  return parse(schema, known);
}

function isRepeated(path: string, values: readonly string[]): AppError {
  const message = `is given ${values.length} times, as ${shown(values)}; it takes one value`;
  return new AppError("PARAMETERS_INVALID",
    { message: `${path} ${message}.`, errors: [{ path, message }] });
}

const holdsNul = (path: string): AppError => new AppError("PARAMETERS_INVALID",
  { message: `${path} holds a NUL character.`, errors: [{ path, message: "a NUL character" }] });

/** The JSON body, checked; codes in the order the operation declares. @throws AppError */
export async function readBody(entry: Operation, request: HttpRequest): Promise<unknown> {
  if (!entry.body) return undefined;
  const type = (request.header("content-type") ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  const types = entry.body === "stream" ? entry.bodyTypes ?? [] : ["", "application/json"];
  if (!types.includes(type)) {
    throw new AppError("MEDIA_TYPE_UNSUPPORTED", { message:
      `Content-Type is "${type}"; send ${types.filter((known) => known !== "").join(", ")}.` });
  }
  if (entry.body === "stream") return undefined;
  const body = parseBody(await collect(request, bodyLimitOf(entry)));
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    throw new AppError("REQUEST_BODY_INVALID", { message: "The body is no JSON object." });
  }
  const parsed = parse(entry.body, body);
  if (parsed.success) return parsed.data;
  throw firstRefusal(entry, parsed.error, body as Record<string, unknown>);
}

async function collect(request: HttpRequest, limit: number): Promise<Uint8Array> {
  if (Number(request.header("content-length") ?? 0) > limit) throw tooLarge(limit);
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength;
    if (size > limit) throw tooLarge(limit);
    chunks.push(chunk);
  }
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
}

/** Body shape first (unknown members), then the declared members in their order. */
function firstRefusal(
  entry: Operation, error: z.ZodError, body: Record<string, unknown>,
): AppError {
  const codes = entry.memberCodes ?? [];
  const named = new Set(codes.map((code) => code.member));
  if (error.issues.some((issue) => !named.has(String(issue.path[0] ?? "")))) {
    return refusal("REQUEST_BODY_INVALID", error, body);
  }
  const first = codes.find((code) => error.issues.some((issue) => issue.path[0] === code.member));
  if (!first) return refusal("REQUEST_BODY_INVALID", error, body);
  const absent = body[first.member] === undefined || body[first.member] === null;
  return refusal(absent ? first.required : first.invalid, error, body, first.member);
}

function refusal(
  code: ErrorCode, error: z.ZodError, given: Record<string, unknown>, member?: string,
): AppError {
  const errors = error.issues
    .filter((issue) => member === undefined || issue.path[0] === member)
    .slice(0, 100)
    .map((issue) => ({ path: issue.path.join("."), message: describe(issue, given) }));
  return new AppError(code, { message: errors[0]?.message ?? "", errors });
}

const SECRET = /password|secret|token/;

/** Names the member, what it holds and the rule; a secret's value is never repeated. */
function describe(issue: z.core.$ZodIssue, given: Record<string, unknown>): string {
  const name = issue.path.join(".");
  if (name === "") return issue.message;
  const value = issue.path.reduce<unknown>((at, key) =>
    (at as Record<PropertyKey, unknown> | null | undefined)?.[key], given);
  // What was received stands here already; a text that is no number would be called "NaN".
  const rule = issue.message.replace(/, received (undefined|NaN)$/, "");
  if (value === undefined) return `${name} is missing: ${rule}`;
  if (SECRET.test(name)) return `${name}: ${rule}`;
  return `${name} is ${shown(value)}: ${rule}`;
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}...` : text;
}
