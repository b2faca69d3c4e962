/**
 * The scripts of what lies over a page. No page needs them to be read or to answer, so they are
 * fetched when the page has come to rest: nobody waits for them, and they are there when the
 * server no longer is.
 */
export const OVERLAYS = {
  dialog: () => import("@/components/ui/dialog-box"),
  downloads: () => import("@/components/download/download-stack"),
  menu: () => import("@/components/ui/menu-box"),
  palette: () => import("@/components/shell/command-palette"),
  popover: () => import("@/components/ui/popover-box"),
  shortcuts: () => import("@/components/shell/shortcuts-dialog"),
  signedOut: () => import("@/components/access/signed-out-dialog"),
  tips: () => import("@/components/ui/tip-layer"),
  toasts: () => import("@/components/ui/toast-stack"),
};

/** Where the browser cannot say that it is idle. */
const REST_MS = 1500;

/** Does something once the page is at rest; returns what takes that back. */
export function atRest(act: () => void): () => void {
  if (typeof requestIdleCallback !== "function") {
    const timer = setTimeout(act, REST_MS);
    return () => clearTimeout(timer);
  }
  const handle = requestIdleCallback(act);
  return () => cancelIdleCallback(handle);
}

/** Fetches them all once the page is at rest; returns what takes that back. */
export const fetchOverlaysAtRest = (): () => void => atRest(() => {
  // What fails now is fetched again when it is needed.
  for (const load of Object.values(OVERLAYS)) load().catch(() => undefined);
});
