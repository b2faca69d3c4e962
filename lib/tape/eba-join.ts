import { amountFromUnits } from "../kernel/exact";
import type {
  CollateralRecord, InstrumentRecord, NormalizedRecord, ObligorRecord, SideRecord,
} from "../kernel/record";
import { isBlank } from "./amounts";
import {
  columnName, columnsOf, compact, loanIdField, loanReader, sectorOf, securityFields, typeWords,
  unitsOf, type Columns, type Security, type SetPlace,
} from "./eba-records";
import { absentFields, isAlternative } from "./eba-tables";
import { isSupplement, mortgageOf, Supplements, type Enforcement } from "./eba-supplements";
import type { Template } from "./eba-templates";
import {
  amountFromText, dateFromText, plainText, Reading, type Normalized, type NormalizeOptions,
} from "./fields";
import type { RowNormalizer } from "./normalize-row";
import { detached, rowProblem, shorten, type RowProblem } from "./problem";
import { FormatError } from "./zip";
import type { SetTable } from "./set-table";

/** Counterparties and collaterals that are joined at most: they are kept in memory. */
export const SIDE_ROWS_LIMIT = 1_000_000;

export type SetNormalizer = {
  /** A row of a table; the loans come last, so that all they refer to is known. */
  normalize(table: SetTable, cells: readonly string[], place: SetPlace):
    Normalized<NormalizedRecord | SideRecord>;
  /** Mandatory columns that a table does not have, once per table. */
  absent(): RowProblem[];
  /** What only the end shows: collateral of loans that no row describes. */
  orphans(): RowProblem[];
  summary(): JoinSummary;
};

/** How the rows of a set found each other. */
export type JoinSummary = {
  loans: number; loans_with_counterparty: number; loans_without_counterparty: number;
  loans_with_collateral: number; counterparties: number; collaterals: number;
  orphan_collaterals: number; supplements: number; orphan_supplements: number;
};

type Party = { sector?: string; country?: string; region?: string; group?: string };
/**
 * Joins the tables of one set, row by row: counterparties and collaterals become records of their
 * own and are remembered in short, at most SIDE_ROWS_LIMIT of them; loans become instruments with
 * what was remembered. A loan's collateral is the sum over its collaterals of their latest
 * valuation behind prior liens, each amount rounded to 1/10,000 first, so in any order the same.
 */
export function createSetNormalizer(
  tables: readonly SetTable[], options: NormalizeOptions,
): SetNormalizer {
  return new Join(tables, options);
}

/** Rows of a table are told by their lines: rows are counted through all tables. */
const inLine = ({ message }: RowProblem): string => message.replace(/ in row (\d+)$/, " in line $1");

class Join implements SetNormalizer {
  private readonly reading: Reading;
  private readonly columns: Map<string, Columns>;
  private readonly hasGroups: boolean;
  private readonly hasParties: boolean;
  private readonly hasCollateral: boolean;
  private readonly readLoan: RowNormalizer;
  private readonly groups = new Set<string>();
  private readonly parties = new Map<string, Party>();
  private readonly securities = new Map<string, Security[]>();
  /** Identifiers of collaterals that counted already, with the loan that they count for. */
  private readonly secures = new Map<string, string>();
  private readonly texts = new Map<string, string>();
  private readonly supplements: Supplements;
  private sideRows = 0;
  private readonly counts = { loans: 0, loans_with_counterparty: 0, loans_with_collateral: 0,
    counterparties: 0, collaterals: 0 };

  constructor(private readonly tables: readonly SetTable[], options: NormalizeOptions) {
    this.reading = new Reading(options);
    this.supplements = new Supplements(this.reading);
    this.columns = new Map(tables.map((table) => [table.name, columnsOf(table)]));
    const has = (template: Template): boolean => tables.some((one) => one.template === template);
    this.hasGroups = has("counterparty_group");
    this.hasParties = has("counterparty");
    this.hasCollateral = has("property_collateral") || has("non_property_collateral");
    this.readLoan = loanReader(tables, options);
  }

