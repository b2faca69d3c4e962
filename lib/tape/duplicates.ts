import { rowProblem, shorten, type RowProblem } from "./problem";

/** Finds ids that came before. */
export type DuplicateCheck = {
  /** A DUPLICATE_KEY warning when an earlier row had this id; an id that is not given has none. */
  check(id: string | undefined, row: number, column?: string): RowProblem | null;
};

const FIRST_SLOTS = 1 << 12;
/** Ids remembered at most (384 MB); what comes after is compared with these only. */
const MAX_KEYS = 1 << 24;

/**
 * A duplicate check for one version. It keeps a 64-bit fingerprint and the first row of each id in
 * a flat table, 24 to 48 bytes an id; two of 10 million different ids are taken for the same with
 * a chance below 1 in 300,000, and then only a warning is wrong.
 */
export function createDuplicateCheck(): DuplicateCheck {
  let table = newTable(FIRST_SLOTS);
  return {
    check: (id, row, column = "instrument_id") => {
      if (id === undefined) return null;
      const first = remember(table, id, row);
      if (table.used * 2 > table.slots && table.used < MAX_KEYS) table = grown(table);
      if (first === 0) return null;
      return rowProblem("DUPLICATE_KEY", row, column, id,
        `${column} '${shorten(id, 60)}' stood already in row ${first}`);
    },
  };
}

/** Words of a slot: high, low, row. */
const STRIDE = 3;

/** A slot with row 0 is free. Rows are kept as 32-bit numbers. */
type Table = { words: Uint32Array; slots: number; used: number };

const newTable = (slots: number): Table =>
  ({ words: new Uint32Array(slots * STRIDE), slots, used: 0 });

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
  const { words } = table;
  const mask = table.slots - 1;
  let slot = (high ^ low) & mask;
  let at = slot * STRIDE;
  for (;;) {
    const first = words[at + 2] as number;
    if (first === 0) break;
    if (words[at] === high && words[at + 1] === low) return first;
    slot = (slot + 1) & mask;
    at = slot * STRIDE;
  }
  if (table.used >= MAX_KEYS) return 0;
  words[at] = high;
  words[at + 1] = low;
  words[at + 2] = row;
  table.used++;
  return 0;
}

function grown({ words, slots }: Table): Table {
  const next = newTable(slots * 2);
  for (let at = 0; at < words.length; at += STRIDE) {
    const row = words[at + 2] as number;
    if (row !== 0) place(next, words[at] as number, words[at + 1] as number, row);
  }
  return next;
}

function mixed(value: number): number {
  let hash = value ^ (value >>> 16);
  hash = Math.imul(hash, 0x7feb352d);
  hash = Math.imul(hash ^ (hash >>> 15), 0x846ca68b);
  return hash ^ (hash >>> 16);
}
