import type { Locator, Page } from "@playwright/test";
import { newBook } from "../support/browser-book";
import { answerOf, expect, test } from "../support/browser-test";

test.use({ who: "analyst" });

/** One loan has more collateral than it owes: only the portfolio's netting counts all of it. */
const TAPE = `instrument_id,sector,principal,collateral_value,interest_rate_pct
NT-1,Shipping,1000000,3000000,5
NT-2,Retail,2000000,500000,6`;

const lossBar = (page: Page, name: string): Locator =>
  page.getByRole("group", { name: /^Stress loss per scenario/ })
    .getByRole("button", { name: new RegExp(`^${name}: loss`) });

test("netting by instrument is previewed, recorded, walked down and linked to", async ({ page }) => {
  const book = await newBook("Netting", TAPE);
  await page.goto(`/workbench?version=${book.version}`);
  await expect(page.getByRole("heading", { name: /^Collateral and recovery cover/ })).toBeVisible();
  await page.getByRole("radio", { name: "Instrument" }).check({ force: true });
  await expect(page.getByRole("heading", { name: /^Net exposure is 1,500\.0/ })).toBeVisible();
  // NT-2 comes to lack 125,000 more; the buffer is 5 % of 3,000,000.
  await expect(lossBar(page, "Market crash")).toHaveAccessibleName(/loss 275\.0 EUR k, .*preview/);
  await expect(page.getByText("by portfolio to by instrument")).toBeVisible();
  await page.getByRole("complementary", { name: "Inputs" })
    .getByRole("button", { name: "Run and record" }).click();
  await expect(page.getByText("Evidence: all figures are recorded.")).toBeVisible();
  await expect(page).toHaveURL(/[?&]run=[0-9a-f-]{36}/);
  const { run: id } = Object.fromEntries(new URL(page.url()).searchParams);
  const run = await answerOf(`/api/v3/runs/${id}`);
  expect(run.report.metadata.parameters.netting).toBe("instrument");
  expect(run.report.stress_tests[1]).toMatchObject(
    { scenario_id: "market_crash", loss_estimate: 275_000 });
  await expect(lossBar(page, "Market crash")).not.toHaveAccessibleName(/preview/);

  await lossBar(page, "Market crash").click();
  await expect(page.getByRole("heading", { name: /^Default risk explains 55/ })).toBeVisible();
  const drawer = page.getByRole("complementary", { name: "Where the number comes from" });
  await drawer.getByRole("list", { name: "Segments" })
    .getByRole("button", { name: "Retail 225.0" }).click();
  await drawer.getByRole("list", { name: "Instruments" })
    .getByRole("button", { name: "NT-2 225.0" }).click();
  await expect(drawer.getByText("1,625,000.00")).toBeVisible();
  await expect(drawer.getByRole("table", { name: "Raw row" })).toContainText("NT-2");

  await page.getByRole("radio", { name: "Portfolio" }).check({ force: true });
  await expect(page.getByText("Preview: 3 of 3 scenarios are not recorded.")).toBeVisible();
  await expect(lossBar(page, "Market crash")).toHaveAccessibleName(/last recorded/);
  await page.goto(`/runs/${id}`);
  await expect(page.getByRole("heading", { name: /^Default risk explains 83/ })).toBeVisible();
  await page.getByRole("link", { name: "Open in workbench" }).click();
  await expect(page.getByRole("radio", { name: "Instrument" })).toBeChecked();
  await expect(page.getByText("Nothing has changed since these figures were recorded."))
    .toBeVisible();
});

test("loans that cannot be read are said, and asked for again", async ({ page }) => {
  const book = await newBook("Netting fails", TAPE);
  await page.route("**/secured-debts", (route) => route.abort());
  await page.goto(`/workbench?version=${book.version}&netting=instrument`);
  await expect(page.getByText("The loans could not be read.")).toBeVisible({ timeout: 30_000 });
  await page.unroute("**/secured-debts");
  await page.getByRole("main").getByRole("button", { name: "Try again" }).click();
  await expect(page.getByRole("heading", { name: /^Net exposure is 1,500\.0/ })).toBeVisible();
});

test("a version of too many loans is recorded without a preview", async ({ page }) => {
  const book = await newBook("Netting many", TAPE);
  await page.route("**/secured-debts", (route) => route.fulfill(
    { json: { count: 250_001, outstanding: null, collateral: null } }));
  await page.goto(`/workbench?version=${book.version}&netting=instrument`);
  await expect(page.getByText("Too many loans to preview by instrument: 250,001")).toBeVisible();
  await page.getByRole("main").getByRole("button", { name: "Run and record" }).click();
  await expect(page.getByText("Evidence: all figures are recorded.")).toBeVisible();
  await expect(page.getByRole("heading", { name: "Scenarios and what they lose" })).toBeVisible();
});
