import { readFileSync } from "node:fs";
import type { Locator, Page } from "@playwright/test";
import {
  BOOK, DEFAULTS, inFull, inMillions, LOANS, lossByHand, newBook,
} from "../support/browser-book";
import type { Book } from "../support/browser-book";
import type { Json } from "../support/api";
import { answerOf, expect, newPerson, ownServer, PASSWORD, test } from "../support/browser-test";

/** Asks the API as the page itself does, with the session of its browser. */
const asPage = (page: Page, path: string): Promise<Json> => page.evaluate(async (address) => {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address}: ${response.status}`);
  return response.json();
}, path);

async function firstSignIn(page: Page): Promise<void> {
  const printed = ownServer()?.oneTimePassword;
  const person = printed ? { email: "admin@todiscope.local", password: printed }
    : await newPerson(["ADMIN"]);
  await page.goto("/");
  await expect(page).toHaveURL(/\/signin$/);
  await page.getByLabel("E-mail").fill(person.email);
  await page.getByRole("textbox", { name: "Password" }).fill(person.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL(/\/account$/);
  await expect(page.getByText("Change your password to go on.")).toBeVisible();
  await page.goto("/workbench");
  await expect(page, "no other page before the password is changed").toHaveURL(/\/account$/);
  await page.getByRole("textbox", { name: "Current password" }).fill(person.password);
  await page.getByRole("textbox", { name: "New password", exact: true }).fill("short");
  await page.getByRole("textbox", { name: "New password again" }).fill(PASSWORD);
  await page.getByRole("button", { name: "Change password" }).click();
  await expect(page.getByText("At least 12 characters. This has 5.")).toBeVisible();
  await page.getByRole("textbox", { name: "New password", exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Change password" }).click();
  await expect(page.getByText("Your password is changed.")).toBeVisible();
  await page.getByRole("link", { name: "Go to the overview" }).click();
}

/** Chooses a version in the top bar. */
async function chooseVersion(page: Page, dataset: string, version: Json): Promise<void> {
  await page.getByRole("banner").getByRole("button", { name: /change dataset version/ }).click();
  await page.getByRole("dialog", { name: "Dataset versions" })
    .getByRole("region", { name: dataset })
    .getByRole("button", { name: new RegExp(`^v${version.number}\\b`) }).click();
  await expect(page).toHaveURL(new RegExp(`version=${version.dataset_version_id}`));
  await expect(page.getByRole("button",
    { name: `${dataset} v${version.number}, change dataset version` })).toBeVisible();
}

/** The demo portfolio's answer stands in the first sentence, in the tiles and in the chart. */
async function overviewAnswers(page: Page): Promise<void> {
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Overview");
  await expect(page).toHaveURL(/\?version=/);
  const demo = (await answerOf("/api/v3/datasets?limit=1000")).items
    .find((dataset: Json) => dataset.name === "European distressed loans");
  const version = await answerOf(
    `/api/v3/dataset-versions/${demo.latest_version.dataset_version_id}`);
  expect(version.counts.normalized).toBeGreaterThan(1500);
  const newest = new URL(page.url()).searchParams.get("version");
  if (newest !== version.dataset_version_id) await chooseVersion(page, demo.name, version);
  const { total_outstanding: owed, collateral_value: collateral,
    distressed_asset_recovery: recovery } = version.consolidated;
  const worst = Object.entries(DEFAULTS)
    .map(([name, shocks]) => ({ name, loss: lossByHand(shocks, { owed, collateral, recovery }) }))
    .reduce((most, one) => one.loss > most.loss ? one : most);
  const decimals = owed < 1e8 ? 2 : 1;
  const main = page.getByRole("main");
  await expect(main.getByText(`${worst.name} would cost EUR ${inMillions(worst.loss, decimals)} m`))
    .toBeVisible();
  await expect(main.getByRole("region", { name: "Key figures" })
    .getByRole("link", { name: `${inMillions(owed, decimals)} EUR m` })).toBeVisible();
  await expect(main.getByRole("group", { name: /^Stress loss per scenario/ })
    .getByRole("button", { name: new RegExp(`^${worst.name}: loss`) })).toBeVisible();
}

async function toWorkbench(page: Page, book: Book): Promise<void> {
  await chooseVersion(page, book.name, book.detail);
  await page.getByRole("main").getByRole("link", { name: "Open workbench" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Workbench");
}

const lossBar = (page: Page, name: string): Locator =>
  page.getByRole("group", { name: /^Stress loss per scenario/ })
    .getByRole("button", { name: new RegExp(`^${name}: loss`) });

/** Shock and threshold are typed; what follows is there at once, and marked as a preview. */
async function editAndPreview(page: Page): Promise<number> {
  const before = lossByHand(DEFAULTS["Market crash"]);
  await expect(lossBar(page, "Market crash")).toHaveAccessibleName(
    new RegExp(`loss ${inMillions(before)} EUR m, .*preview`));
  await page.getByRole("button", { name: "Edit the shocks of Market crash" }).click();
  const shock = page.getByRole("textbox", { name: "Collateral, per cent" });
  await expect(shock).toHaveValue("−25");
  await shock.fill("-250");
  await expect(page.getByText("Collateral cannot fall by more than 100 %.")).toBeVisible();
  await page.keyboard.press("Control+Enter");
  await expect(page.getByText("Nothing was run", { exact: true })).toBeVisible();
  await expect(shock, "the field that stands in the way").toBeFocused();
  await shock.fill("-30");
  const line = page.getByRole("textbox", { name: "Stress loss line, per cent" });
  await line.fill("12");
  const loss = lossByHand({ ...DEFAULTS["Market crash"], collateral: -0.3 });
  await expect(lossBar(page, "Market crash")).toHaveAccessibleName(
    `Market crash: loss ${inMillions(loss)} EUR m, ${(loss / (BOOK.owed * 0.12)).toFixed(1)}`
      + " times the line, preview");
  await expect(page.getByRole("heading", { name: /^Market crash loses/ }))
    .toContainText(inMillions(loss));
  await expect(page.getByRole("status").filter({ hasText: "Preview: no runs for version 1 yet." }))
    .toBeVisible();
  return loss;
}

async function runAndRecord(page: Page, book: Book, loss: number): Promise<Json> {
  await page.getByRole("complementary", { name: "Inputs" })
    .getByRole("button", { name: "Run and record" }).click();
  await expect(page.getByText("Evidence: all figures are recorded.")).toBeVisible();
  // The address follows the page a moment later.
  await expect(page).toHaveURL(/[?&]run=[0-9a-f-]{36}/);
  const { run: id } = Object.fromEntries(new URL(page.url()).searchParams);
  const run = await asPage(page, `/api/v3/runs/${id}`);
  expect(run.dataset_version_id).toBe(book.version);
  const { parameters } = run.report.metadata;
  expect(parameters.stress_loss_materiality_threshold_pct).toBe(0.12);
  const crash = run.report.stress_tests.find((one: Json) => one.scenario_id === "market_crash");
  expect(crash.collateral_market_impact_pct).toBe(-0.3);
  expect(crash.loss_estimate).toBeCloseTo(loss, 6);
  const table = page.getByRole("region", { name: "Scenario table" });
  for (const stress of run.report.stress_tests) {
    const name = stress.scenario_id.replaceAll("_", " ");
    const row = table.getByRole("row", { name: new RegExp(`^${name}`, "i") });
    await expect(row).toContainText(inMillions(stress.loss_estimate));
    await expect(row).toContainText(inMillions(stress.net_exposure_after_recovery));
    await expect(row.getByRole("link", { name: /, evidence of / })).toBeVisible();
    for (const link of await row.getByRole("link").all()) {
      await expect(link).toHaveAttribute("href",
        `/evidence/${run.stress_test_evidence_ids[stress.scenario_id]}`);
    }
    await expect(lossBar(page, name.charAt(0).toUpperCase() + name.slice(1)))
      .not.toHaveAccessibleName(/preview/);
  }
  return run;
}

/** From the worst loss to the row of the tape that it comes from. */
async function drillDown(page: Page, run: Json): Promise<void> {
  await lossBar(page, "Market crash").click();
  const drawer = page.getByRole("complementary", { name: "Where the number comes from" });
  await drawer.getByRole("list", { name: "Segments" })
    .getByRole("button", { name: /^Shipping/ }).click();
  const instruments = drawer.getByRole("list", { name: "Instruments" });
  await expect(instruments.getByRole("button")).toHaveCount(2);
  const [loan] = LOANS;
  const own = loan.collateral * 0.3 + loan.principal * 0.05;
  const first = instruments.getByRole("button", { name: `${loan.id} ${inMillions(own)}` });
  await first.click();
  const step = (title: string): Locator =>
    drawer.getByRole("listitem").filter({ has: page.getByRole("heading", { level: 3, name: title }) });
  await expect(step("Formula")).toContainText(inFull(loan.collateral));
  await expect(step("Formula")).toContainText(inFull(own));
  const evidence = run.stress_test_evidence_ids.market_crash;
  await expect(step("Evidence").getByRole("link")).toHaveAttribute("href", `/evidence/${evidence}`);
  const stored = await asPage(page, `/api/v3/evidence/${evidence}`);
  await expect(step("Evidence")).toContainText(stored.sha256);
  const normalized = drawer.getByRole("table", { name: "Normalized record" });
  await expect(normalized.getByRole("row", { name: /^principal/ }))
    .toContainText(inFull(loan.principal));
  const raw = drawer.getByRole("table", { name: "Raw row" });
  await expect(step("Raw row")).toContainText("book.csv, row 2");
  for (const cell of [loan.id, loan.obligor, loan.sector, loan.principal.toFixed(2),
    loan.collateral.toFixed(2)]) {
    await expect(raw.getByRole("cell", { name: cell, exact: true })).toBeVisible();
  }
  await step("Evidence").getByRole("link").click();
}

async function evidenceStands(page: Page, run: Json): Promise<void> {
  await expect(page).toHaveURL(
    new RegExp(`/evidence/${run.stress_test_evidence_ids.market_crash}`));
  await expect(page.getByText("The content of this figure is as recorded.")).toBeVisible();
  await page.getByRole("button", { name: "Verify", exact: true }).click();
  await expect(page.getByText("Nothing has changed since this figure was recorded."))
    .toBeVisible();
  const crash = run.report.stress_tests.find((one: Json) => one.scenario_id === "market_crash");
  await expect(page.getByRole("region", { name: "Figures with formulas" })
    .getByRole("row", { name: /^Loss/ })).toContainText(inFull(crash.loss_estimate));
  const trace = page.getByRole("figure", { name: /^From the tape to the run/ });
  await expect(trace.getByRole("listitem")).toHaveCount(5);
  await trace.getByRole("button", { name: /Upload as received|Raw record/ }).click();
  await expect(page.getByRole("dialog")).toContainText("What was received, unchanged");
  await expect(page.getByRole("button", { name: "Close" }), "keys go to the dialog").toBeFocused();
  await page.keyboard.press("Escape");
  await trace.getByRole("link", { name: /^Run/ }).click();
}

const COLUMNS = ["interest_payment", "collateral_value", "distressed_asset_recovery",
  "default_risk_buffer", "net_exposure_after_recovery", "loss_estimate"] as const;

async function reportSaysTheSame(page: Page, run: Json): Promise<void> {
  await expect(page).toHaveURL(new RegExp(`/runs/${run.run_id}`));
  const stress = page.getByRole("region", { name: "Stress results", exact: true });
  for (const one of run.report.stress_tests) {
    const row = stress.getByRole("row",
      { name: new RegExp(`^${one.scenario_id.replaceAll("_", " ")}`, "i") });
    for (const column of COLUMNS) {
      await expect(row.getByRole("link", { name: inFull(one[column]), exact: true }).first())
        .toBeVisible();
    }
  }
  const exposure = page.getByRole("region", { name: "Exposure with formulas" });
  for (const [figure, value] of Object.entries<number>(run.report.debt_exposure)) {
    if (/count|ratio|rate/.test(figure)) continue;
    await expect(exposure.getByRole("cell", { name: inFull(value), exact: true }).first(), figure)
      .toBeVisible();
  }
  const findings = page.getByRole("region", { name: "Findings", exact: true });
  await expect(findings.getByRole("row")).toHaveCount(run.material_findings.length + 1);
  for (const finding of run.material_findings) {
    const row = findings.getByRole("row").filter({ hasText: inFull(finding.value) });
    await expect(row).toContainText(inFull(finding.threshold));
    await expect(row).toContainText(finding.is_material ? "Material" : "Not material");
  }
  await page.getByRole("button", { name: "Verify" }).click();
  await expect(page.getByText("Nothing has changed since this run was recorded.")).toBeVisible();
}

async function fileOf(page: Page, format: "CSV" | "JSON"): Promise<string> {
  const started = page.waitForEvent("download");
  await page.getByRole("button", { name: "Export" }).click();
  await page.getByRole("menuitem", { name: format }).click();
  const download = await started;
  expect(download.suggestedFilename()).toMatch(new RegExp(`\\.${format.toLowerCase()}$`));
  return readFileSync(await download.path(), "utf8");
}

async function filesSayTheSame(page: Page, run: Json): Promise<void> {
  const json = JSON.parse(await fileOf(page, "JSON"));
  expect(json.report).toStrictEqual(run.report);
  expect(json.material_findings).toStrictEqual(run.material_findings);
  const lines = (await fileOf(page, "CSV")).split(/\r?\n/).map((line) => line.split(","));
  const value = (section: string, scenario: string, figure: string): number =>
    Number(lines.find((line) => line[0] === section && line[1] === scenario
      && line[2] === figure)?.[3]);
  const { debt_exposure: exposure, stress_tests: stresses } = run.report;
  for (const figure of ["total_outstanding", "net_exposure_after_recovery"]) {
    expect(value("debt_exposure", "", figure)).toBe(exposure[figure]);
  }
  for (const stress of stresses) {
    for (const column of COLUMNS) {
      expect(value("stress_test", stress.scenario_id, column)).toBe(stress[column]);
    }
  }
}

/** A copied link opens the same inputs, figures and drawer in another tab. */
async function linkReopens(page: Page, run: Json): Promise<void> {
  await page.getByRole("link", { name: "Open in workbench" }).click();
  await page.getByRole("button", { name: "Edit the shocks of Default wave" }).click();
  await page.getByRole("textbox", { name: "Default risk, per cent" }).fill("9,5");
  await page.getByRole("textbox", { name: "Net exposure line, per cent" }).fill("33");
  const bar = lossBar(page, "Default wave");
  await expect(bar).toHaveAccessibleName(/preview, last recorded/);
  await bar.click();
  const drawer = (tab: Page): Locator =>
    tab.getByRole("complementary", { name: "Where the number comes from" });
  await drawer(page).getByRole("button", { name: /^Retail/ }).click();
  await drawer(page).getByRole("button", { name: /^BK-4/ }).click();
  await expect(drawer(page).getByRole("table", { name: "Raw row" })).toContainText("Cedro SL");
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.getByRole("button", { name: "Copy a link to this state" }).click();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  const tab = await page.context().newPage();
  await tab.goto(link);
  await expect(tab.getByRole("textbox", { name: "Net exposure line, per cent" })).toHaveValue("33");
  await expect(tab.getByRole("textbox", { name: "Stress loss line, per cent" })).toHaveValue("12");
  await expect(lossBar(tab, "Default wave"))
    .toHaveAccessibleName(await bar.getAttribute("aria-label") ?? "no name");
  await expect(tab.getByText("Preview: 1 of 3 scenarios is not recorded.")).toBeVisible();
  await expect(tab.getByRole("main").getByRole("link", { name: run.run_id.slice(0, 8) }))
    .toBeVisible();
  await expect(drawer(tab).getByRole("table", { name: "Raw row" })).toContainText("Cedro SL");
  await expect(drawer(tab).getByRole("button", { name: /^BK-4/ }))
    .toHaveAttribute("aria-pressed", "true");
  await tab.close();
}

test("from the first sign-in to the raw row and back by a link, by mouse", async ({ page }) => {
  const book = await newBook("Main job");
  await test.step("first sign-in", () => firstSignIn(page));
  await test.step("the overview answers", () => overviewAnswers(page));
  await test.step("another version", () => toWorkbench(page, book));
  const loss = await test.step("edit and preview", () => editAndPreview(page));
  const run = await test.step("run and record", () => runAndRecord(page, book, loss));
  await test.step("drill down", () => drillDown(page, run));
  await test.step("evidence and trace", () => evidenceStands(page, run));
  await test.step("the report", () => reportSaysTheSame(page, run));
  await test.step("files", () => filesSayTheSame(page, run));
  await test.step("a link", () => linkReopens(page, run));
});
