/**
 * The normalized record: what a row of any tape becomes (API.md "Tapes over HTTP").
 * Amounts are float64 in base currency, `*_pct` are percentage points, dates `YYYY-MM-DD`,
 * `pd` and `lgd` fractions. A field that is absent was not given; 0 is a value.
 */
import { ByteWriter, phraseOf, type Phrase } from "./bytes";
import { canonicalJson, canonicalText, type Json } from "./canonical";

/** Text fields of an instrument or distressed asset. */
export const TEXT_FIELDS = [
  "instrument_id", "obligor_id", "obligor_group", "legal_entity", "asset_class", "sector",
  "country", "region", "currency", "collateral_type", "rating", "status", "linked_instrument_id",
  "sector_code", "amortisation_type",
] as const;
/** A pool's balances by days past due: an aggregated row has these, and no number of days. */
export const BALANCE_BUCKETS =
  ["dpd_0_7", "dpd_7_30", "dpd_30_60", "dpd_60_90", "dpd_90_plus"] as const;
/** Amount fields, in currency units. */
export const AMOUNT_FIELDS = [
  "principal", "accrued_interest", "collateral_value", "guarantee_value", "provisions",
  "assets_value", "distressed_value", "eligible_balance", "cash_collected", "written_off",
  "discounted_balance", ...BALANCE_BUCKETS,
] as const;
/** Rate fields: `*_pct` in points, the others as fractions. */
export const RATE_FIELDS =
  ["interest_rate_pct", "recovery_rate_pct", "pd", "lgd", "debt_to_income_pct"] as const;
/** Whole numbers: IFRS 9 stage, days past due and the rank of the lien, 1 for the first. */
export const WHOLE_FIELDS = ["stage", "days_past_due", "lien_position"] as const;
/** Calendar dates. */
export const DATE_FIELDS = [
  "collateral_valuation_date", "origination_date", "maturity_date", "measurement_date",
] as const;

export type TextField = (typeof TEXT_FIELDS)[number];
export type AmountField = (typeof AMOUNT_FIELDS)[number];
export type RateField = (typeof RATE_FIELDS)[number];
export type WholeField = (typeof WHOLE_FIELDS)[number];
export type DateField = (typeof DATE_FIELDS)[number];
export type NumberField = AmountField | RateField | WholeField;
export type RecordField = TextField | NumberField | DateField;

/**
 * Amounts as they were given, where a rate other than 1 made base currency of them: after `scale`
 * and `negate`, times `fx_rate` (base units per 1 unit of `currency`) is what the record holds.
 */
export type Origin = {
  currency: string; fx_rate: number; amounts: { [F in AmountField]?: number };
};

type RecordFields = { [F in TextField | DateField]?: string } & { [F in NumberField]?: number }
  & { origin?: Origin };

/** A loan: `principal` is its outstanding amount. */
export type InstrumentRecord = { record_kind: "instrument"; principal: number } & RecordFields;

/**
 * What an instrument was at a measurement date before the tape's latest one. It is kept for the
 * series over time and counts in no total.
 */
export type EarlierPositionRecord =
  { record_kind: "earlier_position"; principal: number; measurement_date: string } & RecordFields;

/** An asset in distress: `distressed_value` recovered at `recovery_rate_pct` (absent counts 0). */
export type DistressedAssetRecord =
  { record_kind: "distressed_asset"; distressed_value: number } & RecordFields;

/** One instrument inside a portfolio record. */
export type PortfolioInstrument = {
  name?: string; principal: number; interest_rate_pct?: number; collateral_value?: number;
  origin?: Origin;
};

/** One distressed asset inside a portfolio record. */
export type PortfolioDistressedAsset = {
  name?: string; value: number; recovery_rate_pct?: number; origin?: Origin;
};

/**
 * A whole portfolio in one record (MODEL.md section 1): `total_outstanding` and
 * `interest_rate_pct` count only when `instruments` is absent or empty.
 */
