import {
  AMOUNT_FIELDS, DATE_FIELDS, RATE_FIELDS, TEXT_FIELDS, WHOLE_FIELDS, type RecordField,
} from "../kernel/record";

/** What a column can be mapped to: the normalized record's fields and its kind. */
export type MappableField = RecordField | "record_kind";

/** All mappable fields, in the order in which they are listed and aliases are given out. */
export const MAPPABLE_FIELDS: readonly MappableField[] = [
  "record_kind", ...TEXT_FIELDS, ...AMOUNT_FIELDS, ...RATE_FIELDS, ...WHOLE_FIELDS, ...DATE_FIELDS,
];

/** How a field's text is read. */
export type FieldType = "kind" | "text" | "amount" | "points" | "fraction" | "whole" | "date";

const types = new Map<string, FieldType>([
  ["record_kind", "kind"],
  ...TEXT_FIELDS.map((field) => [field, "text"] as const),
  ...AMOUNT_FIELDS.map((field) => [field, "amount"] as const),
  ...RATE_FIELDS.map((field) => [field, field.endsWith("_pct") ? "points" : "fraction"] as const),
  ...WHOLE_FIELDS.map((field) => [field, "whole"] as const),
  ...DATE_FIELDS.map((field) => [field, "date"] as const),
]);

/** The type of a field by name; undefined when there is no such field. */
export const fieldType = (name: string): FieldType | undefined => types.get(name);

/** True for fields whose values are numbers, so that `scale` and `negate` mean something. */
export const isNumeric = (type: FieldType): boolean =>
  type === "amount" || type === "points" || type === "fraction" || type === "whole";

/**
 * Header names that stand for a field when no mapping is given, beside the field's own name.
 * Compared without case, spaces, underscores, hyphens and dots. When several columns fit one
 * field, the name that stands first here wins (the field's own name before all), and the
 * mapping's notes say so; a column never serves two fields.
 */
export const ALIASES: Readonly<Partial<Record<MappableField, readonly string[]>>> = {
  record_kind: ["record_type"],
  instrument_id: ["loan_id", "loan_number", "loan_no", "contract_id", "facility_id", "account_id"],
  obligor_id: [
    "borrower_id", "debtor_id", "counterparty_id", "customer_id", "obligor", "borrower", "debtor",
  ],
  obligor_group: ["borrower_group", "debtor_group", "counterparty_group", "group_id"],
  legal_entity: ["entity", "lender_entity"],
  asset_class: ["product_type", "loan_type"],
  sector: ["industry", "industry_sector"],
  country: ["country_code", "borrower_country"],
  region: ["state", "province"],
  currency: ["currency_code", "ccy"],
  principal: [
    "outstanding_principal", "principal_outstanding", "outstanding_balance", "outstanding_bal",
    "outstanding_amount", "total_outstanding", "outstanding", "current_balance",
    "principal_balance", "unpaid_principal_balance", "upb", "balance", "amount",
  ],
  accrued_interest: ["interest_accrued"],
  interest_rate_pct: ["annual_interest_rate", "interest_rate", "rate_pct", "coupon", "rate"],
  collateral_value: ["collateral", "security_value", "property_value", "appraisal_value"],
  collateral_type: ["security_type", "property_type"],
  lien_position: ["lien", "lien_rank", "lien_order", "charge_rank", "lien_position_rank"],
  amortisation_type: ["amortization_type", "amortisation", "amortization", "repayment_type"],
  sector_code: ["industry_code", "sic_code"],
  collateral_valuation_date: ["valuation_date", "appraisal_date"],
  guarantee_value: ["guarantee_amount", "guaranteed_amount"],
  pd: ["probability_of_default"],
  lgd: ["loss_given_default"],
  recovery_rate_pct: ["recovery_rate", "recovery_pct"],
  provisions: ["provision", "provision_amount", "loan_loss_provision", "impairment"],
  eligible_balance: ["eligible_amount", "eligible_receivable", "total_eligible"],
  cash_collected: ["collections", "collected", "amount_collected", "cash_received"],
  written_off: ["write_off_amount", "written_off_amount", "charge_off_amount", "write_off"],
  debt_to_income_pct: ["dti", "debt_to_income", "debt_to_income_ratio"],
  rating: ["internal_rating", "credit_rating"],
  stage: ["ifrs_stage", "ifrs9_stage"],
  days_past_due: ["dpd", "days_overdue", "days_in_arrears"],
  status: ["loan_status"],
  origination_date: ["start_date", "issue_date", "disbursement_date"],
  maturity_date: ["end_date", "maturity"],
  assets_value: ["total_assets"],
  distressed_value: ["distressed_asset_value"],
  linked_instrument_id: ["linked_loan_id"],
};

/** A header as it is compared: lower case, without spaces, underscores, hyphens and dots. */
export const headerKey = (name: string): string =>
  name.trim().toLowerCase().replace(/[\s_.-]+/g, "");
