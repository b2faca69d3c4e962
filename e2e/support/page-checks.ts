import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { expect } from "./browser-test";

/** What is wider than the window, other than what scrolls by itself. */
const tooWide = (page: Page): Promise<string[]> => page.evaluate(() => {
  const room = document.documentElement.clientWidth;
  if (Math.max(document.documentElement.scrollWidth, document.body.scrollWidth) <= room) return [];
  return [...document.querySelectorAll("body *")]
    .filter((node) => node.getBoundingClientRect().right > room + 1
      && !node.closest(".dt-scroll, .table-wrap"))
    .map((node) => node.outerHTML.slice(0, 120));
});

/** Charts follow the window's width one frame later, so this asks again. */
export const expectNoSidewaysScroll = (page: Page): Promise<void> =>
  expect.poll(() => tooWide(page), `wider than ${page.viewportSize()?.width} px`)
    .toStrictEqual([]);

/** Waits for transitions to end: half-way between two themes text has no contrast. */
const settled = (page: Page): Promise<unknown> => page.evaluate(async () => {
  // A changed scheme reaches styles with the next frame.
  const frame = (): Promise<unknown> => new Promise((done) => requestAnimationFrame(done));
  await frame();
  await frame();
  await Promise.allSettled(document.getAnimations()
    .filter(({ effect }) => effect?.getComputedTiming().endTime !== Infinity)
    .map(({ finished }) => finished));
});

/** Of WCAG 2.2 but not on by itself in axe, and the part of it that is still called a trial. */
const MORE_RULES = ["target-size", "label-content-name-mismatch", "p-as-heading",
  "table-fake-caption", "css-orientation-lock"];
/** Menus and popovers lie over the page, outside of its landmarks. */
const NOT_OVER_PAGES = "region";

/** Without frames there is nothing for axe's second page to do, which collects their results. */
const axeOf = (page: Page): AxeBuilder => new AxeBuilder({ page }).setLegacyMode();

async function expectNothing(
  page: Page, axe: AxeBuilder, passes: readonly string[],
): Promise<void> {
  await settled(page);
  const { violations } = await axe.analyze();
  const grave = violations.filter(({ impact }) => !passes.includes(impact ?? "minor"));
  expect(grave.map(({ id, nodes }) => [id, ...nodes.slice(0, 3).map((node) =>
    `${node.target.join(" ")} ${node.failureSummary?.split("\n")[1] ?? ""}`)])).toStrictEqual([]);
}

/** What axe finds serious: nothing; with `only` by these rules alone. */
export const expectAccessible = (page: Page, only: readonly string[] = []): Promise<void> =>
  expectNothing(page, only.length > 0 ? axeOf(page).withRules([...only]) : axeOf(page),
    ["minor", "moderate"]);

/** The same, also what axe calls moderate, by more rules; `within` this part of the page. */
export function expectConforming(page: Page, within?: string): Promise<void> {
  const rules = Object.fromEntries([...MORE_RULES.map((id) => [id, { enabled: true }]),
    [NOT_OVER_PAGES, { enabled: false }]]);
  const axe = axeOf(page).options({ rules });
  return expectNothing(page, within ? axe.include(within) : axe, ["minor"]);
}
