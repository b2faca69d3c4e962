import { assert } from "../kernel/assert";
import type { NormalizedRecord, PortfolioRecord } from "../kernel/record";
import { err, ok, type Result } from "../kernel/result";
import {
  amountUnitsNumber, dpdBucket, GROUP_DIMENSIONS, rateUnitsNumber, TotalsAccumulator,
  type AmountOutOfRange, type GroupDimension, type GroupValue,
} from "../risk";
import {
  decodeColumns, joined, labelSections, sectionPieces, wholeSection, type SectionSource,
} from "./column-format";
import { Growing, GrowingCodes, narrow, PIECE, type Codes, type Grown } from "./growing-columns";
import { LabelDictionary } from "./label-dictionary";
import type { PortfolioColumns } from "./portfolio-columns";

type Loan = { principal: number; interest_rate_pct?: number; collateral_value?: number };
/** A row's values by place: the dimensions in the order of GROUP_DIMENSIONS. */
type Values = readonly (string | undefined)[];

/**
 * Makes columns of normalized records, by the rules of `TotalsAccumulator`: equal records give
 * equal columns. Add them in the order of the tape.
 */
export class ColumnsBuilder {
  private readonly debts = new Rows();
  private readonly distressed = new Rows();
  private readonly outstanding = new Growing("f64", Float64Array);
  private readonly interestRate = new Growing("f64", Float64Array);
  private readonly collateral = new Growing("f64", Float64Array);
  private readonly assets = new Growing("f64", Float64Array);
  private readonly value = new Growing("f64", Float64Array);
  private readonly recoveryRate = new Growing("f64", Float64Array);
  private readonly statedFrom = new Growing("u32", Uint32Array);
  private readonly statedTo = new Growing("u32", Uint32Array);
  /** Of each distressed asset that names an instrument: its place, and the name. */
  private readonly links: { asset: number; instrumentId: string }[] = [];
  private readonly dictionaries = GROUP_DIMENSIONS.map(() => new LabelDictionary());

  /**
   * Adds one record. `rowNumber` is its row of the tape, below 2^32. Records that carry no
   * exposure are passed over. AMOUNT_OUT_OF_RANGE refuses what section 1 refuses, and adds nothing.
   */
  add(record: NormalizedRecord, rowNumber: number): Result<void, AmountOutOfRange> {
    const judged = new TotalsAccumulator().add(record);
    if (!judged.ok) return err(judged.error);
    this.addAccepted(record, rowNumber);
    return ok(undefined);
  }

  /** Adds a record that was accepted before, as those of a sealed version are: without a check. */
  addAccepted(record: NormalizedRecord, rowNumber: number): void {
    if (record.record_kind === "portfolio") return this.addPortfolio(record, rowNumber);
    if (record.record_kind === "earlier_position") return;
    const values = valuesOf(record);
    if (record.record_kind === "instrument") {
      this.addLoan(record, amountUnitsNumber(record.assets_value ?? 0), rowNumber, 1, values);
      return;
    }
    if (record.linked_instrument_id !== undefined) {
      this.links.push({ asset: this.value.length, instrumentId: record.linked_instrument_id });
    }
    this.addAsset(record.distressed_value, record.recovery_rate_pct, rowNumber, 1, values);
  }

  private addLoan(
    loan: Loan, assets: number, rowNumber: number, isFirst: number, values: Values,
  ): void {
    const outstanding = amountUnitsNumber(loan.principal);
    const counts = outstanding > 0;
    this.addDebt(counts ? { outstanding, rate: rateUnitsNumber(loan.interest_rate_pct ?? 0),
      collateral: amountUnitsNumber(loan.collateral_value ?? 0), assets }
      : { outstanding: 0, rate: 0, collateral: 0, assets: 0 }, rowNumber, isFirst, values);
  }

  private addDebt(
    debt: { outstanding: number; rate: number; collateral: number; assets: number },
    rowNumber: number, isFirst: number, values: Values,
  ): void {
    this.outstanding.push(debt.outstanding);
    this.interestRate.push(Math.max(debt.rate, 0));
    this.collateral.push(debt.collateral);
    this.assets.push(debt.assets);
    this.debts.push(rowNumber, isFirst, values, this.dictionaries);
  }

  private addAsset(
    value: number, ratePct: number | undefined, rowNumber: number, isFirst: number,
    values: Values,
  ): void {
    this.value.push(amountUnitsNumber(value));
    this.recoveryRate.push(rateUnitsNumber(ratePct ?? 0));
    this.distressed.push(rowNumber, isFirst, values, this.dictionaries);
  }

