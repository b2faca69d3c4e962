import { newBook, newRun, nextVersion } from "../support/browser-book";
import { answerOf, expect, test } from "../support/browser-test";
import { expectAccessible } from "../support/page-checks";

test.use({ who: "analyst" });

test("two runs are picked in the history, compared, and taken away as a file", async ({ page }) => {
  const book = await newBook("Side by side");
  const next = await nextVersion(book);
  const [base, other] = [await newRun(book), await newRun({ ...book, version: next })];
  await page.goto(`/runs?dataset=${book.dataset}`);
  const compare = page.getByRole("link", { name: /^Compare/ });
  await expect(compare).toHaveAttribute("aria-disabled", "true");
  // By keyboard, in whatever order: the earlier run is the base.
  for (const id of [other.run_id, base.run_id]) {
    const pick = page.getByRole("checkbox", { name: new RegExp(`^Pick .*${id.slice(0, 8)}`) });
    await pick.focus();
    await page.keyboard.press("Space");
    await expect(pick).toBeChecked();
  }
  await compare.focus();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(`/runs/compare?base=${base.run_id}&other=${other.run_id}`);

  const { scenarios } = await answerOf(
    `/api/v3/runs/compare?base=${base.run_id}&other=${other.run_id}`);
  const losses = page.getByRole("region", { name: "Losses by scenario" });
  for (const each of scenarios) {
    const amount = Math.abs(each.loss_difference).toLocaleString("en-US",
      { minimumFractionDigits: 2, maximumFractionDigits: 2 });
    await expect(losses.getByRole("row").filter({ hasText: amount }).first()).toBeVisible();
  }
  await losses.getByRole("row", { name: /^Default wave/ }).focus();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/scenario=default_wave/);
  await page.getByRole("button", { name: "View as table: what explains the loss" }).click();
  const data = scenarios.find((each: { scenario_id: string }) => each.scenario_id
    === "default_wave").bridge.steps[0].amount;
  await expect(page.getByRole("region", { name: /default wave, as table/ })
    .getByRole("row", { name: /^Data/ })).toContainText(data < 0 ? "\u2212" : "");
  await expect(page.getByRole("heading", { name: "The parameters are the same" })).toBeVisible();
  await expect(page.getByRole("region", { name: "Instruments of both runs" })
    .getByRole("row", { name: /BK-6/ })).toBeVisible();
  await expectAccessible(page);

  await page.getByRole("button", { name: "Export" }).click();
  const loading = page.waitForEvent("download");
  await page.getByRole("menuitem", { name: /^PDF/ }).click();
  expect((await loading).suggestedFilename()).toMatch(/^todiscope-comparison-.*\.pdf$/);
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Swap" }).click();
  await expect(page).toHaveURL(new RegExp(`base=${other.run_id}&other=${base.run_id}`));
});

test("a run that there is not, or only one, says what to do next", async ({ page }) => {
  const run = await newRun(await newBook("Alone"));
  await page.goto(`/runs/${run.run_id}`);
  await page.getByRole("link", { name: "Compare with..." }).click();
  await expect(page.getByRole("heading", { name: "Choose the second run" })).toBeVisible();
  await page.goto(`/runs/compare?base=${run.run_id}&other=${crypto.randomUUID()}`);
  await expect(page.getByText("other: there is no run with this id")).toBeVisible();
  await expect(page.getByRole("link", { name: "All runs" })).toBeVisible();
});
