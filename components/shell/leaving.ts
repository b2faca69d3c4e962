/** Where the browser is going; null at rest. */
let target: string | null = null;

/** A jump to an address of this site has begun. */
export function leaveFor(href: string): void {
  const { origin, pathname } = new URL(href, window.location.href);
  if (origin === window.location.origin) target = pathname;
}

/** Whether a jump away from a page is under way. */
export const isLeaving = (from: string): boolean => target !== null && target !== from;

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
