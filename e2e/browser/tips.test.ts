import type { Locator, Page } from "@playwright/test";
import { newBook, newRun } from "../support/browser-book";
import type { Book } from "../support/browser-book";
import { expect, test } from "../support/browser-test";
import { expectAccessible } from "../support/page-checks";

test.use({ who: "analyst" });

let book: Book;
test.beforeAll(async () => {
  book = await newBook("Tips");
  await newRun(book);
});

const tile = (page: Page): Locator =>
  page.getByRole("heading", { name: "Collateral coverage", exact: true }).getByRole("button");
const held = (page: Page): Locator => page.getByRole("dialog", { name: "What it means" });

/** The script that shows tips comes once the page is there. */
const untilTips = async (page: Page, term: Locator): Promise<void> => {
  await expect(async () => {
    await term.blur();
    await page.keyboard.press("Shift");
    await term.focus();
    await expect(page.getByRole("tooltip")).toBeVisible({ timeout: 500 });
  }).toPass();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("tooltip")).toHaveCount(0);
};

test("a term says what it means to keyboard and pointer, and leads to glossary and formula", async ({
  page,
}) => {
  await page.goto(`/?version=${book.version}`);
  const term = tile(page);
  await untilTips(page, term);
  await test.step("by the pointer", async () => {
    await term.hover();
    const tip = page.getByRole("tooltip");
    await expect(tip).toContainText("Collateral as a share of what is owed");
    await expect(term).toHaveAccessibleDescription(/Collateral as a share of what is owed.*C \/ O/);
    await page.keyboard.press("Escape");
    await expect(tip).toHaveCount(0);
    await term.click();
    await expect(held(page)).toContainText("C / O");
    await expectAccessible(page);
    await page.getByRole("heading", { level: 1 }).click();
    await expect(held(page), "a click elsewhere lets it go").toHaveCount(0);
  });
  await test.step("by the keyboard", async () => {
    await term.press("Enter");
    await expect(held(page)).toBeFocused();
    await page.keyboard.press("Escape");
    await expect(held(page)).toHaveCount(0);
    await expect(term).toBeFocused();
    await term.press("Enter");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    await expect(held(page).getByRole("link", { name: "Formula with figures" })).toBeFocused();
    await page.keyboard.press("Tab");
    await expect(term, "past its last link the focus goes back").toBeFocused();
    await term.press("Enter");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL(/\/docs\/glossary#coverage$/);
  });
});

test("in a dialog a tip is above it and part of it", async ({ page }) => {
  await page.goto(`/versions/${book.version}?view=kpis`);
  await page.getByRole("heading", { level: 1 }).click();
  await page.keyboard.press("?");
  const dialog = page.getByRole("dialog");
  const close = dialog.getByRole("button", { name: "Close" });
  await close.hover();
  const tip = dialog.getByRole("tooltip");
  await expect(tip).toBeVisible();
  await tip.click();
  await expect(dialog, "a click on its tip is not one outside it").toBeVisible();
  await page.mouse.move(1, 1);
  await expect(page.getByRole("tooltip")).toHaveCount(0);
  await page.keyboard.press("Escape");
  await expect(dialog).toHaveCount(0);
});

test.describe("by touch", () => {
  test.use({ hasTouch: true, viewport: { width: 390, height: 844 } });

  test("a touch opens a term and a reason, another elsewhere closes them", async ({ page }) => {
    await page.goto(`/?version=${book.version}`);
    await untilTips(page, tile(page));
    await tile(page).tap();
    await expect(held(page)).toBeInViewport({ ratio: 1 });
    await page.getByRole("heading", { level: 1 }).tap();
    await expect(held(page)).toHaveCount(0);
    const none = page.getByRole("note", { name: "Not available: The tape gives no value of assets" });
    await none.tap();
    await expect(page.getByRole("tooltip")).toHaveText("The tape gives no value of assets");
    await page.getByRole("heading", { level: 1 }).tap();
    await expect(page.getByRole("tooltip")).toHaveCount(0);
  });
});
