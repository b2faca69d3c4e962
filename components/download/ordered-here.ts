const KEY = "todiscope-ordered-files";
/** As many as can be listed, and some. */
const KEPT = 50;
/** Holds what the browser's storage holds, for browsers that keep it closed. */
let memory: readonly string[] = [];

/** Ids of files that this browser ordered and that were neither saved nor put away. */
export function orderedHere(): ReadonlySet<string> {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    if (Array.isArray(stored)) memory = stored.filter((id) => typeof id === "string");
  } catch {
    // What this page knows is all there is.
  }
  return new Set(memory);
}

function keep(ids: readonly string[]): ReadonlySet<string> {
  memory = ids.slice(-KEPT);
  try {
    localStorage.setItem(KEY, JSON.stringify(memory));
  } catch {
    // It is forgotten when the page is loaded anew; the list of jobs has it.
  }
  return new Set(memory);
}

/** Notes that one was ordered; all that are. */
export const noteOrdered = (id: string): ReadonlySet<string> => keep([...orderedHere(), id]);

/** Puts one away; all that are left. */
export const putAway = (id: string): ReadonlySet<string> =>
  keep([...orderedHere()].filter((one) => one !== id));
