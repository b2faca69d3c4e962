import type { Locator, Page } from "@playwright/test";
import {
  inMillions, lossByHand, DEFAULTS, LOANS, newBook, tapeOf,
} from "../support/browser-book";
import { expect, newPerson, PASSWORD, settledIn, test, unique } from "../support/browser-test";

// Rings that fade in are not there yet when they are looked at.
test.use({ contextOptions: { reducedMotion: "reduce" } });

const MOST_STOPS = 90;

/** Notes how the stop that has the focus looks; says whether the one before looked otherwise. */
const noteStop = (page: Page): Promise<string | null> => page.evaluate(() => {
  type Noted = Window & { focusStop?: { node: Element; look: string } };
  const lookOf = (node: Element): string =>
    [node, node.parentElement, node.nextElementSibling, ...node.querySelectorAll("*")]
      .map((part) => {
        if (!part) return "";
        const { outline, boxShadow, borderColor, stroke, transform, top, clip } =
          getComputedStyle(part);
        return [outline, boxShadow, borderColor, stroke, transform, top, clip].join();
      }).join("|");
  const noted = window as Noted;
  const before = noted.focusStop;
  const node = document.activeElement ?? document.body;
  noted.focusStop = { node, look: lookOf(node) };
  const isUnseen = before?.node.isConnected && before.node !== node
    && before.node !== document.body && lookOf(before.node) === before.look;
  return isUnseen ? before.node.outerHTML.slice(0, 160) : null;
});

/** Goes from stop to stop until the wanted one has the focus; each stop must show it. */
async function tabTo(page: Page, wanted: Locator, key: "Tab" | "Shift+Tab" = "Tab"): Promise<void> {
  await expect(wanted).toBeVisible();
  await page.evaluate(() => Object.assign(window, { focusStop: undefined }));
  for (let stop = 0; stop < MOST_STOPS; stop += 1) {
    await page.keyboard.press(key);
    const unseen = await noteStop(page);
    expect(unseen, "a stop that does not show that it has the focus").toBeNull();
    if (await wanted.evaluate((node) => node === document.activeElement)) return;
  }
  throw new Error(`${MOST_STOPS} times ${key} did not reach ${wanted}`);
}

const field = (page: Page, name: string): Locator =>
  page.getByRole("textbox", { name, exact: true });

