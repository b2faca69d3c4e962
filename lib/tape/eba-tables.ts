import { MANDATORY_FIELDS, OTHER_TEMPLATES, TEMPLATES, type Template } from "./eba-templates";
import { headerKey } from "./mapping-fields";

/** Where a field stands in a header, whatever its case and separators; -1 when it does not. */
export function columnFinder(header: readonly string[]): (field: string) => number {
  const places = new Map<string, number>();
  header.forEach((name, index) => {
    const key = headerKey(name);
    if (!places.has(key)) places.set(key, index);
  });
  // Asked for every cell: the key of a field is made once.
  const known = new Map<string, number>();
  return (field) => {
    const found = known.get(field) ?? places.get(headerKey(field)) ?? -1;
    known.set(field, found);
    return found;
  };
}

/** By these columns a table is known: all of `all`, and one of `one`. */
const MARKS: Readonly<Record<Template, { all: readonly string[]; one: readonly string[] }>> = {
  loan: { all: ["counterparty_identifier"],
    one: ["principal_balance", "legal_balance", "loan_currency"] },
  property_collateral: { all: ["loan_identifier"],
    one: ["currency_of_property", "type_of_property", "address_of_property"] },
  non_property_collateral: { all: ["loan_identifier"],
    one: ["currency_of_collateral", "collateral_type"] },
  counterparty: { all: ["counterparty_identifier"],
    one: ["name_of_counterparty", "counterparty_role", "legal_type_of_counterparty"] },
  counterparty_group: { all: ["counterparty_group_identifier"],
    one: ["name_of_counterparty_group"] },
  mortgage: { all: ["protection_identifier"], one: ["mortgage_identifier", "mortgage_amount"] },
  forbearance: { all: [], one: ["type_of_forbearance", "end_date_of_forbearance"] },
  external_collection: { all: [], one: ["name_of_external_debt_collection_agent",
    "date_sent_to_agent", "balance_amount_sent_to_agent"] },
  historical_repayment: { all: [], one: ["history_of_total_repayments", "type_of_collection"] },
  enforcement: { all: [], one: ["court_appraisal_amount", "jurisdiction_of_court",
    "next_auction_date", "last_auction_date"] },
};
/** Templates whose rows belong to a loan, by either name of its identifier. */
const OF_LOANS: ReadonlySet<Template> =
  new Set(["loan", "forbearance", "external_collection", "historical_repayment"]);

/** The template whose columns a header has; null when it has none's. */
export function templateOf(header: readonly string[]): Template | null {
  const at = columnFinder(header);
  const has = (field: string): boolean => at(field) >= 0;
  const isLoan = has("loan_identifier") || has("instrument_identifier");
  const fits = ([template, { all, one }]: [string, (typeof MARKS)[Template]]): boolean =>
    (!OF_LOANS.has(template as Template) || isLoan)
    && (template !== "enforcement" || PROTECTION_FIELDS.some(has))
    && all.every(has) && one.some(has);
  return (Object.entries(MARKS).find(fits)?.[0] ?? null) as Template | null;
}

const NAMES = [...TEMPLATES, ...OTHER_TEMPLATES].sort((a, b) => b.length - a.length);

/** The template that a file or sheet is named after, the longest name that occurs in it. */
export function templateNamed(name: string): Template | (typeof OTHER_TEMPLATES)[number] | null {
  const bare = (name.split("/").at(-1) ?? "").toLowerCase().replace(/[\s.-]+/g, "_");
  return NAMES.find((template) => bare.includes(template)) ?? null;
}

/** By which of its columns a row of enforcement names the collateral. */
export const PROTECTION_FIELDS: readonly string[] = ["protection_identifier",
  "property_collateral_identifier", "non_property_collateral_identifier"];

/** A mandatory field in whose place another may stand: a collateral is of one kind. */
export const isAlternative = (template: Template, field: string): boolean =>
  template === "enforcement" && PROTECTION_FIELDS.includes(field);

/** The mandatory fields of a template that a header does not have. */
export function absentFields(template: Template, header: readonly string[]): string[] {
  const at = columnFinder(header);
  const names = PROTECTION_FIELDS.some((field) => at(field) >= 0);
  return MANDATORY_FIELDS[template].filter((field) => at(field) < 0
    && !(names && isAlternative(template, field)));
}
