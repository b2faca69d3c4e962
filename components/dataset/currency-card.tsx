import { DataTable } from "@/components/table/data-table";
import type { DataColumn } from "@/components/table/data-table";
import { Card } from "@/components/ui/card";
import { compactNumber, count, date, money } from "@/components/ui/format";
import { Na } from "@/components/ui/na";
import type { Version } from "./types";

type Entry = Version["currencies"][number];

const amount = (value: number, reason: string) =>
  (value === 0 ? <Na reason={reason} /> : money(value));

const columnsFor = (base: string): DataColumn<Entry>[] => [
  { id: "currency", header: "Currency", sortValue: (entry) => entry.currency,
    cell: (entry) => entry.currency },
  { id: "rate", header: `${base} for 1 unit`, number: true, sortValue: (entry) => entry.fx_rate,
    cell: (entry) => compactNumber(entry.fx_rate, 10) },
  { id: "records", header: "Records", number: true, sortValue: (entry) => entry.records,
    cell: (entry) => count(entry.records) },
  { id: "outstanding", header: "Outstanding as given", number: true,
    sortValue: (entry) => entry.origin.total_outstanding,
    cell: (entry) => amount(entry.origin.total_outstanding, "Nothing is owed in it") },
  { id: "outstanding-base", header: `Outstanding, ${base}`, number: true,
    sortValue: (entry) => entry.base.total_outstanding,
    cell: (entry) => amount(entry.base.total_outstanding, "Nothing is owed in it") },
  { id: "collateral", header: "Collateral as given", number: true,
    sortValue: (entry) => entry.origin.collateral_value,
    cell: (entry) => amount(entry.origin.collateral_value, "No collateral in it") },
  { id: "collateral-base", header: `Collateral, ${base}`, number: true,
    sortValue: (entry) => entry.base.collateral_value,
    cell: (entry) => amount(entry.base.collateral_value, "No collateral in it") },
];

/** Where a version's rates come from, in words. */
export function ratesWords({ fx }: Pick<Version, "fx">): string {
  return [fx?.source, fx?.date ? date(fx.date) : null].filter(Boolean).join(", ")
    || "given with the tape";
}

/** What is owed in each currency, as the tape gives it and in base currency. */
export function CurrencyCard({ version, className }: { version: Version; className?: string }) {
  const { currencies, base_currency: base } = version;
  if (currencies.length === 0) return null;
  const others = currencies.filter(({ currency }) => currency !== base).length;
  const named = others === 1 ? "1 other currency was" : `${others} other currencies were`;
  return (
    <Card id="currencies" className={className} flush
      title={`Amounts in ${named} converted to ${base}`} sub={`Rates: ${ratesWords(version)}`}>
      <DataTable label="Currency table" rows={currencies} columns={columnsFor(base)}
        rowId={(entry) => entry.currency} empty={null} />
    </Card>
  );
}