export type PortfolioRecord = {
  record_kind: "portfolio";
  currency?: string;
  financial: {
    debt: {
      total_outstanding?: number;
      interest_rate_pct?: number;
      collateral_value?: number;
      instruments?: PortfolioInstrument[];
      origin?: Origin;
    };
    assets?: { total: number; origin?: Origin };
  };
  distressed_assets: PortfolioDistressedAsset[];
};

/** Who owes, as a tape of several tables describes them; carries no exposure. */
export type ObligorRecord = {
  record_kind: "obligor";
  obligor_id?: string; obligor_group?: string; name?: string; sector?: string; country?: string;
  region?: string; legal_entity_identifier?: string; legal_type?: string;
  legal_proceedings?: string;
};

/**
 * One thing that secures a loan (`instrument_id`). `valuation_amount` is its latest valuation,
 * `collateral_value` what is left of it behind `prior_liens`; the loan carries the sum, so the
 * record itself carries no exposure.
 */
export type CollateralRecord = {
  record_kind: "collateral";
  collateral_id?: string; instrument_id?: string; collateral_type?: string; country?: string;
  currency?: string; lien_position?: string; collateral_valuation_date?: string; status?: string;
  valuation_amount?: number; prior_liens?: number; collateral_value?: number;
  guarantee_value?: number;
};

/**
 * What a further template says of a loan (`instrument_id`) or of a collateral: its fields as given,
 * amounts in the currency of the row. Carries no exposure.
 */
export type SupplementRecord = {
  record_kind: "supplement";
  template: string;
  instrument_id?: string; obligor_id?: string; collateral_id?: string; currency?: string;
  details: Record<string, string | number>;
};

/** Records of what the tape is about; an earlier position is in no total. */
export type NormalizedRecord =
  InstrumentRecord | EarlierPositionRecord | DistressedAssetRecord | PortfolioRecord;
/** What a tape of several tables describes beside its loans. */
export type SideRecord = ObligorRecord | CollateralRecord | SupplementRecord;
export type RecordKind = (NormalizedRecord | SideRecord)["record_kind"];

/** True for a record that carries no exposure. */
export const isSideRecord = (record: NormalizedRecord | SideRecord): record is SideRecord =>
  record.record_kind === "obligor" || record.record_kind === "collateral"
  || record.record_kind === "supplement";

/** All fields of a record of one row but its kind and origin, in the order of `recordValues`. */
export const RECORD_FIELDS: readonly RecordField[] = [
  ...TEXT_FIELDS, ...AMOUNT_FIELDS, ...RATE_FIELDS, ...WHOLE_FIELDS, ...DATE_FIELDS,
];

/** A record's values by place: the fields in the order of RECORD_FIELDS. */
export type RecordValues = (string | number | undefined)[];

/**
 * The values of a record by their places, into a list that is used again. Members are named one by
 * one because that is several times as fast as `record[field]` in a loop; a test holds the list
 * against RECORD_FIELDS.
 */
export function recordValues(
  record: { readonly [F in RecordField]?: string | number }, into: RecordValues,
): RecordValues {
  into[0] = record.instrument_id;
  into[1] = record.obligor_id;
  into[2] = record.obligor_group;
  into[3] = record.legal_entity;
  into[4] = record.asset_class;
  into[5] = record.sector;
  into[6] = record.country;
  into[7] = record.region;
  into[8] = record.currency;
  into[9] = record.collateral_type;
  into[10] = record.rating;
  into[11] = record.status;
  into[12] = record.linked_instrument_id;
  into[13] = record.sector_code;
  into[14] = record.amortisation_type;
  into[15] = record.principal;
  into[16] = record.accrued_interest;
  into[17] = record.collateral_value;
  into[18] = record.guarantee_value;
  into[19] = record.provisions;
  into[20] = record.assets_value;
  into[21] = record.distressed_value;
  into[22] = record.eligible_balance;
  into[23] = record.cash_collected;
  into[24] = record.written_off;
  into[25] = record.discounted_balance;
  into[26] = record.dpd_0_7;
  into[27] = record.dpd_7_30;
  into[28] = record.dpd_30_60;
  into[29] = record.dpd_60_90;
  into[30] = record.dpd_90_plus;
  into[31] = record.interest_rate_pct;
  into[32] = record.recovery_rate_pct;
  into[33] = record.pd;
  into[34] = record.lgd;
  into[35] = record.debt_to_income_pct;
  into[36] = record.stage;
  into[37] = record.days_past_due;
  into[38] = record.lien_position;
  into[39] = record.collateral_valuation_date;
  into[40] = record.origination_date;
  into[41] = record.maturity_date;
  into[42] = record.measurement_date;
  return into;
}

