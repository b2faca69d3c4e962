import { newBook, nextVersion } from "../support/browser-book";
import { answerOf, asAdmin, expect, test } from "../support/browser-test";

test.use({ who: "analyst" });

test("limits are changed on the dataset's page, and the newest version is judged by them",
  async ({ page }) => {
    const book = await newBook("Limits");
    const version = await nextVersion(book);
    await page.goto(`/datasets/${book.dataset}`);
    await page.getByRole("button", { name: "Change limits" }).click();
    const dialog = page.getByRole("dialog", { name: "Change the limits" });
    const critical = dialog.getByRole("textbox", { name: /^NPL ratio, critical above/ });
    await dialog.getByRole("textbox", { name: /^NPL ratio, warning above/ }).fill("20");
    await expect(dialog.getByText("NPL ratio needs both limits, or none.").first()).toBeVisible();
    await critical.fill("10");
    await expect(dialog.getByText(/must be above the warning limit of 20/).first()).toBeVisible();
    await critical.fill("25");
    await dialog.getByRole("textbox", { name: "Why" }).fill("The committee of May");
    await dialog.getByRole("button", { name: "Save and judge" }).click();
    await expect(dialog).toBeHidden();
    const row = page.getByRole("table").last().getByRole("row", { name: /NPL ratio/ });
    await expect(row).toContainText("This dataset");
    await expect(page.getByText("The committee of May")).toBeVisible();

    await page.goto(`/versions/${version}?view=kpis`);
    const judged = page.getByRole("region", { name: "KPI table" })
      .getByRole("row", { name: /^NPL ratio/ });
    await expect(judged).toContainText("Warning");
    await judged.getByRole("link").click();
    await expect(page.getByRole("heading", { level: 1, name: "Portfolio KPIs" })).toBeVisible();
    await expect(page.getByText("The content of this figure is as recorded.")).toBeVisible();
    await page.getByRole("button", { name: "Verify", exact: true }).click();
    await expect(page.getByText("Nothing has changed since this figure was recorded."))
      .toBeVisible();
    await expect(page.getByText(/NPL ratio is .* above the warning limit of 20 %/)).toBeVisible();
  });

test("an edit that somebody else made meanwhile is not lost", async ({ page }) => {
  const book = await newBook("Limits of two");
  await page.goto(`/datasets/${book.dataset}`);
  await page.getByRole("button", { name: "Change limits" }).click();
  const dialog = page.getByRole("dialog", { name: "Change the limits" });
  const warning = dialog.getByRole("textbox", { name: /^PAR30, warning above/ });
  await warning.fill("6");
  await dialog.getByRole("textbox", { name: "Why" }).fill("Too many alarms");
  const other = await asAdmin("PATCH", `/api/v3/datasets/${book.dataset}/kpi-settings`, {
    body: { reason: "x", limits: { par30_pct: { warning: 2, critical: 3 } } }, headers: { "if-match": "*" } });
  expect(other.status).toBe(200);
  await dialog.getByRole("button", { name: "Save and judge" }).click();
  await expect(dialog.getByText("Somebody changed the limits meanwhile.")).toBeVisible();
  await dialog.getByRole("button", { name: "Start from theirs" }).click();
  await expect(warning).toHaveValue("2");
  const { kpis } = await answerOf(`/api/v3/datasets/${book.dataset}/kpi-settings`);
  expect(kpis.par30_pct.limits).toEqual({ warning: 2, critical: 3 });
});

test("a version without recorded KPIs is recorded from its page", async ({ page }) => {
  const book = await newBook("Late limits");
  const older = await nextVersion(book);
  await nextVersion(book);
  await asAdmin("PATCH", `/api/v3/datasets/${book.dataset}/kpi-settings`, {
    body: { reason: "x", limits: { par30_pct: { warning: 1, critical: 99 } } }, headers: { "if-match": "*" } });
  await page.goto(`/versions/${older}?view=kpis`);
  await page.getByRole("button", { name: "Judge by today’s limits" }).click();
  await expect(page.getByText("The limits changed after these were judged.")).toBeHidden();
  await expect(page.getByRole("region", { name: "KPI table" })
    .getByRole("row", { name: /^PAR30/ })).toContainText("Warning");
});

test("two versions are compared, and the instruments that moved are listed", async ({ page }) => {
  const book = await newBook("Two versions");
  await nextVersion(book);
  await page.goto(`/datasets/${book.dataset}`);
  await page.getByRole("link", { name: "Compare versions" }).click();
  await expect(page.getByRole("heading", { name: "1 added, 1 removed, 4 changed" })).toBeVisible();
  await expect(page.getByRole("img", { name: /^Removed: −12\.50 / })).toBeVisible();
  const list = page.getByRole("region", { name: "Table of changed instruments" });
  await expect(list.getByRole("row").nth(1)).toContainText("BK-1");
  await page.getByRole("combobox", { name: "Kind of change" }).selectOption("added");
  await expect(list.getByRole("row")).toHaveCount(2);
  await expect(list.getByRole("row").nth(1)).toContainText("BK-6");
  await page.getByRole("button", { name: "Swap" }).click();
  await expect(page.getByRole("img", { name: /^New: \+12\.50 / })).toBeVisible();
});
