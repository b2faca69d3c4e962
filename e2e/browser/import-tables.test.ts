import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import type { Page } from "@playwright/test";
import { answerOf, expect, test, unique } from "../support/browser-test";
import { texts } from "../support/eba-set";
import { expectAccessible, expectNoSidewaysScroll } from "../support/page-checks";

test.use({ who: "analyst" });

const files = (only: (name: string) => boolean = () => true) =>
  Object.entries(texts()).filter(([name]) => only(name)).map(([name, text]) =>
    ({ name, mimeType: "text/csv", buffer: Buffer.from(text) }));

const shot = (page: Page, name: string) => (process.env.TODISCOPE_SHOTS
  ? page.screenshot({ path: `${process.env.TODISCOPE_SHOTS}/${name}.png`, fullPage: true }) : null);

test("four files become one version whose loans show what secures them", async ({ page }) => {
  const name = unique("Templates");
  await page.goto("/datasets/import");
  await page.getByLabel("Choose a tape").setInputFiles(files());
  await expect(page.getByText("Bank_Counterparty.csv and 3 more.zip").first()).toBeVisible();
  await page.getByRole("combobox", { name: "Dataset" }).selectOption("New dataset");
  await page.getByRole("textbox", { name: "Name" }).fill(name);
  await page.getByRole("button", { name: "Continue to tables" }).click();

  await test.step("what was found, and how it fits together", async () => {
    const tables = page.getByRole("region", { name: "Tables found" });
    await expect(tables.getByRole("row")).toHaveCount(5);
    await expect(tables.getByRole("row", { name: /^Loan/ })).toContainText("Bank_Loan.csv");
    await expect(page.getByRole("heading", { name: "2 rows refer to what is not there" }))
      .toBeVisible();
    await expect(page.getByText("2 of 3")).toBeVisible();
    await expectAccessible(page);
    await shot(page, "tables");
  });

  await test.step("rates, persons and the import", async () => {
    await page.getByRole("button", { name: "Continue to options" }).click();
    await expect(page.getByRole("heading", { name: "USD needs a rate to EUR" })).toBeVisible();
    await page.getByRole("textbox", { name: "Rate of USD" }).fill("0.9");
    await expect(page.getByRole("group", { name: "What becomes of name_of_counterparty" })
      .or(page.getByRole("radiogroup", { name: "What becomes of name_of_counterparty" })))
      .toBeVisible();
    await shot(page, "options");
    await page.getByRole("button", { name: "Import and seal" }).click();
    await expect(page.getByRole("heading", { name: `Version 1 of ${name} is sealed` }))
      .toBeVisible();
    const problems = page.getByRole("region", { name: "Problem table" });
    await expect(problems.getByText("Bank_Property-Collateral.csv, line 3").first()).toBeVisible();
    await shot(page, "result");
  });

  const id = new URL(page.url()).searchParams.get("import") ?? "";
  expect((await answerOf(`/api/v3/dataset-versions/${id}`)).counts)
    .toMatchObject({ raw: 9, normalized: 9, obligors: 3, collaterals: 3 });

  await test.step("a loan with its obligor and collateral", async () => {
    await page.goto(`/versions/${id}?view=records`);
    await expect(page.getByRole("tab", { name: "Records (3)" })).toBeVisible();
    await expect(page.getByRole("heading", { name: "3 normalized records" })).toBeVisible();
    await page.getByRole("row", { name: /^L1/ }).click();
    const dialog = page.getByRole("dialog", { name: "Record L1" });
    const collateral = dialog.getByRole("region", { name: "Collateral table" });
    await expect(collateral.getByRole("row", { name: /^P1/ })).toContainText("80,000.50");
    await expect(collateral.getByRole("row", { name: /^N1/ })).toContainText("18,000.00");
    await expect(dialog.getByText("row 7: Bank_Loan.csv, line 2")).toBeVisible();
    await expect(dialog.getByRole("heading", { name: /^Obligor/ })).toBeVisible();
    await expectAccessible(page);
    await shot(page, "record");
  });

  await test.step("the way from a figure back to table and line", async () => {
    const { items } = await answerOf(`/api/v3/dataset-versions/${id}/instruments?q=L1`);
    await page.goto(`/workbench?version=${id}&drill=outstanding`
      + `&instrument=${items[0].normalized_record_id}`);
    const drawer = page.getByRole("complementary", { name: "Where the number comes from" });
    await expect(drawer.getByText("Bank_Loan.csv, line 2")).toBeVisible();
    await expect(drawer.getByRole("table", { name: "Raw row" })).toContainText("principal_balance");
    await expect(drawer.getByRole("row", { name: /^N1/ })).toContainText("27,000.00");
    await shot(page, "drawer");
  });
});