  private addPortfolio(record: PortfolioRecord, rowNumber: number): void {
    const { debt, assets } = record.financial;
    const values = GROUP_DIMENSIONS.map((dimension) =>
      dimension === "currency" ? record.currency : undefined);
    const from = this.outstanding.length;
    const listed = debt.instruments ?? [];
    if (listed.length > 0) {
      listed.forEach((loan, index) =>
        this.addLoan(loan, 0, rowNumber, index === 0 ? 1 : 0, values));
    } else {
      const total = Math.max(0, amountUnitsNumber(debt.total_outstanding ?? 0));
      const rate = total > 0 ? rateUnitsNumber(debt.interest_rate_pct ?? 0) : 0;
      this.addDebt({ outstanding: total, rate, collateral: 0, assets: 0 }, rowNumber, 1, values);
    }
    this.assets.set(from, amountUnitsNumber(assets?.total ?? 0));
    const stated = amountUnitsNumber(debt.collateral_value ?? 0);
    if (stated !== 0) {
      for (let row = from; row < this.collateral.length; row += 1) this.collateral.set(row, 0);
      this.collateral.set(from, stated);
      this.statedFrom.push(from);
      this.statedTo.push(this.collateral.length);
    }
    for (const asset of record.distressed_assets) {
      this.addAsset(asset.value, asset.recovery_rate_pct, rowNumber, 0, values);
    }
  }

  /** The columns of all records so far. */
  finish(): PortfolioColumns {
    const columns = decodeColumns(joined([...this.pieces()]).buffer);
    assert(columns.ok, "columns that were just written can be read");
    return columns.value;
  }

  /**
   * The bytes of the columns of all records so far, as `encodeColumns` writes them, without
   * holding them twice. A distressed asset is linked to the first row with the instrument's id
   * that counts.
   */
  pieces(): Generator<Uint8Array> {
    const { debts, distressed } = this;
    assert(debts.count + distressed.count < 2 ** 32, "rows have numbers of 32 bits");
    return sectionPieces(debts.count, distressed.count, [
      sectionOf("rowNumber", debts.rowNumber, distressed.rowNumber),
      sectionOf("isFirst", debts.isFirst, distressed.isFirst),
      sectionOf("outstanding", this.outstanding), sectionOf("interestRate", this.interestRate),
      sectionOf("collateral", this.collateral), sectionOf("assets", this.assets),
      sectionOf("distressedValue", this.value), sectionOf("recoveryRate", this.recoveryRate),
      wholeSection("linkedDebt", this.linked()),
      sectionOf("statedFrom", this.statedFrom), sectionOf("statedTo", this.statedTo),
      ...this.dimensionSections(),
    ]);
  }

  private linked(): Int32Array {
    const linkedDebt = new Int32Array(this.value.length).fill(-1);
    if (this.links.length === 0) return linkedDebt;
    const at = GROUP_DIMENSIONS.indexOf("instrument_id");
    const dictionary = this.dictionaries[at] as LabelDictionary;
    const codes = this.debts.codes[at];
    const debtOf = new Map<number, number>(this.links.flatMap(({ instrumentId }) => {
      const code = dictionary.find(instrumentId);
      return code === 0 ? [] : [[code, -1]];
    }));
    for (let debt = 0; debt < this.debts.count; debt += 1) {
      const code = codes?.at(debt) ?? 0;
      if (code === 0 || this.outstanding.at(debt) === 0) continue;
      if (debtOf.get(code) === -1) debtOf.set(code, debt);
    }
    for (const { asset, instrumentId } of this.links) {
      linkedDebt[asset] = debtOf.get(dictionary.find(instrumentId)) ?? -1;
    }
    return linkedDebt;
  }

  private dimensionSections(): SectionSource[] {
    const sections = new Map<GroupDimension, SectionSource[]>();
    GROUP_DIMENSIONS.forEach((dimension, at) => {
      const labels = (this.dictionaries[at] as LabelDictionary).table();
      if (labels.length === 0) return;
      const rows = [this.debts, this.distressed] as const;
      sections.set(dimension, [{
        name: `codes.${dimension}`, type: codeType(labels.length), values: labels,
        length: this.debts.count + this.distressed.count,
        pieces: function* () {
          for (const { codes, count } of rows) yield* codePieces(codes[at], count, labels.length);
        },
      }, ...labelSections(dimension, labels)]);
    });
    // Without groups of obligors both say the same, and need to be there once.
    const ids = sections.get("obligor_id");
    if (ids && !sections.has("obligor_group")) {
      sections.set("obligor", ids.map((section) =>
        ({ ...section, name: section.name.replace("obligor_id", "obligor") })));
    }
    return GROUP_DIMENSIONS.flatMap((dimension) => sections.get(dimension) ?? []);
  }
}

