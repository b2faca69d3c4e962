import { strFromU8, unzipSync } from "fflate";

/** A workbook's sheets by name: the cells by their place. */
export function sheetsOf(bytes: Uint8Array): Map<string, Map<string, string>> {
  const parts = unzipSync(bytes);
  const partOf = (name: string): string => strFromU8(parts[name] as Uint8Array);
  const names = [...partOf("xl/workbook.xml").matchAll(/<sheet name="([^"]*)"/g)];
  return new Map(names.map(([, name], place) => [name as string, new Map(
    [...partOf(`xl/worksheets/sheet${place + 1}.xml`).matchAll(
      /<c r="([A-Z]+\d+)"[^>]*>(?:<f>.*?<\/f>)?(?:<v>(.*?)<\/v>|<is><t[^>]*>(.*?)<\/t><\/is>)/gs,
    )].map(([, cell, number, text]) => [cell as string, number ?? text ?? ""]))]));
}
