import type { Page } from "@playwright/test";
import { expect } from "./browser-test";
import { expectNoSidewaysScroll } from "./page-checks";

/** Runs in the page: what has the focus and cannot be seen, forwards and backwards. */
function findHiddenFocus(): string[] {
  const STOPS = "a[href], button, input, select, textarea, summary, [tabindex='0']";
  const all = [...document.querySelectorAll<HTMLElement>(STOPS)].filter((node) =>
    node.tabIndex >= 0 && node.checkVisibility({ visibilityProperty: true }));
  // Of a page with hundreds of stops, the reference of the API, so many spread over it.
  const MOST = 80;
  const stops = all.filter((_, at) => at % Math.ceil(all.length / MOST) === 0);
  /** The box that shows the ring: a switch or a segment is larger than its native input. */
  const shownBy = (node: HTMLElement): Element =>
    node.matches("input:is([type=radio], [type=checkbox])") && node.parentElement
      ? node.parentElement : node;
  const isSeen = (node: Element): boolean => {
    // A row of a table is wider than a phone: what is looked at is the part in the window.
    const box = node.getBoundingClientRect();
    const [left, top] = [Math.max(box.left, 0), Math.max(box.top, 0)];
    const width = Math.min(box.right, window.innerWidth) - left;
    const height = Math.min(box.bottom, window.innerHeight) - top;
    if (width <= 0 || height <= 0) return false;
    return [0.1, 0.5, 0.9].some((x) => [0.1, 0.5, 0.9].some((y) => {
      const there = document.elementFromPoint(left + width * x, top + height * y);
      return there !== null && (node.contains(there) || there === node.parentElement);
    }));
  };
  return [stops, [...stops].reverse()].flatMap((order) => order.flatMap((node) => {
    node.focus();
    const shown = shownBy(node);
    const { width } = shown.getBoundingClientRect();
    if (document.activeElement !== node || width < 2 || isSeen(shown)) return [];
    return [`${node.outerHTML.slice(0, 120)} in ${node.closest("[id]")?.id}`];
  }));
}

/** WCAG 2.4.11: nothing that sticks to an edge lies over the whole of what has the focus. */
export const expectFocusSeen = async (page: Page): Promise<void> =>
  expect(await page.evaluate(findHiddenFocus), "has the focus, and is hidden").toStrictEqual([]);

/** Runs in the page: words of which a part is cut off and stands nowhere else. */
function findCutWords(): string[] {
  return [...document.querySelectorAll<HTMLElement>("main *, header *")].filter((node) => {
    if (!node.checkVisibility({ visibilityProperty: true }) || node.closest(".vh, svg")) return false;
    const { overflowX, overflowY, textOverflow } = getComputedStyle(node);
    const hides = (overflow: string): boolean => ["hidden", "clip"].includes(overflow);
    // What ends in three dots is cut on purpose: its whole text is one step away.
    if (!node.textContent?.trim() || textOverflow === "ellipsis") return false;
    return (hides(overflowX) && node.scrollWidth > node.clientWidth + 2)
      || (hides(overflowY) && node.scrollHeight > node.clientHeight + 2);
  }).map((node) => `${node.tagName}.${node.className} "${node.textContent?.trim().slice(0, 40)}"`);
}

const TEXT_SPACING = `* { line-height: 1.5 !important; letter-spacing: .12em !important;
  word-spacing: .16em !important } p { margin-bottom: 2em !important }`;

/**
 * WCAG 1.4.10 and 1.4.12: at 320 px, with the line, letter and word spacing that readers may set,
 * nothing makes the page scroll sideways and no words are cut off.
 */
export async function expectReflow(page: Page): Promise<void> {
  await page.setViewportSize({ width: 320, height: 640 });
  await expectNoSidewaysScroll(page);
  await page.evaluate((css) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  }, TEXT_SPACING);
  await expectNoSidewaysScroll(page);
  await expect.poll(() => page.evaluate(findCutWords), "words that are cut off").toStrictEqual([]);
}
