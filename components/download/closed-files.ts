const KEY = "todiscope-closed-files";
/** As many as can be listed, and some. */
const KEPT = 50;
/** Holds what the browser's storage holds, for browsers that keep it closed. */
let memory: readonly string[] = [];

function read(): readonly string[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(stored) ? stored.filter((id) => typeof id === "string") : memory;
  } catch {
    return memory;
  }
}

/** Ordered files that were saved or put away in this browser: they are shown no more. */
export const closedFiles = (): ReadonlySet<string> => new Set([...read(), ...memory]);

/** Puts one away; all that are. */
export function closeFile(id: string): ReadonlySet<string> {
  memory = [...closedFiles(), id].slice(-KEPT);
  try {
    localStorage.setItem(KEY, JSON.stringify(memory));
  } catch {
    // It is shown again when the page is loaded anew.
  }
  return closedFiles();
}
