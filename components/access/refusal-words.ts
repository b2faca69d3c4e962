import type { ApiError } from "@/lib/client/api";

/** The message for one field of a form, when the server refused that field. */
export const fieldProblem = (error: ApiError | null, path: string): string | null =>
  error?.errors.find((problem) => problem.path === path || problem.path.startsWith(`${path}.`))
    ?.message ?? null;

const sentence = (text: string): string => /[.?]$/.test(text) ? text : `${text}.`;

/** What to say about a refusal as a whole: what was refused, and the id support asks for. */
export function refusalWords(error: ApiError): string {
  if (error.code === "PRECONDITION_FAILED") {
    return "Somebody changed this meanwhile. Nothing was saved. Close this, look at what stands " +
      "there now, and edit again.";
  }
  const id = error.status >= 500 && error.requestId ? ` Request id ${error.requestId}.` : "";
  return `${sentence(error.message)}${id}`;
}
