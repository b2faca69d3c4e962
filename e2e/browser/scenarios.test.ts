import { readFile } from "node:fs/promises";
import { newBook } from "../support/browser-book";
import { answerOf, asAdmin, expect, test, unique } from "../support/browser-test";
import { expectAccessible, expectNoSidewaysScroll } from "../support/page-checks";

const TAPE = `instrument_id,sector,country,principal,collateral_value,interest_rate_pct
SC-1,CRE,DE,1000000,1000000,5
SC-2,Retail,FR,2000000,2000000,6`;

const idOf = (name: string): string => name.toLowerCase().replaceAll(" ", "_");

test.describe("an analyst", () => {
  test.use({ who: "analyst" });

  test("writes a scenario with a segment, a version of it, and runs it", async ({ page }) => {
    await newBook("Library", TAPE);
    const name = unique("Cliff");
    await page.goto("/scenarios");
    await page.getByRole("button", { name: "Create scenario" }).click();
    const form = page.getByRole("dialog", { name: "Create a scenario" });
    await form.getByLabel("Name").fill(name);
    await expect(form.getByLabel("Id", { exact: true })).toHaveValue(idOf(name));
    await form.getByRole("textbox", { name: "Collateral, per cent", exact: true }).fill("-10");
    await form.getByRole("button", { name: "Add a segment" }).click();
    await form.getByLabel("Segment 1, add a sector of the version").selectOption("CRE");
    await form.getByRole("textbox", { name: "Segment 1, collateral, per cent" }).fill("-40");
    await form.getByLabel("Tags (optional)").fill("desk, cre");
    await expectAccessible(page);
    await form.getByRole("button", { name: "Create scenario" }).click();

    await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
    const first = page.getByRole("article", { name: "Version 1" });
    await expect(first.getByRole("list", { name: "Segment shocks" })).toContainText("Sector CRE");
    await expect(first).toContainText("−40");
    await page.getByRole("button", { name: "New version" }).click();
    const next = page.getByRole("dialog", { name: /^New version of/ });
    await next.getByRole("textbox", { name: "Collateral, per cent", exact: true }).fill("-20");
    await next.getByRole("button", { name: "Save version 2" }).click();
    await expect(page.getByRole("article", { name: "Version 2" })).toContainText("changed collateral");
    await page.getByRole("button", { name: "Submit for approval" }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Submit" }).click();
    await expect(page.getByText("Waits for approval").first()).toBeVisible();

    await page.getByRole("link", { name: "Open in workbench" }).click();
    // By loan: CRE lacks 400,000, Retail 400,000.
    const bar = page.getByRole("group", { name: /^Stress loss per scenario/ })
      .getByRole("button", { name: new RegExp(`^${name}: loss`) });
    await expect(bar).toHaveAccessibleName(/loss 0?\.?800\.0 EUR k|loss 0\.80 EUR m|loss 800/);
    await page.getByRole("complementary", { name: "Inputs" })
      .getByRole("button", { name: "Run and record" }).click();
    await expect(page).toHaveURL(/[?&]run=[0-9a-f-]{36}/);
    const id = new URL(page.url()).searchParams.get("run");
    const run = await answerOf(`/api/v3/runs/${id}`);
    expect(run.report.stress_tests.at(-1)).toMatchObject({ loss_estimate: 800_000,
      description: expect.stringContaining("version 2, waits for approval"),
      segment_shocks: [{ where: { sector: "CRE" }, collateral_market_impact_pct: -0.4 }] });
    await page.goto(`/runs/${id}`);
    await expect(page.getByRole("list", { name: "Segment shocks" })).toContainText("Sector CRE");
  });

  test("shocks a segment on the workbench, saves it and takes it back", async ({ page }) => {
    const book = await newBook("Bench segments", TAPE);
    await page.goto(`/workbench?version=${book.version}`);
    await page.getByRole("button", { name: "More for Market crash" }).click();
    await page.getByRole("menuitem", { name: "Segment shocks" }).click();
    const dialog = page.getByRole("dialog", { name: "Segment shocks of Market crash" });
    await dialog.getByRole("button", { name: "Add a segment" }).click();
    await dialog.getByLabel("Segment 1, by").selectOption("country");
    await dialog.getByLabel("Segment 1, add a country of the version").selectOption("Germany");
    await dialog.getByRole("textbox", { name: "Segment 1, collateral, per cent" }).fill("-50");
    await dialog.getByRole("button", { name: "Apply" }).click();
    await expect(page.getByText("Market crash, segment shocks")).toBeVisible();
    // The address follows a moment later; the link is what is reloaded.
    await expect(page).toHaveURL(/[?&]scenarios=/);
    await page.reload();
    await expect(page.getByText("Market crash, segment shocks")).toBeVisible();
    // Collateral 1,000,000 and default 150,000 of the loss; the line is at 150,000.
    await expect(page.getByRole("heading", { name: /^Collateral explains 87/ })).toBeVisible();
    await expect(page.getByRole("heading", { name: /^13.% of the market crash is enough/ }))
      .toBeVisible();
    await expect(page.getByRole("group", { name: /shock alone/i })).toBeVisible();

    await page.getByRole("button", { name: "More for Market crash" }).click();
    await page.getByRole("menuitem", { name: "Save to the library" }).click();
    const name = unique("Saved crash");
    const form = page.getByRole("dialog", { name: "Create a scenario" });
    await form.getByLabel("Name").fill(name);
    await form.getByLabel("Id", { exact: true }).fill(idOf(name));
    await form.getByRole("button", { name: "Create scenario" }).click();
    await expect(page.getByText(`${name} is in the library, as a draft`, { exact: true }))
      .toBeVisible();
    await page.getByRole("button", { name: "Add from the library" }).click();
    await page.getByRole("button", { name: `Add ${name}` }).click();
    await expect(page.getByRole("list", { name: "Own scenarios" })).toContainText(name);
  });

  test("pastes scenarios from a spreadsheet, and undoes it", async ({ page }) => {
    const book = await newBook("Paste", TAPE);
    await page.goto(`/workbench?version=${book.version}`);
    await page.getByRole("button", { name: "Paste from a spreadsheet" }).click();
    const dialog = page.getByRole("dialog", { name: "Paste scenarios from a spreadsheet" });
    const cells = dialog.getByLabel("Cells of a spreadsheet");
    await cells.fill("Slump\t0.5\t-10\t-5\t2\nCliff\t0\t-150");
    await expect(dialog.getByRole("list", { name: "Problems of the cells" }))
      .toContainText("Line 2. Collateral cannot fall by more than 100");
    await cells.fill("Collateral\tScenario\n-10\tSlump\n-50 %\tCliff");
    await expectAccessible(page);
    await dialog.getByRole("button", { name: "Add 2 scenarios" }).click();
    const own = page.getByRole("list", { name: "Own scenarios" });
    await expect(own).toContainText("Cliff");
    await page.getByRole("button", { name: "Undo the last edit (Ctrl Z)" }).click();
    await expect(own).toBeHidden();
  });

  test("exports a file and sees what an import would do", async ({ page }) => {
    const id = idOf(unique("filed"));
    const made = await asAdmin("POST", "/api/v3/scenarios",
      { body: { scenario_id: id, name: "Filed" } });
    await page.goto(`/scenarios/${made.json.library_scenario_id}`);
    await page.getByRole("button", { name: "More actions" }).click();
    const download = page.waitForEvent("download");
    await page.getByRole("menuitem", { name: "Export as JSON" }).click();
    const file = JSON.parse(await readFile(await (await download).path(), "utf8"));
    expect(file.scenarios).toMatchObject([{ scenario_id: id, name: "Filed" }]);

    const next = idOf(unique("other"));
    const choose = (scenarios: object[]): Promise<void> => page.getByLabel("Scenario file (JSON)")
      .setInputFiles({ name: "scenarios.json", mimeType: "application/json",
        buffer: Buffer.from(JSON.stringify({ ...file, scenarios })) });
    await page.goto("/scenarios");
    await page.getByRole("button", { name: "Import" }).click();
    const entry = file.scenarios[0];
    await choose([{ ...entry, default_risk_increment_pct: 3 }]);
    await expect(page.getByRole("list", { name: "Problems of the file" })).toContainText("0.03");
    await choose([{ ...entry, name: "Changed" }, { ...entry, scenario_id: next }]);
    const preview = page.getByRole("list", { name: "What the import would do" });
    await expect(preview).toContainText("Id is taken");
    await expect(preview).toContainText("Differs from the latest version in name.");
    await page.getByRole("button", { name: "Import, 1 new version among them" }).click();
    await expect(page.getByText("2 scenarios imported as drafts", { exact: true })).toBeVisible();
    await expect(page.getByRole("row").filter({ hasText: "Changed" }).first()).toBeVisible();
  });

  test("clones a template and fills shocks from macro variables", async ({ page }) => {
    await page.goto("/scenarios");
    await page.getByRole("button", { name: "Create mapping" }).click();
    const dialog = page.getByRole("dialog", { name: "Create a macro mapping" });
    await dialog.getByRole("button", { name: /^Start from an example/ }).click();
    const mapping = unique("Desk mapping");
    await dialog.getByLabel("Name", { exact: true }).fill(mapping);
    await expectAccessible(page);
    await dialog.getByRole("button", { name: "Create mapping" }).click();
    await expect(page.getByRole("heading", { name: mapping })).toBeVisible();

    await page.getByRole("button", { name: "Clone Sector shock" }).click();
    const id = idOf(unique("sector"));
    await page.getByRole("dialog").getByLabel("Id", { exact: true }).fill(id);
    await page.getByRole("dialog").getByRole("button", { name: "Clone" }).click();
    await expect(page.getByRole("heading", { level: 1, name: "Sector shock" })).toBeVisible();
    await page.getByRole("button", { name: "New version" }).click();
    const form = page.getByRole("dialog", { name: /^New version of/ });
    await form.getByRole("button", { name: "From macro variables" }).click();
    await form.getByLabel("Macro mapping").selectOption(mapping);
    await form.getByRole("textbox", { name: /^Change of House prices/ }).fill("-12");
    await expect(form.getByText(/Collateral: \+1.% × −12 % House prices = −12/)).toBeVisible();
    await form.getByRole("button", { name: "Fill the four shocks" }).click();
    await expect(form.getByRole("textbox", { name: "Collateral, per cent", exact: true }))
      .toHaveValue("−12");
  });
});

test.describe("somebody with another role", () => {
  test.use({ who: "reader" });

  test("reads and may not write; phone and dark theme hold", async ({ page }) => {
    await asAdmin("POST", "/api/v3/scenarios",
      { body: { scenario_id: idOf(unique("seen")), name: "Seen", tags: ["a"] } });
    await page.goto("/scenarios?q=Seen");
    await expect(page.getByRole("button", { name: /^Create scenario/ }))
      .toHaveAttribute("aria-disabled", "true");
    await expectAccessible(page);
    await page.setViewportSize({ width: 390, height: 844 });
    await expectNoSidewaysScroll(page);
    await page.emulateMedia({ colorScheme: "dark" });
    await page.getByRole("link", { name: "Seen" }).first().click();
    await expect(page.getByRole("heading", { level: 1, name: "Seen" })).toBeVisible();
    await expectAccessible(page);
    await expectNoSidewaysScroll(page);
    await page.goto("/scenarios/00000000-0000-7000-8000-000000000000");
    await expect(page.getByRole("link", { name: "All scenarios" })).toBeVisible();
  });
});
