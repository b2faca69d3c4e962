const BASE = "http://same.origin";

/** Where a sign-in leads: a path of this site, or the overview. Never another site. */
export function callbackPath(asked: string | null | undefined): string {
  if (!asked?.startsWith("/")) return "/";
  try {
    const url = new URL(asked, BASE);
    const path = url.pathname + url.search + url.hash;
    const isOwnPage = url.origin === BASE && !path.startsWith("//")
      && !/^\/(signin|api)(\/|$)/.test(url.pathname);
    return isOwnPage ? path : "/";
  } catch {
    return "/";
  }
}

/** The sign-in page that leads back to this path. */
export function signInAddress(path: string): string {
  const target = callbackPath(path);
  return target === "/" ? "/signin" : `/signin?callbackUrl=${encodeURIComponent(target)}`;
}
