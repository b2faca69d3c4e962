import type { Page } from "@playwright/test";
import {
  DEFAULTS, inFull, inMillions, LOANS, lossByHand, newBook, newRun, nextVersion,
} from "../support/browser-book";
import type { Book } from "../support/browser-book";
import type { Json } from "../support/api";
import { expect, test } from "../support/browser-test";

/** What a reader of the screen finds: roles, names and values, in the order of the page. */
test.use({ who: "analyst" });

let book: Book;
let run: Json;
test.beforeAll(async () => {
  book = await newBook("Reader");
  run = await newRun(book);
});

const LOSS = inMillions(lossByHand(DEFAULTS["Market crash"]));

const bench = async (page: Page): Promise<void> => {
  await page.goto(`/workbench?version=${book.version}&run=${run.run_id}`);
  await expect(page.getByRole("button", { name: /^Market crash: loss/ })).toBeVisible();
};

test("the workbench names its landmarks, controls and charts", async ({ page }) => {
  await bench(page);
  await expect(page.locator("body")).toMatchAriaSnapshot(`
    - link "Skip to content"
    - banner:
      - link "TodiScope, overview"
      - button /change dataset version$/
      - button "Search or jump to Ctrl K"
      - link "Kill switch off"
      - button "Saved views"
      - button "Switch theme"
      - button /account of/
    - navigation "Main":
      - link "Overview"
      - link "Workbench"
      - link "Evidence"
      - link "Docs"
    - complementary "Inputs":
      - region "Dataset version Sealed"
      - region "Scenarios":
        - heading "Scenarios" [level=2]
        - button "Undo the last edit (Ctrl Z)" [disabled]
        - button "Add a scenario"
        - switch "Default scenarios on" [checked]
        - list "Default scenarios":
          - listitem:
            - switch "Interest rate spike on" [checked]
            - button "Edit the shocks of Interest rate spike"
            - button "More for Interest rate spike"
      - region "Materiality lines share of outstanding":
        - textbox "Net exposure line, per cent": "20"
        - textbox "Stress loss line, per cent": "5"
      - region "Netting":
        - radiogroup "Netting":
          - radio "Portfolio" [checked]
          - radio "Instrument"
      - region "Recorded groups":
        - combobox "Groups by"
      - button "Run and record Ctrl Enter"
    - main:
      - heading "Workbench" [level=1]
      - radiogroup "Figures shown":
        - radio "Preview"
        - radio "Evidence"
      - figure /^Net exposure is/:
        - heading /^Net exposure is/ [level=2]
        - 'button "View as table: exposure"'
        - 'button "Download: exposure"'
        - group "Exposure waterfall, EUR m"
      - figure /^Market crash loses/:
        - group "Stress loss per scenario, EUR m":
          - img:
            - button /^Market crash. loss ${LOSS.replace(".", "\\.")} EUR m/
      - region:
        - region "Scenario table":
          - table
  `);
});

test("tables say what stands in their columns and rows", async ({ page }) => {
  await bench(page);
  await expect(page.getByRole("region", { name: "Scenario table" })).toMatchAriaSnapshot(`
    - table:
      - rowgroup:
        - row:
          - columnheader "Scenario"
          - columnheader "Rate pts"
          - columnheader "Collateral, %"
          - columnheader "Recoveries, %"
          - columnheader "Default risk, %"
          - columnheader /^Net after/
          - columnheader /^Loss/
      - rowgroup:
        - row /^Interest rate spike/
        - row /^Market crash/:
          - rowheader "Market crash"
          - cell "${LOSS}":
            - link "${LOSS}"
  `);
  await page.getByRole("button", { name: "View as table: stress losses" }).click();
  const twin = page.getByRole("region", { name: /^Market crash loses .*, as table$/ });
  await expect(twin).toMatchAriaSnapshot(`
    - table:
      - rowgroup:
        - row:
          - columnheader "Scenario"
          - columnheader "Loss EUR m"
          - columnheader "State"
      - rowgroup:
        - row /^Market crash/:
          - rowheader "Market crash"
          - cell "${LOSS}":
            - link "${LOSS}"
          - cell "Recorded"
  `);
  await expect(twin.getByRole("row", { name: /^Market crash/ }).getByRole("link").first())
    .toHaveAttribute("href", `/evidence/${run.stress_test_evidence_ids.market_crash}`);
});

