import type { Json } from "../support/api";
import { newBook, newRun, nextVersion } from "../support/browser-book";
import type { Book } from "../support/browser-book";
import { expect, test } from "../support/browser-test";
import { faintMarks } from "../support/chart-checks";
import { expectNoSidewaysScroll } from "../support/page-checks";
import { layoutOf } from "../support/page-layout";

// Where everything stands, not its pixels: those follow from the machine's fonts (decision 40).
// `npx playwright test e2e/browser/layout.test.ts --update-snapshots` after a wanted change.
test.use({ contextOptions: { reducedMotion: "reduce" } });

let stock: { book: Book; run: Json; later: Json };
test.beforeAll(async () => {
  const book = await newBook("Layout");
  const next = await nextVersion(book);
  stock = { book, run: await newRun(book), later: await newRun({ ...book, version: next }) };
});

const PAGES = [
  { name: "overview", path: () => `/?version=${stock.book.version}` },
  { name: "workbench",
    path: () => `/workbench?version=${stock.book.version}&run=${stock.run.run_id}` },
  { name: "run", path: () => `/runs/${stock.run.run_id}` },
  { name: "comparison",
    path: () => `/runs/compare?base=${stock.run.run_id}&other=${stock.later.run_id}` },
  { name: "version", path: () => `/versions/${stock.book.version}` },
  { name: "evidence", path: () => `/evidence/${stock.run.stress_test_evidence_ids.market_crash}` },
] as const;

for (const width of [1440, 390]) {
  test.describe(`at ${width} px`, () => {
    test.use({ who: "administrator", viewport: { width, height: 900 } });

    for (const { name, path } of PAGES) {
      test(`${name}: everything in its place, nothing over another, nothing cut`, async ({
        page,
      }) => {
        await page.goto(path());
        await page.waitForLoadState("networkidle");
        await expect(page.locator("main .skeleton")).toHaveCount(0);
        await expectNoSidewaysScroll(page);
        await expect.poll(async () => (await layoutOf(page)).overlaps).toStrictEqual([]);
        const { places, cut } = await layoutOf(page);
        expect(cut).toStrictEqual([]);
        for (const colorScheme of ["dark", "light"] as const) {
          await page.emulateMedia({ colorScheme });
          expect(await faintMarks(page), colorScheme).toStrictEqual([]);
        }
        expect(`${places.join("\n")}\n`).toMatchSnapshot(`${name}-${width}.txt`);
      });
    }
  });

  test.describe(`signed out at ${width} px`, () => {
    test.use({ viewport: { width, height: 900 } });

    test("sign-in: nothing over another, nothing cut", async ({ page }) => {
      await page.goto("/signin");
      await expect(page.getByRole("button", { name: "Sign in", exact: true })).toBeVisible();
      await expectNoSidewaysScroll(page);
      const { overlaps, cut } = await layoutOf(page);
      expect({ overlaps, cut }).toStrictEqual({ overlaps: [], cut: [] });
    });
  });
}

test("what overlaps, is cut off or is pale is seen", async ({ page }) => {
  await page.setContent(`<main style="width: 600px"><h1>Layout</h1>
    <div class="card" id="first" style="height: 80px">First</div>
    <div class="card" id="over" style="height: 80px; margin-top: -20px"><h2
      style="margin: 0; width: 60px; overflow: hidden; white-space: nowrap">A heading that is cut</h2></div>
    <div class="card" id="out" style="position: relative; left: -30px">Out</div></main>`);
  const { overlaps, cut, places } = await layoutOf(page);
  expect(overlaps).toStrictEqual(
    ["div#first over div#over", 'div#first over h2 "A heading that is cut"']);
  expect(cut).toStrictEqual(['h2 "A heading that is cut"', "div#out"]);
  expect(places).toHaveLength(3);
  await page.setContent(`<main><div class="card" style="background: #fff">
    <div class="chart-area" aria-label="Empty"><svg></svg></div>
    <div class="chart-area" aria-label="Pale"><svg>
      <rect class="bar" fill="#c8c8c8" width="20" height="20" />
      <rect class="bar" fill="#364fcf" width="20" height="20" /></svg></div></div></main>`);
  expect(await faintMarks(page)).toStrictEqual(
    ["Empty: no mark", expect.stringMatching(/^Pale: .*c8c8c8.* 1\.\d+ to 1$/)]);
});
