import { amountFromUnits, AMOUNT_SCALE, roundHalfEven } from "../kernel/exact";
import type { InstrumentRecord } from "../kernel/record";
import { createDuplicateCheck, type DuplicateCheck } from "./duplicates";
import { columnFinder, PROTECTION_FIELDS } from "./eba-tables";
import { LOAN_MAPPING, MANDATORY_FIELDS, NACE_SECTIONS } from "./eba-templates";
import type { NormalizeOptions } from "./fields";
import { resolveMapping } from "./mapping";
import { headerKey } from "./mapping-fields";
import { compileRowNormalizer, type RowNormalizer } from "./normalize-row";
import type { SetTable } from "./set-table";
import { FormatError } from "./zip";

/** Where a row stands: in all rows of the set, and in its own table. */
export type SetPlace = { row: number; line: number };
/** What a loan needs to know of one of its collaterals. */
export type Security = SetPlace & {
  id: string | undefined; table: string; type: string | undefined; date: string | undefined;
  units: number | null; guaranteeUnits: number | null;
};

export type Columns = {
  table: SetTable; at: (field: string) => number; ids: DuplicateCheck;
  mandatory: { field: string; column: string; index: number }[];
};

/** An amount in 1/10,000 units. */
export const unitsOf = (amount: number): number => roundHalfEven(amount * AMOUNT_SCALE);

export function columnsOf(table: SetTable): Columns {
  const at = columnFinder(table.header);
  const mandatory = MANDATORY_FIELDS[table.template].flatMap((field) => {
    const index = at(field);
    return index < 0 ? [] : [{ field, index, column: table.header[index] as string }];
  });
  return { table, at, mandatory, ids: createDuplicateCheck() };
}

/** The column as the file names it; the field's name where the file has none. */
export const columnName = ({ at, table }: Columns, field: string): string =>
  table.header[at(field)] ?? field;

export const loanIdField = ({ at }: Pick<Columns, "at">): string =>
  (at("loan_identifier") >= 0 ? "loan_identifier" : "instrument_identifier");

/** The column by which a row of a template is known: its source record id. */
export function idColumn({ template, header }: SetTable): number {
  const at = columnFinder(header);
  switch (template) {
    case "loan": return at(loanIdField({ at }));
    case "counterparty": return at("counterparty_identifier");
    case "counterparty_group": return at("counterparty_group_identifier");
    case "mortgage": return at("mortgage_identifier");
    case "forbearance": case "external_collection": case "historical_repayment":
      return at(loanIdField({ at }));
    case "enforcement": return Math.max(...PROTECTION_FIELDS.map(at));
    default: return at("protection_identifier");
  }
}

/** Where a template names the currency of its amounts; -1 where it does not. */
export const currencyColumn = ({ header }: SetTable): number => {
  const at = columnFinder(header);
  return Math.max(at("loan_currency"), at("currency_of_property"), at("currency_of_collateral"));
};

/** Reads loans by the mapping of the template, whatever the case of the columns' names. */
export function loanReader(
  tables: readonly SetTable[], options: NormalizeOptions,
): RowNormalizer {
  const header = tables.find(({ template }) => template === "loan")?.header ?? [];
  const at = columnFinder(header);
  const names = new Map(header.map((name) => [headerKey(name), name]));
  const found = (column: string) => names.get(headerKey(column));
  const rules = Object.entries(LOAN_MAPPING).flatMap(([field, rule]) => {
    const named = field === "instrument_id" ? loanIdField({ at })
      : typeof rule === "string" ? rule : (rule as { column: string }).column;
    const column = found(named);
    if (column === undefined) return [];
    return [[field, typeof rule === "string" ? column : { ...rule as object, column }] as const];
  });
  const mapping = resolveMapping(header, Object.fromEntries(rules));
  if (!mapping.ok) throw new FormatError(`the loans cannot be read: ${mapping.error.message}`);
  return compileRowNormalizer(mapping.value, options);
}

/** "N80.1" as the name of NACE section N; another text as it is. */
export function sectorOf(industry: string | undefined): string | undefined {
  const letter = /^([A-U])(\d.*)?$/i.exec(industry ?? "")?.[1]?.toUpperCase();
  return letter === undefined ? industry : NACE_SECTIONS[letter] ?? industry;
}

/** A code alone says nothing without its template. */
export const typeWords = (isProperty: boolean, type: string | undefined): string | undefined =>
  type === undefined || !/^\d+$/.test(type) ? type
    : `${isProperty ? "property" : "collateral"} type ${type}`;

/** A loan's collateral: the sum, the type worth most, the oldest valuation that counts. */
export function securityFields(securities: readonly Security[]): Partial<InstrumentRecord> {
  const valued = securities.filter(({ units }) => units !== null);
  const guaranteed = securities.filter(({ guaranteeUnits }) => guaranteeUnits !== null);
  const sum = (amounts: (number | null)[]): number =>
    amountFromUnits(amounts.reduce((total, units) => total + BigInt(units ?? 0), 0n));
  const [most] = [...valued].sort((a, b) => (b.units ?? 0) - (a.units ?? 0));
  const dates = valued.flatMap(({ date }) => (date === undefined ? [] : [date])).sort();
  return {
    ...(valued.length > 0 ? { collateral_value: sum(valued.map(({ units }) => units)) } : {}),
    ...(guaranteed.length > 0
      ? { guarantee_value: sum(guaranteed.map(({ guaranteeUnits }) => guaranteeUnits)) } : {}),
    ...(most?.type === undefined ? {} : { collateral_type: most.type }),
    ...(dates[0] === undefined ? {} : { collateral_valuation_date: dates[0] }),
  };
}

/** A record without the members that were not given. */
export function compact<R extends object>(record: { [K in keyof R]: R[K] | undefined }): R {
  const kept: Partial<R> = {};
  for (const name in record) {
    if (record[name] !== undefined) kept[name] = record[name] as R[typeof name];
  }
  return kept as R;
}