test("the report of a run reads in order", async ({ page }) => {
  await page.goto(`/runs/${run.run_id}`);
  await expect(page.getByRole("main")).toMatchAriaSnapshot(`
    - navigation "Breadcrumb":
      - list:
        - listitem:
          - link "Runs"
        - listitem: /^[0-9a-f]{8}$/
    - heading /^Market crash loses EUR/ [level=1]
    - button "Export"
    - region "In short":
      - heading "In short" [level=2]
      - list:
        - listitem:
          - link "Evidence"
    - region "Not signed off":
      - list "Steps of the sign-off"
      - textbox "Note"
      - button "Sign as prepared"
    - figure:
      - group "Exposure waterfall, EUR m"
    - figure:
      - group "Stress loss per scenario, EUR m"
  `);
});

test("a record says its fields and what they were in the file", async ({ page }) => {
  await page.goto(`/versions/${book.version}?view=records`);
  await page.getByRole("rowheader", { name: "BK-3" }).click();
  await expect(page.getByRole("dialog", { name: "Record BK-3" })).toMatchAriaSnapshot(`
    - heading "Record BK-3" [level=2]
    - button "Close"
    - region "Normalized record":
      - table "Normalized record":
        - rowgroup:
          - row "principal ${inFull(LOANS[2].principal)}":
            - rowheader "principal"
            - cell "${inFull(LOANS[2].principal)}"
    - region "Raw row":
      - table "Raw row"
  `);
});

test("the palette is its field till a key is pressed", async ({ page }) => {
  await bench(page);
  await page.keyboard.press("ControlOrMeta+k");
  const input = page.getByRole("combobox", { name: "Search or jump to" });
  await expect(input).toBeFocused();
  await expect(page.getByRole("option").first()).toBeVisible();
  await expect(input).not.toHaveAttribute("aria-activedescendant");
  await expect(page.getByRole("option", { selected: true })).toHaveCount(0);
  await page.keyboard.type("runs");
  await expect(input).toHaveAttribute("aria-activedescendant", /.+/);
  await expect(page.getByRole("option", { selected: true })).toHaveAccessibleName(/^Runs/);
});

test("figures that are worked out say how", async ({ page }) => {
  const later = await nextVersion(book);
  await test.step("the difference of two versions", async () => {
    await page.goto(`/datasets/${book.dataset}/compare?base=${book.version}&other=${later}`);
    const row = page.getByRole("row", { name: /^BK-1 Removed/ });
    await row.getByRole("button", { name: /^−12/ }).click();
    const box = page.getByRole("dialog", { name: "How the figure is worked out" });
    await expect(box).toContainText("v2 − v1");
    await expect(box.getByRole("link", { name: /^v1: 12/ }))
      .toHaveAttribute("href", new RegExp(`^/versions/${book.version}.*instrument_id=BK-1`));
    await expect(box.getByRole("link", { name: /^v2: 0/ }))
      .toHaveAttribute("href", new RegExp(`^/versions/${later}`));
    await page.keyboard.press("Escape");
    await expect(row.getByRole("button", { name: /^−12/ })).toBeFocused();
  });
  await test.step("the coverage of a segment", async () => {
    await page.goto(`/versions/${book.version}?by=sector`);
    const table = page.getByRole("region", { name: "Segment table" });
    await table.getByRole("row", { name: /^Hotels/ }).getByRole("button", { name: /%$/ }).click();
    const box = page.getByRole("dialog", { name: "How the figure is worked out" });
    await expect(box).toContainText("Coverage of Hotels");
    await expect(box).toContainText(/4[,.]10\S* \/ 5[,.]40/);
    await expect(box.getByRole("link")).toHaveAttribute("href", /sector=Hotels/);
  });
});
