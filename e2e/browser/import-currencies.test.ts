import type { Page } from "@playwright/test";
import { newBook } from "../support/browser-book";
import { answerOf, expect, test } from "../support/browser-test";
import { expectAccessible, expectNoSidewaysScroll } from "../support/page-checks";

test.use({ who: "analyst" });

const TAPE = ["loan_id,borrower_id,currency,outstanding k EUR,interest_rate,NACE code",
  "A,Firm A,EUR,100,0.05,C10.71", "B,Firm B,USD,200,0.06,68.20", "C,Own Bank AG,EUR,50,0.04,64",
  "D,Firm D,JPY,30000,0.01,47",
  // A currency that the first fifty rows do not name.
  ...Array.from({ length: 60 }, (_, at) => `E${at},Firm E,EUR,0.01,0.05,47`),
  "F,Firm F,CHF,10,0.05,47", ""].join("\n");

async function chooseTape(page: Page, dataset: string, name: string): Promise<void> {
  await page.goto(`/datasets/import?dataset=${dataset}`);
  await page.getByLabel("Choose a tape").setInputFiles(
    { name, mimeType: "text/csv", buffer: Buffer.from(TAPE) });
  await page.getByRole("button", { name: "Continue to columns" }).click();
}

async function imported(page: Page): Promise<string> {
  await page.getByRole("button", { name: "Import and seal" }).click();
  await expect(page.getByRole("heading", { name: /^Version \d+ of .* is sealed$/ })).toBeVisible();
  await expect(page).toHaveURL(/[?&]import=/);
  return new URL(page.url()).searchParams.get("import") ?? "";
}

test("rates, own entities and doubtful units are settled before the seal", async ({ page }) => {
  // A dialog that fades in has not the colours that are read.
  await page.emulateMedia({ reducedMotion: "reduce" });
  const book = await newBook("Currencies");
  const rates = page.locator("#rates");
  await chooseTape(page, book.dataset, "march.csv");
  await test.step("columns in another unit are read right by one click", async () => {
    await expect(page.getByText("the name says thousands")).toBeVisible();
    await expectAccessible(page);
    await page.getByRole("button", { name: "Read outstanding k EUR × 1000" }).click();
    await page.getByRole("button", { name: "Read interest_rate × 100" }).click();
    await expect(page.getByRole("list", { name: "Derived fields" })).toContainText("× 1000");
    await expect(page.getByText("as if they were fractions")).toHaveCount(0);
    await expect(page.getByRole("row", { name: /^NACE code/ })).toContainText("by NACE code");
  });
  await test.step("the currencies of the file wait for their rates", async () => {
    await page.getByRole("button", { name: "Continue to options" }).click();
    await expect(rates.getByRole("heading", { name: /^CHF, JPY, USD need a rate to / })).toBeVisible();
    await expect(page.getByRole("button", { name: "Import and seal" }))
      .toHaveAttribute("aria-disabled", "true");
    await rates.getByRole("button", { name: "Paste rates" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("textbox", { name: "Rates" }).fill("EUR 1\nUSD 0.4");
    await expect(dialog.getByText("EUR is the base currency and needs none")).toBeVisible();
    await dialog.getByRole("textbox", { name: "Rates" }).fill("USD\t0.5\nJPY\t0,006135\nCHF\t1.1\nnonsense");
    await expect(dialog.getByText("No currency and rate: nonsense")).toBeVisible();
    await expectAccessible(page);
    await dialog.getByRole("button", { name: "Use these rates" }).click();
    await expect(rates.getByRole("textbox", { name: "Rate of JPY" })).toHaveValue("0.006135");
    await rates.getByLabel("Day of the rates (optional)").fill("2026-03-31");
    await rates.getByLabel("Source of the rates (optional)").fill("ECB reference rates");
  });
  await test.step("own entities, on a phone too", async () => {
    await page.getByRole("textbox", { name: "Own legal entities (optional)" }).fill("own bank ag\n");
    await expect(page.getByRole("heading", { name: "What 1 own entity owes is left out" }))
      .toBeVisible();
    await page.setViewportSize({ width: 360, height: 740 });
    await expectNoSidewaysScroll(page);
    await page.setViewportSize({ width: 1440, height: 1000 });
    await expectAccessible(page);
  });
  const first = await imported(page);
  await test.step("what was sealed, and what the version's page says of it", async () => {
    const version = await answerOf(`/api/v3/dataset-versions/${first}`);
    expect(version).toMatchObject({ counts: { normalized: 64, eliminated: 1, rejected: 0 },
      fx: { rates: { USD: 0.5, JPY: 0.006135, CHF: 1.1 }, date: "2026-03-31", source: "ECB reference rates" },
      eliminated: { total_outstanding: 50_000 },
      consolidated: { total_outstanding: 100_000 + 100_000 + 184_050 + 600 + 11_000 } });
    await page.goto(`/versions/${first}`);
    const table = page.getByRole("region", { name: "Currency table" });
    await expect(table.getByRole("row", { name: /^USD/ })).toContainText("200,000.00");
    await expect(table.getByRole("row", { name: /^JPY/ })).toContainText("30,000,000.00");
    await expect(page.getByRole("main")).toContainText("65 read, 64 normalized, 0 left out, 1 eliminated");
    await expect(page.getByRole("main")).toContainText("ECB reference rates");
    await expectAccessible(page);
  });
  await test.step("the next tape takes rates and entities of the last one", async () => {
    await chooseTape(page, book.dataset, "april.csv");
    await page.getByRole("button", { name: "Continue to options" }).click();
    await rates.getByRole("button", { name: /^As in version 2/ }).click();
    await expect(rates.getByRole("textbox", { name: "Rate of USD" })).toHaveValue("0.5");
    await page.locator("#entities").getByRole("button", { name: "As in version 2" }).click();
    const second = await answerOf(`/api/v3/dataset-versions/${await imported(page)}`);
    expect(second).toMatchObject({ counts: { eliminated: 1 }, fx: { date: "2026-03-31" } });
  });
});