  normalize(
    table: SetTable, cells: readonly string[], place: SetPlace,
  ): Normalized<NormalizedRecord | SideRecord> {
    const columns = this.columns.get(table.name) as Columns;
    this.reading.start(place.line);
    const { record, problems } = this.read(columns, cells, place);
    const seen = new Set(problems.map(({ column }) => column));
    const isGiven = ({ index }: { index: number }): boolean => !isBlank(cells[index] ?? "");
    const names = columns.mandatory.some((one) =>
      isAlternative(table.template, one.field) && isGiven(one));
    const missing = columns.mandatory.filter((one) => !seen.has(one.column) && !isGiven(one)
      && !(names && isAlternative(table.template, one.field)))
      .map(({ field, column }) => rowProblem("MISSING_VALUE", place.line, column, "",
        `${field} is mandatory in the template ${table.template} and empty`, "warning"));
    return { record, problems: [...problems, ...missing].map((problem) =>
      ({ ...problem, row: place.row, table: table.name, line: place.line })) };
  }

  private read(
    columns: Columns, cells: readonly string[], place: SetPlace,
  ): Normalized<NormalizedRecord | SideRecord> {
    const { template } = columns.table;
    if (template === "loan") return this.loan(columns, cells, place);
    this.sideRows += 1;
    if (this.sideRows > SIDE_ROWS_LIMIT) {
      throw new FormatError("the tables beside the loans have more than "
        + `${SIDE_ROWS_LIMIT.toLocaleString("en")} rows, the most that are joined`);
    }
    if (isSupplement(template)) {
      if (template === "mortgage") {
        this.repeats(columns, "mortgage_identifier",
          this.text(columns, cells, "mortgage_identifier"), place.line);
      }
      const record = this.supplements.read(columns, cells, place);
      return { record: this.reading.failed ? null : record, problems: this.reading.problems() };
    }
    const record = template === "counterparty" ? this.party(columns, cells, place)
      : template === "counterparty_group" ? this.group(columns, cells, place)
        : this.collateral(columns, cells, place);
    return { record: this.reading.failed ? null : record, problems: this.reading.problems() };
  }

  private text(columns: Columns, cells: readonly string[], field: string): string | undefined {
    const index = columns.at(field);
    return index < 0 ? undefined : plainText(cells[index] ?? "");
  }

  /** A copy that keeps no chunk of the file alive; equal texts share one. */
  private kept(text: string | undefined): string | undefined {
    if (text === undefined) return undefined;
    const known = this.texts.get(text);
    if (known !== undefined) return known;
    const copy = detached(text);
    if (this.texts.size < 10_000) this.texts.set(copy, copy);
    return copy;
  }

  /** Notes an identifier that stood already in the same table. */
  private repeats(columns: Columns, field: string, id: string | undefined, line: number): boolean {
    const problem = columns.ids.check(id, line, columnName(columns, field));
    if (problem === null) return false;
    this.reading.add(problem.code, problem.column, problem.value,
      `${inLine(problem)}; the first row counts`);
    return true;
  }

  private group(columns: Columns, cells: readonly string[], { line }: SetPlace): ObligorRecord {
    const id = this.text(columns, cells, "counterparty_group_identifier");
    this.repeats(columns, "counterparty_group_identifier", id, line);
    if (id !== undefined) this.groups.add(detached(id));
    return compact<ObligorRecord>({ record_kind: "obligor", obligor_group: id,
      name: this.text(columns, cells, "name_of_counterparty_group") });
  }

  private party(columns: Columns, cells: readonly string[], { line }: SetPlace): ObligorRecord {
    const text = (field: string) => this.text(columns, cells, field);
    const id = text("counterparty_identifier");
    const group = text("counterparty_group_identifier");
    const industry = text("industry_segment");
    const record = compact<ObligorRecord>({ record_kind: "obligor", obligor_id: id,
      obligor_group: group, name: text("name_of_counterparty"), sector: sectorOf(industry),
      country: text("country_of_registered_location"),
      region: text("geographic_region_of_registered_location"),
      legal_entity_identifier: text("legal_entity_identifier"),
      legal_type: text("legal_type_of_counterparty"),
      legal_proceedings: text("status_of_legal_proceedings") });
    this.counts.counterparties += 1;
    const { sector, country, region } = record;
    if (!this.repeats(columns, "counterparty_identifier", id, line) && id !== undefined) {
      this.parties.set(detached(id), compact<Party>({ sector: this.kept(sector),
        country: this.kept(country), region: this.kept(region), group: this.kept(group) }));
    }
    if (group !== undefined && this.hasGroups && !this.groups.has(group)) {
      this.unknown(columns, "counterparty_group_identifier", group, "counterparty_group");
    }
    return record;
  }

  private unknown(columns: Columns, field: string, id: string, other: Template): void {
    const table = this.tables.find(({ template }) => template === other)?.name ?? other;
    this.reading.add("REFERENCE_UNKNOWN", columnName(columns, field), id,
      `${field} '${shorten(id, 60)}' is in no row of "${table}"`);
  }

