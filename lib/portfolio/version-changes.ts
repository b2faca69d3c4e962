import {
  dpdBucket, DPD_BUCKETS, isWrittenOff, MATCH_KINDS, type ChangeCell, type MatchKind,
} from "../risk";
import type { PortfolioColumns } from "./portfolio-columns";
import { ExactColumn } from "./exact-column";
import { FirstOf } from "./first-of";
import { sameLabels } from "./label-dictionary";
import { LabelTable } from "./labels";
import { isSameRecord, NO_DAYS, type RecordKeys } from "./record-keys";

/** A version of which each record is one row. */
export type KeyedVersion = { columns: PortfolioColumns; keys: RecordKeys };

const NO_LABELS = new LabelTable(new Uint8Array(), new Uint32Array());
const idsOf = ({ dimensions }: PortfolioColumns): LabelTable =>
  dimensions.instrument_id?.labels ?? NO_LABELS;

/** The rows of a version by the code of their instrument id: 0 stands for none. */
class Rows {
  readonly codes: ArrayLike<number>;
  /** How many rows have a code, and the last of them. */
  readonly count: Uint32Array;
  readonly last: Int32Array;
  readonly length: number;

  constructor(readonly version: KeyedVersion) {
    const { columns } = version;
    this.length = columns.debtCount + columns.assetCount;
    const size = idsOf(columns).length + 1;
    this.codes = columns.dimensions.instrument_id?.codes ?? new Uint8Array(this.length);
    this.count = new Uint32Array(size);
    this.last = new Int32Array(size).fill(-1);
    for (let row = 0; row < this.length; row += 1) {
      const code = this.codes[row] as number;
      this.count[code] = (this.count[code] as number) + 1;
      this.last[code] = row;
    }
  }

  outstanding(row: number): number {
    const { columns } = this.version;
    return row < columns.debtCount ? columns.outstanding[row] as number : 0;
  }

  collateral(row: number): number {
    const { columns } = this.version;
    return row < columns.debtCount ? columns.collateral[row] as number : 0;
  }

  /** The place of a row's bucket, from 1; 0 where its days past due are not known. */
  bucket(row: number): number {
    const days = this.version.keys.daysPastDue[row] as number;
    return days === NO_DAYS ? 0 : DPD_BUCKETS.indexOf(dpdBucket(days)) + 1;
  }
}

/** Of two rows of one instrument, or one of a side alone: -1 stands for no row. */
type Visit = (match: MatchKind, row: number, otherRow: number) => void;

/** Goes through all rows of both versions, those of one instrument that each has once together. */
function eachMatch(base: Rows, other: Rows, visit: Visit): void {
  const same = sameLabels(idsOf(base.version.columns), idsOf(other.version.columns));
  const partnerOf = new Uint32Array(other.count.length);
  same.forEach((code, at) => { if (code !== 0) partnerOf[code] = at + 1; });
  for (let row = 0; row < base.length; row += 1) {
    const code = base.codes[row] as number;
    const partner = code === 0 ? 0 : same[code - 1] as number;
    const there = partner === 0 ? 0 : other.count[partner] as number;
    if (code === 0) visit("missing", row, -1);
    else if ((base.count[code] as number) > 1 || there > 1) visit("repeated", row, -1);
    else if (there === 0) visit("removed", row, -1);
    else {
      const otherRow = other.last[partner] as number;
      visit(isSameRecord(base.version.keys, row, other.version.keys, otherRow)
        ? "unchanged" : "changed", row, otherRow);
    }
  }
  for (let row = 0; row < other.length; row += 1) {
    const code = other.codes[row] as number;
    const partner = partnerOf[code] as number;
    const there = partner === 0 ? 0 : base.count[partner] as number;
    if (code === 0) visit("missing", -1, row);
    else if ((other.count[code] as number) > 1 || there > 1) visit("repeated", -1, row);
    else if (there === 0) visit("added", -1, row);
  }
}

const DIRECTIONS = ["same", "higher", "lower"] as const;
const BUCKETS = [null, ...DPD_BUCKETS];
const CELLS = MATCH_KINDS.length * DIRECTIONS.length * 2 * BUCKETS.length ** 2;

/** How many rows, and what they come to, of each kind of change. */
class Cells {
  private readonly rows = new Float64Array(CELLS);
  private readonly outstanding = new ExactColumn(CELLS);
  private readonly collateral = new ExactColumn(CELLS);

  add(cell: number, side: Rows, row: number): void {
    if (row < 0) return;
    this.rows[cell] = (this.rows[cell] as number) + 1;
    this.outstanding.add(cell, side.outstanding(row));
    this.collateral.add(cell, side.collateral(row));
  }

  at(cell: number): { rows: number; outstanding: bigint; collateral: bigint } {
    return { rows: this.rows[cell] as number, outstanding: this.outstanding.value(cell),
      collateral: this.collateral.value(cell) };
  }
}

/** Whether a row's status says that it was written off, by the code of the status. */
function writtenOff({ columns }: KeyedVersion): (row: number) => boolean {
  const status = columns.dimensions.status;
  if (!status) return () => false;
  const says = Uint8Array.from({ length: status.labels.length + 1 }, (_, code) =>
    code > 0 && isWrittenOff(status.labels.at(code - 1)) ? 1 : 0);
  return (row) => says[status.codes[row] as number] === 1;
}

