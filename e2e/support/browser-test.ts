import { expect, request, test as base, type BrowserContext } from "@playwright/test";
import type { Role } from "@/lib/contract/roles";
import { api, type Answer, type Json } from "./api";
import { TOKENS } from "./server";

export { expect };

export const PASSWORD = "a long enough passphrase";

/** What `browser-setup.ts` says of a server that it started. */
export type SharedServer = { url: string; oneTimePassword: string; databaseUrl: string };

/**
 * The server of this worker: what its tests switch off is not switched off under another's. Null
 * where all run against the one of TEST_SERVER_URL.
 */
export const ownServer = (): SharedServer | null =>
  (JSON.parse(process.env.TEST_SERVERS ?? "[]") as SharedServer[])[
    Number(process.env.TEST_PARALLEL_INDEX)] ?? null;

export const serverUrl = (): string => ownServer()?.url ?? process.env.TEST_SERVER_URL as string;

/** Calls the API with the administrator's token, beside the browser. */
export const asAdmin = (
  method: string, path: string, options: { body?: unknown; raw?: BodyInit;
    headers?: Record<string, string> } = {},
): Promise<Answer> => api({ url: serverUrl() }, method, path,
  { ...options, token: process.env.TEST_ADMIN_TOKEN ?? TOKENS.ADMIN });

export async function answerOf(path: string): Promise<Json> {
  const answer = await asAdmin("GET", path);
  if (answer.status !== 200) throw new Error(`${path}: ${answer.text}`);
  return answer.json;
}

export type Person = { id: string; email: string; password: string };
type State = Awaited<ReturnType<BrowserContext["storageState"]>>;

let made = 0;
/** A name that no other test, and no earlier run against the same server, has used. */
export const unique = (word: string): string =>
  `${word} ${Date.now().toString(36)}${process.pid.toString(36)}${(made += 1)}`;

/** A new user, whose one-time password is not changed yet. */
export async function newPerson(roles: readonly Role[], name = "Test Person"): Promise<Person> {
  const email = `${unique("person").replaceAll(" ", "-")}@test.local`;
  const answer = await asAdmin("POST", "/api/v3/users", { body: { email, name, roles } });
  if (answer.status !== 201) throw new Error(answer.text);
  return { id: answer.json.user_id, email, password: answer.json.one_time_password };
}

/** Signs in as the sign-in form does; the cookies of a browser afterwards. */
export async function signIn(person: Person, url = serverUrl()): Promise<State> {
  const http = await request.newContext({ baseURL: url });
  const { csrfToken } = await (await http.get("/api/auth/csrf")).json();
  await http.post("/api/auth/callback/credentials",
    { form: { csrfToken, email: person.email, password: person.password, json: "true" } });
  const state = await http.storageState();
  await http.dispose();
  return state;
}

/** Changes a one-time password and signs in with the new one. */
export async function settledIn(person: Person, url = serverUrl()): Promise<State> {
  const http = await request.newContext({ baseURL: url, storageState: await signIn(person, url) });
  const changed = await http.post("/api/v3/me/password", { headers: { origin: url },
    data: { current_password: person.password, new_password: PASSWORD } });
  if (!changed.ok()) throw new Error(await changed.text());
  await http.dispose();
  person.password = PASSWORD;
  return signIn(person, url);
}

const ROLES_OF = {
  reader: ["READ"], analyst: ["READ", "INGEST", "EXECUTE"], administrator: ["ADMIN"],
} as const satisfies Record<string, readonly Role[]>;
type Kind = keyof typeof ROLES_OF;

const signedIn = new Map<Kind, Promise<State>>();

/** A browser's cookies of somebody with these roles, made once for all tests of a worker. */
function stateOf(kind: Kind): Promise<State> {
  const state = signedIn.get(kind)
    ?? newPerson(ROLES_OF[kind], `Test ${kind}`).then((person) => settledIn(person));
  signedIn.set(kind, state);
  return state;
}

/** `test.use({ who: "reader" })` chooses who is signed in; nobody unless a test says so. */
export const test = base.extend<{ who: Kind | "nobody" }>({
  who: ["nobody", { option: true }],
  baseURL: async ({}, use) => use(serverUrl()),
  storageState: async ({ who }, use) =>
    use(who === "nobody" ? undefined : await stateOf(who)),
});
