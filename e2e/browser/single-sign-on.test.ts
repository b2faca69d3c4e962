import type { Page } from "@playwright/test";
import pg from "pg";
import { api, type Json } from "../support/api";
import { expect, test } from "../support/browser-test";
import { CLIENT, startIdentityProvider, type IdentityProvider } from "../support/identity-provider";
import { freePort, newDataDir, removeDataDir, startServer, type TestServer } from "../support/server";

// A product of its own, whose people come from a real OpenID provider that runs beside it.
test.describe.configure({ mode: "serial" });

let provider: IdentityProvider;
let product: TestServer;
let owner: pg.Client;

test.beforeAll(async () => {
  test.setTimeout(300_000);
  const port = await freePort();
  provider = await startIdentityProvider(`http://localhost:${port}`);
  product = await startServer({ PORT: String(port), OIDC_ISSUER: provider.issuer,
    OIDC_CLIENT_ID: CLIENT.id, OIDC_CLIENT_SECRET: CLIENT.secret, OIDC_NAME: "Bank ID",
    OIDC_ROLE_MAP: "risk-analysts=READ+EXECUTE,officers=AUDIT",
    OIDC_ALLOWED_DOMAINS: "bank.example" }, newDataDir(), "pages");
  owner = new pg.Client({ connectionString: product.databaseUrl() });
  await owner.connect();
});
test.afterAll(async () => {
  await owner?.end();
  await product?.stop();
  if (product) removeDataDir(product.dataDir);
  await provider?.stop();
});

const SSO = { name: "Sign in with Bank ID" };

/** From the sign-in page through the provider's own pages and back. */
async function signInAt(page: Page, name: string, path = "/signin"): Promise<void> {
  await page.context().clearCookies();
  await page.goto(product.url + path);
  await page.getByRole("button", SSO).click();
  await page.waitForURL(`${provider.issuer}/interaction/**`);
  await page.locator("input[name=login]").fill(name);
  await page.locator("input[name=password]").fill("any");
  await page.locator("button[type=submit]").click();
  await page.locator("form[action*=interaction] button[type=submit]").click();
  await page.waitForURL(`${product.url}/**`);
}

const userOf = async (email: string): Promise<Json> =>
  (await api(product, "GET", "/api/v3/users?limit=1000")).json.items
    .find((user: Json) => user.email === email);
const eventsOf = async (subject: string): Promise<string[]> =>
  (await api(product, "GET", `/api/v3/audit?limit=1000`)).json.items
    .filter((event: Json) => event.subject_id === subject).map((event: Json) => event.type)
    .reverse();
const refused = (page: Page) => page.locator("main").getByRole("alert");

test("a person of a mapped group signs in, and lands where the way led", async ({ page }) => {
  provider.people.set("ada", { email: "Ada@bank.example", email_verified: true,
    name: "Ada Analyst", groups: ["risk-analysts", "everybody"] });
  await signInAt(page, "ada", "/runs");
  await expect(page).toHaveURL(`${product.url}/runs`);
  await expect(page.getByRole("button", { name: /account of Ada Analyst/ })).toBeVisible();
  const user = await userOf("ada@bank.example");
  expect(user).toMatchObject({ name: "Ada Analyst", roles: ["READ", "EXECUTE"],
    has_password: false, single_sign_on: true, must_change_password: false });
  expect(await eventsOf(user.user_id)).toStrictEqual(
    ["user.created", "user.identity_linked", "sign_in.accepted"]);
  await page.goto(`${product.url}/account`);
  await expect(page.getByRole("region", { name: "Where you are signed in" }))
    .toContainText(/Single sign-on from .*This one|This one.*Single sign-on from/);
  await expect(page.getByRole("textbox", { name: "Current password" })).toHaveCount(0);
});

test("the same person is the same user, also under a new e-mail address", async ({ page }) => {
  const before = await userOf("ada@bank.example");
  provider.people.set("ada", { email: "ada.married@bank.example", email_verified: true,
    name: "Ada Analyst", groups: [] });
  await signInAt(page, "ada");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Overview");
  const after = await userOf("ada.married@bank.example");
  expect(after.user_id).toBe(before.user_id);
  expect(await userOf("ada@bank.example")).toBeUndefined();
  expect(await eventsOf(after.user_id)).toContain("user.email_changed");
});