/**
 * What moved between two versions, summed by kind of change, direction and days-past-due buckets.
 * Rows that have no id or share one are told apart by their kind alone.
 */
export function versionChanges(base: KeyedVersion, other: KeyedVersion): ChangeCell[] {
  const [before, after] = [new Rows(base), new Rows(other)];
  const [wasOff, isOff] = [writtenOff(base), writtenOff(other)];
  const [from, to] = [new Cells(), new Cells()];
  eachMatch(before, after, (match, row, otherRow) => {
    let cell = MATCH_KINDS.indexOf(match) * DIRECTIONS.length;
    const isFollowed = match !== "missing" && match !== "repeated";
    if (row >= 0 && otherRow >= 0) {
      const moved = after.outstanding(otherRow) - before.outstanding(row);
      cell += moved > 0 ? 1 : moved < 0 ? 2 : 0;
    }
    cell = cell * 2 + Number(isFollowed && (otherRow < 0 ? wasOff(row) : isOff(otherRow)));
    cell = cell * BUCKETS.length + (isFollowed && row >= 0 ? before.bucket(row) : 0);
    cell = cell * BUCKETS.length + (isFollowed && otherRow >= 0 ? after.bucket(otherRow) : 0);
    from.add(cell, before, row);
    to.add(cell, after, otherRow);
  });
  return Array.from({ length: CELLS }, (_, cell) => cellOf(cell, from.at(cell), to.at(cell)))
    .filter(({ baseRows, otherRows }) => baseRows + otherRows > 0);
}

type Sums = ReturnType<Cells["at"]>;

function cellOf(cell: number, from: Sums, to: Sums): ChangeCell {
  const size = BUCKETS.length;
  const kind = Math.floor(cell / size ** 2);
  return {
    match: MATCH_KINDS[Math.floor(kind / 2 / DIRECTIONS.length)] as MatchKind,
    direction: DIRECTIONS[Math.floor(kind / 2) % DIRECTIONS.length] ?? "same",
    writtenOff: kind % 2 === 1,
    fromBucket: BUCKETS[Math.floor(cell / size) % size] ?? null,
    toBucket: BUCKETS[cell % size] ?? null,
    baseRows: from.rows, otherRows: to.rows,
    baseOutstanding: from.outstanding, otherOutstanding: to.outstanding,
    baseCollateral: from.collateral, otherCollateral: to.collateral,
  };
}

/** The rows of an instrument in two versions; -1 where a version does not have it. */
export type ChangedRows = { match: MatchKind; row: number; otherRow: number; moved: number };

/**
 * One page of the instruments whose match is asked for: those whose outstanding moved most first,
 * then by the bytes of their ids.
 * @param request after: the instrument to go on behind, what it moved, in units, and its id
 */
export function changedInstruments(
  base: KeyedVersion, other: KeyedVersion, request: {
    matches: readonly MatchKind[]; after: { units: number; id: string } | null; limit: number },
): ChangedRows[] {
  const [before, after] = [new Rows(base), new Rows(other)];
  const found = new Found(before, after);
  const first = new FirstOf(request.limit, (moved, at, otherMoved, otherAt) =>
    otherMoved - moved || found.compareIds(at, found.idOf(otherAt)));
  const last = request.after && { units: request.after.units, id: placeOf(request.after.id) };
  const wanted = new Set(request.matches);
  eachMatch(before, after, (match, row, otherRow) => {
    if (!wanted.has(match)) return;
    const at = found.add(match, row, otherRow);
    const { moved } = found.at(at);
    if (last === null || moved < last.units
      || moved === last.units && found.compareIds(at, last.id) > 0) first.add(moved, at);
  });
  return first.rows().map((at) => found.at(at));
}

/** A text of a table. */
type Place = { labels: LabelTable; index: number };

/** Instruments that were found, by the order in which they were. */
class Found {
  private count = 0;
  private readonly match: Uint8Array;
  private readonly row: Int32Array;
  private readonly otherRow: Int32Array;

  constructor(private readonly base: Rows, private readonly other: Rows) {
    const most = base.length + other.length;
    this.match = new Uint8Array(most);
    this.row = new Int32Array(most);
    this.otherRow = new Int32Array(most);
  }

  add(match: MatchKind, row: number, otherRow: number): number {
    this.match[this.count] = MATCH_KINDS.indexOf(match);
    this.row[this.count] = row;
    this.otherRow[this.count] = otherRow;
    return (this.count += 1) - 1;
  }

  at(at: number): ChangedRows {
    const [row, otherRow] = [this.row[at] as number, this.otherRow[at] as number];
    const from = row < 0 ? 0 : this.base.outstanding(row);
    const to = otherRow < 0 ? 0 : this.other.outstanding(otherRow);
    return { match: MATCH_KINDS[this.match[at] as number] as MatchKind, row, otherRow,
      moved: Math.abs(to - from) };
  }

  idOf(at: number): Place {
    const row = this.row[at] as number;
    const [side, own] = row >= 0 ? [this.base, row] : [this.other, this.otherRow[at] as number];
    return { labels: idsOf(side.version.columns), index: (side.codes[own] as number) - 1 };
  }

  compareIds(at: number, than: Place): number {
    const { labels, index } = this.idOf(at);
    return labels.compare(index, than.labels, than.index);
  }
}

function placeOf(text: string): Place {
  const bytes = new TextEncoder().encode(text);
  return { labels: new LabelTable(bytes, Uint32Array.of(bytes.length)), index: 0 };
}
