export type CsvCell = string | number | null | undefined;

/** Digits and what parts them in any locale: nothing that a spreadsheet would run. */
const PLAIN_NUMBER = /^[+-]?(?=.*\d)[\d.,'’ \u00a0\u202f]+(e[+-]?\d+)?( ?%)?$/i;
const RISKY_START = /^[=+\-@\t\r]/;

/** A text that a spreadsheet would run as a formula gets an apostrophe in front. */
export function csvCell(value: CsvCell, delimiter = ","): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "number") return Number.isFinite(value) ? String(value) : "";
  const safe = RISKY_START.test(value) && !PLAIN_NUMBER.test(value) ? `'${value}` : value;
  const isQuoted = safe.includes(delimiter) || /["\r\n]/.test(safe);
  return isQuoted ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** RFC 4180, with another delimiter where a file goes back to where it came from; CRLF. */
export function csvText(
  head: readonly string[], rows: readonly (readonly CsvCell[])[], delimiter = ",",
): string {
  return [head, ...rows].map((row) =>
    `${row.map((value) => csvCell(value, delimiter)).join(delimiter)}\r\n`).join("");
}

export function downloadBlob(name: string, blob: Blob): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  // Safari reads the address after the click has returned.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

export function downloadText(name: string, text: string, type = "text/csv"): void {
  // Excel takes a CSV for UTF-8 only with the mark in front.
  const mark = type === "text/csv" ? "\ufeff" : "";
  downloadBlob(name, new Blob([mark + text], { type: `${type};charset=utf-8` }));
}

/** "Market crash loses 487.2" gives "market-crash-loses-487-2". */
export function fileStem(title: string): string {
  const plain = title.normalize("NFKD").toLowerCase().replace(/[^a-z0-9]+/g, "-");
  return plain.replace(/^-+|-+$/g, "").slice(0, 60) || "chart";
}
