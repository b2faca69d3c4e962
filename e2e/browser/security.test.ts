import { request } from "@playwright/test";
import { newBook } from "../support/browser-book";
import {
  expect, newPerson, PASSWORD, serverUrl, settledIn, signIn, test,
} from "../support/browser-test";

const RUN = "/api/v3/engines/distressed-asset-debt-stress/run";

const policyOf = (headers: Record<string, string>): Map<string, string[]> =>
  new Map((headers["content-security-policy"] ?? "").split(";").map((part) => {
    const [name = "", ...values] = part.trim().split(/\s+/);
    return [name, values];
  }));

test.describe("pages", () => {
  test.use({ who: "analyst" });

  test("carry a strict policy with a nonce of their own", async ({ page }) => {
    const nonces = new Set<string>();
    for (const path of ["/", "/workbench", "/docs", "/no/such/page"]) {
      const headers = (await page.goto(path))?.headers() ?? {};
      const policy = policyOf(headers);
      const scripts = policy.get("script-src") ?? [];
      const nonce = scripts.find((value) => value.startsWith("'nonce-")) ?? "none";
      expect(nonce, path).toMatch(/^'nonce-[A-Za-z0-9+/]{22,}=*'$/);
      nonces.add(nonce);
      expect(scripts).toContain("'strict-dynamic'");
      expect(scripts).not.toContain("'unsafe-inline'");
      expect(scripts).not.toContain("'unsafe-eval'");
      for (const [directive, value] of [["default-src", "'self'"], ["object-src", "'none'"],
        ["base-uri", "'none'"], ["frame-ancestors", "'none'"], ["form-action", "'self'"]] as const) {
        expect(policy.get(directive), `${path} ${directive}`).toStrictEqual([value]);
      }
      expect(headers).toMatchObject({ "x-content-type-options": "nosniff",
        "referrer-policy": "same-origin", "cross-origin-opener-policy": "same-origin" });
      expect(headers["permissions-policy"]).toContain("camera=()");
      expect(headers["x-powered-by"]).toBeUndefined();
      expect(headers["cache-control"], "pages of a session are not shared").toMatch(/no-store|private/);
    }
    expect(nonces.size).toBe(4);
  });

  test("do not run a script that somebody smuggled in", async ({ page }) => {
    await page.goto("/docs");
    const blocked = await page.evaluate(() => new Promise<string>((resolve) => {
      document.addEventListener("securitypolicyviolation",
        (event) => resolve(event.effectiveDirective), { once: true });
      document.body.insertAdjacentHTML("beforeend",
        "<img src='data:,' alt='' onerror='window.smuggled = true'>");
    }));
    expect(blocked).toBe("script-src-attr");
    expect(await page.evaluate(() => "smuggled" in window)).toBe(false);
  });
});

test("the session's cookie is closed to scripts and to other sites", async ({ page }) => {
  const person = await newPerson(["READ"]);
  await settledIn(person);
  await page.goto("/signin");
  await page.getByRole("textbox", { name: "E-mail" }).fill(person.email);
  await page.getByRole("textbox", { name: "Password" }).fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Overview");
  const cookies = await page.context().cookies();
  const session = cookies.find((cookie) => cookie.name.endsWith("next-auth.session-token"));
  expect(session).toMatchObject({ httpOnly: true, path: "/" });
  expect(["Lax", "Strict"]).toContain(session?.sameSite);
  expect(await page.evaluate(() => document.cookie)).not.toContain("session-token");
  const stored = await page.evaluate(
    () => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
  expect(stored).not.toContain(session?.value ?? "nothing");
});

test("a session's cookie from another site changes nothing", async () => {
  const person = await newPerson(["READ", "EXECUTE"]);
  await settledIn(person);
  const book = await newBook("Origin");
  const http = await request.newContext({ baseURL: serverUrl(),
    storageState: await signIn(person) });
  const send = (headers: Record<string, string>) => http.post(RUN, { headers, data: {
    dataset_version_id: book.version, started_at: "2026-11-01T00:00:00Z", parameters: {} } });
  for (const headers of [{ origin: "https://evil.example" }, { origin: "null" },
    { origin: "https://evil.example", "sec-fetch-site": "cross-site" },
    { origin: serverUrl(), "sec-fetch-site": "same-site" }, {}] as Record<string, string>[]) {
    const answer = await send(headers);
    expect(answer.status(), JSON.stringify(headers)).toBe(403);
    expect((await answer.json()).detail).toBe("ORIGIN_FORBIDDEN");
  }
  const runs = await http.get(`/api/v3/runs?dataset_version_id=${book.version}`);
  expect((await runs.json()).items).toStrictEqual([]);
  expect((await send({ origin: serverUrl() })).status()).toBe(200);
  await http.dispose();
});
