import type { Page } from "@playwright/test";
import { newBook, newRun } from "../support/browser-book";
import {
  asAdmin, expect, newPerson, PASSWORD, serverUrl, settledIn, signIn, test, unique,
} from "../support/browser-test";
import type { Person } from "../support/browser-test";

async function fillSignIn(page: Page, person: Person, password = person.password): Promise<void> {
  await page.getByRole("textbox", { name: "E-mail" }).fill(person.email);
  await page.getByRole("textbox", { name: "Password" }).fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

/** A person whose one-time password is changed. */
async function settledPerson(...roles: Parameters<typeof newPerson>[0]): Promise<Person> {
  const person = await newPerson(roles);
  await settledIn(person);
  return person;
}

test("a wrong password and too many of them are answered in words", async ({ page }) => {
  const person = await settledPerson("READ");
  await page.goto("/signin");
  await fillSignIn(page, person, "");
  await expect(page.getByRole("alert").getByText("Type your password.")).toBeVisible();
  await fillSignIn(page, person, "not this one");
  await expect(page.getByRole("alert").getByText("E-mail or password is not right.")).toBeVisible();
  await expect(page.getByRole("textbox", { name: "E-mail" }), "what was typed is kept")
    .toHaveValue(person.email);
  for (let attempt = 2; attempt <= 8; attempt += 1) {
    const answered = page.waitForResponse(/\/api\/auth\/callback\/credentials/);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await answered;
  }
  await fillSignIn(page, person);
  await expect(page.getByRole("alert").getByText(/^Too many attempts\. Wait \d+ seconds\.$/))
    .toBeVisible();
});

test("a sign-in leads back to where it came from, never to another site", async ({ page }) => {
  const person = await settledPerson("READ");
  await page.goto("/evidence?kind=stress_test");
  await expect(page).toHaveURL(/\/signin\?callbackUrl=%2Fevidence%3Fkind%3Dstress_test$/);
  await fillSignIn(page, person);
  await expect(page).toHaveURL(`${serverUrl()}/evidence?kind=stress_test`);
  for (const foreign of ["https://evil.example/x", "//evil.example/x", "/\\evil.example/x"]) {
    await page.context().clearCookies();
    await page.goto(`/signin?callbackUrl=${encodeURIComponent(foreign)}`);
    await fillSignIn(page, person);
    await expect(page.getByRole("heading", { level: 1 }), foreign).toHaveText("Overview");
    expect(new URL(page.url()).origin).toBe(serverUrl());
  }
});

test("signing out ends the session in this browser", async ({ page }) => {
  const person = await settledPerson("READ");
  await page.context().addCookies((await signIn(person)).cookies);
  await page.goto("/runs");
  await page.getByRole("button", { name: /account of Test Person/ }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await expect(page).toHaveURL(/\/signin$/);
  await page.waitForLoadState(); // the address is there before the page is
  await page.goBack();
  await expect(page, "no page of the session is left to go back to").toHaveURL("about:blank");
  await page.goto("/runs");
  await expect(page).toHaveURL(/\/signin\?callbackUrl=%2Fruns$/);
});

test("a session that an administrator ended is told from one that never was", async ({ page }) => {
  const person = await settledPerson("READ");
  const ended = page.getByRole("status").filter({ hasText: "Your session has ended." });
  await page.goto("/runs");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Sign in");
  await expect(ended).toHaveCount(0);
  await page.context().addCookies((await signIn(person)).cookies);
  await asAdmin("PATCH", `/api/v3/users/${person.id}`, { body: { roles: ["READ", "AUDIT"] },
    headers: { "if-match": "*" } });
  await page.goto("/runs");
  await expect(ended).toBeVisible();
  await fillSignIn(page, person);
  await expect(page).toHaveURL(`${serverUrl()}/runs`);
});

test.describe("a reader", () => {
  test.use({ who: "reader" });

  test("sees figures, and why running and administration are closed", async ({ page }) => {
    const book = await newBook("Reader");
    await newRun(book);
    const posts: string[] = [];
    page.on("request", (request) => {
      if (request.method() === "POST") posts.push(request.url());
    });
    await page.goto(`/workbench?version=${book.version}`);
    await expect(page.getByRole("button", { name: /^Market crash: loss/ })).toBeVisible();
    const run = page.getByRole("complementary", { name: "Inputs" })
      .getByRole("button", { name: /^Run and record/ });
    await expect(run).toHaveAttribute("aria-disabled", "true");
    await expect(run).toHaveAccessibleName(/You need the Execute role\. Ask an administrator\./);
    await run.click({ force: true });
    await page.keyboard.press("ControlOrMeta+Enter");
    await page.goto("/admin");
    await expect(page.getByRole("heading", { name: "You need the Admin role" })).toBeVisible();
    await expect(page.getByRole("tab")).toHaveCount(0);
    await page.goto("/datasets/import");
    await expect(page.getByRole("heading", { name: "You need the Ingest role" })).toBeVisible();
    expect(posts.filter((url) => url.includes("/api/v3/"))).toStrictEqual([]);
  });
});

test("who may not read is told so, and no list is asked for", async ({ page }) => {
  const person = await settledPerson("APPROVE");
  await page.context().addCookies((await signIn(person)).cookies);
  const asked: string[] = [];
  page.on("request", (request) => {
    if (/\/api\/v3\/(runs|evidence)\b/.test(request.url())) asked.push(request.url());
  });
  for (const path of ["/runs", "/evidence", `/runs/${person.id}`, `/evidence/${person.id}`]) {
    await page.goto(path);
    await expect(page.getByRole("heading", { name: "You need the Read role" })).toBeVisible();
    await expect(page.getByRole("main").getByRole("button"), path).toHaveCount(0);
  }
  expect(asked).toStrictEqual([]);
});

test.describe("an administrator", () => {
  test.use({ who: "administrator" });

  test("creates a token, which is shown once, and revokes it", async ({ page }) => {
    const name = unique("nightly import");
    await page.goto("/admin?tab=tokens");
    await page.getByRole("button", { name: "Create token" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("textbox", { name: "Name" }).fill(name);
    await dialog.getByRole("button", { name: "Create token" }).click();
    await expect(dialog).toContainText("Secret: shown only now.");
    const secret = (await dialog.getByLabel("Secret", { exact: true }).textContent()) ?? "";
    expect(secret.length).toBeGreaterThan(30);
    const use = () => fetch(`${serverUrl()}/api/v3/datasets`,
      { headers: { authorization: `Bearer ${secret}` } });
    expect((await use()).status).toBe(200);
    const write = await fetch(`${serverUrl()}/api/v3/datasets`, { method: "POST",
      headers: { authorization: `Bearer ${secret}`, "content-type": "application/json" },
      body: JSON.stringify({ name: "x", base_currency: "EUR" }) });
    expect(write.status, "a READ token cannot write").toBe(403);
    await dialog.getByRole("button", { name: "I have kept it" }).click();
    await expect(dialog).toBeHidden();
    await page.reload();
    const row = page.getByRole("row").filter({ hasText: name });
    await expect(row).toContainText("Active");
    expect(await page.content(), "the secret is not shown again").not.toContain(secret);
    await page.getByRole("button", { name: `Revoke ${name}` }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Revoke token" }).click();
    await expect(row).toContainText("Revoked");
    expect((await use()).status).toBe(401);
  });
});

test("a session that ends asks to sign in over the page, and edits are kept", async ({ page }) => {
  const person = await settledPerson("READ", "EXECUTE");
  const book = await newBook("Session");
  await page.context().addCookies((await signIn(person)).cookies);
  await page.goto(`/workbench?version=${book.version}`);
  await page.getByRole("button", { name: "Edit the shocks of Market crash" }).click();
  const shock = page.getByRole("textbox", { name: "Collateral, per cent" });
  await shock.fill("-44");
  await expect(page.getByRole("button", { name: /^Market crash: loss/ })).toBeVisible();
  // A change of roles ends every session of a person.
  await asAdmin("PATCH", `/api/v3/users/${person.id}`,
    { body: { roles: ["READ", "EXECUTE"] }, headers: { "if-match": "*" } });
  await page.getByRole("complementary", { name: "Inputs" })
    .getByRole("button", { name: /^Run and record/ }).click();
  const dialog = page.getByRole("dialog", { name: "Signed out" });
  await expect(dialog).toContainText("What you typed on this page is kept.");
  await expect(dialog.getByRole("textbox", { name: "E-mail" })).toHaveValue(person.email);
  await dialog.getByRole("textbox", { name: "Password" }).fill(PASSWORD);
  await dialog.getByRole("button", { name: "Sign in" }).click();
  await expect(dialog).toBeHidden();
  await expect(shock).toHaveValue("−44");
  await page.keyboard.press("ControlOrMeta+Enter");
  await expect(page.getByText("Evidence: all figures are recorded.")).toBeVisible();
  const runs = await asAdmin("GET", `/api/v3/runs?dataset_version_id=${book.version}`);
  const crash = runs.json.items[0].parameters.stress_scenarios
    .find((one: { scenario_id: string }) => one.scenario_id === "market_crash");
  expect(crash.collateral_market_impact_pct).toBe(-0.44);
  expect(runs.json.items[0].recorded_by).toBe(person.email);

  await test.step("cookies that are gone are the same", async () => {
    await page.context().clearCookies();
    await page.getByRole("button", { name: "Edit the shocks of Default wave" }).click();
    await page.keyboard.press("ControlOrMeta+Enter");
    await expect(dialog).toBeVisible();
  });
});
