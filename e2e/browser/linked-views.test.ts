import type { Page } from "@playwright/test";
import type { Json } from "../support/api";
import { newBook, newRun } from "../support/browser-book";
import type { Book } from "../support/browser-book";
import { expect, test } from "../support/browser-test";
import { expectAccessible } from "../support/page-checks";

test.use({ who: "analyst" });

let book: Book;
let run: Json;
test.beforeAll(async () => {
  book = await newBook("Linked views");
  run = await newRun(book);
});

const note = (page: Page, name: string) =>
  page.getByRole("status").filter({ hasText: `Selected: ${name}` });

test("a segment picked by keyboard is picked in chart, twin and table, and let go", async ({
  page,
}) => {
  await page.goto(`/versions/${book.version}`);
  const bar = page.getByRole("button", { name: /^Retail, Net exposure/ });
  await bar.focus();
  await page.keyboard.press("Enter");
  await expect(note(page, "Retail")).toBeVisible();
  await expect(page).toHaveURL(/[?&]segment=Retail/);
  await expect(bar).toHaveAttribute("aria-pressed", "true");
  const table = page.getByRole("region", { name: "Segment table" });
  const row = (name: string) => table.getByRole("row", { name: new RegExp(`^${name}`) });
  await expect(row("Retail")).toHaveAttribute("aria-selected", "true");
  await expect(row("Hotels")).toHaveAttribute("aria-selected", "false");
  await expectAccessible(page);
  await page.reload();
  await expect(row("Retail"), "a link opens it again").toHaveAttribute("aria-selected", "true");
  await page.getByRole("button", { name: "View as table: exposure by sector" }).click();
  await page.getByRole("button", { name: "Hotels", exact: true }).click();
  await expect(row("Hotels")).toHaveAttribute("aria-selected", "true");
  await expect(page.getByRole("link", { name: "Open its record" }))
    .toHaveAttribute("href", /view=records&sector=Hotels/);
  await page.keyboard.press("Escape");
  await expect(page).not.toHaveURL(/segment=/);
  await expect(row("Hotels")).toHaveAttribute("aria-selected", "false");
});

test("a segment picked on the overview cuts the shares beside it", async ({ page }) => {
  await page.goto(`/?version=${book.version}`);
  const shares = page.getByRole("list", { name: /of the book|hold/ });
  await expect(shares.getByRole("link", { name: /^Adler AG/ })).toBeVisible();
  await page.getByRole("button", { name: /^Retail, Net exposure/ }).click();
  await expect(page.getByRole("list", { name: /of Retail/ })
    .getByRole("link", { name: /^Birke SA/ })).toHaveAttribute("href", /obligor=.*&sector=Retail/);
  await expect(page.getByRole("link", { name: /^Adler AG/ })).toHaveCount(0);
  await page.getByRole("button", { name: /^Clear selection/ }).click();
  await expect(shares.getByRole("link", { name: /^Adler AG/ })).toBeVisible();
});

test("a scenario picked in a run's table is picked in its charts and findings", async ({ page }) => {
  await page.goto(`/runs/${run.run_id}`);
  const bar = (name: string) => page.getByRole("button", { name: new RegExp(`^${name}: loss`) });
  await expect(bar("Market crash"), "the worst stands for all").toHaveAttribute(
    "aria-pressed", "true");
  await page.getByRole("region", { name: "Stress results", exact: true })
    .getByRole("button", { name: "Interest rate spike" }).click();
  await expect(bar("Interest rate spike")).toHaveAttribute("aria-pressed", "true");
  await expect(page.getByRole("region", { name: "Findings" })
    .getByRole("row", { name: /^Interest rate spike/ })).toHaveAttribute("aria-selected", "true");
  await expect(page.getByRole("heading", { name: "Instruments under Interest rate spike" }))
    .toBeVisible();
  await page.keyboard.press("Escape");
  await expect(bar("Market crash")).toHaveAttribute("aria-pressed", "true");
});

test("on the workbench Escape closes the drawer first, then lets the scenario go", async ({
  page,
}) => {
  await page.goto(`/workbench?version=${book.version}&run=${run.run_id}`);
  await page.getByRole("button", { name: /^Default wave: loss/ }).click();
  const drawer = page.getByRole("complementary", { name: "Where the number comes from" });
  await expect(drawer).toBeVisible();
  const finding = page.getByRole("listitem").filter({ hasText: /^Default wave.*against/ });
  await expect(finding).toHaveAttribute("aria-current", "true");
  await page.keyboard.press("Escape");
  await expect(drawer).toHaveCount(0);
  await expect(note(page, "Default wave")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page).not.toHaveURL(/scenario=/);
  await expect(finding).not.toHaveAttribute("aria-current", "true");
});

test("a tip can be reached by the pointer, and Escape closes it", async ({ page }) => {
  await page.goto(`/?version=${book.version}`);
  await page.getByRole("note", { name: /^Not available/ }).first().hover();
  const tip = page.getByRole("tooltip");
  await expect(tip).toBeVisible();
  const box = await tip.boundingBox();
  if (!box) throw new Error("the tip has no box");
  await page.clock.install();
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2, { steps: 4 });
  // Longer than a tip stays once the pointer has left element and tip.
  await page.clock.fastForward(2000);
  await expect(tip).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(tip).toHaveCount(0);
});

test("what a chart of segments sums up leads to the table of all, on both pages", async ({ page }) => {
  const rows = Array.from({ length: 9 }, (_, index) => `L-${index},Sector ${index},${900 - index},1`);
  const wide = await newBook("Many segments",
    ["instrument_id,sector,principal,collateral_value", ...rows].join("\n"));
  const table = page.getByRole("region", { name: "Segment table" });
  for (const path of [`/versions/${wide.version}`, `/?version=${wide.version}`]) {
    await page.goto(path);
    await page.getByRole("button", { name: /^3 others, Net exposure/ }).click();
    await expect(table, path).toBeFocused();
    await expect(table.getByRole("row", { name: /^Sector 8/ })).toBeVisible();
  }
});

test("the palette finds a loan of the current version by part of its id", async ({ page }) => {
  await page.goto(`/workbench?version=${book.version}`);
  await expect(page.getByRole("button", { name: /^Market crash: loss/ })).toBeVisible();
  await page.keyboard.press("ControlOrMeta+k");
  await page.getByRole("combobox", { name: "Search or jump to" }).fill("bk-3");
  await page.getByRole("option", { name: /^BK-3 Birke SA, Retail/ }).click();
  await expect(page).toHaveURL(new RegExp(`/trace/records/${book.version}/`));
  await expect(page.getByRole("heading", { level: 1 })).toContainText("BK-3");
});
