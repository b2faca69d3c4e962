import type { Locator, Page } from "@playwright/test";
import { newBook } from "../support/browser-book";
import { answerOf, asAdmin, expect, test, unique } from "../support/browser-test";
import { expectAccessible, expectNoSidewaysScroll } from "../support/page-checks";

test.use({ who: "analyst", contextOptions: { reducedMotion: "reduce" } });

/** Two loans, one better secured than it needs; PD and LGD as textbooks have them. */
const TAPE = `instrument_id,obligor_id,sector,principal,collateral_value,interest_rate_pct,pd,lgd
AN-1,Adler AG,Shipping,600000,450000,5,0.01,0.45
AN-2,Birke SA,Retail,400000,300000,5,0.01,0.45`;

const TABS = ["sensitivity", "reverse", "credit-loss", "concentration", "irb", "projection",
  "value-at-risk", "past-due"] as const;

let version: string;
test.beforeAll(async () => {
  ({ version } = await newBook("Analytics", TAPE));
});

/** What the version says of itself comes last: by then fields take what is typed. */
async function open(page: Page, tab: string, more = ""): Promise<void> {
  await page.goto(`/analytics?version=${version}&tab=${tab}${more}`);
  await expect(page.getByText("as of 31 Oct 2026").first()).toBeVisible();
}
const card = (page: Page, name: RegExp): Locator => page.getByRole("figure", { name });
const tile = (page: Page, name: string): Locator =>
  page.locator(".tile").filter({ has: page.getByRole("heading",
    { name: new RegExp(`^${name}`) }) });

test("sensitivity: tornado, grid by keyboard, table and evidence", async ({ page }) => {
  await open(page, "sensitivity");
  // O 1,000,000, C 750,000: a quarter of the collateral and 5 % of what is owed.
  await expect(page.getByRole("heading", { name: /^Collateral explains 79/ })).toBeVisible();
  await expect(page.getByRole("img", { name:
    /^Collateral −25.%: loss 93\.8 at half, 187\.5 in full, 375\.0 at double/ })).toBeVisible();
  const grid = card(page, /of 121 combinations/);
  const first = grid.getByRole("button", { name: /^Collateral −50/ }).first();
  await expect(first).toHaveAccessibleName(
    /^Collateral −50.%, default risk 0.%: loss 375\.0 EUR k, 37\.5.% of what is owed$/);
  await first.focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowRight");
  const next = grid.getByRole("button", { name: /^Collateral −45.%, default risk \+2.%/ });
  await expect(next).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/[?&]c=-0\.45/);
  await expect(next).toHaveAttribute("aria-pressed", "true");
  await expect(page.getByRole("textbox", { name: /^Collateral, per cent/ })).toHaveValue("−45");
  await page.getByRole("button", { name: "Back to the scenario as it is" }).click();

  await grid.getByRole("button", { name: "View as table: loss grid" }).click();
  const row = grid.getByRole("row").nth(1);
  await expect(row).toContainText("375.0");
  await page.getByRole("button", { name: "Save as evidence" }).first().click();
  const link = page.getByRole("main").getByRole("link", { name: /^[0-9a-f]{8}$/ }).first();
  await expect(link).toBeVisible();
  const id = (await link.getAttribute("href"))?.split("/").at(-1);
  expect((await answerOf(`/api/v3/evidence/${id}`)).kind).toBe("analysis");
});

