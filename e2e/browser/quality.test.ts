import { newBook } from "../support/browser-book";
import { answerOf, asAdmin, expect, test } from "../support/browser-test";

test.use({ who: "analyst" });

test("a rule and a tolerance are added on the dataset's page", async ({ page }) => {
  const book = await newBook("Quality");
  await page.goto(`/datasets/${book.dataset}`);
  await page.getByRole("button", { name: "Change rules" }).click();
  const dialog = page.getByRole("dialog", { name: "Change the quality rules" });
  await dialog.getByRole("textbox", { name: "Rows left out, at most" }).fill("5");
  await dialog.getByRole("button", { name: "Add a rule" }).click();
  await expect(dialog.getByText("A rule needs a description.").first()).toBeVisible();
  await dialog.getByRole("textbox", { name: "Rule 1: description" }).fill("Small loans only");
  await dialog.getByRole("combobox", { name: "Rule 1: comparison" }).selectOption("lt");
  await dialog.getByRole("textbox", { name: "Rule 1: value" }).fill("1");
  await dialog.getByRole("button", { name: "Try on the newest version" }).click();
  await expect(dialog.getByText(/would break it/).first()).toBeVisible();
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toBeHidden();
  const table = page.getByRole("region", { name: "Table of quality rules" });
  await expect(table).toContainText("principal must be below 1");
  await expect(table).toContainText("Stops the seal");
  const rules = await answerOf(`/api/v3/datasets/${book.dataset}/quality-rules`);
  expect(rules).toMatchObject({ tolerances: { max_rejected_pct: 5 },
    rules: [{ id: "small_loans_only", field: "principal", op: "lt", value: 1 }] });
});

test("an edit of rules that somebody else made meanwhile is not lost", async ({ page }) => {
  const book = await newBook("Quality of two");
  await page.goto(`/datasets/${book.dataset}`);
  await page.getByRole("button", { name: "Change rules" }).click();
  const dialog = page.getByRole("dialog", { name: "Change the quality rules" });
  const limit = dialog.getByRole("textbox", { name: "Quality score, at least" });
  await limit.fill("6");
  await asAdmin("PATCH", `/api/v3/datasets/${book.dataset}/quality-rules`, {
    body: { tolerances: { min_score: 2 } }, headers: { "if-match": "*" } });
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog.getByText("Somebody changed the rules meanwhile.")).toBeVisible();
  await dialog.getByRole("button", { name: "Start from theirs" }).click();
  await expect(limit).toHaveValue("2");
});
