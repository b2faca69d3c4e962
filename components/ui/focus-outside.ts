const DIALOG = "[role=dialog], [role=alertdialog]";

let outside: Element | null = null;

/**
 * What had the focus last, other than in what lies over the page; of a menu, the button that opened
 * it.
 */
export const focusedOutside = (): Element | null => outside;

function note({ target }: FocusEvent): void {
  if (!(target instanceof Element)) return;
  const opener = target.closest("[role=menu]")?.getAttribute("aria-labelledby");
  const holder = opener ? document.getElementById(opener) : target;
  if (holder && !holder.closest(DIALOG)) outside = holder;
}

/** Notes where the focus goes; returns what ends that. */
export function watchFocus(): () => void {
  document.addEventListener("focusin", note);
  return () => document.removeEventListener("focusin", note);
}
