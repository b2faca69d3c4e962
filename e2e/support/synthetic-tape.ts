/** A tape with the oddities of real ones, and what a correct import of it must find. */
export type SyntheticTape = {
  csv: string;
  mapping: object;
  rows: number;
  /** Rows with a positive balance. */
  counted: { rows: number; gross: number; guaranteed: number };
  byState: Map<string | null, { rows: number; gross: number }>;
  bySector: Map<string | null, { rows: number; gross: number }>;
};

const STATES = ["CA", "TX", "NY", "IN", "FL", ""];
const NAICS = ["451120", "722410", "236115", "0", "484110", "541990", "722110", ""];

/** Whole numbers that look random and are the same on every machine. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor(state / 2 ** 32 * below);
  };
}

const quoted = (text: string): string =>
  /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;

/** CRLF, empty cells, quoted commas, quotes and line breaks, zero balances, repeated names. */
export function syntheticTape(rows = 3000): SyntheticTape {
  const pick = numbers(20261120);
  const lines = ["LoanNr_ChkDgt,Name,City,State,NAICS,ChgOffDate,DisbursementGross,MIS_Status,SBA_Appv"];
  const counted = { rows: 0, gross: 0, guaranteed: 0 };
  const byState: SyntheticTape["byState"] = new Map();
  const bySector: SyntheticTape["bySector"] = new Map();
  for (let row = 0; row < rows; row += 1) {
    const state = STATES[pick(STATES.length)] as string;
    const naics = NAICS[pick(NAICS.length)] as string;
    const gross = pick(20) === 0 ? 0 : 1000 + pick(900_000);
    const guaranteed = Math.floor(gross * (50 + pick(36)) / 100) + (gross === 0 ? 500 : 0);
    const name = [`SMITH & SONS, INC ${row}`, `THE "BEST" CAFE ${row}`, `PLAIN ${row % 40}`,
      `TWO\r\nLINES ${row}`][pick(4)] as string;
    const charged = pick(4) === 0;
    lines.push([String(1_000_000_000 + row), name, "", state, naics, charged ? "2/28/1999" : "",
      gross === 0 && row % 2 ? "0.00" : String(gross), charged ? "CHGOFF" : "P I F",
      String(guaranteed)].map(quoted).join(","));
    add(byState, state === "" ? null : state, gross);
    add(bySector, naics === "" ? null : naics.slice(0, 2), gross);
    if (gross === 0) continue;
    counted.rows += 1;
    counted.gross += gross;
    counted.guaranteed += guaranteed;
  }
  return { csv: `${lines.join("\r\n")}\r\n`, mapping: loanMapping(NAICS), rows, counted, byState,
    bySector };
}

function add(
  groups: Map<string | null, { rows: number; gross: number }>, key: string | null, gross: number,
): void {
  const group = groups.get(key) ?? { rows: 0, gross: 0 };
  groups.set(key, { rows: group.rows + 1, gross: group.gross + gross });
}

/** The mapping of such a tape; the sector is the first two digits of each code that occurs. */
export const loanMapping = (naics: Iterable<string>): object => ({
  instrument_id: "LoanNr_ChkDgt", obligor_id: "Name", principal: "DisbursementGross",
  collateral_value: "SBA_Appv", region: "State", status: "MIS_Status",
  sector: { column: "NAICS", map: Object.fromEntries([...naics].filter((code) => code !== "")
    .map((code) => [code, code.slice(0, 2)])) },
});