test("reverse stress: multiplier, factors, frontier, covenants, and an unreachable target",
  async ({ page }) => {
    await open(page, "reverse");
    // 187,500 k + 50,000 k = 50,000.
    await expect(tile(page, "Break-even multiplier")).toContainText("0.21 ×");
    await expect(tile(page, "Loss at break-even")).toContainText("50.0");
    const factors = page.getByRole("region", { name: "Break-even of each shock" });
    await expect(factors.getByRole("row", { name: /^Collateral/ })).toContainText("0.27 ×");
    await expect(factors.getByRole("row", { name: /^Default risk/ })).toContainText("1.00 ×");
    await expect(factors.getByRole("row", { name: /^Interest rate/ })
      .getByRole("note").first()).toHaveAccessibleName(/moves cost, not loss/);
    const frontier = card(page, /^Default risk of \+5.% reaches/);
    const start = frontier.getByRole("img", { name: /^Collateral 0.%: default risk \+5.%/ });
    await start.focus();
    await page.keyboard.press("ArrowRight");
    await expect(frontier.getByRole("img", { name: /^Collateral −1\.25/ })).toBeFocused();
    const covenants = page.getByRole("region", { name: "Covenants, table" });
    await expect(covenants.getByRole("row", { name: /^Collateral coverage/ }))
      .toContainText("0.56 ×");
    await expect(covenants.getByRole("row", { name: /^Leverage/ })).toContainText("Not known");
    await page.getByRole("textbox", { name: /^Target/ }).fill("100");
    await page.getByRole("combobox", { name: "Shocks of" }).selectOption("own");
    await expect(page.getByRole("heading", { name: /^No multiple of the own scenario/ }))
      .toBeVisible();
    await expect(tile(page, "Break-even multiplier").getByRole("note"))
      .toHaveAccessibleName(/not even at 20 times/);
  });

test("credit loss: the closed form of the model, and a simulation beside it", async ({ page }) => {
  await open(page, "credit-loss", "&method=granular&rho=0.2");
  await page.getByRole("button", { name: "Compute", exact: true }).click();
  await expect(tile(page, "Expected loss")).toContainText("4.5 EUR k");
  await page.getByRole("radio", { name: "Monte Carlo" }).check({ force: true });
  await expect(page.getByText("The inputs changed.")).toBeVisible();
  await page.getByRole("button", { name: "Simulate" }).click();
  await expect(card(page, /^One path in 1,000 loses/)).toBeVisible();
  await expect(tile(page, "Expected loss")).toContainText("standard error");
  const quantiles = card(page, /^Single names make/);
  await quantiles.getByRole("button", { name: /^View as table/ }).click();
  await expect(quantiles.getByRole("row", { name: /^VaR 99\.9/ })).toBeVisible();
  await expect(page.getByRole("heading", { name: /^Adler AG makes/ })).toBeVisible();
});

test("a simulation is cancelled and started again", async ({ page }) => {
  await page.route("**/analyses/credit-loss", () => undefined);
  await open(page, "credit-loss", "&seed=7");
  await page.getByRole("button", { name: "Simulate" }).click();
  await expect(page.getByRole("progressbar")).toBeVisible();
  await page.getByRole("button", { name: "Cancel" }).click();
  await expect(page.getByText("The simulation was cancelled")).toBeVisible();
  await page.unroute("**/analyses/credit-loss");
  await page.getByRole("button", { name: "Start again" }).click();
  await expect(card(page, /^One path in 1,000 loses/)).toBeVisible();
});

test("a job simulates on while its page is left, and is cancelled there", async ({ page }) => {
  // As much as one request may ask for: minutes of work, which the test does not wait for.
  const rows = Array.from({ length: 10_000 }, (_, at) =>
    `SIM-${at},OB-${at},Retail,${1000 + at},0,5,${0.001 + (at % 90) / 1000},0.45`);
  const book = await newBook("Simulation", [TAPE.split("\n")[0], ...rows].join("\n"));
  await page.goto(`/analytics?version=${book.version}&tab=credit-loss&paths=1000000&rho=0.2`);
  await page.getByRole("button", { name: "Simulate" }).click();
  const bar = page.getByRole("progressbar", { name: /^The simulation/ });
  await expect(bar).toBeVisible();
  await expect(page).toHaveURL(/[?&]job=/);
  await page.reload();
  await expect(page.getByRole("progressbar", { name: /is under way/ })).toBeVisible();
  await expect(page.getByText(/\d paths?(,|$)/).first()).toBeVisible();
  await page.getByRole("button", { name: "Cancel", exact: true }).click();
  await expect(page.getByText("The simulation was cancelled.").first()).toBeVisible();
  await expect(page.getByText("Nothing of it is kept.")).toBeVisible();
  await expect(bar).toHaveCount(0);
});

