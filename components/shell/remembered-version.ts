const CHOSEN = "todiscope-version";
const PINNED = "todiscope-version-pinned";
const listeners = new Set<() => void>();
/** Holds what the tab's storage holds, for browsers that keep it closed. */
const memory = new Map<string, string>();

function read(key: string): string | null {
  try {
    return sessionStorage.getItem(key) ?? memory.get(key) ?? null;
  } catch {
    return memory.get(key) ?? null;
  }
}

function write(key: string, id: string): void {
  memory.set(key, id);
  try {
    sessionStorage.setItem(key, id);
  } catch {
    // The choice then lasts until the page is left.
  }
}

/** The version chosen last in this browser tab: links between pages do not carry it. */
export const rememberedVersion = (): string | null => read(CHOSEN);

export function rememberVersion(id: string): void {
  if (rememberedVersion() === id) return;
  write(CHOSEN, id);
  for (const listener of listeners) listener();
}

export function onRememberedVersion(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The version the shell itself wrote into the URL: nobody chose it, so it is not remembered. */
export const pinnedVersion = (): string | null => read(PINNED);
export const notePinnedVersion = (id: string): void => write(PINNED, id);
