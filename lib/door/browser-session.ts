import type { NextRequest } from "next/server";
import NextAuth from "next-auth";
import { authOptions, browserOf, SSO } from "@/lib/service/access/session";

type RouteContext = { params: Promise<{ nextauth: string[] }> };

/** What the sign-in page and dialog use; next-auth's other addresses are closed. */
const OPEN = new Set(["GET csrf", "GET providers", "GET session", "GET signin", "GET error",
  "POST callback", "GET callback", "POST signout"]);

/** Sign-in and sign-out of browsers. */
export async function browserSession(
  request: NextRequest, context: RouteContext,
): Promise<Response> {
  const { nextauth } = await context.params;
  const isOpen = OPEN.has(`${request.method} ${nextauth[0] ?? ""}`)
    || (request.method === "POST" && nextauth.join("/") === `signin/${SSO}`);
  if (!isOpen) {
    return new Response(null, { status: 404 });
  }
  return await NextAuth(request, context, authOptions(browserOf(request.headers))) as Response;
}
