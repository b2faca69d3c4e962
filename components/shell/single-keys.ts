const KEY = "todiscope-single-keys";

/** Heeded until the page is left where the browser keeps nothing. */
let isOffHere = false;

/**
 * Whether a key alone, without Ctrl, does something. Who speaks to the browser, or hits keys by
 * accident, can switch that off (WCAG 2.1.4).
 */
export function hasSingleKeys(): boolean {
  try {
    return (localStorage.getItem(KEY) ?? (isOffHere ? "off" : "on")) !== "off";
  } catch {
    return !isOffHere;
  }
}

export function setSingleKeys(isOn: boolean): void {
  isOffHere = !isOn;
  try {
    localStorage.setItem(KEY, isOn ? "on" : "off");
  } catch {
    // Storage may be closed by the browser; the choice then lasts until the page is left.
  }
}
