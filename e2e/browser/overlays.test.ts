import type { Locator, Page } from "@playwright/test";
import type { Json } from "../support/api";
import { newBook, newRun, nextVersion } from "../support/browser-book";
import type { Book } from "../support/browser-book";
import { asAdmin, expect, newPerson, test, unique } from "../support/browser-test";
import { expectAccessible, expectConforming } from "../support/page-checks";

// A colour that fades over is not the colour that is read.
test.use({ who: "administrator", contextOptions: { reducedMotion: "reduce" } });

type Word = string | RegExp;
/** What opens over a page: the button, then the item of its menu where it has one. */
type Surface = { by: Word; item?: Word };
type Stock = { book: Book; run: Json; scenario: string; email: string };

let stock: Stock;
test.beforeAll(async () => {
  const book = await newBook("Overlays");
  await nextVersion(book);
  const name = unique("Overlay");
  const made = await asAdmin("POST", "/api/v3/scenarios", { body: { name,
    scenario_id: name.toLowerCase().replaceAll(/\W+/g, "_"), collateral_market_impact_pct: -0.2 } });
  if (made.status !== 201) throw new Error(made.text);
  const { email } = await newPerson(["READ"], "Somebody Else");
  stock = { book, run: await newRun(book), scenario: made.json.library_scenario_id, email };
});

type PageOf = { path: (of: Stock) => string; opens: (of: Stock) => readonly Surface[] };

const PAGES: readonly PageOf[] = [
  { path: ({ book }) => `/?version=${book.version}`, opens: () => [
    { by: /change dataset version$/ }, { by: /^Search or jump to/ }, { by: "Saved views" },
    { by: /account of/ }, { by: /^Download: exposure by sector/ }] },
  { path: () => "/datasets", opens: () => [{ by: "Create dataset" }] },
  { path: ({ book }) => `/datasets/${book.dataset}`, opens: () => [
    { by: "Edit" }, { by: "Retention" }, { by: "Change rules" }, { by: "Change limits" }] },
  { path: ({ book }) => `/versions/${book.version}?view=records`, opens: () => [
    { by: "Export" }, { by: "Filters" }, { by: "Choose columns" },
    { by: "More actions", item: /hold/i }, { by: "More actions", item: /^Erase/ }] },
  { path: ({ book, run }) => `/workbench?version=${book.version}&run=${run.run_id}`, opens: () => [
    { by: "More for Market crash", item: "Segment shocks" },
    { by: "More for Market crash", item: "Save to the library" }] },
  { path: ({ run }) => `/runs/${run.run_id}`, opens: () => [{ by: "Export" }] },
  { path: () => "/evidence/log", opens: () => [{ by: "New key" }] },
  { path: () => "/scenarios", opens: () => [{ by: "Import" }, { by: "Create mapping" }] },
  { path: ({ scenario }) => `/scenarios/${scenario}`, opens: () => [
    { by: "New version" }, { by: "Submit for approval" }] },
  { path: () => "/operations", opens: () => [{ by: "Stop everything" },
    { by: "Set AUTO_APPROVAL_MAX_NOTIONAL" }, { by: / STRICT_VALIDATION$/ },
    { by: /^Disable Distressed/ }] },
  { path: () => "/operations?tab=jobs", opens: () => [{ by: "Add schedule" },
    { by: /^Delete Verify evidence/ }] },
  { path: () => "/admin", opens: ({ email }) => [{ by: "Create user" },
    ...["Change roles", "Sessions", "Reset password", "Disable"].map((item) =>
      ({ by: `Actions for ${email}`, item }))] },
  { path: () => "/admin?tab=tokens", opens: () => [{ by: "Create token" }] },
];

const OVERLAY = "[role=dialog], [role=alertdialog], [role=menu]";

/** Opened by keyboard alone: what takes the focus, and what is last to open. */
async function opened(
  page: Page, { by, item }: Surface,
): Promise<{ opener: Locator; over: Locator }> {
  const opener = page.getByRole("button", { name: by }).first();
  await opener.focus();
  await page.keyboard.press("Enter");
  if (item !== undefined) {
    const wanted = page.getByRole("menuitem", { name: item });
    await wanted.focus();
    await page.keyboard.press("Enter");
    await expect(page.getByRole("menu")).toHaveCount(0);
  }
  const over = page.locator(OVERLAY).last();
  await expect(over).toBeVisible();
  return { opener, over };
}

/** Whether something is whole inside the window, where it can be read and left. */
const isInside = (over: Locator): Promise<boolean> => over.evaluate((node) => {
  const { left, top, right, bottom } = node.getBoundingClientRect();
  return left >= 0 && top >= 0 && right <= window.innerWidth && bottom <= window.innerHeight;
});

async function expectSound(page: Page, surface: Surface): Promise<void> {
  const what = `${surface.by} ${surface.item ?? ""}`;
  const { opener, over } = await opened(page, surface);
  await expect(over.locator(".skeleton")).toHaveCount(0);
  await expectConforming(page, OVERLAY);
  expect(await over.evaluate((node) => node.contains(document.activeElement)),
    `${what}: the focus is in what opened`).toBe(true);
  await page.emulateMedia({ colorScheme: "dark" });
  await expectAccessible(page, ["color-contrast", "link-in-text-block"]);
  await page.emulateMedia({ colorScheme: "light" });
  expect(await isInside(over), `${what}: inside the window`).toBe(true);
  // Menus and popovers stay with their buttons, wherever a narrow page puts those.
  if (await over.evaluate((node) => node.matches(".dialog"))) {
    await page.setViewportSize({ width: 320, height: 640 });
    await expect.poll(() => isInside(over), `${what}: inside a narrow window`).toBe(true);
    await page.setViewportSize({ width: 1440, height: 1000 });
  }
  await page.keyboard.press("Escape");
  await expect(page.locator(OVERLAY), `${what}: Escape closes it`).toHaveCount(0);
  await expect(opener, `${what}: the focus returns`).toBeFocused();
}

for (const { path, opens } of PAGES) {
  test(`what opens over ${path({ book: {}, run: {}, scenario: "id", email: "" } as Stock)}`, async ({
    page,
  }) => {
    await page.goto(path(stock));
    await page.waitForLoadState("networkidle");
    for (const surface of opens(stock)) await expectSound(page, surface);
  });
}
