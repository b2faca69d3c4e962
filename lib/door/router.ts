import { fullPath, operationNames, operations, type OperationName } from "@/lib/contract/operations";

type Route = { name: OperationName; method: string; segments: string[] };
export type Match =
  | { kind: "found"; name: OperationName; path: Record<string, string> }
  | { kind: "wrong_method"; allowed: string[] }
  | { kind: "none" };

const routes: Route[] = operationNames.map((name) => ({
  name, method: operations[name].method, segments: fullPath(operations[name]).split("/"),
}));

/** Finds the operation of an address; literal segments win over parameters. */
export function matchOperation(method: string, pathname: string): Match {
  const given = pathname.split("/");
  const fitting = routes.filter((route) => fits(route.segments, given))
    .sort((a, b) => literals(b.segments) - literals(a.segments));
  const best = fitting[0];
  if (!best) return { kind: "none" };
  const sameAddress = fitting.filter((route) =>
    literals(route.segments) === literals(best.segments));
  const route = sameAddress.find((candidate) =>
    candidate.method === (method === "HEAD" ? "GET" : method));
  if (!route) return { kind: "wrong_method", allowed: allowedAt(sameAddress) };
  return { kind: "found", name: route.name, path: parametersOf(route.segments, given) };
}

const allowedAt = (there: Route[]): string[] => {
  const methods = there.map((route) => route.method);
  return [...methods, ...(methods.includes("GET") ? ["HEAD"] : []), "OPTIONS"];
};

const isParameter = (segment: string): boolean => segment.startsWith("{");
const literals = (segments: string[]): number =>
  segments.filter((segment) => !isParameter(segment)).length;

const fits = (segments: string[], given: string[]): boolean =>
  segments.length === given.length && segments.every((segment, index) =>
    isParameter(segment) ? given[index] !== "" : segment === given[index]);

function parametersOf(segments: string[], given: string[]): Record<string, string> {
  const entries = segments.flatMap((segment, index): [string, string][] =>
    isParameter(segment) ? [[segment.slice(1, -1), decode(given[index] ?? "")]] : []);
  return Object.fromEntries(entries);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
