import { newBook } from "../support/browser-book";
import { asAdmin, expect, test } from "../support/browser-test";
import { expectAccessible } from "../support/page-checks";

test.use({ who: "administrator" });

test("a retention rule is previewed, saved, and not written over another change",
  async ({ page }) => {
    const book = await newBook("Retained");
    const { json: version } = await asAdmin("GET", `/api/v3/dataset-versions/${book.version}`);
    const id = version.dataset_id as string;
    await asAdmin("POST", `/api/v3/datasets/${id}/versions`, {
      body: { records: [{ payload: { principal: 1 } }] }, headers: { prefer: "wait=30" } });
    await page.goto(`/datasets/${id}`);
    await page.getByRole("button", { name: "Retention" }).click();
    const dialog = page.getByRole("dialog", { name: "How long are versions kept?" });
    const save = dialog.getByRole("button", { name: "Save" });
    await expect(save).toHaveAttribute("aria-disabled", "true");
    await dialog.getByRole("combobox", { name: "What happens to older versions" })
      .selectOption("erase");
    await expect(dialog.getByText("Give at least one limit to see")).toBeVisible();
    await dialog.getByRole("textbox", { name: "Newest sealed versions that stay" }).fill("1");
    await expect(dialog.getByText("1 version is beyond these limits, 1 stay")).toBeVisible();
    await expectAccessible(page);

    await asAdmin("PATCH", `/api/v3/datasets/${id}/retention`,
      { body: { mode: "propose", keep_months: 12 }, headers: { "if-match": "*" } });
    await save.click();
    await expect(dialog.getByText("Somebody changed this meanwhile.")).toBeVisible();
    await dialog.getByRole("button", { name: "Start from that" }).click();
    await expect(dialog.getByRole("textbox", { name: "Months that every version stays" }))
      .toHaveValue("12");
    await dialog.getByRole("textbox", { name: "Newest sealed versions that stay" }).fill("2");
    await save.click();
    await expect(page.getByText("The retention rule is saved", { exact: true })).toBeVisible();
    const { json: rule } = await asAdmin("GET", `/api/v3/datasets/${id}/retention`);
    expect(rule).toMatchObject({ mode: "propose", keep_newest: 2, keep_months: 12 });
  });
