import type { Page } from "@playwright/test";

/** Runs in the page: charts without a mark, and marks that do not stand out from their card. */
function findFaintMarks(): string[] {
  const pen = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const lightness = (colour: string): number | null => {
    if (!pen || colour === "none" || colour.startsWith("url(")) return null;
    pen.clearRect(0, 0, 1, 1);
    pen.fillStyle = colour;
    pen.fillRect(0, 0, 1, 1);
    const [red = 0, green = 0, blue = 0, alpha = 0] = pen.getImageData(0, 0, 1, 1).data;
    if (alpha < 128) return null;
    const [r, g, b] = [red, green, blue].map((level) => level / 255).map((part) =>
      part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4) as [number, number, number];
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (one: number, other: number): number =>
    (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
  return [...document.querySelectorAll("main .chart-area")].flatMap((chart) => {
    const name = chart.getAttribute("aria-label") ?? "a chart";
    const ground = lightness(getComputedStyle(chart.closest(".card") ?? document.body)
      .backgroundColor);
    const marks = [...chart.querySelectorAll(".bar")].filter((mark) => {
      const { width, height } = mark.getBoundingClientRect();
      return width > 1 && height > 1;
    });
    if (marks.length === 0) return [`${name}: no mark`];
    return marks.flatMap((mark) => {
      const { fill, stroke } = getComputedStyle(mark);
      // Of what is hatched, the edge has the colour.
      const best = Math.max(...[fill, stroke].map((colour) => {
        const light = lightness(colour);
        return light === null || ground === null ? 0 : contrast(light, ground);
      }));
      return best < 3 ? [`${name}: ${mark.outerHTML.slice(0, 80)} ${best.toFixed(2)} to 1`] : [];
    });
  });
}

/** WCAG 1.4.11, and that no chart is empty. */
export const faintMarks = (page: Page): Promise<string[]> => page.evaluate(findFaintMarks);
