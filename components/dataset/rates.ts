/** A rate as the wizard holds it: base units per 1 unit of the currency; null while not given. */
export interface Rate {
  code: string;
  rate: number | null;
}

/** "0.9174" or, with a comma alone, "0,9174"; null for what is no rate. */
function rateOf(text: string): number | null {
  const plain = /^\d+,\d+$/.test(text) ? text.replace(",", ".") : text.replaceAll(",", "");
  const value = /^\d+(\.\d+)?$/.test(plain) ? Number(plain) : NaN;
  return value > 0 && value <= 1e9 ? value : null;
}

/** Rates from cells of a spreadsheet, one currency a line, and the lines that are none. */
export function parseRates(text: string): { rates: Rate[]; unread: string[] } {
  const rates = new Map<string, Rate>();
  const unread: string[] = [];
  for (const line of text.split(/\r?\n/)) {
    if (line.trim() === "") continue;
    const [code = "", value = "", ...more] = line.trim().split(/[\t;= ]+/);
    const rate = more.length > 0 ? null : rateOf(value);
    if (/^[A-Za-z]{3}$/.test(code) && rate !== null) {
      rates.set(code.toUpperCase(), { code: code.toUpperCase(), rate });
    } else unread.push(line.trim());
  }
  return { rates: [...rates.values()], unread };
}

/** Rates with others in their place, and the rest behind them. */
export const withRates = (before: readonly Rate[], others: readonly Rate[]): Rate[] => [
  ...before.map((rate) => others.find(({ code }) => code === rate.code) ?? rate),
  ...others.filter(({ code }) => !before.some((rate) => rate.code === code)),
];

/** Names of own legal entities, one a line, each once. */
export const entitiesOf = (text: string): string[] =>
  [...new Set(text.split(/\r?\n/).map((line) => line.trim()).filter((line) => line !== ""))];
