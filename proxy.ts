import { NextResponse, type NextRequest } from "next/server";

const isDevelopment = process.env.NODE_ENV === "development";

/** Next's development overlay adds style elements and evaluates code; nothing else does. */
function contentSecurityPolicy(nonce: string): string {
  const script = `'self' 'nonce-${nonce}' 'strict-dynamic' 'wasm-unsafe-eval'`;
  return [
    "default-src 'self'",
    `script-src ${script}${isDevelopment ? " 'unsafe-eval'" : ""}`,
    `style-src-elem 'self' ${isDevelopment ? "'unsafe-inline'" : `'nonce-${nonce}'`}`,
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    `connect-src 'self'${isDevelopment ? " ws:" : ""}`,
    "worker-src 'self' blob:",
    "object-src 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "form-action 'self'",
  ].join("; ");
}

const isSecure = (request: NextRequest): boolean =>
  request.nextUrl.protocol === "https:"
  || request.headers.get("x-forwarded-proto")?.split(",")[0]?.trim() === "https";

/** Origins a browser trusts; at others it would only complain about the opener policy. */
const isTrustworthy = (request: NextRequest): boolean =>
  isSecure(request) || /^(localhost|127\.0\.0\.1)(:|$)/.test(request.headers.get("host") ?? "");

function protect(request: NextRequest, headers: Headers, policy: string): void {
  headers.set("content-security-policy", policy);
  headers.set("referrer-policy", "same-origin");
  headers.set("x-content-type-options", "nosniff");
  if (isTrustworthy(request)) headers.set("cross-origin-opener-policy", "same-origin");
  headers.set("permissions-policy",
    "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()");
  if (isSecure(request)) headers.set("strict-transport-security", "max-age=31536000");
}

/** Every page gets a policy of its own, and tells its layout at which address it was opened. */
export function proxy(request: NextRequest): NextResponse {
  const nonce = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(18))));
  const policy = contentSecurityPolicy(nonce);
  const headers = new Headers(request.headers);
  headers.set("x-nonce", nonce);
  headers.set("x-page", request.nextUrl.pathname + request.nextUrl.search);
  headers.set("content-security-policy", policy);
  const response = NextResponse.next({ request: { headers } });
  protect(request, response.headers, policy);
  return response;
}

export const config = {
  // The API sets its own headers, and its uploads must not be copied through here.
  matcher: ["/((?!api/|api$|health|_next/|icon.svg|favicon.ico).*)"],
};