type Member = { name: Phrase; place: number | "record_kind" | "origin" };
const MEMBERS = ["record_kind" as const, "origin" as const, ...RECORD_FIELDS].sort().map(
  (field): Member => ({ name: phraseOf(`,${canonicalText(field)}:`),
    place: field === "record_kind" || field === "origin" ? field : RECORD_FIELDS.indexOf(field) }));
/** Places of members in the order of jsonb, which has short names first. */
const STORED = MEMBERS.map((_, at) => at).sort((a, b) =>
  (MEMBERS[a] as Member).name.length - (MEMBERS[b] as Member).name.length || a - b);
const ABSENT = -1;
const [OPENED, CLOSED, COMMA] = [123, 125, 44] as const;

/**
 * A record as canonical JSON, the text of `canonicalJson(record)`, to be hashed; and as the same
 * object with its members in the order that the database keeps them in, which sorts them else.
 * The fields of a tape's record are known, so that they are sorted once and not for every row.
 */
export class RecordJson {
  private readonly out = new ByteWriter(1024);
  private readonly starts = new Int32Array(MEMBERS.length);
  private readonly ends = new Int32Array(MEMBERS.length);
  private readonly values: RecordValues = RECORD_FIELDS.map(() => undefined);
  private hasMembers = true;

  /**
   * Writes a record, in place of the one before.
   * @param given the record's values, where they are at hand
   */
  write(record: NormalizedRecord | SideRecord, given?: RecordValues): void {
    const { out } = this;
    out.clear();
    this.hasMembers = record.record_kind === "instrument"
      || record.record_kind === "distressed_asset";
    if (record.record_kind !== "instrument" && record.record_kind !== "distressed_asset") {
      out.text(canonicalJson(record as unknown as Json));
      return;
    }
    const values = given ?? recordValues(record, this.values);
    for (let at = 0; at < MEMBERS.length; at += 1) {
      const { name, place } = MEMBERS[at] as Member;
      const value = typeof place === "number" ? values[place] : record[place];
      this.starts[at] = value === undefined ? ABSENT : out.length;
      if (value === undefined) continue;
      out.phrase(name);
      if (typeof value === "number") out.jsonNumber(value);
      else if (typeof value === "string") out.jsonText(value);
      else out.text(canonicalJson(value));
      this.ends[at] = out.length;
    }
    out.byte(CLOSED);
    out.bytes[0] = OPENED; // in place of the first comma: every record has a kind
  }

  /** The canonical bytes, until another record is written. */
  get bytes(): Uint8Array {
    return this.out.from(0);
  }

  /** Adds the record to what is sent to the database. */
  store(to: ByteWriter): void {
    const { out, starts, ends } = this;
    if (!this.hasMembers) {
      to.copy(out, 0, out.length);
      return;
    }
    out.bytes[0] = COMMA;
    const start = to.length;
    for (const at of STORED) {
      const from = starts[at] as number;
      if (from !== ABSENT) to.copy(out, from, ends[at] as number);
    }
    to.byte(CLOSED);
    to.bytes[start] = OPENED;
    out.bytes[0] = OPENED;
  }
}