  private amount(columns: Columns, cells: readonly string[], field: string): number | undefined {
    const text = this.text(columns, cells, field);
    return text === undefined || isBlank(text) ? undefined
      : amountFromText("collateral_value", text, columnName(columns, field), this.reading, null);
  }

  /** An amount that another table gives, in the currency of this row. */
  private written({ text, column }: { text: string; column: string }): number | undefined {
    return amountFromText("collateral_value", text, column, this.reading, null);
  }

  private date(columns: Columns, cells: readonly string[], field: string): string | undefined {
    const text = this.text(columns, cells, field);
    return text === undefined || isBlank(text) ? undefined
      : dateFromText("collateral_valuation_date", text, columnName(columns, field), this.reading);
  }

  /**
   * The latest valuation by date; the first one where nothing says which, the initial one last. A
   * court's appraisal counts like one, where it is in the collateral's currency.
   */
  private valuation(
    columns: Columns, cells: readonly string[], enforcement: Enforcement | undefined,
  ) {
    const { appraisal, currency = this.reading.currency } = enforcement ?? {};
    const court = appraisal === undefined || currency !== this.reading.currency ? []
      : [{ date: appraisal.date, amount: this.written(appraisal) }];
    const given = (amount: string, date: string) => ({ amount: this.amount(columns, cells, amount),
      date: this.date(columns, cells, date) });
    const latest = [given("latest_valuation_amount", "date_of_latest_valuation"),
      given("latest_external_valuation_amount", "date_of_latest_external_valuation"), ...court]
      .filter(({ amount }) => amount !== undefined)
      .sort((a, b) => ((b.date ?? "") > (a.date ?? "") ? 1 : (b.date ?? "") < (a.date ?? "") ? -1
        : 0));
    const initial = given("initial_valuation_amount", "date_of_initial_valuation");
    return latest[0] ?? initial;
  }

  private collateral(
    columns: Columns, cells: readonly string[], place: SetPlace,
  ): CollateralRecord {
    const text = (field: string) => this.text(columns, cells, field);
    const isProperty = columns.table.template === "property_collateral";
    const currencyField = isProperty ? "currency_of_property" : "currency_of_collateral";
    const currency = text(currencyField)?.toUpperCase();
    this.reading.useCurrency(currency, columnName(columns, currencyField));
    const known = this.supplements.ofProtection(text("protection_identifier"));
    const { amount, date } = this.valuation(columns, cells, known?.enforcement);
    const mortgage = mortgageOf(known?.mortgages ?? [], text("loan_identifier"));
    const prior = this.amount(columns, cells, "higher_ranking_loan")
      ?? (mortgage?.prior && this.written(mortgage.prior));
    const type = text(isProperty ? "type_of_property" : "collateral_type");
    const record = compact<CollateralRecord>({ record_kind: "collateral",
      collateral_id: text("protection_identifier"), instrument_id: text("loan_identifier") ?? mortgage?.loan,
      collateral_type: typeWords(isProperty, type), currency, valuation_amount: amount,
      country: text(isProperty ? "property_country" : "current_country_of_registration"),
      collateral_valuation_date: amount === undefined ? undefined : date,
      lien_position: text("lien_position") ?? mortgage?.lien, prior_liens: prior,
      collateral_value: amount === undefined ? undefined
        : amountFromUnits(BigInt(
          Math.max(0, unitsOf(amount) - unitsOf(Math.max(0, prior ?? 0))))),
      guarantee_value: this.amount(columns, cells, "guarantee_amount"),
      status: text("enforcement_status") ?? known?.enforcement?.status });
    this.counts.collaterals += 1;
    // A row that is left out still belongs to its loan, and counts nothing there.
    this.remember(columns, this.reading.failed
      ? compact<CollateralRecord>({ record_kind: "collateral", instrument_id: record.instrument_id })
      : record, place);
    return record;
  }

