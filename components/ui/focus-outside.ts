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
  if (target.matches(":focus-visible")) bringIntoView(target);
}

/** Browsers leave as it is what a scrolled table shows a strip of; its ring would not be seen. */
function bringIntoView(target: Element): void {
  const { width, height } = target.getBoundingClientRect();
  const fits = width < window.innerWidth && height < window.innerHeight / 2;
  if (fits) target.scrollIntoView({ block: "nearest", inline: "nearest" });
}

/** Notes where the focus goes, and shows it whole; returns what ends that. */
export function watchFocus(): () => void {
  document.addEventListener("focusin", note);
  return () => document.removeEventListener("focusin", note);
}
