import type { Page } from "@playwright/test";
import { newBook, newRun } from "../support/browser-book";
import { asAdmin, expect, newPerson, settledIn, test } from "../support/browser-test";
import { expectConforming, expectNoSidewaysScroll } from "../support/page-checks";
import { until } from "../support/until";

const RUN = "/api/v3/engines/distressed-asset-debt-stress/run";

/** A page of somebody else, with a browser of their own. */
async function pageOf(page: Page, name: string): Promise<Page> {
  const person = await newPerson(["READ", "APPROVE"], name);
  const context = await page.context().browser()?.newContext({ baseURL: new URL(page.url()).origin,
    storageState: await settledIn(person) });
  if (!context) throw new Error("there is no browser to open another window in");
  return context.newPage();
}

test.describe("a run", () => {
  test.use({ who: "analyst" });

  test("is prepared, returned, and approved by three people", async ({ page }) => {
    const { version } = await newBook("Signed");
    const ran = await asAdmin("POST", RUN, { body: { dataset_version_id: version,
      started_at: "2026-11-29T00:00:00Z" } });
    const address = `/runs/${ran.json.run_id}`;
    const card = (of: Page) => of.locator("#sign-off"); // its name says how far the run is
    await page.goto(address);
    await card(page).getByRole("textbox", { name: "Note" }).fill("Lines as in May");
    await card(page).getByRole("button", { name: "Sign as prepared" }).click();
    await expect(card(page).getByRole("heading")).toContainText(/^Prepared by .+not signed off yet$/);
    await expect(card(page).getByRole("listitem")).toContainText("Lines as in May");
    await expect(card(page).getByRole("button", { name: "Sign as reviewed" }))
      .toHaveAttribute("aria-disabled", "true");
    await expectConforming(page, "#sign-off");

    const reviewer = await pageOf(page, "Rae Reviewer");
    await reviewer.goto(address);
    const back = card(reviewer).getByRole("button", { name: "Return" });
    await expect(back).toHaveAttribute("aria-disabled", "true");
    await card(reviewer).getByRole("textbox", { name: "Note" }).fill("The crash is too mild");
    await back.click();
    await expect(card(reviewer).getByRole("heading")).toContainText(/^Returned by /);
    await expectConforming(reviewer, "#sign-off");

    await page.reload();
    await card(page).getByRole("button", { name: "Sign as prepared" }).click();
    await expect(card(page).getByRole("listitem")).toHaveCount(3);
    await reviewer.reload();
    await card(reviewer).getByRole("button", { name: "Sign as reviewed" }).click();
    await expect(card(reviewer).getByRole("heading")).toContainText(/^Reviewed by /);
    await expect(card(reviewer).getByRole("button", { name: "Approve" }))
      .toHaveAttribute("aria-disabled", "true");

    const approver = await pageOf(page, "Ann Approver");
    await approver.goto(address);
    await card(approver).getByRole("button", { name: "Approve" }).click();
    await expect(card(approver).getByRole("heading")).toContainText(/^Signed off by /);
    await expect(card(approver).getByRole("listitem")).toHaveCount(5);
    await expectConforming(approver);
    await approver.setViewportSize({ width: 390, height: 844 });
    await expectNoSidewaysScroll(approver);
  });
});

test.describe("reports on schedule", () => {
  test.use({ who: "administrator" });

  /** Has a report made at once, as its schedule would; how the job ended. */
  async function made(dataset: string): Promise<string> {
    const { json } = await asAdmin("POST", "/api/v3/jobs", { body: { kind: "report",
      report: { dataset_id: dataset, template: "board", format: "pdf" } } });
    return until("the job ends", async () => {
      const { state } = (await asAdmin("GET", `/api/v3/jobs/${json.job_id}`)).json;
      return ["succeeded", "failed"].includes(state) ? state : undefined;
    });
  }

  test("are listed where they were made, and say why where they were not", async ({ page }) => {
    const book = await newBook("Reported");
    expect(await made(book.dataset), "without a run").toBe("failed");
    await newRun(book);
    expect(await made(book.dataset)).toBe("succeeded");
    await page.goto(`/datasets/${book.dataset}`);
    const row = page.getByRole("region", { name: "Report table" }).getByRole("row").last();
    await expect(row).toContainText("Board");
    await expectConforming(page, "#reports");
    const download = page.waitForEvent("download");
    await row.getByRole("link", { name: /^Download the PDF of/ }).click();
    expect((await download).suggestedFilename()).toMatch(/\.pdf$/);
    await expect(page.getByText(/^Downloaded .*\.pdf$/)).toBeVisible();
    await expectConforming(page, ".toasts");
    await page.goto("/operations?tab=jobs");
    await page.getByRole("combobox", { name: "State" }).selectOption("Failed");
    await expect(page.getByRole("region", { name: "Jobs" }).getByRole("row", { name: /^Report/ })
      .first()).toContainText("has no run");
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      await expectConforming(page);
    }
  });
});
