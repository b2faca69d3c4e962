import type { Page } from "@playwright/test";
import { newBook, newRun } from "../support/browser-book";
import { expect, settledIn, test } from "../support/browser-test";

const UNKNOWN = "01900000-0000-7000-8000-00000000dead";

test.describe("what does not exist", () => {
  test.use({ who: "analyst" });

  const MISSING = [
    { path: `/?version=${UNKNOWN}`, says: /does not exist/ },
    { path: `/workbench?version=${UNKNOWN}`, says: "This version does not exist" },
    { path: `/versions/${UNKNOWN}`, says: /does not exist/ },
    { path: `/datasets/${UNKNOWN}`, says: /does not exist/ },
    { path: `/runs/${UNKNOWN}`, says: "This run does not exist" },
    { path: "/runs/not-an-id", says: "This run does not exist" },
    { path: `/evidence/${UNKNOWN}`, says: "This evidence does not exist" },
  ];

  test("is said, with a way on", async ({ page }) => {
    for (const { path, says } of MISSING) {
      await page.goto(path);
      const main = page.getByRole("main");
      await expect(main.getByText(says).first(), path).toBeVisible();
      await expect(page.getByRole("heading", { level: 1 })).toHaveCount(1);
      await expect(main.getByRole("link").or(main.getByRole("button")).first()).toBeVisible();
      await expect(page.getByRole("alert").filter({ hasText: "request id" })).toHaveCount(0);
    }
    const answer = await page.goto("/no/such/page");
    expect(answer?.status()).toBe(404);
    await expect(page.getByRole("heading", { level: 1 })).toHaveCount(1);
    await page.getByRole("main").getByRole("link").first().click();
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Overview");
  });

  test("a run of another time in the link gives way to the newest", async ({ page }) => {
    const book = await newBook("Missing run");
    await newRun(book);
    await page.goto(`/workbench?version=${book.version}&run=${UNKNOWN}`);
    await expect(page.getByText(`Run ${UNKNOWN.slice(0, 8)} does not exist.`)).toBeVisible();
    await expect(page.getByText("The newest run is shown instead.")).toBeVisible();
  });
});

test.describe("a database that does not answer", () => {
  test.use({ who: "analyst" });

  const RUNS = /\/api\/v3\/runs(\?|$)/;
  const REFUSAL = { status: 503, contentType: "application/problem+json",
    headers: { "retry-after": "1" }, body: JSON.stringify({ type: "urn:x", title: "x", status: 503,
      detail: "DATABASE_UNAVAILABLE", message: "The database is not available.",
      request_id: "7f3a91c2" }) };

  test("loses no edits, and a run can be tried again", async ({ page }) => {
    const book = await newBook("No database");
    await page.goto(`/workbench?version=${book.version}`);
    await page.getByRole("textbox", { name: "Stress loss line, per cent" }).fill("7");
    await page.route("**/distressed-asset-debt-stress/run", (route) => route.fulfill(REFUSAL));
    await page.keyboard.press("ControlOrMeta+Enter");
    const alert = page.getByRole("alert").filter({ hasText: "The database did not answer." });
    await expect(alert).toContainText("Your edits are kept.");
    await expect(alert).toContainText("7f3a91c2");
    await expect(page.getByRole("button", { name: /^Market crash: loss/ })).toBeVisible();
    await page.unroute("**/distressed-asset-debt-stress/run");
    await alert.getByRole("button", { name: "Try again" }).click();
    await expect(page.getByText("Evidence: all figures are recorded.")).toBeVisible();
    await expect(alert).toHaveCount(0);
    await expect(page.getByRole("textbox", { name: "Stress loss line, per cent" }))
      .toHaveValue("7");
  });

  test("fails only the part it feeds, which comes back", async ({ page }) => {
    await page.clock.install();
    await page.route(RUNS, (route) => route.fulfill(REFUSAL));
    const part = page.getByRole("alert").filter({ hasText: "database" });
    await page.goto("/runs");
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Runs");
    await expect(async () => {
      // The page asks again after one, two and four seconds before it gives up.
      await page.clock.fastForward(4000);
      await expect(part).toBeVisible({ timeout: 500 });
    }).toPass();
    await expect(part).toContainText("7f3a91c2");
    await page.unroute(RUNS);
    await part.getByRole("button", { name: "Try again" }).click();
    await expect(part).toHaveCount(0);
    await expect(page.getByRole("region", { name: "Runs", exact: true }).getByRole("row").nth(1))
      .toBeVisible();
  });
});

test.describe("an empty database", () => {
  const url = (): string => process.env.TEST_EMPTY_SERVER_URL ?? "";
  const password = (): string => process.env.TEST_EMPTY_ONE_TIME_PASSWORD ?? "";
  test.skip(() => url() === "", "needs the empty server that the global setup starts");
  test.use({ baseURL: async ({}, use) => use(url()) });

  const EMPTY = [
    { path: "/", says: "No loan tape yet", leads: /\/datasets\/import/ },
    { path: "/workbench", says: "No sealed dataset version yet", leads: /\/datasets\/import/ },
    { path: "/datasets", says: "No dataset yet", leads: /\/datasets\/import/ },
    { path: "/runs", says: "No runs yet", leads: /\/workbench/ },
    { path: "/evidence", says: "No evidence yet", leads: /\/workbench/ },
    { path: "/admin?tab=tokens", says: "No API token yet", leads: null },
  ];

  async function expectEmpty(page: Page, { path, says, leads }: typeof EMPTY[number]) {
    await page.goto(path);
    const title = page.getByRole("heading", { name: says });
    await expect(title, path).toBeVisible();
    const state = page.locator(".empty").filter({ has: title });
    const actions = state.getByRole("link").or(state.getByRole("button"));
    await expect(actions, `${path} offers one action`).toHaveCount(leads === null ? 0 : 1);
    if (leads) await expect(actions).toHaveAttribute("href", leads);
    await expect(page.getByRole("alert").filter({ hasText: /\S/ })).toHaveCount(0);
  }

  test("says on every page what belongs there and what to do", async ({ page }) => {
    const state = await settledIn({ id: "", email: "admin@todiscope.local", password: password() },
      url());
    await page.context().addCookies(state.cookies);
    for (const empty of EMPTY) await expectEmpty(page, empty);
    await expect(page.getByRole("banner").getByRole("button", { name: /No dataset yet/ }))
      .toBeVisible();
    await page.goto("/");
    await page.getByRole("link", { name: "Import a loan tape" }).click();
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Import a loan tape");
  });
});
