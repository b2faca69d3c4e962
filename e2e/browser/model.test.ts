import { readFileSync } from "node:fs";
import { newBook } from "../support/browser-book";
import { answerOf, asAdmin, expect, test } from "../support/browser-test";
import { expectAccessible, expectNoSidewaysScroll } from "../support/page-checks";
import { RUN_PATH, STARTED_AT } from "../support/api";

test.use({ who: "analyst" });

const TAPE = `instrument_id,sector,principal,collateral_value,interest_rate_pct
WI-1,Shipping,1000000,3000000,5
WI-2,Retail,2000000,500000,6`;

test("a formula follows what is typed, by its values, and finds back to its check value", async ({
  page,
}) => {
  await page.goto("/docs?tab=model");
  await expect(page).toHaveURL(/\/docs\/model$/);
  const stress = page.getByRole("region", { name: "Stress scenario", exact: true });
  await expect(stress.getByText("Equals the check values")).toBeVisible();
  const loss = stress.getByRole("row", { name: /^Loss / });
  await expect(loss).toContainText("64,750");
  // The figures come with the page; what is typed before its scripts is not heard.
  await page.waitForLoadState("networkidle");
  await stress.getByLabel("Outstanding O").fill("1,100,000");
  await expect(stress.getByText("Your inputs")).toBeVisible();
  // 100,000 more are owed on both sides, and 2 % of them are buffer.
  await expect(loss).toContainText("66,750");
  await expect(loss).toContainText("271,750 − 205,000");
  await stress.getByRole("button", { name: "Market crash" }).press("Enter");
  await expect(loss).toContainText("259,250");
  await expect(stress.getByText("Equals the check values")).toBeVisible();
  await expectAccessible(page);
});

test("the limitations show what netting by portfolio hides", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto("/docs/limitations");
  const hidden = page.getByRole("region", { name: "Netting by portfolio hides losses" }).first();
  await expect(hidden.getByRole("row", { name: /^Loss, by portfolio/ })).toContainText("check 0");
  await expect(hidden.getByRole("row", { name: /^Loss, by instrument/ })).toContainText("45,000");
  await expectNoSidewaysScroll(page);
  await expectAccessible(page);
});

test("the register validates a version and runs an old run again", async ({ page }) => {
  const book = await newBook("Register", TAPE);
  const run = await asAdmin("POST", RUN_PATH, { body: { dataset_version_id: book.version,
    started_at: STARTED_AT, parameters: { netting: "instrument" } } });
  const { items } = await answerOf("/api/v3/model-register");
  const { version } = items.find((one: { current: boolean }) => one.current);
  await page.goto(`/docs/register?run=${run.json.run_id}`);
  await page.getByRole("button", { name: "Validate now" }).press("Enter");
  await expect(page.getByText(/^\d+ checks: every one holds\.$/)).toBeVisible();
  await expect(page.getByRole("table").getByText("Does not hold")).toHaveCount(0);
  await page.getByRole("button", { name: "Run again" }).press("Enter");
  await expect(page.getByText(`8 records computed by ${version}: the same bytes as recorded.`))
    .toBeVisible();
  await expect(page.getByRole("region", { name: "Records computed again" }).getByText("Equal"))
    .toHaveCount(8);
  await expectAccessible(page);
  await page.setViewportSize({ width: 390, height: 844 });
  await expectNoSidewaysScroll(page);
});

test("what-if, by keyboard: pro forma beside actual, in the address, as a file", async ({ page }) => {
  const book = await newBook("What if", TAPE);
  await page.goto(`/workbench?version=${book.version}&netting=instrument&drill=net`);
  const drawer = page.getByRole("complementary", { name: "Where the number comes from" });
  await drawer.getByRole("button", { name: /^WI-2/ }).press("Enter");
  await drawer.getByRole("button", { name: "Change the chosen instrument" }).press("Enter");
  const collateral = drawer.getByLabel("Collateral of WI-2");
  await collateral.focus();
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.type("1500000");
  const net = drawer.getByRole("row", { name: /^Net exposure/ });
  await expect(net).toContainText("1,500,000.00");
  await expect(net).toContainText("500,000.00");
  await expect(net).toContainText("−1,000,000.00");
  await expect(page).toHaveURL(/whatif=[0-9a-f-]{36},c1500000/);
  await page.reload();
  await expect(net).toContainText("−1,000,000.00");
  const download = page.waitForEvent("download");
  await drawer.getByRole("button", { name: "Changes as CSV" }).press("Enter");
  const csv = readFileSync(await (await download).path(), "utf8");
  expect(csv).toMatch(/,,WI-2,collateral_value,500000,1500000\r\n$/);
  await drawer.getByLabel("Removed").press("Space");
  await expect(drawer.getByRole("row", { name: /^Outstanding/ })).toContainText("−2,000,000.00");
  // Nothing of it was saved: the figure that the drawer is about is the tape's.
  await expect(drawer.getByRole("heading", { level: 2 })).toContainText("1,500.0");
  await expectAccessible(page);
  await drawer.getByRole("button", { name: "Discard all" }).press("Enter");
  await expect(page).not.toHaveURL(/whatif/);
});

