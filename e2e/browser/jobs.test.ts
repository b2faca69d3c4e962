import { asAdmin, expect, test, unique } from "../support/browser-test";
import { expectConforming } from "../support/page-checks";
import { whileImportsStand } from "../support/held-imports";
import { until } from "../support/until";

/** Starts an import that takes a while, or fails; the id of its version. */
async function started(rows: number, principal = "1000"): Promise<string> {
  const dataset = await asAdmin("POST", "/api/v3/datasets",
    { body: { name: unique("Jobs"), base_currency: "EUR" } });
  const tape = `loan_id,principal\n${Array.from({ length: rows },
    (_, row) => `L${row},${principal}`).join("\n")}\n`;
  const answer = await asAdmin("POST", `/api/v3/datasets/${dataset.json.dataset_id}/versions`,
    { raw: tape, headers: { "content-type": "text/csv" } });
  if (answer.status !== 202) throw new Error(answer.text);
  return answer.json.dataset_version_id;
}

test.describe("who imports", () => {
  test.use({ who: "analyst" });

  test("sees an import go on over a reload, and cancels it", async ({ page }) => {
    const row = page.getByRole("region", { name: "Jobs" }).getByRole("row", { name: /^Import/ });
    await whileImportsStand(async () => {
      const version = await started(20_000);
      await page.goto(`/versions/${version}`);
      const progress = page.getByRole("progressbar", { name: "Reading rows" });
      await expect(progress).toBeVisible();
      await expect(page.getByText(/^[\d,]+ rows, [\d,]+ rows\/s/)).toBeVisible();
      await page.reload();
      await expect(progress).toBeVisible();
      await expectConforming(page);

      await page.getByRole("link", { name: "Its job" }).click();
      await expect(row).toContainText("Running");
      await expect(row.getByRole("progressbar")).toBeVisible();
      await expect(row).toContainText(/[\d,]+ rows, [\d,]+ rows\/s/);
      await expectConforming(page);
      await row.getByRole("button", { name: "Cancel the import" }).click();
      const dialog = page.getByRole("alertdialog", { name: "Cancel the import?" });
      await dialog.getByRole("button", { name: "Cancel job" }).click();
      await expect(dialog).toBeHidden();
    });
    await expect(row).toContainText("Cancelled");
    await expect(row).toContainText(/Cancelled by .+@test\.local\./);

    await row.getByRole("link", { name: "Import" }).click();
    await expect(page.getByRole("heading", { name: "Version 1 could not be imported" }))
      .toBeVisible();
    await expect(page.getByRole("main").getByText(/Cancelled by .+@test\.local\./)).toBeVisible();
  });

  test("may not restart, resolve or schedule", async ({ page }) => {
    await page.goto("/operations?tab=jobs");
    await expect(page.getByRole("button", { name: "Add schedule" }))
      .toHaveAttribute("aria-disabled", "true");
    await expect(page.getByRole("switch", { name: "Verify evidence, 0 3 * * * on" }))
      .toBeDisabled();
  });
});

test.describe("who administers", () => {
  test.use({ who: "administrator" });

  test("finds a failed job, and resolves it with a reason", async ({ page }) => {
    const version = await started(1, "nothing");
    await until("the import has failed", async () => (await asAdmin("GET",
      `/api/v3/dataset-versions/${version}`)).json.status === "failed" || undefined);
    await page.goto(`/operations?tab=jobs&subject=${version}`);
    await page.getByRole("combobox", { name: "State" }).selectOption("Failed");
    const row = page.getByRole("region", { name: "Jobs" }).getByRole("row", { name: /^Import/ });
    await expect(row).toContainText("No row could be normalized.");
    await row.getByRole("button", { name: "Resolve the import" }).click();
    const dialog = page.getByRole("alertdialog", { name: "Resolve the import?" });
    await expect(dialog.getByRole("button", { name: "Resolve job" }))
      .toHaveAttribute("aria-disabled", "true");
    await dialog.getByRole("textbox", { name: "Why" }).fill("The bank sends it again.");
    await dialog.getByRole("button", { name: "Resolve job" }).click();
    await expect(row).toContainText("Failed, resolved");
    await expect(row).toContainText("The bank sends it again.");
  });

  test("says how imports fare, and schedules the watched folder", async ({ page }) => {
    await page.goto("/operations?tab=jobs");
    const imports = page.getByRole("region", { name: "Imports", exact: true });
    await expect(imports.getByRole("link", { name: /, version \d+$/ })).toBeVisible();
    await expect(imports.getByRole("link", { name: /KPIs? of the last sealed version/ }))
      .toBeVisible();
    await page.getByRole("button", { name: "Add schedule" }).click();
    const dialog = page.getByRole("dialog", { name: "Add a schedule" });
    await dialog.getByRole("combobox", { name: "Job" }).selectOption("Import watched folder");
    await dialog.getByRole("textbox", { name: "When, in UTC" }).fill("0 5 1 1 *");
    await dialog.getByRole("button", { name: "Save" }).click();
    const name = "Import watched folder, 0 5 1 1 *";
    await page.getByRole("button", { name: `Run now: ${name}` }).click();
    await expect(page.getByRole("region", { name: "Jobs" })
      .getByRole("row", { name: /^Import watched folder/ }).first()).toContainText("Done");
    await page.reload();
    await expect(imports).toContainText("05:00");
    await page.getByRole("button", { name: `Delete ${name}` }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Delete schedule" }).click();
    await expect(page.getByRole("button", { name: `Delete ${name}` })).toHaveCount(0);
  });

  test("adds, runs and deletes a schedule", async ({ page }) => {
    await page.goto("/operations?tab=jobs");
    const schedules = page.getByRole("region", { name: "Schedule table" });
    await page.getByRole("button", { name: "Add schedule" }).click();
    const dialog = page.getByRole("dialog", { name: "Add a schedule" });
    await dialog.getByRole("combobox", { name: "Job" }).selectOption("Clean uploads");
    await dialog.getByRole("textbox", { name: "When, in UTC" }).fill("99 1 1 1 *");
    await dialog.getByRole("button", { name: "Save" }).click();
    await expect(dialog.getByRole("alert")).toContainText("Invalid value for minute");
    const minute = String(Date.now() % 60);
    await dialog.getByRole("textbox", { name: "When, in UTC" }).fill(`${minute} 1 1 1 *`);
    await dialog.getByRole("button", { name: "Save" }).click();
    const name = `Clean uploads, ${minute} 1 1 1 *`;
    await page.getByRole("button", { name: `Run now: ${name}` }).click();
    const done = page.getByRole("region", { name: "Jobs" })
      .getByRole("row", { name: /^Clean uploads/ }).first();
    await expect(done).toContainText("Done");
    await page.getByRole("switch", { name: `${name} on` }).click();
    await expect(schedules.getByRole("row", { name: new RegExp(`${minute} 1 1 1`) }))
      .toContainText("-");
    await page.getByRole("button", { name: `Delete ${name}` }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Delete schedule" }).click();
    await expect(page.getByRole("button", { name: `Delete ${name}` })).toHaveCount(0);
  });
});
