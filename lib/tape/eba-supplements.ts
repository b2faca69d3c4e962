import type { SupplementRecord } from "../kernel/record";
import { isBlank } from "./amounts";
import { columnName, compact, type Columns, type SetPlace } from "./eba-records";
import { PROTECTION_FIELDS } from "./eba-tables";
import {
  SUPPLEMENT_FIELDS, SUPPLEMENTS, type DetailType, type Supplement, type Template,
} from "./eba-templates";
import { amountFromText, dateFromText, plainText, type Reading } from "./fields";
import { detached, rowProblem, shorten, type RowProblem } from "./problem";

/** What a mortgage says of the collateral that it stands on; the amount as it was written. */
export type Mortgage = { loan: string | undefined; lien: string | undefined;
  prior: { text: string; column: string } | undefined };
/** What a court says of a collateral; the appraisal as it was written, in its currency. */
export type Enforcement = {
  status: string | undefined; currency: string | undefined;
  appraisal: { text: string; column: string; date: string } | undefined;
};

type Place = SetPlace & { columns: Columns; column: string };
/** Whatever refers to one loan or collateral, until a row describes that. */
type Referred = { isThere: boolean; places: Place[]; mortgages: Mortgage[];
  enforcement: Enforcement | undefined };

/** The mortgage of a loan on a collateral; of a collateral that names no loan its first one. */
export const mortgageOf = (
  mortgages: readonly Mortgage[], loan: string | undefined,
): Mortgage | undefined => (loan === undefined ? mortgages[0]
  : mortgages.find((one) => one.loan === undefined || one.loan === loan));

export const isSupplement = (template: Template): template is Supplement =>
  (SUPPLEMENTS as readonly Template[]).includes(template);

/**
 * The rows of templates that say more of a loan or collateral: mortgages, enforcement, forbearance,
 * external collection and repayments. Each becomes a record of its own with the template's
 * fields, amounts in the currency of the row; collaterals ask for what they need of them.
 */
export class Supplements {
  private readonly loans = new Map<string, Referred>();
  private readonly protections = new Map<string, Referred>();
  count = 0;

  constructor(private readonly reading: Reading) {}

  /** Reads a row and remembers it for what it refers to. */
  read(columns: Columns, cells: readonly string[], place: SetPlace): SupplementRecord {
    const template = columns.table.template as Supplement;
    const text = (field: string): string | undefined => {
      const index = columns.at(field);
      return index < 0 ? undefined : plainText(cells[index] ?? "");
    };
    const ofCollateral = template === "mortgage" || template === "enforcement";
    const named = ofCollateral ? PROTECTION_FIELDS.find((field) => text(field) !== undefined)
      : undefined;
    const loanField = columns.at("loan_identifier") >= 0 ? "loan_identifier"
      : "instrument_identifier";
    const record = compact<SupplementRecord>({ record_kind: "supplement", template,
      instrument_id: template === "enforcement" ? undefined : text(loanField),
      obligor_id: text("counterparty_identifier"),
      collateral_id: named === undefined ? undefined : text(named),
      currency: text("currency_of_enforcement")?.toUpperCase(),
      details: this.details(columns, cells, template) });
    this.count += 1;
    // What is left out still belongs to its loan or collateral, and says nothing of it.
    const at = { ...place, columns };
    if (record.instrument_id !== undefined) {
      referredBy(this.loans, record.instrument_id).places.push(
        { ...at, column: columnName(columns, loanField) });
    }
    if (named === undefined || record.collateral_id === undefined) return record;
    const referred = referredBy(this.protections, record.collateral_id);
    referred.places.push({ ...at, column: columnName(columns, named) });
    if (!this.reading.failed) note(referred, record, columns, text);
    return record;
  }

  private details(
    columns: Columns, cells: readonly string[], template: Supplement,
  ): SupplementRecord["details"] {
    const details: SupplementRecord["details"] = {};
    for (const [field, type] of Object.entries(SUPPLEMENT_FIELDS[template])) {
      const index = columns.at(field);
      const given = index < 0 ? undefined : plainText(cells[index] ?? "");
      if (given === undefined || isBlank(given)) continue;
      const value = this.value(type, given, columnName(columns, field));
      if (value !== undefined) details[field] = value;
    }
    return details;
  }

  private value(type: DetailType, text: string, column: string): string | number | undefined {
    if (type === "amount") {
      return amountFromText("collateral_value", text, column, this.reading, null);
    }
    return type === "date"
      ? dateFromText("collateral_valuation_date", text, column, this.reading) : text;
  }

  /** What is known of a collateral that a row describes. */
  ofProtection(id: string | undefined): Pick<Referred, "mortgages" | "enforcement"> | undefined {
    const referred = id === undefined ? undefined : this.protections.get(id);
    if (referred !== undefined) referred.isThere = true;
    return referred;
  }

  /** Notes that a row describes a loan. */
  seeLoan(id: string): void {
    // Nobody asks for it again, and what is left at the end has no loan.
    this.loans.delete(id);
  }

  /** References to loans and collaterals that no row describes. */
  orphans(hasCollateral: boolean): RowProblem[] {
    return [...unknownIn(this.loans, "loan"), ...hasCollateral
      ? unknownIn(this.protections, "collateral") : []];
  }
}

function referredBy(all: Map<string, Referred>, id: string): Referred {
  const known = all.get(id);
  if (known !== undefined) return known;
  const referred: Referred = { isThere: false, places: [], mortgages: [], enforcement: undefined };
  all.set(detached(id), referred);
  return referred;
}

/** Of several rows on one collateral the first counts, of mortgages the first of each loan. */
function note(
  referred: Referred, { template, instrument_id: loan, currency, details }: SupplementRecord,
  columns: Columns, text: (field: string) => string | undefined,
): void {
  const written = (field: string) => {
    const given = text(field);
    return given === undefined || isBlank(given) ? undefined
      : { text: detached(given), column: columnName(columns, field) };
  };
  if (template === "mortgage") {
    const lien = text("lien_position");
    referred.mortgages.push({ loan: loan === undefined ? undefined : detached(loan),
      lien: lien === undefined ? undefined : detached(lien), prior: written("higher_ranking_loan") });
    return;
  }
  const [appraisal, date] = [written("court_appraisal_amount"), details.date_of_court_appraisal];
  referred.enforcement ??= { status: statusOf(details), currency,
    appraisal: appraisal === undefined || typeof date !== "string" ? undefined
      : { ...appraisal, date } };
}

/** How far an enforcement has come, by what its row gives; undefined where it gives nothing. */
function statusOf(details: SupplementRecord["details"]): string | undefined {
  const given = (field: string): boolean => details[field] !== undefined;
  if (given("sale_agreed_price") && details.sale_agreed_price !== 0) return "sale agreed";
  if (given("next_auction_date")) return "auction set";
  if (given("last_auction_date")) return "auctioned";
  const { indicator_of_enforcement: indicator } = details;
  if (indicator === undefined) return given("jurisdiction_of_court") ? "in court" : undefined;
  return /^(true|yes|y|1)$/i.test(String(indicator)) ? "enforced" : "not enforced";
}

const unknownIn = (all: ReadonlyMap<string, Referred>, what: "loan" | "collateral"): RowProblem[] =>
  [...all].flatMap(([id, { isThere, places }]) => (isThere ? [] : places.map(
    ({ row, line, columns, column }) => ({ ...rowProblem("REFERENCE_UNKNOWN", row, column, id,
      `${column} '${shorten(id, 60)}' is in no row of the ${what}s; the row counts for none`),
    table: columns.table.name, line }))));
