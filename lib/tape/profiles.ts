import { LOAN_MAPPING } from "./eba-templates";
import { MAPPABLE_FIELDS } from "./mapping-fields";
import { mappedColumns } from "./mapping";

/** What reads the EBA's loan template, and the whole set of them. */
export const EBA_PROFILE = "eba-npl";

/** A mapping under a name, for tapes of a known shape. */
export type BuiltInProfile = {
  id: string; name: string; description: string;
  mapping: Readonly<Record<string, unknown>>;
  /** Columns by which a tape of this shape is known. */
  needs: readonly string[];
  /** Its columns' names are its own, so that it is used where no other mapping fits. */
  isOwnShape?: true;
};

/** An aggregated receivables tape: its columns of amounts and the fields that they feed. */
const RECEIVABLES = {
  principal: "total_receivable_usd", eligible_balance: "total_eligible_usd",
  discounted_balance: "discounted_balance_usd", cash_collected: "cash_available_usd",
  dpd_0_7: "dpd_0_7_usd", dpd_7_30: "dpd_7_30_usd", dpd_30_60: "dpd_30_60_usd",
  dpd_60_90: "dpd_60_90_usd", dpd_90_plus: "dpd_90_plus_usd",
};

/**
 * Profiles that every dataset has. The product's own tape names its columns as the fields. SBA
 * 7(a): the disbursed amount is what is outstanding, SBA's guarantee what protects it, and NAICS
 * gives the sector.
 */
export const BUILT_IN_PROFILES: readonly BuiltInProfile[] = [
  {
    id: "todiscope", name: "TodiScope tape",
    description: "Columns named as the fields; those that are not there are left out.",
    mapping: Object.fromEntries(MAPPABLE_FIELDS.map((field) => [field, field])),
    needs: ["instrument_id", "principal"],
  },
  {
    id: "sba-7a", name: "SBA 7(a) loans",
    description: "Disbursed amount as principal, SBA's guarantee as collateral, sector by NAICS.",
    mapping: {
      instrument_id: "LoanNr_ChkDgt", obligor_id: "Name", legal_entity: "Bank", region: "State",
      sector: { column: "NAICS", sector_scheme: "naics" },
      country: { constant: "US" }, currency: { constant: "USD" },
      asset_class: { constant: "SME" }, collateral_type: { constant: "SBA guarantee" },
      principal: "DisbursementGross", collateral_value: "SBA_Appv",
      origination_date: "DisbursementDate", status: "MIS_Status",
    },
    needs: ["LoanNr_ChkDgt", "DisbursementGross", "SBA_Appv"],
  },
  {
    id: EBA_PROFILE, name: "EBA NPL templates",
    description: "Loans of EU 2023/2083; with the other templates, joined to obligors and collateral.",
    mapping: LOAN_MAPPING,
    needs: ["loan_identifier", "counterparty_identifier", "principal_balance"],
  },
  {
    id: "receivables", name: "Monthly receivables",
    description: "Aggregated balances by days past due in USD, a row a measurement date; the "
      + "latest date is the position, earlier ones its history.",
    mapping: {
      instrument_id: "measurement_date", measurement_date: "measurement_date", ...RECEIVABLES,
      currency: { constant: "USD" }, asset_class: { constant: "Receivables" },
    },
    needs: ["measurement_date", ...Object.values(RECEIVABLES)],
    isOwnShape: true,
  },
];

/** The built-in profile whose own shape a tape with these columns has; null for none. */
export const knownShape = (headers: readonly string[]): BuiltInProfile | null =>
  BUILT_IN_PROFILES.find((profile) =>
    profile.isOwnShape && fitProfile(profile, headers) !== null) ?? null;

/**
 * A profile's mapping for the columns that a file has: fields whose columns are not there are
 * left out. Null when a column by which the shape is known is missing.
 */
export function fitProfile(
  profile: BuiltInProfile, headers: readonly string[],
): Record<string, unknown> | null {
  const has = new Set(headers);
  if (!profile.needs.every((column) => has.has(column))) return null;
  return Object.fromEntries(Object.entries(profile.mapping).filter(([field, rule]) =>
    mappedColumns({ [field]: rule }).every((column) => has.has(column))));
}
