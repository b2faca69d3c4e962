import { strToU8, zipSync, type Zippable } from "fflate";
import Papa from "papaparse";

export type Row = Record<string, string>;
export const csvOf = (rows: Row[]): string => Papa.unparse(rows, { newline: "\n" });
/** Two collaterals of one loan, one of none; a counterparty twice, and one that is missing. */
export const SET: Record<string, Row[]> = {
  "Bank_Counterparty.csv": [
    { counterparty_identifier: "C1", name_of_counterparty: "Harbour Ltd",
      industry_segment: "H50.2", country_of_registered_location: "IE",
      counterparty_group_identifier: "G1" },
    { counterparty_identifier: "C2", name_of_counterparty: "Mill GmbH", industry_segment: "C10",
      country_of_registered_location: "DE", counterparty_group_identifier: "" },
    { counterparty_identifier: "C2", name_of_counterparty: "Mill again", industry_segment: "A1",
      country_of_registered_location: "FR", counterparty_group_identifier: "" }],
  "Bank_Property-Collateral.csv": [
    { protection_identifier: "P1", loan_identifier: "L1", type_of_property: "Office",
      currency_of_property: "EUR", latest_valuation_amount: "100000",
      date_of_latest_valuation: "2024-01-31", latest_external_valuation_amount: "90000.50",
      date_of_latest_external_valuation: "2024-06-30", lien_position: "1",
      higher_ranking_loan: "10000" },
    { protection_identifier: "P2", loan_identifier: "L77", type_of_property: "Retail",
      currency_of_property: "EUR", latest_valuation_amount: "5", date_of_latest_valuation: "",
      latest_external_valuation_amount: "", date_of_latest_external_valuation: "",
      lien_position: "1", higher_ranking_loan: "0" }],
  "Bank_NON_property_collateral.csv": [
    { protection_identifier: "N1", loan_identifier: "L1", collateral_type: "Ship",
      currency_of_collateral: "USD", latest_valuation_amount: "50000",
      date_of_latest_valuation: "2023-05-01", lien_position: "2", higher_ranking_loan: "20000",
      guarantee_amount: "1000" }],
  "Bank_Loan.csv": [
    { loan_identifier: "L1", counterparty_identifier: "C1", loan_currency: "EUR",
      principal_balance: "250000", accrued_interest_balance_on_book: "1234.5",
      days_in_pastdue: "400" },
    { loan_identifier: "L2", counterparty_identifier: "C2", loan_currency: "USD",
      principal_balance: "1000", accrued_interest_balance_on_book: "", days_in_pastdue: "10" },
    { loan_identifier: "L3", counterparty_identifier: "C9", loan_currency: "EUR",
      principal_balance: "70", accrued_interest_balance_on_book: "0", days_in_pastdue: "" }],
};
export const texts = (): Record<string, string> =>
  Object.fromEntries(Object.entries(SET).map(([name, rows]) => [name, csvOf(rows)]));
export const zipOf = (files: Record<string, string | Uint8Array>): Uint8Array =>
  zipSync(Object.fromEntries(Object.entries(files).map(([name, content]) =>
    [name, typeof content === "string" ? strToU8(content) : content])) as Zippable);
