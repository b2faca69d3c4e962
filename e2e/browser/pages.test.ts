import type { Page } from "@playwright/test";
import { newBook, newRun, nextVersion } from "../support/browser-book";
import type { Book } from "../support/browser-book";
import type { Json } from "../support/api";
import { answerOf, expect, test } from "../support/browser-test";
import { expectAccessible, expectConforming, expectNoSidewaysScroll } from "../support/page-checks";
import { expectFocusSeen, expectReflow } from "../support/wcag-checks";

/** What a page must not do: complain in the console, or want what its policy forbids. */
async function watch(page: Page): Promise<() => Promise<string[]>> {
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  await page.addInitScript(() => {
    const seen: string[] = [];
    Object.assign(window, { violations: seen });
    document.addEventListener("securitypolicyviolation", (event) => {
      seen.push(`CSP: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`);
    });
  });
  return async () => [...complaints, ...await page.evaluate(
    () => (window as Window & { violations?: string[] }).violations ?? [])];
}

/** The page is there, whole, and no longer waiting for answers. */
async function arrived(page: Page): Promise<void> {
  await expect(page.getByRole("heading", { level: 1 })).toHaveCount(1);
  await page.waitForLoadState("networkidle");
  await expect(page.locator(".skeleton")).toHaveCount(0);
  await expect(page.getByRole("heading", { level: 1 })).toHaveCount(1);
}

const SIZES = [
  { name: "desk", viewport: { width: 1440, height: 1000 }, scheme: "light", other: "dark" },
  { name: "phone", viewport: { width: 390, height: 844 }, scheme: "dark", other: "light" },
] as const;

/** A book of two versions; each has a run, the first evidence of its KPIs. */
type Stock = { book: Book; run: Json; later: Json; kpis: string };
type Shown = { name: string; who: "nobody" | "administrator"; path: (stock: Stock) => string };

const PAGES: readonly Shown[] = [
  { name: "sign in", who: "nobody", path: () => "/signin" },
  { name: "overview", who: "administrator", path: ({ book }) => `/?version=${book.version}` },
  { name: "datasets", who: "administrator", path: () => "/datasets" },
  { name: "a dataset", who: "administrator", path: ({ book }) => `/datasets/${book.dataset}` },
  { name: "import", who: "administrator", path: () => "/datasets/import" },
  { name: "a version", who: "administrator", path: ({ book }) => `/versions/${book.version}` },
  { name: "the KPIs of a version", who: "administrator",
    path: ({ book }) => `/versions/${book.version}?view=kpis` },
  { name: "two versions side by side", who: "administrator",
    path: ({ book }) => `/datasets/${book.dataset}/compare` },
  { name: "evidence of KPIs", who: "administrator", path: ({ kpis }) => `/evidence/${kpis}` },
  { name: "workbench", who: "administrator",
    path: ({ book, run }) => `/workbench?version=${book.version}&run=${run.run_id}` },
  { name: "workbench with edits and the drawer", who: "administrator",
    path: ({ book, run }) => `/workbench?version=${book.version}&run=${run.run_id}&net=31`
      + `&scenarios=${encodeURIComponent('{"s":[{"i":"market_crash","c":-0.4}]}')}`
      + "&scenario=market_crash&drill=loss&segment=Retail" },
  { name: "runs", who: "administrator", path: () => "/runs" },
  { name: "a run", who: "administrator", path: ({ run }) => `/runs/${run.run_id}` },
  { name: "two runs side by side", who: "administrator",
    path: ({ run, later }) => `/runs/compare?base=${run.run_id}&other=${later.run_id}` },
  { name: "evidence", who: "administrator", path: () => "/evidence" },
  { name: "an evidence record", who: "administrator",
    path: ({ run }) => `/evidence/${run.stress_test_evidence_ids.market_crash}` },
  { name: "operations", who: "administrator", path: () => "/operations" },
  { name: "users", who: "administrator", path: () => "/admin" },
  { name: "tokens", who: "administrator", path: () => "/admin?tab=tokens" },
  { name: "audit log", who: "administrator", path: () => "/operations?tab=audit" },
  { name: "account", who: "administrator", path: () => "/account" },
  { name: "docs", who: "administrator", path: () => "/docs" },
  { name: "formulas", who: "administrator", path: () => "/docs/model" },
  { name: "glossary", who: "administrator", path: () => "/docs/glossary" },
  { name: "records", who: "administrator", path: ({ book }) => `/versions/${book.version}?view=records` },
  { name: "a finding's trace", who: "administrator",
    path: ({ run }) => `/trace/findings/${run.material_findings[0].id}` },
  { name: "evidence log", who: "administrator", path: () => "/evidence/log" },
  { name: "scenarios", who: "administrator", path: () => "/scenarios" },
  { name: "jobs", who: "administrator", path: () => "/operations?tab=jobs" },
];

let stock: Stock;
test.beforeAll(async () => {
  const book = await newBook("Pages");
  const next = await nextVersion(book);
  const kpis = await answerOf(`/api/v3/dataset-versions/${book.version}/kpis`);
  stock = { book, run: await newRun(book), later: await newRun({ ...book, version: next }),
    kpis: kpis.evidence_id };
});

for (const { name, viewport, scheme, other } of SIZES) {
  for (const { name: shown, who, path } of PAGES) {
    test.describe(`${shown}, ${name}`, () => {
      // A colour that fades over is not the colour that is read.
      test.use({ who, viewport, colorScheme: scheme, contextOptions: { reducedMotion: "reduce" } });

      test("is quiet, fits and is accessible in both themes", async ({ page }) => {
        const complaints = await watch(page);
        await page.goto(path(stock));
        await arrived(page);
        expect(await complaints()).toStrictEqual([]);
        await expectNoSidewaysScroll(page);
        await expectConforming(page);
        await page.emulateMedia({ colorScheme: other });
        await expectAccessible(page, ["color-contrast", "link-in-text-block"]);
        await expectFocusSeen(page);
        if (viewport.width < 760) {
          await page.setViewportSize({ width: 360, height: 740 });
          await expectNoSidewaysScroll(page);
          await expectReflow(page);
        }
        expect(await complaints()).toStrictEqual([]);
      });
    });
  }
}
