/** Where the browser is going; null at rest. */
let target: string | null = null;

/** Whether a jump away from the page is under way. */
const isLeaving = (): boolean => target !== null && target !== window.location.pathname;

let isGuarded = false;

/**
 * A page may still write its state into its address while it is being left: the version that it
 * came up with, an edit that waited for a pause. Such a write takes the router's attention back to
 * the page, and the jump would be lost; so the browser is told, and the router is not. The router's
 * own writes carry a state, those of pages none.
 */
function guardJump(): void {
  if (isGuarded) return;
  isGuarded = true;
  const write = window.history.replaceState;
  window.history.replaceState = (state: unknown, unused, url) => state === null && isLeaving()
    ? History.prototype.replaceState.call(window.history, window.history.state, "", url)
    : write.call(window.history, state, unused, url);
}

/** A jump to an address of this site has begun. */
export function leaveFor(href: string): void {
  const { origin, pathname } = new URL(href, window.location.href);
  if (origin !== window.location.origin) return;
  target = pathname;
  guardJump();
}

/** A page is there: a jump that ended elsewhere than it began for has ended as well. */
export function arrived(): void {
  target = null;
}

function noteClick(event: MouseEvent): void {
  const link = event.target instanceof Element ? event.target.closest("a") : null;
  const isPlain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey
    && !event.altKey;
  if (link?.href && isPlain && !link.download && !link.target) leaveFor(link.href);
}

/** Notes jumps by links; returns what ends that. */
export function watchLeaving(): () => void {
  document.addEventListener("click", noteClick, true);
  return () => document.removeEventListener("click", noteClick, true);
}
