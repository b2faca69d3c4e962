import { rowProblem, shorten, type RowProblem } from "./problem";

/** Finds instrument ids that came before. */
export type DuplicateCheck = {
  /** A DUPLICATE_KEY warning when an earlier row had this id; an id that is not given has none. */
  check(id: string | undefined, row: number, column?: string): RowProblem | null;
};

const FIRST_SLOTS = 1 << 12;
/** Ids remembered at most: about 400 MB; what comes after is not compared. */
const MAX_KEYS = 1 << 24;

/**
 * A duplicate check for one version. It keeps a 64-bit fingerprint and the first row of each id in
 * flat tables, 12 to 24 bytes an id; two of 10 million different ids are taken for the same with
 * a chance below 1 in 300,000, and then only a warning is wrong.
 */
export function createDuplicateCheck(): DuplicateCheck {
  let table = newTable(FIRST_SLOTS);
  return {
    check: (id, row, column = "instrument_id") => {
      if (id === undefined) return null;
      const first = remember(table, id, row);
      if (table.used * 2 > table.rows.length && table.used < MAX_KEYS) table = grown(table);
      if (first === 0) return null;
      return rowProblem("DUPLICATE_KEY", row, column, id,
        `instrument_id '${shorten(id, 60)}' stood already in row ${first}`);
    },
  };
}

/** Slots with row 0 are free. Rows are kept as 32-bit numbers. */
type Table = { high: Uint32Array; low: Uint32Array; rows: Uint32Array; used: number };

const newTable = (slots: number): Table => ({
  high: new Uint32Array(slots), low: new Uint32Array(slots), rows: new Uint32Array(slots), used: 0,
});

/** The first row of the id, or 0 when it is new; a new one is stored while there is room. */
function remember(table: Table, id: string, row: number): number {
  let high = 0x811c9dc5;
  let low = 0x9e3779b9;
  for (let at = 0; at < id.length; at++) {
    const code = id.charCodeAt(at);
    high = Math.imul(high ^ code, 0x01000193);
    low = Math.imul(low ^ code, 0x85ebca6b);
    low ^= low >>> 13;
  }
  high = mixed(high ^ id.length) >>> 0;
  return place(table, high, mixed(low) >>> 0, row);
}

function place(table: Table, high: number, low: number, row: number): number {
  const mask = table.rows.length - 1;
  let slot = (high ^ low) & mask;
  for (;;) {
    const first = table.rows[slot] as number;
    if (first === 0) break;
    if (table.high[slot] === high && table.low[slot] === low) return first;
    slot = (slot + 1) & mask;
  }
  if (table.used >= MAX_KEYS) return 0;
  table.high[slot] = high;
  table.low[slot] = low;
  table.rows[slot] = row;
  table.used++;
  return 0;
}

function grown(table: Table): Table {
  const next = newTable(table.rows.length * 2);
  for (let slot = 0; slot < table.rows.length; slot++) {
    const row = table.rows[slot] as number;
    if (row !== 0) place(next, table.high[slot] as number, table.low[slot] as number, row);
  }
  return next;
}

function mixed(value: number): number {
  let hash = value ^ (value >>> 16);
  hash = Math.imul(hash, 0x7feb352d);
  hash = Math.imul(hash ^ (hash >>> 15), 0x846ca68b);
  return hash ^ (hash >>> 16);
}
