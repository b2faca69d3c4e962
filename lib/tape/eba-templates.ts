/**
 * The EBA NPL transaction templates (Commission Implementing Regulation (EU) 2023/2083) that are
 * joined into loans. Which fields are mandatory is data of the field list of openNPL 0.7 (MIT),
 * which follows the regulation's annex; a test holds this list against that one.
 */

/** Templates that say more of a loan or of what secures it. */
export const SUPPLEMENTS = ["mortgage", "enforcement", "forbearance", "external_collection",
  "historical_repayment"] as const;
export type Supplement = (typeof SUPPLEMENTS)[number];

/**
 * The templates that are read, in the order in which their rows are: loans refer to the others, and
 * collaterals take from mortgages and enforcement.
 */
export const TEMPLATES = ["counterparty_group", "counterparty", ...SUPPLEMENTS,
  "property_collateral", "non_property_collateral", "loan"] as const;
export type Template = (typeof TEMPLATES)[number];

/** Fields that the regulation asks for in every row where they apply. */
export const MANDATORY_FIELDS: Readonly<Record<Template, readonly string[]>> = {
  counterparty_group: [
    "counterparty_group_identifier", "name_of_counterparty_group",
  ],
  counterparty: [
    "counterparty_identifier", "national_identifier", "source_of_national_identifier",
    "residency_same_country_as_institution", "address_of_registered_location",
    "city_of_registered_location", "counterparty_role", "country_of_registered_location",
    "industry_segment", "legal_type_of_counterparty", "name_of_counterparty",
    "name_of_insolvency_or_restructuring_proceedings", "postcode_of_registered_location",
    "status_of_legal_proceedings",
  ],
  property_collateral: [
    "protection_identifier", "loan_identifier", "type_of_property", "address_of_property",
    "city_of_property", "property_postcode", "property_country", "lien_position",
    "higher_ranking_loan", "currency_of_property", "latest_valuation_amount",
    "date_of_latest_valuation", "type_of_appraisal_amount_internal",
    "latest_external_valuation_amount", "date_of_latest_external_valuation",
    "type_of_appraisal_amount_external", "enforcement_status",
  ],
  non_property_collateral: [
    "protection_identifier", "loan_identifier", "collateral_type", "currency_of_collateral",
    "latest_valuation_amount", "date_of_latest_valuation", "type_of_appraisal_amount_internal",
    "latest_external_valuation_amount", "date_of_latest_external_valuation",
    "type_of_appraisal_amount_external", "guarantee_amount", "enforcement_status",
    "lien_position", "higher_ranking_loan",
  ],
  loan: [
    "loan_identifier", "counterparty_identifier", "snapshot_id", "date_of_origination",
    "governing_law_of_loan_agreement", "asset_class", "product_type", "loan_currency",
    "principal_balance", "accrued_interest_balance_on_book", "other_balances", "legal_balance",
    "days_in_pastdue", "date_of_default", "joint_counterparties", "loan_legal_status",
    "date_of_initiation_of_legal_proceedings", "stage_reached_in_legal_proceedings",
    "jurisdiction_of_court", "statute_of_limitations_date", "lease_agreement",
    "forbearance_measure",
  ],
  mortgage: [
    "mortgage_identifier", "protection_identifier", "loan_identifier", "mortgage_amount",
    "lien_position", "higher_ranking_loan",
  ],
  enforcement: [
    "protection_identifier", "property_collateral_identifier",
    "non_property_collateral_identifier", "counterparty_identifier", "jurisdiction_of_court",
    "court_appraisal_amount", "date_of_court_appraisal", "sale_agreed_price",
    "next_auction_date", "court_auction_reserve_price_for_next_auction", "last_auction_date",
  ],
  forbearance: [
    "loan_identifier", "counterparty_identifier", "type_of_forbearance",
    "end_date_of_forbearance",
  ],
  external_collection: [
    "loan_identifier", "counterparty_identifier",
  ],
  historical_repayment: [
    "loan_identifier", "history_of_total_repayments",
  ],
};

export type DetailType = "text" | "amount" | "date";
type Fields = Readonly<Record<string, DetailType>>;

/**
 * Fields that a supplement's record keeps beside its identifiers: those of the regulation, and of
 * templates that it no longer has the ones that say what happened.
 */
export const SUPPLEMENT_FIELDS: Readonly<Record<Supplement, Fields>> = {
  mortgage: {
    mortgage_identifier: "text", mortgage_amount: "amount", lien_position: "text",
    higher_ranking_loan: "amount", register_of_deeds_number: "text",
  },
  enforcement: {
    jurisdiction_of_court: "text", court_appraisal_amount: "amount",
    date_of_court_appraisal: "date", sale_agreed_price: "amount", next_auction_date: "date",
    court_auction_reserve_price_for_next_auction: "amount", last_auction_date: "date",
    indicator_of_enforcement: "text", cash_in_court: "amount",
    court_auction_reserve_price_for_last_auction: "amount", number_of_failed_auctions: "text",
  },
  forbearance: {
    type_of_forbearance: "text", end_date_of_forbearance: "date",
    description_of_forbearance: "text", debt_forgiveness: "amount",
    number_of_historical_forbearance: "text", date_of_first_forbearance: "date",
    start_date_of_forbearance: "date",
  },
  external_collection: {
    balance_amount_sent_to_agent: "amount", cash_recoveries: "amount", costs_accrued: "amount",
    date_returned_from_agent: "date", date_sent_to_agent: "date",
    name_of_external_debt_collection_agent: "text", debt_forgiveness: "amount",
    repayment_plan: "text",
  },
  historical_repayment: {
    type_of_collection: "text", name_of_external_collection_agent: "text",
    history_of_total_repayments: "amount", history_of_repayments_from_collateral_sales: "amount",
  },
};

/** Other templates of the regulation: their files are known and left out. */
export const OTHER_TEMPLATES = ["relationship"] as const;

/** NACE Rev. 2 sections, by the letter that a code begins with. */
export const NACE_SECTIONS: Readonly<Record<string, string>> = {
  A: "Agriculture", B: "Mining", C: "Manufacturing", D: "Energy", E: "Water and waste",
  F: "Construction", G: "Wholesale and retail trade", H: "Transportation",
  I: "Accommodation and food", J: "Information and communication", K: "Finance and insurance",
  L: "Real estate", M: "Professional services", N: "Administrative services",
  O: "Public administration", P: "Education", Q: "Health care", R: "Arts and recreation",
  S: "Other services", T: "Households", U: "Extraterritorial organisations",
};

/**
 * How a row of the loan template becomes an instrument. The accounting stage is a field of the
 * earlier template: 0 to 2 are IFRS stages 1 to 3, the others no stage.
 */
export const LOAN_MAPPING: Readonly<Record<string, unknown>> = {
  instrument_id: "loan_identifier", obligor_id: "counterparty_identifier",
  asset_class: "asset_class", currency: "loan_currency", principal: "principal_balance",
  accrued_interest: "accrued_interest_balance_on_book",
  interest_rate_pct: "current_interest_rate", days_past_due: "days_in_pastdue",
  stage: { column: "accounting_stages_of_asset_quality",
    map: { 0: 1, 1: 2, 2: 3, 3: null, 4: null, 5: null } },
  rating: "current_internal_credit_rating", status: "loan_legal_status",
  origination_date: "date_of_origination", maturity_date: "current_maturity_date",
};
