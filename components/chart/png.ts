import { downloadBlob } from "@/components/chart/csv";

const PROPERTIES = [
  "fill", "fill-opacity", "stroke", "stroke-width", "stroke-dasharray", "stroke-linejoin",
  "stroke-linecap", "stroke-opacity", "font-family", "font-size", "font-weight",
  "font-variant-numeric", "text-anchor", "dominant-baseline", "paint-order", "opacity",
  "visibility", "shape-rendering",
];
const PADDING = 16;
const TITLE_LINE = 20;

/** Colours and fonts live in the style sheet: the copy must carry them itself. */
function copyStyles(from: Element, to: Element): void {
  const style = getComputedStyle(from);
  for (const name of PROPERTIES) {
    const value = style.getPropertyValue(name);
    // A pattern's address is resolved against the page; inside the picture it is local.
    if (value) to.setAttribute(name, value.replace(/url\("[^"]*#([^"]+)"\)/, "url(#$1)"));
  }
  to.removeAttribute("class");
  to.removeAttribute("style");
  const children = [...from.children];
  [...to.children].forEach((child, index) => {
    const source = children[index];
    if (source) copyStyles(source, child);
  });
}

function breakLines(text: string, context: CanvasRenderingContext2D, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    const longer = last === undefined ? word : `${last} ${word}`;
    if (last === undefined || context.measureText(longer).width > width) lines.push(word);
    else lines[lines.length - 1] = longer;
  }
  return lines;
}

function loadImage(source: string): Promise<HTMLImageElement> {
  return new Promise((resolve, reject) => {
    const image = new Image();
    image.onload = () => resolve(image);
    image.onerror = () => reject(new Error("The picture could not be drawn"));
    image.src = source;
  });
}

async function chartImage(svg: SVGSVGElement, width: number, height: number) {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  copyStyles(svg, copy);
  for (const hidden of copy.querySelectorAll("title, .ring")) hidden.remove();
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.setAttribute("width", String(width));
  copy.setAttribute("height", String(height));
  const text = new XMLSerializer().serializeToString(copy);
  return loadImage(`data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`);
}

export interface PngInput {
  svg: SVGSVGElement;
  title: string;
  sub?: string;
  fileName: string;
}

/** Draws the chart with its title on the card's ground, at twice the size. */
export async function downloadPng({ svg, title, sub, fileName }: PngInput): Promise<void> {
  const width = Number(svg.getAttribute("width"));
  const height = Number(svg.getAttribute("height"));
  const image = await chartImage(svg, width, height);
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d");
  if (!context) throw new Error("The picture could not be drawn");
  const root = getComputedStyle(svg.closest(".card") ?? document.body);
  const titleFont = `600 14px ${root.fontFamily}`;
  context.font = titleFont;
  const lines = breakLines(title, context, width);
  const head = PADDING + (lines.length + (sub ? 1 : 0)) * TITLE_LINE + PADDING / 2;
  canvas.width = (width + 2 * PADDING) * 2;
  canvas.height = (head + height + PADDING) * 2;
  context.scale(2, 2);
  context.fillStyle = root.backgroundColor;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.fillStyle = root.color;
  context.font = titleFont;
  const baseline = PADDING + 12;
  lines.forEach((line, index) => context.fillText(line, PADDING, baseline + index * TITLE_LINE));
  if (sub) {
    context.font = `400 12px ${root.fontFamily}`;
    context.fillText(sub, PADDING, baseline + lines.length * TITLE_LINE);
  }
  context.drawImage(image, PADDING, head, width, height);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
  if (!blob) throw new Error("The picture could not be drawn");
  downloadBlob(fileName, blob);
}
