import { newBook } from "../support/browser-book";
import { asAdmin, expect, test } from "../support/browser-test";

test.use({ who: "administrator" });

test("a version under a legal hold cannot be erased until the hold is released",
  async ({ page }) => {
    const book = await newBook("Held");
    await page.goto(`/versions/${book.version}`);
    await page.getByRole("button", { name: "More actions" }).click();
    await page.getByRole("menuitem", { name: "Place a legal hold" }).click();
    const dialog = page.getByRole("dialog", { name: /^Place a legal hold/ });
    await dialog.getByLabel("Owner").fill("Legal department");
    await dialog.getByLabel("Why is it kept?").fill("Case 17 is open.");
    await dialog.getByRole("button", { name: "Place the hold" }).click();
    await expect(page.getByText("Legal hold of Legal department.")).toBeVisible();

    await page.getByRole("button", { name: "More actions" }).click();
    await expect(page.getByRole("menuitem", { name: "Erase this version" }))
      .toHaveAttribute("aria-disabled", "true");
    await page.keyboard.press("Escape");
    const refused = await asAdmin("DELETE", `/api/v3/dataset-versions/${book.version}`,
      { body: { reason: "test" } });
    expect(refused.json.detail).toBe("LEGAL_HOLD_ACTIVE");

    await page.getByRole("button", { name: "Release" }).click();
    const question = page.getByRole("alertdialog", { name: /^Release the hold/ });
    await question.getByLabel("Why is it released?").fill("Case 17 is closed.");
    await question.getByRole("button", { name: "Release the hold" }).click();
    await expect(page.getByText("Legal hold of Legal department.")).toBeHidden();
    await page.getByRole("button", { name: "More actions" }).click();
    await expect(page.getByRole("menuitem", { name: "Erase this version" }))
      .not.toHaveAttribute("aria-disabled", "true");
  });
