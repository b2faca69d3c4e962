import type { NextRequest } from "next/server";
import NextAuth from "next-auth";
import { authOptions } from "@/lib/service/session";

type RouteContext = { params: Promise<{ nextauth: string[] }> };

/** What the sign-in page and dialog use; next-auth's other addresses are closed. */
const OPEN = new Set(["GET csrf", "GET providers", "GET session", "GET signin", "GET error",
  "POST callback", "POST signout"]);

/** Sign-in and sign-out of browsers. */
export async function browserSession(
  request: NextRequest, context: RouteContext,
): Promise<Response> {
  const { nextauth } = await context.params;
  if (!OPEN.has(`${request.method} ${nextauth[0] ?? ""}`)) {
    return new Response(null, { status: 404 });
  }
  const options = authOptions((name) => request.headers.get(name));
  return await NextAuth(request, context, options) as Response;
}