  private remember(columns: Columns, record: CollateralRecord, place: SetPlace): void {
    const { collateral_value: value, guarantee_value: guarantee } = record;
    const loan = record.instrument_id === undefined ? undefined : detached(record.instrument_id);
    const id = this.kept(record.collateral_id);
    if (loan === undefined) return;
    const security: Security = { ...place, id, table: columns.table.name,
      type: this.kept(record.collateral_type), date: this.kept(record.collateral_valuation_date),
      units: value === undefined ? null : unitsOf(value),
      guaranteeUnits: guarantee === undefined ? null : unitsOf(guarantee) };
    const list = this.securities.get(loan) ?? [];
    const key = id === undefined ? undefined : `${columns.table.template}/${id}`;
    const first = key === undefined ? undefined : this.secures.get(key);
    if (key === undefined || first === undefined) {
      if (key !== undefined) this.secures.set(key, loan);
      list.push(security);
    } else {
      this.repeatedCollateral(columns, list, security, first === loan);
    }
    this.securities.set(loan, list);
  }

  /** The later valuation of a collateral counts; one that secures two loans counts at the first. */
  private repeatedCollateral(
    columns: Columns, list: Security[], security: Security, isSameLoan: boolean,
  ): void {
    const at = isSameLoan ? list.findIndex(({ id }) => id === security.id) : -1;
    if (at >= 0 && (security.date ?? "") > (list[at]?.date ?? "")) list[at] = security;
    const column = columnName(columns, "protection_identifier");
    this.reading.add("DUPLICATE_KEY", column, security.id ?? null, isSameLoan
      ? `${column} '${shorten(security.id ?? "", 60)}' stands twice for one loan; `
        + "the later valuation counts, at the same date the first row"
      : `${column} '${shorten(security.id ?? "", 60)}' stands already at another loan; `
        + "its value counts there only");
  }

  private loan(
    columns: Columns, cells: readonly string[], { line }: SetPlace,
  ): Normalized<NormalizedRecord> {
    const { record, problems } = this.readLoan(cells, line);
    const idField = loanIdField(columns);
    const id = this.text(columns, cells, idField);
    const partyId = this.text(columns, cells, "counterparty_identifier");
    const repeated = this.repeatedLoan(columns, idField, id, line);
    const party = partyId === undefined ? undefined : this.parties.get(partyId);
    if (party === undefined && partyId !== undefined && this.hasParties) {
      this.unknown(columns, "counterparty_identifier", partyId, "counterparty");
    }
    const securities = id === undefined || repeated ? [] : this.securities.get(id) ?? [];
    // What is left at the end belongs to no loan.
    if (id !== undefined) {
      this.securities.delete(id);
      this.supplements.seeLoan(id);
    }
    this.counts.loans += 1;
    if (party !== undefined) this.counts.loans_with_counterparty += 1;
    if (securities.length > 0) this.counts.loans_with_collateral += 1;
    const all = [...problems, ...this.reading.problems()];
    if (record?.record_kind !== "instrument") return { record, problems: all };
    return { problems: all, record: compact<InstrumentRecord>({ ...record, sector: party?.sector,
      country: party?.country, region: party?.region, obligor_group: party?.group,
      ...securityFields(securities) }) };
  }

  private repeatedLoan(
    columns: Columns, field: string, id: string | undefined, line: number,
  ): boolean {
    const problem = columns.ids.check(id, line, columnName(columns, field));
    if (problem === null) return false;
    this.reading.add(problem.code, problem.column, problem.value,
      `${inLine(problem)}; both loans count, their collateral with the first`);
    return true;
  }

  absent(): RowProblem[] {
    return this.tables.flatMap(({ template, name, header }) => absentFields(template, header)
      .map((field) => ({ ...rowProblem("MISSING_VALUE", 0, field, null,
        `"${name}" has no column ${field}, which is mandatory in the template ${template}`,
        "warning"), table: name, line: null })));
  }

  orphans(): RowProblem[] {
    const collaterals = [...this.securities].flatMap(([loan, list]) => list.map((one) => ({ ...one,
      loan })));
    const loose = collaterals.map(({ row, line, table, loan }) => ({
      ...rowProblem("REFERENCE_UNKNOWN", row,
        columnName(this.columns.get(table) as Columns, "loan_identifier"), loan,
        `loan_identifier '${shorten(loan, 60)}' is in no row of the loans; `
        + "the collateral counts for none"),
      table, line }));
    return [...this.supplements.orphans(this.hasCollateral), ...loose];
  }

  summary(): JoinSummary {
    const { loans, loans_with_counterparty: matched } = this.counts;
    const orphans = [...this.securities.values()].reduce((sum, list) => sum + list.length, 0);
    return { ...this.counts, loans_without_counterparty: loans - matched,
      orphan_collaterals: orphans, supplements: this.supplements.count,
      orphan_supplements: this.supplements.orphans(this.hasCollateral).length };
  }
}
