import type { Page } from "@playwright/test";
import { newBook } from "../support/browser-book";
import { answerOf, asAdmin, expect, test, unique } from "../support/browser-test";

/** All tests share one server: whatever happens here, it is resumed. */
test.afterEach(async () => {
  await asAdmin("POST", "/api/v3/kill-switch/deactivate", { body: { reason: "after a test",
    checklist: { cause_resolved: true, accept_failed: ["health", "chain_verified"] } } });
  for (const flag of ["AUTO_APPROVAL", "AUTO_APPROVAL_MAX_NOTIONAL"]) {
    await asAdmin("POST", `/api/v3/feature-flags/${flag}/reset`, { body: { reason: "after a test" } });
  }
});

const card = (page: Page, name: RegExp | string) => page.getByRole("region", { name });
const strip = (page: Page) => page.getByRole("region", { name: "Kill switch", exact: true })
  .filter({ hasText: "Runs and imports are stopped." });

test.describe("an administrator", () => {
  test.use({ who: "administrator" });

  test("stops everything with a reason, sees it everywhere, and resumes by the checklist", async ({ page }) => {
    const book = await newBook("Halted");
    const reason = unique("Prices look wrong");
    await page.goto("/operations");
    const stop = page.getByRole("button", { name: "Stop everything" });
    await stop.click();
    const halt = page.getByRole("alertdialog", { name: "Stop everything?" });
    await halt.getByRole("button", { name: "Stop everything" }).click({ force: true });
    expect((await answerOf("/api/v3/kill-switch/status")).enabled).toBe(false);
    await halt.getByLabel("Why").fill(reason);
    await halt.getByRole("button", { name: "Stop everything" }).click();
    await expect(page.getByRole("button", { name: "Resume" })).toBeVisible();
    await expect(page.getByRole("cell", { name: reason })).toBeVisible();
    expect(await answerOf("/api/v3/kill-switch/status"))
      .toMatchObject({ enabled: true, reason, trigger: "manual" });

    await page.goto(`/workbench?version=${book.version}`);
    await expect(strip(page)).toContainText(reason);
    await page.getByRole("button", { name: /^Run and record/ }).click();
    const refused = page.getByRole("alert").filter({ hasText: "nothing can be recorded" });
    await expect(refused).toContainText(reason);

    await strip(page).getByRole("link", { name: "Details" }).click();
    await page.getByRole("button", { name: "Resume" }).click();
    const resume = page.getByRole("dialog", { name: "Resume?" });
    await expect(resume.getByRole("list", { name: "Checklist" }).getByRole("listitem"))
      .toHaveCount(3);
    await resume.getByRole("button", { name: /^Resume/ }).click({ force: true });
    await expect(resume).toBeVisible();
    expect((await answerOf("/api/v3/kill-switch/status")).enabled).toBe(true);
    for (const box of await resume.getByRole("checkbox").all()) await box.check();
    await resume.getByLabel("Why").fill("Prices are right");
    await resume.getByRole("button", { name: /^Resume/ }).click();
    await expect(stop).toBeVisible();
    await expect(page.getByRole("cell", { name: "Prices are right" }).first()).toBeVisible();
    await expect(strip(page)).toHaveCount(0);
    expect((await answerOf("/api/v3/kill-switch/history")).items.slice(0, 2)).toMatchObject([
      { action: "resumed", reason: "Prices are right", checklist: { cause_resolved: true } },
      { action: "activated", reason }]);
  });

  test("switches a flag and sets a number, with the origin shown", async ({ page }) => {
    await page.goto("/operations");
    const row = card(page, "Feature flags").getByRole("listitem")
      .filter({ hasText: "largest notional" });
    await row.getByRole("button", { name: "Set AUTO_APPROVAL_MAX_NOTIONAL" }).click();
    const dialog = page.getByRole("alertdialog");
    await dialog.getByLabel("Value").fill("a lot");
    await dialog.getByLabel("Why").fill("Higher limit");
    await dialog.getByRole("button", { name: "Set" }).click();
    await expect(dialog.getByText("A number from 0 on")).toBeVisible();
    await dialog.getByLabel("Value").fill("2500.5");
    await dialog.getByRole("button", { name: "Set" }).click();
    await expect(row).toContainText("2,500.5");
    await expect(row).toContainText("Set here");
    await row.getByRole("button", { name: "Use default" }).click();
    await page.getByRole("alertdialog").getByLabel("Why").fill("Back");
    await page.getByRole("alertdialog").getByRole("button", { name: "Use default" }).click();
    await expect(row).toContainText("1,000");
    await expect(row.getByText("Default", { exact: true })).toBeVisible();
  });
});

test.describe("a server without its pages", () => {
  test.use({ who: "reader" });

  test("says so in words, goes on with the API, and shows them again", async ({ page }) => {
    const change = (how: string) => asAdmin("POST",
      `/api/v3/feature-flags/ENABLE_DASHBOARD/${how}`, { body: { reason: "a test" } });
    expect((await change("disable")).status).toBe(200);
    try {
      for (const path of ["/", "/operations", "/signin", "/no/such/page"]) {
        const answer = await page.goto(path);
        expect(answer?.status(), path).toBe(404);
        await expect(page.getByText("ENABLE_DASHBOARD").first()).toBeVisible();
      }
      expect((await answerOf("/api/v3/runs")).items).toBeDefined();
    } finally {
      await change("reset");
    }
    expect((await page.goto("/operations"))?.status()).toBe(200);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Operations");
  });
});

test.describe("a reader", () => {
  test.use({ who: "reader" });

  test("sees the controls and is told why they cannot be used", async ({ page }) => {
    await page.goto("/operations");
    const stop = page.getByRole("button", { name: "Stop everything" });
    await expect(stop).toHaveAttribute("aria-disabled", "true");
    await expect(stop).toContainText("You need the Admin role");
    await stop.click({ force: true });
    await expect(page.getByRole("alertdialog")).toHaveCount(0);
    await expect(card(page, "Engines")).toContainText("May run");
    await expect(card(page, "Feature flags")).toContainText("STRICT_VALIDATION");
  });
});
