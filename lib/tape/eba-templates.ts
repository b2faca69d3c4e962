/**
 * The EBA NPL transaction templates (Commission Implementing Regulation (EU) 2023/2083) that are
 * joined into loans. Which fields are mandatory is data of the field list of openNPL 0.7 (MIT),
 * which follows the regulation's annex; a test holds this list against that one.
 */

/** The templates that are read, in the order in which their rows are: loans refer to the others. */
export const TEMPLATES = ["counterparty_group", "counterparty", "property_collateral",
  "non_property_collateral", "loan"] as const;
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
};

/** Other templates of the regulation: their files are known and left out. */
export const OTHER_TEMPLATES = ["mortgage", "enforcement", "forbearance", "external_collection",
  "historical_repayment", "relationship"] as const;

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
