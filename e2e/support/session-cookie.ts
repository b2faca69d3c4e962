import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import { encode } from "next-auth/jwt";
import type pg from "pg";
import type { TestServer } from "./server";

type Opened = {
  method?: "password" | "single_sign_on"; address?: string; sessionId?: string;
  /** NEXTAUTH_SECRET, where the server did not make its own. */
  secret?: string;
};

/** A session and its cookie as the sign-in page's server makes them, without its pages. */
export async function sessionCookie(
  server: Pick<TestServer, "dataDir">, owner: pg.Client, userId: string, opened: Opened = {},
): Promise<string> {
  const sid = opened.sessionId ?? randomUUID();
  await owner.query(`INSERT INTO user_session
      (session_id, user_id, method, address, user_agent, expires_at)
    VALUES ($1, $2, $3, $4, 'a test', now() + interval '12 h')`,
  [sid, userId, opened.method ?? "password", opened.address ?? "203.0.113.1"]);
  const secret = opened.secret ?? readFileSync(path.join(server.dataDir, "session-secret"), "utf8").trim();
  return `next-auth.session-token=${await encode({ secret, token: { sub: userId, sid } })}`;
}