test("a set too large to be looked at whole goes in pieces, on over a cut", async ({ page }) => {
  test.setTimeout(120_000);
  const folder = mkdtempSync(path.join(os.tmpdir(), "large-set-"));
  const note = "some text that nobody maps ".repeat(130);
  const large = { ...texts(), "Bank_Loan.csv": "loan_identifier,counterparty_identifier,"
    + "loan_currency,principal_balance,note\n" + Array.from({ length: 20_000 },
    (_, at) => `L${at},C1,EUR,10,${note}\n`).join("") };
  const paths = Object.entries(large).map(([name, text]) => {
    writeFileSync(path.join(folder, name), text);
    return path.join(folder, name);
  });
  let cuts = 0;
  await page.route("**/api/v3/uploads/*/pieces?*", async (route) => {
    const isSecond = !route.request().url().includes("offset=0&");
    if (isSecond && (cuts += 1) === 1) await route.abort("connectionreset");
    else await route.continue();
  });
  await page.goto("/datasets/import");
  await page.getByLabel("Choose a tape").setInputFiles(paths);
  await page.getByRole("combobox", { name: "Dataset" }).selectOption("New dataset");
  await page.getByRole("textbox", { name: "Name" }).fill(unique("Large set"));
  await page.getByRole("button", { name: "Continue to tables" }).click();
  await expect(page.getByRole("heading", { name: "Rows find each other when the set is read" }))
    .toBeVisible();
  await expectAccessible(page);
  await shot(page, "large-set");
  await page.getByRole("button", { name: "Continue to options" }).click();
  await page.getByRole("button", { name: "Import and seal" }).click();
  await expect(page.getByRole("heading", { name: / is sealed$/ })).toBeVisible({ timeout: 90_000 });
  expect(cuts).toBeGreaterThan(8);
  rmSync(folder, { recursive: true });
  const id = new URL(page.url()).searchParams.get("import") ?? "";
  expect(await answerOf(`/api/v3/dataset-versions/${id}`)).toMatchObject({
    consolidated: { total_outstanding: 200_000 }, counts: { raw: 20_006, collaterals: 2 } });
});

test("a set without loans is refused in words, and one tape alone is read as before",
  async ({ page }) => {
    await page.goto("/datasets/import");
    const input = page.getByLabel("Choose a tape");
    await input.setInputFiles(files((name) => !name.includes("Loan")));
    await expect(page.getByText(/the archive holds no table of loans/i)).toBeVisible();
    await input.setInputFiles([...files(), { name: "more.xlsx", mimeType: "",
      buffer: Buffer.from("x") }]);
    await expect(page.getByText(/more\.xlsx cannot be one of several files/)).toBeVisible();
    await input.setInputFiles(files((name) => name.includes("Loan")));
    await expect(page.getByRole("button", { name: "Continue to columns" })).toBeVisible();
  });

test("the tables fit a phone, light and dark", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto("/datasets/import");
  await page.getByLabel("Choose a tape").setInputFiles(files());
  await page.getByRole("combobox", { name: "Dataset" }).selectOption("New dataset");
  await page.getByRole("textbox", { name: "Name" }).fill(unique("Phone"));
  await page.getByRole("button", { name: "Continue to tables" }).click();
  await expect(page.getByRole("region", { name: "Tables found" })).toBeVisible();
  await expectNoSidewaysScroll(page);
  await shot(page, "phone");
  await page.emulateMedia({ colorScheme: "dark" });
  await expectAccessible(page);
  await shot(page, "phone-dark");
  await page.getByRole("button", { name: "Continue to options" }).click();
  await page.getByRole("textbox", { name: "Rate of USD" }).fill("0.9");
  await page.getByRole("button", { name: "Import and seal" }).click();
  await expect(page.getByRole("heading", { name: /is sealed$/ })).toBeVisible();
  await expectNoSidewaysScroll(page);
  await shot(page, "phone-result");
  const id = new URL(page.url()).searchParams.get("import") ?? "";
  await page.goto(`/versions/${id}?view=records`);
  await page.getByRole("row", { name: /^L1/ }).click();
  await expect(page.getByRole("region", { name: "Collateral table" })).toBeVisible();
  await expectNoSidewaysScroll(page);
  await expectAccessible(page);
  await shot(page, "phone-record");
});
