import type { Page, Route } from "@playwright/test";
import type { Json } from "../support/api";
import { newBook, newRun } from "../support/browser-book";
import type { Book } from "../support/browser-book";
import { expect, test } from "../support/browser-test";
import { expectAccessible, expectConforming, expectNoSidewaysScroll } from "../support/page-checks";

// A colour that fades over is not the colour that is read.
test.use({ who: "administrator", contextOptions: { reducedMotion: "reduce" } });

const CONTRAST = ["color-contrast", "link-in-text-block"];

let book: Book;
let run: Json;
let other: Json;
test.beforeAll(async () => {
  book = await newBook("Page states");
  run = await newRun(book);
  other = await newRun(await newBook("Page states, the other"));
});

async function expectSound(page: Page): Promise<void> {
  await expectConforming(page);
  await expectNoSidewaysScroll(page);
  await page.emulateMedia({ colorScheme: "dark" });
  await expectAccessible(page, CONTRAST);
  await page.emulateMedia({ colorScheme: "light" });
}

const problem = (status: number, code: string, message: string) => ({ status,
  contentType: "application/problem+json", body: JSON.stringify({ type: "urn:x", title: code,
    status, detail: code, message, request_id: "7f3a91c2" }) });

/** What a page reads to know who is there stays as it is: the page itself must stand. */
const ITS_OWN = /\/api\/v3\/(me|dataset-versions\?|datasets\?|kill-switch|feature-flags)/;

async function answerAll(page: Page, answer: (route: Route) => Promise<unknown>): Promise<void> {
  await page.route("**/api/v3/**", async (route) => {
    const isFrame = route.request().method() !== "GET" || ITS_OWN.test(route.request().url());
    await (isFrame ? route.continue() : answer(route));
  });
}

const PAGES = [
  { name: "a version", path: () => `/versions/${book.version}` },
  { name: "a run", path: () => `/runs/${run.run_id}` },
  { name: "two runs", path: () =>
    `/runs/compare?base=${run.run_id}&other=${other.run_id}` },
  { name: "evidence", path: () => `/evidence/${run.debt_exposure_evidence_id}` },
  { name: "a trace", path: () => `/trace/findings/${run.material_findings[0].id}` },
  { name: "scenarios", path: () => "/scenarios" },
] as const;

const STATES = [
  { name: "forbidden", answer: (route: Route) => route.fulfill(
    problem(403, "FORBIDDEN", "This takes a role that you do not have.")) },
  { name: "refused", answer: (route: Route) => route.fulfill(
    problem(422, "PARAMETERS_INVALID", "The parameters do not fit.")) },
] as const;

for (const { name, path } of PAGES) {
  test(`${name}: loading, forbidden and refused`, async ({ page }) => {
    await page.setViewportSize({ width: 390, height: 844 });
    await answerAll(page, () => new Promise(() => undefined));
    await page.goto(path());
    await expect(page.getByRole("heading", { level: 1 })).toHaveCount(1);
    await expectConforming(page);
    for (const { name: state, answer } of STATES) {
      await page.unrouteAll({ behavior: "ignoreErrors" });
      await answerAll(page, answer);
      await page.goto(path());
      await expect(page.locator("main .skeleton"), state).toHaveCount(0);
      await expect(page.getByRole("heading", { level: 1 })).toHaveCount(1);
      await expect(page.getByRole("alert").filter({ hasText: /\S/ })
        .or(page.locator(".empty")).first(), state).toBeVisible();
      await expectSound(page);
    }
    await page.unrouteAll({ behavior: "ignoreErrors" });
  });
}

test("dialogs and open menus", async ({ page }) => {
  await page.goto("/account");
  await page.getByRole("button", { name: "Saved views" }).click();
  await expect(page.getByRole("menu")).toBeVisible();
  await expectConforming(page);
  await page.getByRole("menuitem", { name: "Save this view" }).click();
  await expect(page.getByRole("dialog", { name: "Save this view" })).toBeVisible();
  await expectSound(page);
  await page.keyboard.press("Escape");
  await page.goto(`/runs/compare?base=${run.run_id}&other=${other.run_id}`);
  await page.getByRole("button", { name: "Export" }).click();
  await expect(page.getByRole("menu")).toBeVisible();
  await expectConforming(page);
  await page.goto("/scenarios");
  await page.getByRole("button", { name: /^Clone / }).first().click();
  await expect(page.getByRole("dialog")).toBeVisible();
  await expectSound(page);
  await page.goto(`/versions/${book.version}?view=records`);
  await page.getByRole("region", { name: "Record table" }).getByRole("row").nth(1).click();
  await page.getByRole("dialog").getByRole("button", { name: "Change it in a what-if" }).click();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expectSound(page);
});

test("/verify before a file, and of a file that is none", async ({ page }) => {
  await page.goto("/verify");
  await expectSound(page);
  await page.getByLabel(/Choose a bundle/).setInputFiles(
    { name: "holiday.zip", mimeType: "application/zip", buffer: Buffer.from("no bundle") });
  await expect(page.getByText("This is no bundle of TodiScope.")).toBeVisible();
  await expectSound(page);
});
