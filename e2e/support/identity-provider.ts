import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import Provider from "oidc-provider";

/** What the provider says about a person, by the name typed at its sign-in page. */
export type Claims = {
  email?: string; email_verified?: boolean; name?: string; groups?: string[];
};

/** A real OpenID provider on a port of its own, with its own sign-in and consent pages. */
export type IdentityProvider = {
  issuer: string;
  /** Who can sign in there; tests add and change people while it runs. */
  people: Map<string, Claims>;
  stop(): Promise<void>;
};

export const CLIENT = { id: "todiscope", secret: "a-client-secret-of-the-tests" };

export async function startIdentityProvider(
  productUrl: string, port = 0,
): Promise<IdentityProvider> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const people = new Map<string, Claims>();
  const provider = new Provider(issuer, {
    clients: [{ client_id: CLIENT.id, client_secret: CLIENT.secret,
      redirect_uris: [`${productUrl}/api/auth/callback/sso`] }],
    pkce: { required: () => true },
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name", "groups"] },
    cookies: { keys: ["a cookie key of the tests"] },
    findAccount: (_: unknown, id: string) => ({
      accountId: id, claims: () => ({ sub: id, ...people.get(id) }) }),
  });
  server.on("request", provider.callback());
  return { issuer, people, stop: () => stop(server) };
}

function stop(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