test("concentration: index, curve, flagged names and another column", async ({ page }) => {
  await open(page, "concentration");
  await expect(tile(page, "Herfindahl index")).toContainText("0.5200");
  await expect(tile(page, "Effective number")).toContainText("1.9");
  await expect(tile(page, "Gini coefficient")).toContainText("0.100");
  await expect(page.getByRole("heading", { name: /^2 obligors owe more than 15/ })).toBeVisible();
  await page.getByRole("combobox", { name: "By" }).selectOption("sector");
  await expect(page).toHaveURL(/[?&]by=sector/);
  await expect(page.getByRole("heading", { name: /^2 sectors owe more than 15/ })).toBeVisible();
});

test("a scenario of the library that shocks a segment is analysed on the server", async ({ page }) => {
  const name = unique("seg").replace(/[^A-Za-z0-9._-]/g, "-");
  const made = await asAdmin("POST", "/api/v3/scenarios", { body: { scenario_id: name, name,
    segment_shocks: [{ where: { sector: ["Shipping"] }, collateral_market_impact_pct: -0.5 },
      { where: { sector: ["Shiping"] }, collateral_market_impact_pct: -0.5 }] } });
  const scenario = `&scenario=library:${made.json.library_scenario_id}`;
  await open(page, "sensitivity", scenario);
  // Half of the collateral of the one Shipping loan: 225,000 of 750,000.
  await expect(page.getByRole("heading", { name: /^Collateral explains the whole/ })).toBeVisible();
  await expect(card(page, /^Every combination loses 5.% of what is owed/)).toBeVisible();
  await expect(page.getByRole("status").filter({ hasText: "A segment shocks nothing." }))
    .toContainText(/no record has sector "Shiping"; there are .*Shipping/);
  await expect(page.getByRole("combobox", { name: "Shocks of" }))
    .toHaveValue(`library:${made.json.library_scenario_id}`);
  await expectAccessible(page);
  await open(page, "reverse", scenario);
  await expect(tile(page, "Break-even multiplier")).toContainText("0.22");
  await expect(page.getByRole("figure", { name: /reaches|reach/ }).first()).toBeVisible();
});

test("IRB capital: Basel's risk weights, typed and of the version", async ({ page }) => {
  await open(page, "irb");
  const table = page.getByRole("region", { name: "Exposures, table" });
  for (const weight of ["92.32", "56.40", "17.22", "45.77"]) {
    await expect(table).toContainText(weight);
  }
  await page.getByRole("textbox", { name: "Exposure 1, turnover, m", exact: true }).fill("5");
  // Published as 72.40, whose last digit was rounded twice.
  await expect(table).toContainText("72.39");
  await page.getByRole("textbox", { name: /^PD floor/ }).fill("0");
  await page.getByRole("textbox", { name: "Exposure 1, turnover, m", exact: true }).fill("50");
  await page.getByRole("textbox", { name: /^Exposure 1, PD/ }).fill("0.03");
  await expect(table).toContainText("14.44");
  await page.getByRole("radio", { name: "Loans of the version" }).check({ force: true });
  await expect(page.getByRole("region", { name: "Loans, table" })
    .getByRole("row", { name: /^AN-1/ })).toContainText("92.32");
  await page.getByRole("combobox", { name: "Without an asset class" }).selectOption("mortgage");
  await expect(page.getByRole("region", { name: "Loans, table" })
    .getByRole("row", { name: /^AN-1/ })).toContainText("56.40");
});

