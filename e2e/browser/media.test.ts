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