/** The values of growing columns, one behind the other. */
const sectionOf = <A extends Grown>(
  name: string, ...columns: readonly [Growing<A>, ...Growing<A>[]]
): SectionSource => ({ name, type: columns[0].type, values: columns[0],
  length: columns.reduce((sum, { length }) => sum + length, 0),
  pieces: function* () { for (const column of columns) yield* column.values(); } });

const codeType = (labels: number): "u8" | "u16" | "u32" =>
  labels < 2 ** 8 ? "u8" : labels < 2 ** 16 ? "u16" : "u32";

/** Codes as wide as all labels ask for; rows that never had one have 0. */
function* codePieces(
  codes: GrowingCodes | undefined, count: number, labels: number,
): Generator<Codes> {
  for (let from = 0; from < count; from += PIECE) {
    const length = Math.min(PIECE, count - from);
    const own = codes?.pieceAt(from)?.subarray(0, length);
    if (own?.BYTES_PER_ELEMENT === narrow(labels, 0).BYTES_PER_ELEMENT) {
      yield own;
      continue;
    }
    const piece = narrow(labels, length);
    if (own) piece.set(own);
    yield piece;
  }
}

/**
 * The dimensions of an instrument or distressed asset, each by the rule of API.md `group_by`, in a
 * list that is used again. One by one: that is several times as fast as by name in a loop.
 */
function valuesOf(record: Exclude<NormalizedRecord, PortfolioRecord>): Values {
  const { stage, days_past_due: days } = record;
  inPlace[PLACE.asset_class] = record.asset_class;
  inPlace[PLACE.sector] = record.sector;
  inPlace[PLACE.country] = record.country;
  inPlace[PLACE.region] = record.region;
  inPlace[PLACE.currency] = record.currency;
  inPlace[PLACE.rating] = record.rating;
  inPlace[PLACE.stage] = stage === undefined ? undefined : String(stage);
  inPlace[PLACE.dpd_bucket] = days === undefined ? undefined : dpdBucket(days);
  inPlace[PLACE.collateral_type] = record.collateral_type;
  inPlace[PLACE.obligor] = record.obligor_group ?? record.obligor_id;
  inPlace[PLACE.legal_entity] = record.legal_entity;
  inPlace[PLACE.obligor_id] = record.obligor_id;
  inPlace[PLACE.obligor_group] = record.obligor_group;
  inPlace[PLACE.status] = record.status;
  inPlace[PLACE.instrument_id] = record.instrument_id;
  return inPlace;
}

const PLACE = Object.fromEntries(GROUP_DIMENSIONS.map((dimension, at) => [dimension, at])) as
  { readonly [D in GroupDimension]: number };
const inPlace: (string | undefined)[] = GROUP_DIMENSIONS.map(() => undefined);

/** A row's value of a dimension. */
export function valueAt(
  columns: PortfolioColumns, dimension: GroupDimension, row: number,
): GroupValue {
  const found = columns.dimensions[dimension];
  const code = found?.codes[row] ?? 0;
  return found === undefined || code === 0 ? null : found.labels.at(code - 1);
}

/** What debts and distressed assets have alike. */
class Rows {
  count = 0;
  readonly rowNumber = new Growing("u32", Uint32Array);
  readonly isFirst = new Growing("u8", Uint8Array);
  /** Made with the first value of a dimension. */
  readonly codes: (GrowingCodes | undefined)[] = GROUP_DIMENSIONS.map(() => undefined);

  push(
    rowNumber: number, isFirst: number, values: Values,
    dictionaries: readonly LabelDictionary[],
  ): void {
    for (let at = 0; at < GROUP_DIMENSIONS.length; at += 1) {
      const value = values[at];
      if (value === undefined) continue;
      const code = (dictionaries[at] as LabelDictionary).codeOf(value);
      (this.codes[at] ??= new GrowingCodes()).set(this.count, code);
    }
    this.rowNumber.push(rowNumber);
    this.isFirst.push(isFirst);
    this.count += 1;
  }
}