test("a user of here is linked by the verified address, and keeps the roles", async ({ page }) => {
  const { json } = await api(product, "POST", "/api/v3/users",
    { body: { email: "omar@bank.example", name: "Omar", roles: ["READ", "INGEST"] } });
  provider.people.set("omar", { email: "omar@bank.example", email_verified: true, groups: [] });
  await signInAt(page, "omar");
  await expect(page.getByRole("heading", { level: 1 }), "no one-time password in the way")
    .toHaveText("Overview");
  expect(await userOf("omar@bank.example")).toMatchObject(
    { user_id: json.user_id, roles: ["READ", "INGEST"], single_sign_on: true });
  expect(await eventsOf(json.user_id)).toStrictEqual(
    ["user.created", "user.identity_linked", "sign_in.accepted"]);

  await test.step("and stays out once disabled", async () => {
    await api(product, "PATCH", `/api/v3/users/${json.user_id}`,
      { body: { disabled: true }, headers: { "if-match": "*" } });
    await signInAt(page, "omar");
    await expect(refused(page)).toContainText("Your account is disabled.");
    await page.goto(`${product.url}/runs`);
    await expect(page).toHaveURL(/\/signin/);
  });
});

for (const [name, claims, words] of [
  ["nora", { email: "nora@bank.example", email_verified: false, groups: ["officers"] },
    "has not verified your e-mail address"],
  ["noel", { email_verified: true, groups: ["officers"] },
    "does not say what your e-mail address is"],
  ["gina", { email: "gina@bank.example", email_verified: true, groups: ["guests"] },
    "You are not in a group that may use TodiScope."],
  ["eve", { email: "eve@elsewhere.example", email_verified: true, groups: ["officers"] },
    "E-mail addresses of this domain are not let in."],
  ["mallory", { email: "ada.married@bank.example", email_verified: true, groups: ["officers"] },
    "Your e-mail address belongs to somebody else's account here."],
] as const) {
  test(`${name} is refused in words: ${words}`, async ({ page }) => {
    const users = await owner.query("SELECT 1 FROM app_user");
    provider.people.set(name, { ...claims, groups: [...claims.groups] });
    await signInAt(page, name);
    await expect(page).toHaveURL(/\/signin\?.*error=SSO_/);
    await expect(refused(page)).toContainText(words);
    expect((await owner.query("SELECT 1 FROM app_user")).rowCount).toBe(users.rowCount);
    const event = await owner.query(`SELECT reason FROM audit_event
      WHERE type = 'sign_in.refused' AND details->>'subject' = $1`, [name]);
    expect(event.rows[0]?.reason).toMatch(/^SSO_/);
    await page.goto(`${product.url}/runs`);
    await expect(page, "nobody is signed in").toHaveURL(/\/signin/);
  });
}

test("an answer that nobody asked for, or somebody replays, signs nobody in", async ({ page }) => {
  provider.people.set("ada", { email: "ada.married@bank.example", email_verified: true,
    name: "Ada Analyst", groups: ["risk-analysts"] });
  const callback = `${product.url}/api/auth/callback/sso`;
  await page.goto(`${callback}?code=stolen&state=forged`);
  await expect(page).toHaveURL(/\/signin\?.*error=OAuthCallback$/);
  await expect(refused(page)).toContainText("was not finished");
  let answer = "";
  page.on("request", (request) => {
    if (request.url().startsWith(callback)) answer = request.url();
  });
  await signInAt(page, "ada");
  await page.context().clearCookies();
  await page.goto(answer);
  await expect(page).toHaveURL(/\/signin\?.*error=OAuthCallback$/);
});

test("a provider that is down is said in words, and passwords still work", async ({ page }) => {
  const { json: person } = await api(product, "POST", "/api/v3/users",
    { body: { email: "pat@bank.example", name: "Pat", roles: ["READ"] } });
  await provider.stop();
  await page.goto(`${product.url}/signin`);
  await page.getByRole("button", SSO).click();
  await expect(refused(page)).toContainText("The sign-in provider did not answer");
  await page.getByRole("textbox", { name: "E-mail" }).fill("pat@bank.example");
  await page.getByRole("textbox", { name: "Password" }).fill(person.one_time_password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page).toHaveURL(`${product.url}/account`);
});
