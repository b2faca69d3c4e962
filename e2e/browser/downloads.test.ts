import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import { verifyBundle } from "@/lib/bundle/verify-bundle";
import { isSignedBy } from "@/lib/bundle/verify-report";
import type { Json } from "../support/api";
import { newBook, newRun } from "../support/browser-book";
import { asAdmin, expect, test } from "../support/browser-test";
import { expectAccessible } from "../support/page-checks";

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
