import type { Page } from "@playwright/test";
import { newBook } from "../support/browser-book";
import { expect, test } from "../support/browser-test";

test.use({ who: "analyst" });

/** Holds back what matches until it is let go. */
async function hold(
  page: Page, path: RegExp, isHeld: (headers: Record<string, string>) => boolean,
) {
  let letGo = (): void => undefined;
  const free = new Promise<void>((resolve) => { letGo = resolve; });
  let asked = (): void => undefined;
  const isAsked = new Promise<void>((resolve) => { asked = resolve; });
  await page.route(path, async (route) => {
    if (isHeld(route.request().headers())) {
      asked();
      await free;
    }
    await route.continue();
  });
  return { letGo, isAsked };
}

/** Also what is fetched in case it is wanted: with it the page would be there at once. */
const bringsPage = (headers: Record<string, string>): boolean => headers.rsc === "1";

async function jumpToRuns(page: Page): Promise<void> {
  await page.keyboard.press("ControlOrMeta+k");
  await expect(page.getByRole("combobox", { name: "Search or jump to" })).toBeFocused();
  await page.keyboard.type("Runs");
  await page.keyboard.press("Enter");
}

test("a jump is not lost to the version that the page writes into its address", async ({ page }) => {
  const book = await newBook("Jump");
  const versions = await hold(page, /\/api\/v3\/dataset-versions\?/, () => true);
  const answer = await hold(page, /\/runs(\?|$)/, bringsPage);
  await page.goto("/");
  await versions.isAsked;
  await jumpToRuns(page);
  await answer.isAsked;
  versions.letGo();
  await expect(page.getByRole("button", { name: new RegExp(`^${book.name} v1`) })).toBeVisible();
  answer.letGo();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Runs");
  await expect(page).toHaveURL(/\/runs$/);
});

test("a jump is not lost to an edit that the address still waits for, nor is the edit", async ({
  page,
}) => {
  const book = await newBook("Jump, edited");
  const answer = await hold(page, /\/runs(\?|$)/, bringsPage);
  await page.goto(`/workbench?version=${book.version}`);
  const line = page.getByRole("textbox", { name: "Stress loss line, per cent" });
  await expect(page.getByRole("button", { name: /^Market crash: loss/ })).toBeVisible();
  // Edit and jump at one stroke: the address follows the edit a moment later.
  await line.evaluate((field: HTMLInputElement) => {
    field.select();
    document.execCommand("insertText", false, "7");
    document.querySelector<HTMLAnchorElement>("nav a[href='/runs']")?.click();
  });
  await answer.isAsked;
  await expect(page).toHaveURL(/[?&]loss=/);
  answer.letGo();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Runs");
  await page.goBack();
  await expect(line).toHaveValue("7");
});
