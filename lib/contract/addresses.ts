import type { OperationName } from "./operations";
import { ROUTES } from "./routes";

/** Method and URL of an operation with its parameters filled in. */
export function addressOf(
  name: OperationName, path: Record<string, string> = {}, query: Record<string, unknown> = {},
): { method: string; url: string } {
  const route = ROUTES[name];
  const filled = route.path.replace(/\{(\w+)\}/g, (_, parameter: string) =>
    encodeURIComponent(path[parameter] ?? ""));
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== "") search.set(key, String(value));
  }
  const text = search.toString();
  return { method: route.method, url: text === "" ? filled : `${filled}?${text}` };
}
