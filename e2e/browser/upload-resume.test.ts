import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import type { Page, Request } from "@playwright/test";
import { expect, test, unique } from "../support/browser-test";
import { expectAccessible, expectNoSidewaysScroll } from "../support/page-checks";

test.use({ who: "analyst" });

const PIECE = 8 * 1024 ** 2;
const ROWS = 100_000;
let file = "";
// Not where the file is only looked through for its tests.
test.beforeAll(() => {
  file = path.join(mkdtempSync(path.join(os.tmpdir(), "upload-resume-")), "large.csv");
  const note = "some text that nobody maps ".repeat(8);
  writeFileSync(file, "instrument_id,principal,note\n"
    + Array.from({ length: ROWS }, (_, at) => `LN-${at},10,${note}\n`).join(""));
});
test.afterAll(() => rmSync(path.dirname(file), { recursive: true }));

async function toLastStep(page: Page, dataset: string | null): Promise<void> {
  await page.getByLabel("Choose a tape").setInputFiles(file);
  if (dataset !== null) {
    await page.getByRole("combobox", { name: "Dataset" }).selectOption("New dataset");
    await page.getByRole("textbox", { name: "Name" }).fill(dataset);
  }
  await page.getByRole("button", { name: "Continue to columns" }).click();
  await page.getByRole("button", { name: "Continue to options" }).click();
  await page.getByRole("button", { name: "Import and seal" }).click();
}

const offsetOf = (request: Request): number =>
  Number(new URL(request.url()).searchParams.get("offset"));

test("an upload goes on after a cut of the network, and after a reload", async ({ page }) => {
  test.setTimeout(180_000);
  const name = unique("Large tape");
  const offsets: number[] = [];
  let isCut = true;
  await page.route("**/api/v3/uploads/*/pieces?*", async (route) => {
    offsets.push(offsetOf(route.request()));
    if (isCut && offsetOf(route.request()) >= PIECE) await route.abort("connectionreset");
    else await route.continue();
  });
  page.on("dialog", (dialog) => void dialog.accept());
  await page.goto("/datasets/import");
  await toLastStep(page, name);
  await expect(page.getByRole("heading", { name: "The connection is gone; trying again" }))
    .toBeVisible();
  expect(offsets.slice(0, 2)).toEqual([0, PIECE]);

  await page.goto("/datasets/import");
  const banner = page.getByRole("status").filter({ hasText: "large.csv was interrupted" });
  await expect(banner).toContainText("Choose the same file to go on");
  await expectAccessible(page);
  await expectNoSidewaysScroll(page);
  isCut = false;
  offsets.length = 0;
  await toLastStep(page, null);
  await expect(page.getByRole("heading", { name: /is sealed|sealed/ }).first())
    .toBeVisible({ timeout: 120_000 });
  expect(offsets[0]).toBe(PIECE);
  expect(offsets).not.toContain(0);
  await page.goto("/datasets/import");
  await expect(page.getByLabel("Choose a tape")).toBeAttached();
  await expect(banner).toHaveCount(0);
});

test("an interrupted upload can be given up", async ({ page }) => {
  test.setTimeout(120_000);
  await page.route("**/api/v3/uploads/*/pieces?*", (route) => route.abort("connectionreset"));
  page.on("dialog", (dialog) => void dialog.accept());
  await page.goto("/datasets/import");
  await toLastStep(page, unique("Given up"));
  await expect(page.getByRole("heading", { name: "The connection is gone; trying again" }))
    .toBeVisible();
  await page.goto("/datasets/import");
  const deleted = page.waitForResponse((response) => response.request().method() === "DELETE"
    && response.url().includes("/api/v3/uploads/"));
  await page.getByRole("button", { name: "Give it up" }).click();
  expect((await deleted).status()).toBe(200);
  await expect(page.getByText("was interrupted")).toHaveCount(0);
});
