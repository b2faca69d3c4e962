const COLUMNS = ["instrument_id", "obligor_id", "obligor_group", "legal_entity", "asset_class",
  "sector", "country", "region", "currency", "principal", "accrued_interest", "interest_rate_pct",
  "collateral_value", "collateral_type", "rating", "stage", "days_past_due", "status",
  "origination_date", "maturity_date"];
const PIECE_ROWS = 1000;

/** A tape of 20 columns as CSV, in pieces: cheap to make, so that its making is not measured. */
export function* twentyColumns(rows: number, version = 1): Generator<Uint8Array> {
  const encoder = new TextEncoder();
  let piece = `${COLUMNS.join(",")}\n`;
  for (let row = 1; row <= rows; row += 1) {
    const spread = Math.imul(row, 2_654_435_761) >>> 0;
    piece += `L-${row},O-${spread % 9000},G-${spread % 300},Bank ${spread % 7},Mortgage,` +
      `Real estate,${["DE", "FR", "IT", "ES"][spread % 4]},R${spread % 16},EUR,` +
      `${100_000 + spread % 900_000}.${10 + row % 90},${spread % 5000},${spread % 12}.25,` +
      `${(spread % 700_000) + version},Building,${["A", "B", "CCC"][row % 3]},${1 + row % 3},` +
      `${spread % 400},open,2018-0${1 + row % 9}-15,2031-0${1 + row % 9}-15\n`;
    if (row % PIECE_ROWS > 0) continue;
    yield encoder.encode(piece);
    piece = "";
  }
  if (piece !== "") yield encoder.encode(piece);
}
