import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import { verifyBundle } from "@/lib/bundle/verify-bundle";
import { isSignedBy } from "@/lib/bundle/verify-report";
import type { Json } from "../support/api";
import { newBook, newRun } from "../support/browser-book";
import { asAdmin, expect, test } from "../support/browser-test";
import { whileReadersStand } from "../support/held-imports";
import { expectAccessible, expectConforming } from "../support/page-checks";

test.use({ who: "analyst" });

let run: Json;
test.beforeAll(async () => {
  run = await newRun(await newBook("Downloads"));
});

const EXPORT = /\/api\/v3\/runs\/[^/]+\/export/;

async function askForCsv(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Export", exact: true }).click();
  await page.getByRole("menuitem", { name: /^CSV/ }).click();
}

test("a file that takes long shows that it is made, and can be cancelled", async ({ page }) => {
  const got: string[] = [];
  page.on("download", (download) => got.push(download.suggestedFilename()));
  await page.goto(`/runs/${run.run_id}`);
  let answer = (): void => undefined;
  const asked = new Promise<void>((resolve) => { answer = resolve; });
  await page.route(EXPORT, async (route) => {
    await asked;
    await route.continue().catch(() => undefined);
  });
  await askForCsv(page);
  const downloads = page.getByRole("region", { name: "Downloads" });
  await expect(downloads.getByRole("progressbar", { name: "Making the file" })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("link", { name: "Evidence", exact: true }).first().click();
  await expect(page.getByRole("heading", { level: 1, name: "Evidence" })).toBeVisible();
  await expect(downloads, "another page does not end it").toBeVisible();
  await downloads.getByRole("button", { name: "Cancel" }).click();
  await expect(downloads).toBeHidden();
  answer();
  await page.unroute(EXPORT);

  await page.goto(`/runs/${run.run_id}`);
  const download = page.waitForEvent("download");
  await askForCsv(page);
  expect((await download).suggestedFilename()).toMatch(/\.csv$/);
  await expect(page.getByText(/^Downloaded .*\.csv$/)).toBeVisible();
  expect(got, "what was cancelled is no file").toHaveLength(1);
});

test("a file that is refused says why, and one that does not come is none", async ({ page }) => {
  await page.goto(`/runs/${run.run_id}`);
  await page.route(EXPORT, (route) => route.fulfill({ status: 503,
    contentType: "application/problem+json", body: JSON.stringify({ detail: "LOG_BEHIND",
      message: "The evidence log is behind.", request_id: "5f0e8c1a" }) }));
  await askForCsv(page);
  const note = page.getByRole("listitem").filter({ hasText: "The file was not downloaded" });
  await expect(note).toContainText("The evidence log is behind. Request id 5f0e8c1a");
  await note.getByRole("button", { name: "Close message" }).click();
  await page.unroute(EXPORT);
  await page.route(EXPORT, (route) => route.abort());
  await askForCsv(page);
  await expect(note).toContainText("The server did not answer. Nothing was saved. Try again.");
});

test("a run of an erased version still gives its bundle, and nothing else", async ({ page }) => {
  const book = await newBook("Erased");
  const { run_id: id } = await newRun(book);
  await asAdmin("DELETE", `/api/v3/dataset-versions/${book.version}`, { body: { reason: "asked" } });
  await page.goto(`/runs/${id}`);
  await expect(page.getByText("This run belongs to an erased version")).toBeVisible();
  const saved = page.waitForEvent("download");
  await page.getByRole("link", { name: "Bundle with hashes and proofs" }).click();
  const file = await (await saved).path();
  const report = await verifyBundle(readFileSync(file), { isSignedBy });
  expect(report.checks.filter(({ ok }) => !ok)).toStrictEqual([]);
  expect(report.run_id).toBe(id);
  await expect(page.getByRole("link", { name: "All runs" })).toBeVisible();
});

/** Has the page order every file, however small, as it orders large ones. */
const orderAll = (page: Page): Promise<unknown> => page.route(EXPORT, (route) =>
  route.continue({ headers: { ...route.request().headers(), prefer: "respond-async" } }));

/** What stands there of the bundle of a run, which no other test orders. */
const cardOf = (page: Page, { run_id: id }: Json) => page.getByRole("region",
  { name: "Downloads" }).locator(".download").filter({ hasText: id.slice(0, 8) });

async function askForBundle(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Export", exact: true }).click();
  await page.getByRole("menuitem", { name: /bundle/i }).click();
}

test("a large file is made on over a reload, and is there afterwards", async ({ page }) => {
  const large = await newRun(await newBook("Large"));
  await orderAll(page);
  await page.goto(`/runs/${large.run_id}`);
  const downloads = cardOf(page, large);
  const making = downloads.getByRole("progressbar", { name: /^Making todiscope-run-.*\.zip$/ });
  await whileReadersStand(async () => {
    await askForBundle(page);
    await expect(making).toBeVisible();
    await expect(downloads).toContainText(/0 rows/);
    await page.reload();
    await expect(making, "the server knows of it").toBeVisible();
    await expectConforming(page);
    await page.getByRole("link", { name: "Evidence", exact: true }).first().click();
    await expect(page.getByRole("heading", { level: 1, name: "Evidence" })).toBeVisible();
    await expect(making).toBeVisible();
  });
  await expect(page.getByRole("listitem").filter({ hasText: /\.zip is ready/ })).toBeVisible();
  await expect(downloads).toContainText(/SHA-256 [0-9a-f]{64}/);
  await expectConforming(page);
  await page.reload();
  await expect(downloads, "what is not saved stays").toContainText(/\.zip is ready/);
  const download = page.waitForEvent("download");
  await downloads.getByRole("link", { name: "Save" }).click();
  expect((await download).suggestedFilename()).toMatch(/^todiscope-run-.*\.zip$/);
  await expect(downloads).toBeHidden();
  expect(await page.evaluate(() => localStorage.getItem("todiscope-ordered-files"))).toBe("[]");
  await page.reload();
  await expect(page.getByRole("heading", { level: 1, name: "Evidence" })).toBeVisible();
  await expect(downloads).toHaveCount(0);
});

test("a large file is saved by itself on the page that asked for it", async ({ page }) => {
  const large = await newRun(await newBook("Large"));
  await orderAll(page);
  await page.goto(`/runs/${large.run_id}`);
  const download = page.waitForEvent("download");
  await askForBundle(page);
  expect((await download).suggestedFilename()).toMatch(/^todiscope-run-.*\.zip$/);
  await expect(cardOf(page, large)).toHaveCount(0);
});

test("the making of a large file is cancelled by who asked for it", async ({ page }) => {
  const large = await newRun(await newBook("Large"));
  await orderAll(page);
  await page.goto(`/runs/${large.run_id}`);
  const downloads = cardOf(page, large);
  await whileReadersStand(async () => {
    await askForBundle(page);
    await downloads.getByRole("button", { name: "Cancel" }).click();
    await expect(downloads.getByRole("progressbar", { name: /^Stopping/ })).toBeVisible();
  });
  await expect(page.getByRole("listitem").filter({ hasText: "was cancelled" })).toBeVisible();
  await expect(downloads).toHaveCount(0);
});
