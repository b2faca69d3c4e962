import { expect, test } from "../support/browser-test";

// An administrator may read by being one, without the role.
for (const who of ["reader", "administrator"] as const) {
  test.describe(`who is ${who}`, () => {
    test.use({ who });

    test("saves a view under a name, opens it again and removes it", async ({ page }) => {
      await page.goto("/runs?signed=approved");
      await page.getByRole("button", { name: "Saved views" }).click();
      await page.getByRole("menuitem", { name: "Save this view" }).click();
      const dialog = page.getByRole("dialog", { name: "Save this view" });
      await dialog.getByRole("textbox", { name: "Name" }).fill("What is approved");
      await dialog.getByRole("button", { name: "Save view" }).click();
      await expect(dialog).toBeHidden();
      await page.goto("/runs");
      await page.getByRole("button", { name: "Saved views" }).click();
      await page.getByRole("menuitem", { name: "What is approved" }).click();
      await expect(page).toHaveURL(/\/runs\?signed=approved$/);
      await page.goto("/account");
      await page.getByRole("button", { name: "Remove the view What is approved" }).click();
      await expect(page.getByText("No view is saved yet")).toBeVisible();
    });
  });
}