test("capital is kept as evidence, which says in words what it is of", async ({ page }) => {
  await open(page, "irb");
  await page.getByRole("button", { name: "Save as evidence" }).click();
  await page.getByRole("link", { name: /^[0-9a-f]{8}/ }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("IRB capital, analysis");
  const figures = page.getByRole("region", { name: "Figures with formulas" });
  // The mean of the four published weights: 92.32, 56.40, 17.22 and 45.77 %.
  await expect(figures.getByRole("row", { name: /^Mean risk weight/ })).toContainText("52.93");
  await expect(page.getByText("were given with the request: 4 exposures.")).toBeVisible();
  await page.getByRole("button", { name: "Verify", exact: true }).click();
  await expect(page.getByText("Nothing has changed since this figure was recorded."))
    .toBeVisible();
  await expectAccessible(page);
});

test("projection: the default sets, months and a debt more", async ({ page }) => {
  await open(page, "projection");
  await expect(page.getByRole("heading", { name: /^Cash runs short under 3 of 4 sets/ }))
    .toBeVisible();
  await expect(page.getByRole("textbox", { name: /^Revenue, % of base/ })).toHaveValue("80");
  await page.getByRole("combobox", { name: "Set" }).selectOption("severe");
  await expect(page.getByRole("textbox", { name: /^Suppliers are paid later by/ }))
    .toHaveValue("−20");
  await page.getByRole("combobox", { name: "Set" }).selectOption("none");
  // 2,400,000 a year over 200,000 a month before interest and principal.
  await expect(tile(page, "Lowest DSCR")).toContainText("1.53 ×");
  await page.getByRole("button", { name: "Remove debt 1" }).click();
  await page.getByRole("button", { name: "Remove debt 1" }).click();
  await expect(page.getByRole("heading", { name: "No debts, so nothing is due" })).toBeVisible();
  await expect(tile(page, "Lowest DSCR").getByRole("note")).toHaveAccessibleName(/Nothing is due/);
});

test("value at risk: pasted days, levels, and words for a bad line", async ({ page }) => {
  await open(page, "value-at-risk");
  const series = page.getByRole("textbox", { name: "Date, value, flow" });
  await series.fill("2026-10-30,1000\n2026-10-29,990");
  await expect(page.getByText("Line 2: 2026-10-29 is not after 2026-10-30. Days must rise."))
    .toBeVisible();
  await series.fill("2026-10-30,1000\n2026-11-02,1000");
  await expect(tile(page, "Value at risk 99 %, a day")).toContainText("1 of the 100 returns");
  await page.getByRole("button", { name: "Load an example" }).click();
  await expect(page.getByText("260 days. Kept in this tab only.")).toBeVisible();
  await expect(tile(page, "Value at risk 95 %, a day")).toContainText("of EUR");
  await page.reload();
  await expect(page.getByText("260 days. Kept in this tab only.")).toBeVisible();
});

test("a reader sees what is computed here, and which role the rest takes", async ({ browser }) => {
  const { settledIn, newPerson, serverUrl } = await import("../support/browser-test");
  const state = await settledIn(await newPerson(["READ"]));
  const context = await browser.newContext({ storageState: state, baseURL: serverUrl() });
  const page = await context.newPage();
  await open(page, "sensitivity");
  await expect(page.getByRole("heading", { name: /^Collateral explains/ })).toBeVisible();
  await expect(page.getByRole("button", { name: /^Save as evidence/ }).first())
    .toHaveAttribute("aria-disabled", "true");
  await open(page, "concentration");
  await expect(page.getByRole("heading", { name: "You need the Execute role" })).toBeVisible();
  await context.close();
});

test("the palette leads to an analysis", async ({ page }) => {
  await page.goto("/analytics");
  // Once the page has settled on a version, which it writes into its address.
  await expect(page).toHaveURL(/version=/);
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Search or jump to" }).fill("basel");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/tab=irb/);
});

for (const [name, viewport, scheme, other] of [
  ["desk", { width: 1440, height: 1000 }, "light", "dark"],
  ["phone", { width: 390, height: 844 }, "dark", "light"],
] as const) {
  test.describe(`on a ${name}`, () => {
    test.use({ viewport, colorScheme: scheme });
    for (const tab of TABS) {
      test(`${tab} fits and is accessible in both themes`, async ({ page }) => {
        await open(page, tab);
        if (tab === "credit-loss") await page.getByRole("button", { name: "Simulate" }).click();
        if (tab === "value-at-risk") {
          test.slow(); // 519 marks to look through, twice
          await page.getByRole("button", { name: "Load an example" }).click();
        }
        await expect(page.locator(".skeleton")).toHaveCount(0);
        await expectNoSidewaysScroll(page);
        await expectAccessible(page);
        await page.emulateMedia({ colorScheme: other });
        await expectAccessible(page, ["color-contrast", "link-in-text-block"]);
        await page.setViewportSize({ width: 360, height: 740 });
        await expectNoSidewaysScroll(page);
      });
    }
  });
}