test("what-if of pasted ids, on a version's records and under a scenario with segments", async ({
  page,
}) => {
  const book = await newBook("What if", TAPE);
  await asAdmin("POST", "/api/v3/scenarios", { body: { scenario_id: "library_quarter",
    name: "Library quarter", collateral_market_impact_pct: -0.25 } });
  await page.goto(`/versions/${book.version}?view=records&netting=instrument`);
  const card = page.getByRole("region", { name: /^What if single records/ });
  await card.getByText("Paste instrument ids", { exact: true }).click();
  await card.getByLabel("Instrument ids").fill('WI-1\t"WI-2"\nNO-SUCH');
  await card.getByRole("button", { name: "Select 3 ids" }).click();
  await expect(card.getByText("2 instruments selected. Not in this version: NO-SUCH.")).toBeVisible();
  await card.getByLabel(/^Collateral, of the tape’s, of all/).fill("50");
  await card.getByRole("button", { name: "Apply to all" }).click();
  await expect(card.getByLabel("Collateral of WI-1")).toHaveValue("1,500,000");
  const net = card.getByRole("row", { name: /^Net exposure/ });
  await expect(net).toContainText("1,750,000.00");
  // One default less, one of one's own and one of the library: in the address, and back from it.
  await card.getByText("Scenarios (3)", { exact: true }).click();
  await card.getByRole("switch", { name: "Market crash on" }).click();
  await card.getByRole("button", { name: "Add a scenario" }).click();
  const naming = page.getByRole("dialog", { name: "Add a scenario" });
  await naming.getByLabel("Name").fill("All halves");
  await naming.getByRole("button", { name: "Add", exact: true }).click();
  await card.getByRole("textbox", { name: "Collateral, per cent" }).fill("-50");
  await page.keyboard.press("Tab");
  const halves = card.getByRole("row", { name: /^All halves, loss/ });
  // 1,000,000 lacks 250,000 of 750,000, 2,000,000 then has 125,000 in place of 250,000.
  await expect(halves).toContainText("375,000.00");
  await expect(halves.locator(".values")).toHaveText("250,000.00");
  await expect(card.getByRole("row", { name: /^Market crash/ })).toHaveCount(0);
  await expect(page).toHaveURL(/scenarios=[^&]*All_halves/);
  await page.reload();
  await expect(halves).toContainText("375,000.00");
  await card.getByText("Scenarios (3)", { exact: true }).click();
  await card.getByRole("button", { name: "Add from the library" }).click();
  await page.getByRole("button", { name: "Add Library quarter" }).click();
  await expect(card.getByRole("row", { name: /^Library quarter, loss/ })).toContainText("62,500.00");
  await page.setViewportSize({ width: 390, height: 844 });
  await expectNoSidewaysScroll(page);
  await page.setViewportSize({ width: 1440, height: 900 });
  await expectAccessible(page);
  // The same changes in the workbench, under a scenario that halves what ships are worth.
  const changes = new URL(page.url()).searchParams.get("whatif") ?? "";
  const scenarios = { d: 0, s: [{ i: "ships_halve", w: [[{ sector: "Shipping" }, { c: -0.5 }]] }] };
  const address = new URLSearchParams({ version: book.version, netting: "instrument", drill: "net",
    whatif: changes, scenarios: JSON.stringify(scenarios) });
  await page.goto(`/workbench?${address}`);
  const loss = page.getByRole("complementary", { name: "Where the number comes from" })
    .getByRole("row", { name: /^Ships halve, loss/ });
  // Of 3,000,000 half is left for 1,000,000; of 1,500,000 only 750,000.
  await expect(loss).toContainText("250,000.00");
  await expect(loss.locator(".values")).toHaveText("0.00");
});
