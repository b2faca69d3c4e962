import {
  BALANCE_BUCKETS, RECORD_FIELDS, type DateField, type NumberField, type Origin,
  type RecordField, type RecordValues, type TextField,
} from "../kernel/record";

/** A record's values by place: the fields in the order of SLOT_FIELDS. */
export type Slots = RecordValues;

/** Which field stands in which slot. */
export const SLOT_FIELDS = RECORD_FIELDS;

export type RowKind = "instrument" | "distressed_asset";

/** Fields that a kind of record does not have; a value there is not kept. */
export const NOT_OF: Readonly<Record<RowKind, ReadonlySet<RecordField>>> = {
  instrument: new Set(["distressed_value", "linked_instrument_id"]),
  distressed_asset: new Set([
    "principal", "accrued_interest", "interest_rate_pct", "collateral_value", "guarantee_value",
    "eligible_balance", "cash_collected", "written_off", "debt_to_income_pct", "lien_position",
    "amortisation_type", "discounted_balance", ...BALANCE_BUCKETS, "measurement_date",
  ]),
};

/** A record whose required amount is not checked yet. */
export type RowDraft = { record_kind: RowKind | "earlier_position"; origin?: Origin }
  & { [F in TextField | DateField]?: string } & { [F in NumberField]?: number };

/**
 * The record of filled slots. Fields that were not given are members that are undefined: whatever
 * columns a tape has, its records are of one shape, and all who read millions of them find their
 * members at known places. They are named one by one because that is ten times as fast as
 * `record[field] = value` in a loop; a test holds the list against SLOT_FIELDS.
 */
export function assembleRecord(kind: RowKind, slots: Slots): RowDraft {
  return {
    record_kind: kind,
    instrument_id: slots[0] as string | undefined,
    obligor_id: slots[1] as string | undefined,
    obligor_group: slots[2] as string | undefined,
    legal_entity: slots[3] as string | undefined,
    asset_class: slots[4] as string | undefined,
    sector: slots[5] as string | undefined,
    country: slots[6] as string | undefined,
    region: slots[7] as string | undefined,
    currency: slots[8] as string | undefined,
    collateral_type: slots[9] as string | undefined,
    rating: slots[10] as string | undefined,
    status: slots[11] as string | undefined,
    linked_instrument_id: slots[12] as string | undefined,
    sector_code: slots[13] as string | undefined,
    amortisation_type: slots[14] as string | undefined,
    principal: slots[15] as number | undefined,
    accrued_interest: slots[16] as number | undefined,
    collateral_value: slots[17] as number | undefined,
    guarantee_value: slots[18] as number | undefined,
    provisions: slots[19] as number | undefined,
    assets_value: slots[20] as number | undefined,
    distressed_value: slots[21] as number | undefined,
    eligible_balance: slots[22] as number | undefined,
    cash_collected: slots[23] as number | undefined,
    written_off: slots[24] as number | undefined,
    discounted_balance: slots[25] as number | undefined,
    dpd_0_7: slots[26] as number | undefined,
    dpd_7_30: slots[27] as number | undefined,
    dpd_30_60: slots[28] as number | undefined,
    dpd_60_90: slots[29] as number | undefined,
    dpd_90_plus: slots[30] as number | undefined,
    interest_rate_pct: slots[31] as number | undefined,
    recovery_rate_pct: slots[32] as number | undefined,
    pd: slots[33] as number | undefined,
    lgd: slots[34] as number | undefined,
    debt_to_income_pct: slots[35] as number | undefined,
    stage: slots[36] as number | undefined,
    days_past_due: slots[37] as number | undefined,
    lien_position: slots[38] as number | undefined,
    collateral_valuation_date: slots[39] as string | undefined,
    origination_date: slots[40] as string | undefined,
    maturity_date: slots[41] as string | undefined,
    measurement_date: slots[42] as string | undefined,
    origin: undefined,
  };
}
