import { inFull, newBook, newRun } from "../support/browser-book";
import type { Json } from "../support/api";
import { expect, test } from "../support/browser-test";

test.use({ who: "analyst" });

let run: Json;
test.beforeAll(async () => {
  run = await newRun(await newBook("Media"));
});

test("a printed report is the report alone, with all its figures", async ({ page }) => {
  await page.goto(`/runs/${run.run_id}`);
  const stress = page.getByRole("region", { name: "Stress results", exact: true });
  await expect(stress).toBeVisible();
  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  await page.setViewportSize({ width: 700, height: 1000 });
  for (const chrome of [page.getByRole("banner"),
    page.getByRole("navigation", { name: "Main", exact: true }),
    page.getByRole("navigation", { name: "Breadcrumb" }),
    page.getByRole("button", { name: "Verify" }), page.getByRole("button", { name: "Print" }),
    page.getByRole("button", { name: "Export" }),
    page.getByRole("button", { name: /^View as table/ })]) {
    await expect(chrome).toBeHidden();
  }
  await expect(page.getByText("TodiScope stress test report")).toBeVisible();
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  for (const one of run.report.stress_tests) {
    await expect(stress.getByText(inFull(one.loss_estimate), { exact: true })).toBeVisible();
  }
  const evidence = page.getByRole("region", { name: "Evidence", exact: true });
  const ids = Object.values<string>(run.stress_test_evidence_ids);
  for (const id of [run.debt_exposure_evidence_id, ...ids]) {
    await expect(evidence.getByText(id)).toBeVisible();
  }
  const paper = await page.evaluate(() => {
    const { backgroundColor } = getComputedStyle(document.body);
    return { backgroundColor, wide: document.documentElement.scrollWidth > window.innerWidth,
      cut: [...document.querySelectorAll(".table-wrap")]
        .filter((box) => box.scrollWidth > box.clientWidth + 1)
        .map((box) => box.getAttribute("aria-label")) };
  });
  expect(paper, "white paper, nothing cut at the edge")
    .toStrictEqual({ backgroundColor: "rgb(255, 255, 255)", wide: false, cut: [] });
});

test("a long table is on paper with its first rows and their number, a chart as wide as its card",
  async ({ page }) => {
    const rows = Array.from({ length: 1200 }, (_, at) => `P-${at},${1000 + at},500,4,S${at % 4}`);
    const book = await newBook("Paper",
      ["instrument_id,principal,collateral_value,interest_rate_pct,sector", ...rows].join("\n"));
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.goto(`/versions/${book.version}?view=records`);
    const table = page.getByRole("region", { name: /records/i });
    await expect(table.getByRole("row")).not.toHaveCount(0);
    await page.emulateMedia({ media: "print" });
    await expect(table.locator("tbody tr")).toHaveCount(100);
    await expect(table.locator("thead button"), "which no further sheet would show").toHaveCount(0);
    await expect(page.getByText("100 of 1,200 rows on paper")).toBeVisible();

    await page.emulateMedia({ media: "screen" });
    await page.goto(`/workbench?version=${book.version}`);
    await expect(page.getByRole("button", { name: /^Market crash: loss/ })).toBeVisible();
    await page.emulateMedia({ media: "print" });
    await page.setViewportSize({ width: 703, height: 1000 });
    const over = await page.evaluate(() => [...document.querySelectorAll(".card .chart svg")]
      .filter((drawing) => drawing.getBoundingClientRect().right
        > (drawing.closest(".card")?.getBoundingClientRect().right ?? 0)).length);
    expect(over, "drawings that are wider than their card").toBe(0);
    await expect(page.locator(".card .chart svg")).not.toHaveCount(0);
  });

test("nothing moves for those who do not want it", async ({ page }) => {
  const version = run.dataset_version_id;
  const moving = () => page.evaluate(() => [...document.querySelectorAll("*")].filter((node) => {
    const { transitionDuration, animationName, animationDuration } = getComputedStyle(node);
    return parseFloat(transitionDuration) > 0
      || (animationName !== "none" && parseFloat(animationDuration) > 0);
  }).map((node) => node.outerHTML.slice(0, 80)));
  await page.goto(`/workbench?version=${version}&drill=loss`);
  await expect(page.getByRole("button", { name: /^Market crash: loss/ })).toBeVisible();
  expect(await moving(), "the test sees motion where it is wanted").not.toStrictEqual([]);
  await page.emulateMedia({ reducedMotion: "reduce" });
  expect(await moving()).toStrictEqual([]);
  await page.keyboard.press("ControlOrMeta+k");
  await expect(page.getByRole("dialog")).toBeVisible();
  expect(await moving()).toStrictEqual([]);
});