test("sign in, edit, run and drill down by keyboard alone", async ({ page }) => {
  const person = await newPerson(["READ", "EXECUTE"]);
  await settledIn(person);
  const book = await newBook("Keyboard");
  await page.goto(`/signin?callbackUrl=${encodeURIComponent(`/workbench?version=${book.version}`)}`);
  await expect(field(page, "E-mail")).toBeFocused();
  await page.keyboard.type(person.email);
  await tabTo(page, field(page, "Password"));
  // As from a manager of passwords (WCAG 3.3.8).
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.evaluate((secret) => navigator.clipboard.writeText(secret), PASSWORD);
  await page.keyboard.press("ControlOrMeta+v");
  await expect(field(page, "Password")).toHaveValue(PASSWORD);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Workbench");

  await test.step("the first stop skips to the content", async () => {
    const bar = page.getByRole("button", { name: /^Market crash: loss/ });
    await expect(bar).toBeVisible();
    await page.keyboard.press("Tab");
    await expect(page.getByRole("link", { name: "Skip to content" })).toBeFocused();
    await page.keyboard.press("Enter");
    await expect(page.getByRole("main")).toBeFocused();
  });

  await test.step("edit a shock and a line", async () => {
    await tabTo(page, page.getByRole("button", { name: "Edit the shocks of Market crash" }),
      "Shift+Tab");
    await page.keyboard.press("Enter");
    await tabTo(page, field(page, "Collateral, per cent"));
    await page.keyboard.press("ControlOrMeta+a");
    await page.keyboard.type("-40");
    await tabTo(page, field(page, "Stress loss line, per cent"));
    await page.keyboard.press("ArrowUp");
    await expect(field(page, "Stress loss line, per cent")).toHaveValue("6");
  });

  const loss = inMillions(lossByHand({ ...DEFAULTS["Market crash"], collateral: -0.4 }));
  const bar = page.getByRole("button", { name: new RegExp(`^Market crash: loss ${loss} EUR m`) });
  await test.step("run with Ctrl+Enter", async () => {
    await expect(bar).toHaveAccessibleName(/preview/);
    await page.keyboard.press("ControlOrMeta+Enter");
    await expect(page.getByText("Evidence: all figures are recorded.")).toBeVisible();
    await expect(bar).not.toHaveAccessibleName(/preview/);
    await expect(field(page, "Stress loss line, per cent"), "the focus stays").toBeFocused();
  });

  const drawer = page.getByRole("complementary", { name: "Where the number comes from" });
  await test.step("drill down with Enter", async () => {
    await tabTo(page, bar);
    await page.keyboard.press("Enter");
    await expect(drawer).toBeFocused();
    await tabTo(page, drawer.getByRole("button", { name: /^Retail/ }));
    await page.keyboard.press("Enter");
    await tabTo(page, drawer.getByRole("button", { name: /^BK-3/ }));
    await page.keyboard.press("Enter");
    await expect(drawer.getByRole("table", { name: "Raw row" })).toContainText(LOANS[2].obligor);
  });

  await test.step("Esc closes the drawer and gives the focus back", async () => {
    await page.keyboard.press("Escape");
    await expect(drawer).toBeHidden();
    await expect(bar).toBeFocused();
  });

  const run = new URL(page.url()).searchParams.get("run") ?? "";
  await test.step("palette and shortcuts", async () => {
    await page.keyboard.press("?");
    const shortcuts = page.getByRole("dialog", { name: "Keyboard shortcuts" });
    await expect(shortcuts).toContainText("Search or jump to a page");
    await expect(shortcuts).toContainText("Run and recordCtrlEnter");
    await expect(shortcuts).toContainText("Undo the last editCtrlZ");
    await page.keyboard.press("Tab");
    await expect(shortcuts.getByRole("checkbox")).toBeFocused();
    await page.keyboard.press("Space");
    await page.keyboard.press("Escape");
    await expect(bar).toBeFocused();
    await page.keyboard.press("?");
    await page.keyboard.press("ControlOrMeta+k");
    await page.keyboard.type("shortcuts");
    await page.keyboard.press("Enter");
    await expect(shortcuts, "the only one there is").toBeVisible();
    await shortcuts.getByRole("checkbox").focus();
    await page.keyboard.press("Space");
    await page.keyboard.press("Escape");
    await expect(bar).toBeFocused();
    await page.keyboard.press("?");
    await expect(shortcuts, "the key works again").toBeVisible();
    await page.keyboard.press("Escape");
    await page.keyboard.press("ControlOrMeta+k");
    await expect(page.getByRole("combobox", { name: "Search or jump to" })).toBeFocused();
    await page.keyboard.press("Escape");
    await expect(bar).toBeFocused();
    await page.keyboard.press("ControlOrMeta+k");
    await page.keyboard.type("Runs");
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL(/\/runs$/);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Runs");
  });

  await test.step("open the run, take its file, say something about it, and sign it", async () => {
    await tabTo(page, page.getByRole("main").getByRole("link", { name: run.slice(0, 8) }));
    await page.keyboard.press("Enter");
    await expect(page.getByRole("heading", { level: 1 })).toContainText("Market crash loses");
    await tabTo(page, page.getByRole("button", { name: "Export" }));
    await page.keyboard.press("Enter");
    await expect(page.getByRole("menuitem", { name: /^Internal report, PDF/ })).toBeFocused();
    const download = page.waitForEvent("download");
    await page.keyboard.press("Enter");
    expect((await download).suggestedFilename()).toMatch(/\.pdf$/);
    await tabTo(page, field(page, "Note"));
    await page.keyboard.type("Lines as in May");
    await tabTo(page, page.getByRole("button", { name: "Sign as prepared" }));
    await page.keyboard.press("Enter");
    await expect(page.getByRole("heading", { name: /^Prepared by / })).toBeVisible();
    await expect(page.getByRole("list", { name: "Steps of the sign-off" })).toBeFocused();
    await tabTo(page, field(page, "Comment"));
    await page.keyboard.type("Seen by the desk");
    await tabTo(page, page.getByRole("button", { name: "Add comment" }));
    await page.keyboard.press("Enter");
    await expect(page.getByRole("heading", { name: "1 comment" })).toBeVisible();
    await expect(field(page, "Comment")).toHaveValue("");
  });
});

test("import a tape and open it in the workbench by keyboard alone", async ({ page }) => {
  const person = await newPerson(["READ", "INGEST", "EXECUTE"]);
  await page.context().addCookies((await settledIn(person)).cookies);
  const name = unique("By keyboard");
  const press = async (role: "button" | "link", words: string): Promise<void> => {
    await tabTo(page, page.getByRole(role, { name: words }));
    await page.keyboard.press("Enter");
  };
  await page.goto("/datasets");
  await tabTo(page, page.getByRole("main").getByRole("link", { name: /^Import/ }).first());
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Import a loan tape");
  // Asked for on the way there: the browser must know of it before the key opens the choice.
  const chooser = page.waitForEvent("filechooser");
  await tabTo(page, page.getByLabel("Choose a tape"));
  await page.keyboard.press("Enter");
  await (await chooser).setFiles({ name: "book_2026-10-31.csv", mimeType: "text/csv",
    buffer: Buffer.from(tapeOf()) });
  await tabTo(page, page.getByRole("combobox", { name: "Dataset" }));
  await page.keyboard.type("New dataset");
  await tabTo(page, field(page, "Name"));
  await page.keyboard.type(name);
  await press("button", "Continue to columns");
  await press("button", "Continue to options");
  await press("button", "Import and seal");
  await expect(page.getByRole("heading", { name: `Version 1 of ${name} is sealed` })).toBeVisible();
  await press("link", "Open the version");
  await expect(page.getByRole("heading", { level: 1 })).toContainText(name);
  await press("link", "Open workbench");
  await expect(page.getByRole("button", { name: /^Market crash: loss/ })).toBeVisible();
});
