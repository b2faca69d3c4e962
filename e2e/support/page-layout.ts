import type { Page } from "@playwright/test";

/** What stands on its own: none of them may lie over another that is not around it. */
const BLOCKS = "main :is(h1, h2, h3, .card, .tile, .chart, .lede, .btn, .dt-scroll, .table-wrap)";

export interface PageLayout {
  /** A line for each card: its place in twelfths of the page's width, its row, its id. */
  places: string[];
  overlaps: string[];
  /** Text, marks and cards of which a part cannot be seen or scrolled to. */
  cut: string[];
}

/** Runs in the page. */
function readLayout(selector: string): PageLayout {
  const nameOf = (node: Element): string => `${node.tagName.toLowerCase()}${
    node.id ? `#${node.id}` : ""}${node.id ? "" : ` "${(node.textContent ?? "").trim().slice(0, 30)}"`}`;
  const isSeen = (node: Element): boolean => node.checkVisibility({ visibilityProperty: true })
    && node.getBoundingClientRect().width > 1 && node.getBoundingClientRect().height > 1;
  const floats = (node: Element): boolean => {
    for (let each: Element | null = node; each; each = each.parentElement) {
      if (["fixed", "sticky"].includes(getComputedStyle(each).position)) return true;
    }
    return false;
  };
  const scrolls = (node: Element): boolean => {
    for (let each = node.parentElement; each && each !== document.body; each = each.parentElement) {
      if (["auto", "scroll"].includes(getComputedStyle(each).overflowX)
        && each.scrollWidth > each.clientWidth) return true;
    }
    return false;
  };
  const blocks = [...document.querySelectorAll(selector)]
    .filter((node) => isSeen(node) && !floats(node));
  const boxes = blocks.map((node) => {
    if (!node.matches(".btn.quiet")) return node.getBoundingClientRect();
    // Without a ground of its own only its words are seen; the target around them is larger.
    const words = document.createRange();
    words.selectNodeContents(node);
    return words.getBoundingClientRect();
  });
  const overlaps = blocks.flatMap((node, at) => blocks.slice(at + 1).flatMap((other, after) => {
    const [a, b] = [boxes[at] as DOMRect, boxes[at + 1 + after] as DOMRect];
    const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
    const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
    if (wide < 2 || high < 2 || node.contains(other) || other.contains(node)) return [];
    if (scrolls(node) || scrolls(other)) return [];
    return [`${nameOf(node)} over ${nameOf(other)}`];
  }));
  const room = document.documentElement.clientWidth;
  const hidden = [...document.querySelectorAll("main *")].filter((node) => {
    if (!(node instanceof HTMLElement) || !isSeen(node) || node.closest(".vh")) return false;
    const { overflowX, textOverflow } = getComputedStyle(node);
    return ["hidden", "clip"].includes(overflowX) && textOverflow !== "ellipsis"
      && node.scrollWidth > node.clientWidth + 1;
  });
  const outside = [...document.querySelectorAll("main .card, main .card :is(svg text, .mark, h2)")]
    .filter((node) => {
      if (!isSeen(node) || scrolls(node)) return false;
      const box = node.getBoundingClientRect();
      const card = node.parentElement?.closest(".card")?.getBoundingClientRect();
      return box.left < (card?.left ?? 0) - 1 || box.right > (card?.right ?? room) + 1;
    });
  const main = document.querySelector("main")?.getBoundingClientRect() ?? new DOMRect();
  const cards = [...document.querySelectorAll("main :is(.card[id], .tile)")].filter(isSeen)
    .filter((node) => !floats(node));
  const tops: number[] = [];
  const places = cards.map((node) => {
    const box = node.getBoundingClientRect();
    const twelfth = (x: number): number => Math.round((x - main.left) / main.width * 12);
    let row = tops.findIndex((top) => Math.abs(top - box.top) < 8);
    if (row < 0) row = tops.push(box.top) - 1;
    const id = node.id || node.querySelector(".tile-name, h2, h3")?.textContent || "tile";
    return `row ${row + 1}, ${twelfth(box.left)} to ${twelfth(box.right)}: ${id}`;
  });
  return { places, overlaps, cut: [...hidden, ...outside].map(nameOf) };
}

export const layoutOf = (page: Page): Promise<PageLayout> => page.evaluate(readLayout, BLOCKS);
