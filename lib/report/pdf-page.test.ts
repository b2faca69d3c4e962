import { extractText, getDocumentProxy } from "unpdf";
import { expect, it } from "vitest";
import type { Report } from "./model";
import { onePagePdf } from "./pdf-page";

async function textOf(report: Report): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of onePagePdf(report, process.cwd())) pieces.push(piece);
  const document = await getDocumentProxy(new Uint8Array(Buffer.concat(pieces)));
  return (await extractText(document, { mergePages: true })).text;
}

it("shows every digit of a figure on a tile, however many there are", async () => {
  const values = ["98,765,432,109.87", "1,000,000,000,000,000.00", "\u2212999,999,999,999,999.99"];
  const text = await textOf({ title: "Board", summary: "", currency: "EUR", sections: [], facts: [],
    datedAt: "2026-11-29T00:00:00Z",
    tiles: [...values, "5"].map((value) => ({ label: "Owed, EUR", value, note: "" })) });
  for (const value of values) expect(text).toContain(value);
  expect(text).not.toContain("\u2026");
});
